"""Cuts one month out of the state and writes its folder: tables, reports, summary."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.audit import result_of, write_files, write_summary
from pipeline.clock import Clock
from pipeline.evidence.tables import TABLES
from pipeline.outfolder import make_private
from pipeline.queries import queries
from pipeline.report import ReportMeta
from pipeline.scan.changes import CHANGES, Change
from pipeline.scan.keep import KeepingStore
from pipeline.scan.layout import MADE_BY_MONTH
from pipeline.scan.state import UNFINISHED, Pending
from pipeline.stopping import unstoppable
from pipeline.store import Store

_CUT = {
    "messages": ("message_id", "cut_messages"),
    "message_keys": ("message_id", "cut_messages"),
    "messages_base": ("message_id", "cut_messages"),
    "message_threads": ("message_id", "cut_messages"),
    "segments": ("message_id", "cut_messages"),
    "signals": ("message_id", "cut_messages"),
    "unauthorised_senders": ("message_id", "cut_messages"),
    "findings": ("finding_id", "shown_findings"),
    "queue": ("queue_id", "cut_queue"),
    "threads": ("thread_id", "cut_threads"),
    "review_links": ("thread_id", "cut_threads"),
    "thread_steps": ("thread_id", "cut_threads"),
    "thread_money": ("thread_id", "cut_threads"),
    "case_facts": ("case_id", "cut_cases"),
    "phrase_lineage": ("variant_id", "cut_variants"),
    "incidents": ("incident_id", "cut_incidents"),
    "incident_practice": ("incident_id", "cut_incidents"),
    "incident_factors": ("incident_id", "cut_incidents"),
    "review_events": ("event_id", "cut_events"),
    "unexplained_changes": ("event_id", "cut_events"),
    "orders": ("order_id", "cut_orders"),
    "refunds": ("order_id", "cut_orders"),
    "coverage": ("month", "cut_months"),
    "ghost_messages": ("message_id", "cut_messages"),
    "attachments": ("message_id", "cut_messages"),
    "provenances": ("message_id", "cut_messages"),
}
"""Tables of which a month holds its own rows; the other tables of the contract are kept whole."""

_WHOLE = ("notices", "context_events", "decisions", "run_settings", "accounts")


@dataclass(frozen=True, slots=True)
class MonthFolder:
    """What a month's folder is made from."""

    month: str
    target: Path
    issue: str
    changes: Sequence[Change]
    shown: Sequence[str]
    more: Mapping[str, object]


def write_month(
    store: KeepingStore, wanted: MonthFolder, meta: ReportMeta, params: Mapping[str, object]
) -> Pending:
    """Write the folder beside its place; return how it gets there.

    `store` holds the tables of the whole state. The month's rows are those of the whole: a
    conversation or an incident that began earlier is shown in full.
    """
    wanted.target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{wanted.target.name}{UNFINISHED}"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=wanted.target.parent))
    try:
        _cut(store, folder / "audit.duckdb", wanted, params)
        clock = Clock(lambda _: None)
        with Store(folder / "audit.duckdb") as month:
            month.suit(month.count("messages"))
            month.lock_down(folder)
            for query in queries("evidence"):
                if query.table in MADE_BY_MONTH:
                    month.create(query.table, query, params)
            month.run("scan/month", {**params, "month": wanted.month})
            write_files(month, folder, meta, clock)
            result = result_of(month, wanted.target)
            told = {"month": wanted.month, "issue": wanted.issue, **wanted.more}
            write_summary(month, folder / "summary.json", meta, result, clock, scan=told)
        make_private(folder)
    except BaseException:
        with unstoppable():
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return Pending(folder, wanted.target, wanted.issue)


def _cut(
    store: KeepingStore, database: Path, wanted: MonthFolder, params: Mapping[str, object]
) -> None:
    ids = pl.DataFrame({"finding_id": list(wanted.shown)}, schema={"finding_id": pl.String})
    store.put("shown_findings", ids)
    rows = [(c.finding_id, c.change, c.month, c.due_to) for c in wanted.changes]
    store.put("changes", pl.DataFrame(rows, schema=CHANGES, orient="row"))
    made = store.run("scan/cut", {**params, "month": wanted.month})
    present = store.tables()
    store.attach(database, "month_db")
    for table, (key, keys) in _CUT.items():
        if table in present:
            store.cut("month_db", table, key, keys)
    for table in dict.fromkeys((*TABLES, *_WHOLE, "unknown_senders")):
        if table in present and table not in _CUT:
            store.cut("month_db", table)
    store.detach("month_db")
    store.drop([*made, "shown_findings", "changes", "monthly"])
