"""The check before sending."""

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import (
    FOUND,
    AsJson,
    ConfigFile,
    command,
    read_config,
    severities_from,
)
from pipeline.errors import UsageError


@command
def check(
    text: Annotated[str, typer.Argument(help="The draft; - reads it from stdin.")] = "",
    file: Annotated[
        Path | None,
        typer.Option(help="A text file, CSV or JSON of macros, or a folder of such files."),
    ] = None,
    thread: Annotated[
        str, typer.Option(help="The conversation that the draft continues: its id, or its order.")
    ] = "",
    audit: Annotated[Path | None, typer.Option(help="The finished audit that holds it.")] = None,
    config_file: ConfigFile = None,
    fail_on: Annotated[
        str, typer.Option(help="Exit 1 on low|medium|high|critical or above.")
    ] = "low",
    as_json: AsJson = False,
) -> None:
    """Check a draft before it is sent: what is wrong, which clause, what to write instead."""
    if file is None:
        gc.disable()  # one short text: the process is over before there is anything to collect
    from pipeline.check import check_drafts, told
    from pipeline.drafts import Draft, decoded, names_a_file, read_drafts, unread

    if bool(text) == bool(file):
        raise UsageError("give one draft: a text, --file FILE, or - for stdin")
    if text != "-" and names_a_file(text):
        raise UsageError(f"{text} is a file or folder: say --file {text}, or - and pipe it in")
    if bool(thread) != bool(audit):
        raise UsageError("--thread ID and --audit DIR belong together")
    threshold = severities_from(fail_on)
    config = read_config(config_file)
    if file:
        drafts = read_drafts(file)
    elif text == "-":
        drafts = [Draft("stdin", decoded(sys.stdin.buffer.read(), "stdin").text)]
    else:
        drafts = [Draft("draft", text)]
    remarks = check_drafts(drafts, config, thread=thread, audit=audit)
    left = unread(file) if file else []
    for name in left:
        typer.echo(f"not checked: {name} (save it as text, CSV or JSON)", err=True)
    for line in told(remarks, len(drafts), left, as_json=as_json):
        typer.echo(line)
    if any(remark.severity in threshold for remark in remarks):
        raise typer.Exit(FOUND)
