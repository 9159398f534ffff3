"""Reads the tables a report is made of; tables that an audit has not made are empty."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import polars as pl

from pipeline.report.columns import stamped
from pipeline.report.words import Words
from pipeline.store import Store

Row = dict[str, Any]

ROOT_CAUSE = (
    "first_uses",
    "phrase_lineage",
    "rates",
    "recurrence_tests",
    "rating_lift",
    "counterfactual",
)
"""The root-cause tables in the order they are shown."""

OPTIONAL_CAUSES = ("notice_facts", "thread_money", "unexplained_changes")
"""Further tables of that stage, shown where they are there."""

_ROWS = (
    "incidents",
    "sources",
    "quarantine",
    "coverage",
    "context_events",
    "report_totals",
    "report_queue",
    "incident_factors",
    "monthly",
    "changes",
    "accounts",
    "elusion",
)
_FRAMES = (
    "findings",
    "review_links",
    "threads",
    "notices",
)
"""Tables that are worked on by columns; they are there as rows too."""

_STEPS = (
    "shown_in",
    "step_at",
    "kind",
    "ref_id",
    "event_type",
    "rating",
    "amount",
    "currency",
)
"""What the timeline needs of `report_steps`."""

_STAMPED = {
    "findings": "sent_at",
    "notices": "received_at",
}
"""Tables whose time is written out for all rows at once, and the column that holds it."""

_COUNTED = ("queue", "quarantine")
"""Tables of which the report shows the first rows and says how many there are."""

QUARANTINE_SHOWN = 200
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,80}")


@dataclass(frozen=True)
class Tables:
    """Rows and frames by table, the timeline's points, the root-cause frames there are.

    Conversations are not held here: `shown` reads them.
    """

    rows: dict[str, list[Row]]
    frames: dict[str, pl.DataFrame]
    points: pl.DataFrame
    causes: dict[str, pl.DataFrame | None]
    counts: dict[str, int]

    def __getitem__(self, name: str) -> list[Row]:
        """Return a table's rows, in its order."""
        if name not in self.rows:
            self.rows[name] = self.frames[name].to_dicts()
        return self.rows[name]

    @property
    def totals(self) -> Row:
        """The archive's counts; zeros where nothing was read."""
        found = self.rows["report_totals"]
        return found[0] if found else dict.fromkeys(("messages", "outbound", "threads"), 0)

    def by(self, table: str, key: str) -> dict[Any, list[Row]]:
        """Group a table's rows by a column, keeping their order."""
        groups: dict[Any, list[Row]] = defaultdict(list)
        for row in self[table]:
            groups[row[key]].append(row)
        return groups


def read_tables(store: Store, words: Words) -> Tables:
    """Read what the report shows but its conversations; of all other messages there are points."""
    present = store.tables()
    rows = {name: store.table(name).to_dicts() if name in present else [] for name in _ROWS}
    rows["quarantine"] = rows["quarantine"][:QUARANTINE_SHOWN]
    frames = {name: _frame(store, name, words) for name in _FRAMES}
    frames["report_steps"] = store.table("report_steps", columns=_STEPS)
    points = (
        store.table("report_points")
        if "report_points" in present
        else pl.DataFrame(schema={"lane": pl.String, "point_at": pl.Datetime, "n": pl.Int64})
    )
    causes = {
        name: store.table(name) if name in present else None
        for name in (*ROOT_CAUSE, *OPTIONAL_CAUSES)
    }
    counts = {name: store.count(name) if name in present else 0 for name in _COUNTED}
    return Tables(rows, frames, points, causes, counts)


def _frame(store: Store, name: str, words: Words) -> pl.DataFrame:
    frame = store.table(name)
    column = _STAMPED.get(name)
    return stamped(frame, column, words) if column else frame


def anchor(prefix: str, name: object) -> str:
    """Return a fragment id for a name: the name itself where a link can carry it, else a hash."""
    text = str(name)
    if not _SLUG.fullmatch(text):
        readable = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:24]
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
        text = f"{readable}-{digest}" if readable else digest
    return f"{prefix}-{text}"


def split(text: object) -> list[str]:
    """Take apart a list column (`a;b`)."""
    return [part for part in str(text or "").split(";") if part]


def minutes(start: datetime, at: datetime) -> int:
    """Return the whole minutes from one time to another."""
    return int((at - start).total_seconds() // 60)
