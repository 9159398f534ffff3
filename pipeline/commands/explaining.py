"""Why something was found or not, and how much may have been missed."""

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


@command
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A finished audit.")],
    n: Annotated[int, typer.Option("--n", min=1, help="So many messages to judge.")] = 300,
    judge: Annotated[
        Path | None,
        typer.Option("--judge", metavar="FILE", help="The sample with yes or no under `violates`."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws another sample.")] = 1,
    out: Annotated[Path, typer.Option(help="Where the sample to judge is written.")] = Path(
        "sample.csv"
    ),
    as_json: AsJson = False,
) -> None:
    """Draw messages nobody was pointed to, for a person; judged, they bound what was missed.

    No violation among 300 means at most 1.2 % of the messages without a finding, with 95 %
    confidence. The bound goes into the report's method section and into appeals.
    """
    from pipeline.rebuild import record_bound
    from pipeline.sampling import draw_sample, judge_sample

    if judge is None:
        drawn, of = draw_sample(folder, n, seed, out)
        if as_json:
            print_json({"sample": str(out), "drawn": drawn, "of": of, "seed": seed})
        else:
            print_lines([
                f"{drawn:,} of {of:,} seller messages without a finding or queue entry: {out}",
                "write yes or no under `violates` in every row, then:"
                f" msgaudit sample {folder} --judge {out}"
                + (f" --seed {seed}" if seed != 1 else ""),
            ])  # fmt: skip
        return
    bound = judge_sample(folder, judge, seed)
    record_bound(folder, bound.frame())
    if as_json:
        print_json(bound.frame().to_dicts()[0] | {"message_ids": list(bound.violating)})
    else:
        print_lines([bound.reading, *(f"breaks a rule: {name}" for name in bound.violating)])
