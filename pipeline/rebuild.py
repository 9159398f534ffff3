"""Decisions on a finished audit: recorded, and its tables made anew from its own database."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from pipeline import __version__
from pipeline.audit import (
    AuditResult,
    carry_over,
    conclude,
    period_params,
    result_of,
    write_files,
    write_summary,
)
from pipeline.clock import Clock
from pipeline.config import Config
from pipeline.decisions import (
    Decision,
    append_decisions,
    as_decisions,
    as_rows,
    read_decisions,
    unrecorded,
)
from pipeline.errors import UsageError
from pipeline.outfolder import outfolder
from pipeline.queries import read_query
from pipeline.report import ReportMeta
from pipeline.resources import resource_dir
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Decided:
    """What was recorded, where, and what the audit says now."""

    file: Path
    decisions: Sequence[Decision]
    result: AuditResult
    month: str = ""
    """Set where a scan wrote the folder: it is made anew by scanning this month again."""


def decide(
    out: Path,
    ids: Sequence[str],
    wanted: Decision,
    *,
    file: Path | None,
    same_text: bool,
    wordings: Path | None = None,
) -> Decided:
    """Record one decision for each id and rebuild the audit in `out`; both or neither.

    `wanted` is the decision but for its id; `file` is where it is appended (None: the file the
    audit was configured with, else `decisions.csv` in `out`). With `same_text` it is taken for
    every finding of the same policy, or queue entry, whose message says the very same; those
    rows name the id they follow in their note. Where `out` is a month of scans, `wordings` is the
    database of all months.

    Raises:
        UsageError: `out` holds no finished audit, an id is not in it, or the policy that a
            confirmed queue entry needs is missing.
        StageError: a stage failed; folder and file are as they were before.

    """
    _earlier_run(out)
    with Store(out / "audit.duckdb", read_only=True) as store:
        store.lock_down()
        _check(store, ids, wanted, out)
        decisions = [wanted.of(name) for name in dict.fromkeys(ids)]
        if same_text and not wordings:
            decisions += _same_wording(store, ids, wanted)
    if same_text and wordings:
        with Store(wordings, read_only=True) as store:
            store.lock_down()
            decisions += _same_wording(store, ids, wanted)
    return _record(out, decisions, file)


def decide_from(out: Path, source: Path, by: Decision, *, file: Path | None) -> Decided:
    """Record the decisions of a file, such as the report downloads, and rebuild the audit.

    What is recorded already is not recorded twice; rows that do not say who decided, or when, are
    signed as `by` is. `file` as in `decide`.

    Raises:
        UsageError: `out` holds no finished audit, there is no such file, or it decides of what is
            not in the audit.
        ConfigError: the file is not one of decisions; the line is named.
        StageError: a stage failed; folder and file are as they were before.

    """
    if not source.exists():
        raise UsageError("no such file", source=str(source))
    _earlier_run(out)
    decisions = as_decisions(read_decisions(source))
    with Store(out / "audit.duckdb", read_only=True) as store:
        for decision in decisions:
            _check(store, [decision.finding_id], decision, out)
        new = unrecorded(decisions, as_decisions(store.table("decisions")), by)
    if not new:
        raise UsageError("holds no decision that is not recorded yet", source=str(source))
    return _record(out, new, file)


def _record(out: Path, decisions: Sequence[Decision], file: Path | None) -> Decided:
    """Append decisions and rebuild the audit; both or neither."""
    meta = _earlier_run(out)
    month = scanned_month(out)
    with Store(out / "audit.duckdb", read_only=True) as store:
        target = file or _configured(store) or out / "decisions.csv"
        row_no = store.count("decisions")
        if month:
            append_decisions(target, decisions)
            return Decided(target, decisions, result_of(store, out), month)
    with outfolder(out) as folder:
        shutil.copyfile(out / "audit.duckdb", folder / "audit.duckdb")
        result = _rebuilt(out, folder, meta, decisions, row_no)
        inside = target.resolve() == (out / "decisions.csv").resolve()
        append_decisions(folder / "decisions.csv" if inside else target, decisions)
    return Decided(target, decisions, result)


def result_now(out: Path) -> AuditResult:
    """Return what a finished audit, or a month made anew, says now."""
    with Store(out / "audit.duckdb", read_only=True) as store:
        return result_of(store, out)


def scanned_by(out: Path) -> Path | None:
    """Return the configuration of the scans that wrote a folder, if they did and it is there."""
    _earlier_run(out)
    if not scanned_month(out):
        return None
    with Store(out / "audit.duckdb", read_only=True) as store:
        config = dict(store.table("run_settings").iter_rows()).get("config_file", "")
    return Path(config) if config and Path(config).exists() else None


def record_bound(out: Path, bound: pl.DataFrame) -> AuditResult:
    """Put what a judged sample proves into a finished audit: its report and appeals state it.

    Raises:
        UsageError: `out` holds no finished audit, or is a month's folder, which only scans write.
        StageError: a stage failed; the folder is as it was before.

    """
    refuse_month(out)
    with outfolder(out) as folder:
        shutil.copyfile(out / "audit.duckdb", folder / "audit.duckdb")
        return _rebuilt(out, folder, _earlier_run(out), bound=bound)


def refuse_month(out: Path) -> None:
    """Let only a whole audit through: a month's folder holds what it reports, and stays so.

    Raises:
        UsageError: `out` holds no finished audit, or is a month of scans.

    """
    _earlier_run(out)
    if scanned_month(out):
        raise UsageError("is a month of scans; sample an audit of all inputs", source=str(out))


def scanned_month(out: Path) -> str:
    """Return the month whose scan wrote the folder, or nothing where an audit did."""
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return str(summary["scan"]["month"]) if "scan" in summary else ""


def _rebuilt(
    out: Path,
    folder: Path,
    meta: ReportMeta,
    decisions: Sequence[Decision] = (),
    row_no: int = 0,
    *,
    bound: pl.DataFrame | None = None,
) -> AuditResult:
    clock = Clock(lambda _: None)
    with Store(folder / "audit.duckdb") as store:
        store.suit(store.count("messages"))
        store.lock_down(folder)
        if decisions:
            store.insert("decisions", as_rows(decisions, after=row_no))
        if bound is not None:
            store.put("elusion", bound)
        params = Config().params()
        params |= {name: meta.settings[name] for name in params if name in meta.settings}
        params |= period_params(*meta.period, ZoneInfo(meta.zone))
        conclude(store, params | {"ruleset_version": meta.ruleset_version}, clock)
        write_files(store, folder, meta, clock)
        carry_over(out / "decisions.csv", folder / "decisions.csv")
        result = result_of(store, out)
        write_summary(store, folder / "summary.json", meta, result, clock)
    return result


def _earlier_run(out: Path) -> ReportMeta:
    try:
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        since, until = (date.fromisoformat(day) if day else None for day in summary["period"])
        return ReportMeta(
            version=__version__,
            settings=summary["settings"],
            ruleset_version=summary["ruleset_version"],
            period=(since, until),
            zone=summary["settings"]["timezone"],
            inputs=tuple(summary["arguments"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError("holds no finished audit", source=str(out)) from error


def _check(store: Store, ids: Sequence[str], wanted: Decision, out: Path) -> None:
    known = {
        name
        for table, column in (
            ("findings", "finding_id"),
            ("queue", "queue_id"),
            ("decisions", "finding_id"),
        )
        for name in store.table(table).get_column(column)
    }
    for name in ids:
        if name not in known:
            raise UsageError(f"there is no finding or queue entry {name!r}", source=str(out))
        if name.startswith("q-") and wanted.decision == "confirmed" and not wanted.policy:
            raise UsageError(f"{name}: confirming a queue entry needs --policy ID")
        if wanted.policy and not name.startswith("q-"):
            raise UsageError(f"{name}: --policy is for queue entries; a finding has its policy")


def _same_wording(store: Store, ids: Sequence[str], wanted: Decision) -> list[Decision]:
    query = read_query(resource_dir("sql") / "decisions" / "same_wording.sql")
    rows = store.rows(query, {"ids": list(ids)})
    return [
        wanted.of(name, following=first) for name, first in rows.select("other_id", "id").rows()
    ]


def _configured(store: Store) -> Path | None:
    if "run_settings" not in store.tables():
        return None
    recorded = dict(store.table("run_settings").iter_rows()).get("decisions_file", "")
    file = Path(recorded)
    return file if recorded and file.parent.is_dir() else None
