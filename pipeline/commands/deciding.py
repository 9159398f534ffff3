"""Decisions of people on findings and queue entries."""

import getpass
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
    read_day,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.rebuild import Decided


@command
def decide(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A finished audit or scan.")],
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="Finding or queue ids.")
    ] = None,
    decision: Annotated[str, typer.Option("--as", help="confirmed or dismissed.")] = "",
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A decisions.csv, such as the report downloads; no ids then."),
    ] = None,
    reason: Annotated[
        str,
        typer.Option(help="false-positive, neutral-request, duplicate, not-ours or other."),
    ] = "",
    note: Annotated[str, typer.Option(help="Why, in your words.")] = "",
    same_text: Annotated[
        bool, typer.Option(help="Decide the same for every other message of the very same text.")
    ] = False,
    policy: Annotated[
        str, typer.Option(help="The policy that a confirmed queue entry breaks.")
    ] = "",
    expires: Annotated[str, typer.Option(help="Last day it holds, e.g. 2025-12-31.")] = "",
    by: Annotated[str, typer.Option(help="Who decides; the user's name unless given.")] = "",
    config_file: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Record decisions and rebuild the tables and the report of a finished audit."""
    from pipeline.decisions import DECISIONS, REASONS, Decision
    from pipeline.model import POLICIES
    from pipeline.rebuild import decide as record
    from pipeline.rebuild import decide_from
    from pipeline.report.meta import build_time

    file = read_config(config_file).scan_decisions if config_file else None
    if source is not None:
        if ids or decision:
            raise UsageError("--from takes a file's decisions; leave ids and --as out")
        _show(decide_from(folder, source, file=file), as_json=as_json)
        return
    if not ids:
        raise UsageError("name the ids to decide, or --from a decisions.csv")
    _one_of("--as", decision, DECISIONS)
    if reason or decision == "dismissed":
        _one_of("--reason", reason, REASONS)
    if policy:
        _one_of("--policy", policy, POLICIES)
    wanted = Decision(
        decision=decision,
        reason=reason,
        note=" ".join(note.split()),
        policy=policy if decision == "confirmed" else "",
        decided_by=by or _user(),
        decided_at=build_time(),
        expires_on=read_day(expires, "--expires"),
    )
    _show(record(folder, ids, wanted, file=file, same_text=same_text), as_json=as_json)


def _show(done: "Decided", *, as_json: bool) -> None:
    """Say what was recorded; have a scan's month made anew."""
    if done.month:
        _scan_again(done.settings.get("config_file", ""), done.month)
    if as_json:
        shown = [row.cells() for row in done.decisions]
        print_json({"file": str(done.file), "decisions": shown} | done.result.as_dict())
        return
    for row in done.decisions:
        print_lines([f"{row.finding_id}: {row.decision}" + (f" ({row.note})" if row.note else "")])
    print_lines([f"recorded in {done.file}"])
    if not done.month:
        print_lines(done.result.lines())


def _scan_again(config: str, month: str) -> None:
    """Have the scan make a month's folder anew, where its configuration is still there."""
    from pipeline.scan import run_scan

    if config and Path(config).exists():
        run_scan(read_config(Path(config)), month=month)
    else:
        print_lines(["the next scan takes it into account"], err=True)


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"{option} {value!r} is not one of {', '.join(known)}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
