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
from pipeline.errors import AuditError, UsageError

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.rebuild import Decided
    from pipeline.scan.run import MonthScan


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
    from pipeline.rebuild import decide_from, scanned_by
    from pipeline.report.meta import build_time
    from pipeline.scan.decided import wordings_of

    file = read_config(config_file).scan_decisions if config_file else None
    scans = scanned_by(folder)
    config = read_config(scans) if scans else None
    if source is not None:
        if ids or decision:
            raise UsageError("--from takes a file's decisions; leave ids and --as out")
        signed = Decision(decision="", decided_by=by or _user(), decided_at=build_time())
        _show(decide_from(folder, source, signed, file=file), config, as_json=as_json)
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
    done = record(
        folder,
        ids,
        wanted,
        file=file,
        same_text=same_text,
        wordings=wordings_of(config) if config else None,
    )
    _show(done, config, as_json=as_json)


def _show(done: "Decided", config: "Config | None", *, as_json: bool) -> None:
    """Say what was recorded; have the months of a scan made anew."""
    from pipeline.rebuild import result_now
    from pipeline.report.meta import build_time

    months = _scan_again(done, config) if done.month else []
    if as_json:
        shown = [row.cells() for row in done.decisions]
        told = result_now(done.result.out) if months else done.result
        print_json({"file": str(done.file), "decisions": shown} | told.as_dict())
        return
    today = build_time().date()
    for row in done.decisions:
        said = row.decision + (f" ({row.note})" if row.note else "")
        if row.expires_on:
            over = ", which is over: it counts as undecided" if row.expires_on < today else ""
            said += f", until {row.expires_on}{over}"
        print_lines([f"{row.finding_id}: {said}"])
    print_lines([f"recorded in {done.file}"])
    print_lines([month.line() for month in months] if done.month else done.result.lines())


def _scan_again(done: "Decided", config: "Config | None") -> "list[MonthScan]":
    """Have the months' folders made anew; what is recorded stays recorded where that fails."""
    from pipeline.scan.decided import scan_again

    why = "the configuration of the scans is gone"
    if config:
        try:
            return scan_again(config, done.month, [row.finding_id for row in done.decisions])
        except AuditError as error:
            why = str(error)
    print_lines([f"recorded; the next scan takes it into account ({why})"], err=True)
    return []


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"{option} {value!r} is not one of {', '.join(known)}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
