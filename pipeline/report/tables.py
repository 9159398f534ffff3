"""Reads the tables a report is made of; tables that an audit has not made are empty."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import polars as pl

from pipeline.store import Store

Row = dict[str, Any]

ROOT_CAUSE = (
    "first_uses",
    "phrase_lineage",
    "rates",
    "recurrence_tests",
    "rating_lift",
    "counterfactual",
    "thread_steps",
)
"""The root-cause tables in the order they are shown."""

OPTIONAL_CAUSES = ("notice_facts", "thread_money", "unexplained_changes")
"""Further tables of that stage, shown where they are there."""

_SMALL = (
    "incidents",
    "queue",
    "sources",
    "quarantine",
    "coverage",
    "notices",
    "context_events",
    "review_links",
    "threads",
    "findings",
    "report_segments",
    "report_steps",
    "report_messages",
    "report_totals",
    "report_queue",
)
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,80}")


@dataclass(frozen=True)
class Tables:
    """Rows by table, the timeline's points as a frame, the root-cause frames there are."""

    rows: dict[str, list[Row]]
    points: pl.DataFrame
    causes: dict[str, pl.DataFrame | None]

    def __getitem__(self, name: str) -> list[Row]:
        """Return a table's rows, in its order."""
        return self.rows[name]

    @property
    def totals(self) -> Row:
        """The archive's counts; zeros where nothing was read."""
        found = self.rows["report_totals"]
        return found[0] if found else dict.fromkeys(("messages", "outbound", "threads"), 0)

    def by(self, table: str, key: str) -> dict[Any, list[Row]]:
        """Group a table's rows by a column, keeping their order."""
        groups: dict[Any, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            groups[row[key]].append(row)
        return groups


def read_tables(store: Store) -> Tables:
    """Read what the report shows: bodies of flagged conversations only, points of the rest."""
    present = store.tables()
    rows = {name: store.table(name).to_dicts() if name in present else [] for name in _SMALL}
    points = (
        store.table("report_points")
        if "report_points" in present
        else pl.DataFrame(schema={"lane": pl.String, "point_at": pl.Datetime, "n": pl.Int64})
    )
    causes = {
        name: store.table(name) if name in present else None
        for name in (*ROOT_CAUSE, *OPTIONAL_CAUSES)
    }
    return Tables(rows, points, causes)


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
