"""Why something was found or not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    AsJson,
    ConfigFile,
    command,
    print_json,
    print_lines,
    read_config,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.store import Store


@command
def explain(
    finding_id: Annotated[
        str, typer.Argument(metavar="[FINDING_ID]", help="A finding's or queue entry's id.")
    ] = "",
    message: Annotated[
        str, typer.Option("--message", help="A message's id, whether something was found or not.")
    ] = "",
    audit: Annotated[
        Path, typer.Option("--audit", metavar="DIR", help="A finished audit, or a month of scans.")
    ] = Path("audit"),
    config_file: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Explain a finding, or why a message has none: signals, guards, conversation, clause."""
    from pipeline.explaining import explain_message
    from pipeline.signals.ruleset import load_ruleset

    if bool(finding_id) == bool(message):
        raise UsageError("name a finding's id or --message ID, and not both")
    config = read_config(config_file)
    ruleset = load_ruleset(config.rule_paths, config.disabled)
    with _knowing(audit) as store:
        told = explain_message(audit, store, ruleset, found=finding_id, message=message)
    if as_json:
        print_json(told.as_dict())
    else:
        print_lines(told.lines())


def _knowing(audit: Path) -> "Store":
    """Open what knows everything of an audit; a month's folder holds only what it reports."""
    from pipeline.finished import locked, opened
    from pipeline.rebuild import scanned_by, scanned_month
    from pipeline.scan.decided import wordings_of

    scans = scanned_by(audit)
    if not scanned_month(audit):
        return opened(audit)
    state = wordings_of(read_config(scans)) if scans else None
    if state is None:
        raise UsageError(
            "is a month of scans; their configuration or state, which knows the conversations, is"
            " not where it was",
            source=str(audit),
        )
    return locked(state)
