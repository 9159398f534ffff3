"""Reads the flagged conversations some at a time: all their texts need not fit into memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import polars as pl

from pipeline.report.columns import stamped
from pipeline.report.words import Words
from pipeline.store import Store

_KEYS = (
    "shown_in",
    "message_id",
    "thread_id",
    "direction",
    "sender",
    "recipient",
    "buyer_id",
)
_AT_ONCE = 20_000

TRAIL = {
    "thread_id": pl.String,
    "step": pl.String,
    "status": pl.String,
    "step_no": pl.Int64,
    "order_no": pl.Int64,
    "lag_hours": pl.Float64,
    "source_table": pl.String,
    "source_id": pl.String,
}
"""The columns of `thread_steps` that the report shows."""


@dataclass(frozen=True)
class Shown:
    """What some conversations are drawn from.

    `messages` are rows of `report_messages` and `steps` of `report_steps`, both with their times
    written out, `trail` of `thread_steps`; `pieces` is what message texts were cut into where
    they are masked, else None.
    """

    messages: pl.DataFrame
    segments: pl.DataFrame
    steps: pl.DataFrame
    trail: pl.DataFrame
    pieces: pl.DataFrame | None = None


class Conversations(Protocol):
    """The flagged conversations of an audit."""

    @property
    def keys(self) -> pl.DataFrame:
        """Every shown message without its texts: where it is shown, who wrote to whom."""
        ...

    @property
    def wordings(self) -> pl.DataFrame:
        """Say by a number which messages of flagged threads read alike: `message_id`, `wording`."""
        ...

    def read(self, threads: Sequence[str]) -> Shown:
        """Return what is shown under these threads."""
        ...


class Stored:
    """The conversations as the store has them, verbatim."""

    def __init__(self, store: Store, words: Words) -> None:
        """Read from `store`, which stays open until the report is written."""
        self._store = store
        self._words = words
        self._has_trail = "thread_steps" in store.tables()

    @cached_property
    def keys(self) -> pl.DataFrame:
        """Every shown message without its texts."""
        return self._store.table("report_messages", columns=_KEYS)

    @cached_property
    def wordings(self) -> pl.DataFrame:
        """The whole text but for blanks at its ends, as `msgaudit decide --same-text` has it."""
        columns = ("shown_in", "thread_id", "message_id", "body")
        found = [
            rows.filter(pl.col("thread_id") == pl.col("shown_in")).select(
                "message_id", wording=pl.col("body").str.strip_chars().hash()
            )
            for rows in self._store.table_batches("report_messages", _AT_ONCE, columns=columns)
        ]
        empty = pl.DataFrame(schema={"message_id": pl.String, "wording": pl.UInt64})
        return pl.concat([empty, *found])

    def read(self, threads: Sequence[str]) -> Shown:
        """Return what is shown under these threads."""
        find = self._store.matching
        messages = find("report_messages", "shown_in", threads)
        ids = messages.get_column("message_id").unique().to_list()
        trail = pl.DataFrame(schema=TRAIL)
        if self._has_trail:
            trail = find("thread_steps", "thread_id", threads)
        return Shown(
            messages=stamped(messages, "sent_at", self._words),
            segments=find("report_segments", "message_id", ids),
            steps=stamped(find("report_steps", "shown_in", threads), "step_at", self._words),
            trail=trail.select(pl.col(column).cast(kind) for column, kind in TRAIL.items()),
        )
