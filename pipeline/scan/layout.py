"""How a state is laid out, and how one of an earlier layout becomes one of today's.

A layout has a number. A change of it comes with a step from the number before; the steps run on
the copy that a scan works on, so that the old state stands until the scan has happened.
"""

from collections.abc import Callable, Mapping

import polars as pl

from pipeline.errors import StageError
from pipeline.evidence import TABLES
from pipeline.queries import queries
from pipeline.scan.changes import REPORTED
from pipeline.scan.inputs import ARCHIVES, FILES, NUMBERS
from pipeline.scan.keep import KeepingStore
from pipeline.scan.kinship import TABLES as KINSHIP
from pipeline.store import Store

FORMAT = 7
"""The number of today's layout; `_STEPS` says what each number brought."""

RAW = (
    "raw_messages",
    "raw_review_events",
    "raw_review_snapshots",
    "raw_orders",
    "raw_refunds",
    "raw_notices",
    "raw_context_events",
    "raw_attachments",
    "raw_bounces",
    "quarantined",
    "warnings",
)
"""What the readers leave; kept by file, and seen through today's numbers of the files."""

TEXTS = {"segments": "text_segments", "message_languages": "text_languages"}
TEXTS |= {"signals": "text_signals"}
_KEY, _DIGITS = "UUID", 32
"""The type of a text's key, and of how many hexadecimal digits of its hash it is made."""

VIEWS = frozenset((*RAW, *TEXTS, "source_files"))
"""What of a state is no table: kept rows under the names that the stages know."""

MADE_BY_MONTH = (
    "report_messages",
    "report_points",
    "report_segments",
    "report_steps",
    "report_queue",
    "report_totals",
)
"""Tables that a report alone reads: each month's folder has its own, the state none."""

_RESULTS = {
    *TABLES,
    *("thread_identities", "second_opinions", "queue_candidates", "judged", "totals"),
    *("wording_uses", "wording_kinds", "wording_echoes", "wordings", "incident_practice"),
    *("rate_spans", "unknown_senders"),
}
"""What stays of the stages from the correlation on: what people and later scans read."""

_NOTED = {"moved_files", "touched_base", "named_base", "named_threads", "spans_then", "spans_now"}
_JUDGED_BY = {"asks", "surroundings"}
"""Facts that verdicts and other facts alone read."""

_STAGES = ("correlate", "incidents", "evidence", "root_cause", "conclusions")
_ASKED = ("explain", "check", "decisions", "appeal")
"""Questions that are put to the state between scans: what they read stays."""

PENDING: dict[str, type[pl.DataType]] = {
    "fresh": pl.String,
    "target": pl.String,
    "issue": pl.String,
}
SCANS: dict[str, type[pl.DataType]] = {
    "month": pl.String,
    "issue": pl.Int64,
    "digest": pl.String,
    "ruleset_version": pl.String,
    "closed": pl.Boolean,
}
SEEN: dict[str, type[pl.DataType]] = {"message_id": pl.String, "scan_no": pl.Int64}

_OWN = {
    "kept_files": FILES,
    "kept_archives": ARCHIVES,
    "file_numbers": NUMBERS,
    "reported": REPORTED,
    "scan_log": SCANS,
    "seen_messages": SEEN,
    "pending": PENDING,
    **KINSHIP,
}
"""Tables that only scans have, with their columns."""


def passing() -> frozenset[str]:
    """Return the tables that pass with a scan: steps on the way to what stays."""
    asked = {table for stage in _ASKED for query in queries(stage) for table in query.reads}
    steps = {query.table for stage in _STAGES for query in queries(stage)} - _RESULTS - asked
    own = {query.table for stage in ("scan/part", "scan/cut") for query in queries(stage)}
    return frozenset(steps | own | _NOTED | _JUDGED_BY)


def create(store: KeepingStore) -> None:
    """Lay out an empty state."""
    _lay_out(store)
    put_info(store, {"format": str(FORMAT)})


def migrate(store: KeepingStore, source: str) -> bool:
    """Bring a state of an earlier layout to today's, one step after the other.

    Return whether it was of an earlier one.

    Raises:
        StageError: it was written by a later version of msgaudit, or says no layout at all.

    """
    info = info_of(store)
    found = format_of(info, source)
    for step in range(found, FORMAT):
        _STEPS[step](store)
    if found < FORMAT:
        put_info(store, info_of(store) | {"format": str(FORMAT)})
    return found < FORMAT


def format_of(info: Mapping[str, str], source: str) -> int:
    """Return the number of a state's layout.

    Raises:
        StageError: this version cannot read it.

    """
    said = info.get("format", "")
    if not said.isdigit() or not min(_STEPS) <= int(said) <= FORMAT:
        raise StageError(
            f"is a state of format {said or 'unknown'}, and this version knows"
            f" {min(_STEPS)} to {FORMAT}: update msgaudit",
            source=source,
        )
    return int(said)


def info_of(store: Store) -> dict[str, str]:
    """Return what the state says of itself, by name."""
    return dict(store.table("state_info").iter_rows())


def put_info(store: Store, values: Mapping[str, str]) -> None:
    """Write what the state says of itself."""
    rows = sorted(values.items())
    store.put("state_info", pl.DataFrame(rows, schema=["name", "value"], orient="row"))


def _lay_out(store: KeepingStore) -> None:
    """Make the tables of a state that are missing."""
    present = store.tables()
    made = store.create_schema_aside()
    for table in made:
        if table in (*RAW, "source_files"):
            store.keep(table)
        elif table in TEXTS:
            if TEXTS[table] not in present:
                store.put(TEXTS[table], made[table])
                store.retype(TEXTS[table], "message_id", _KEY, "message_id")
        elif table not in present:
            store.put(table, made[table])
    store.drop_part()
    for table, schema in _OWN.items():
        if table not in present:
            store.put(table, pl.DataFrame(schema=schema))


def _read_anew(store: KeepingStore) -> None:
    """Add what the layout lacks, and have every file that is still there read anew.

    What is there no more keeps its rows; what readers of its day left out is not known of it.
    """
    _lay_out(store)
    files = store.table("kept_files")
    store.put("kept_files", files.with_columns("anew: " + pl.col("read_key")))
    info = {k: v for k, v in info_of(store).items() if k not in ("judged", "alike")}
    put_info(store, info)


def _by_message(store: KeepingStore) -> None:
    """Note of messages, and no longer of texts, which scan saw them first."""
    _lay_out(store)
    if {"seen_texts", "message_texts"} <= store.tables():
        seen = store.table("message_texts").join(store.table("seen_texts"), on="text_key")
        store.put("seen_messages", seen.select(*SEEN))
    store.drop(["seen_texts"])


def _without_steps(store: KeepingStore) -> None:
    """Drop the tables that pass with a scan since then."""
    store.drop(sorted(passing()))


def _shorter_keys(store: KeepingStore) -> None:
    """Tell texts by half of their hash, and drop the facts that pass with a scan since then."""
    keyed = [("message_texts", "text_key"), *((table, "message_id") for table in TEXTS.values())]
    for table, column in keyed:
        if store.tables() >= {table} and store.columns(table)[column] != _KEY:
            store.retype(table, column, _KEY, f"left({column}, {_DIGITS})")
    store.drop(sorted(passing()))


_STEPS: Mapping[int, Callable[[KeepingStore], None]] = {
    1: _read_anew,  # 2: archives, attachments and bounces
    2: _read_anew,  # 3: who the buyer of an order is
    3: _by_message,  # 4: which scan first saw a message
    4: _lay_out,  # 5: what was found out of wordings
    5: _without_steps,  # 6: steps on the way to results are no longer kept
    6: _shorter_keys,  # 7: a text is told by a number; its judgement leaves fewer tables
}
"""What makes a state of the next layout out of one of this number."""
