"""The scheduled scan and what keeps it running."""

import re
from typing import Annotated

import typer

from pipeline.commands.shared import (
    FOUND,
    AsJson,
    ConfigFile,
    clear_progress,
    command,
    print_json,
    print_lines,
    read_config,
    show_progress,
)
from pipeline.errors import UsageError

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@command
def scan(
    config_file: ConfigFile = None,
    month: Annotated[str, typer.Option(help="The month to report, e.g. 2024-06.")] = "",
    as_json: AsJson = False,
) -> None:
    """Scan what is new since the last time and report it, month by month."""
    from pipeline.scan import run_scan

    if config_file is None:
        raise UsageError("--config FILE is needed; `msgaudit init` writes one")
    if month and not _MONTH.fullmatch(month):
        raise UsageError(f"--month {month!r} is no month; write 2024-06")
    config = read_config(config_file)
    result = run_scan(config, month=month, progress=show_progress)
    clear_progress()
    if as_json:
        print_json(result.as_dict())
    else:
        print_lines(result.lines())
    if result.failed:
        raise typer.Exit(FOUND)
