"""The notices and what followed: flagged messages on either side, and the first one after."""

from typing import Any

import polars as pl

from pipeline.report.causes.plots import WIDTH, Plot, Row, RowPlot
from pipeline.report.pieces import visible
from pipeline.report.tables import Tables, split
from pipeline.report.words import Words

_TOPS = (2, 10)
_ROOM = 4


def plot_facts(frame: pl.DataFrame, tables: Tables, words: Words) -> list[Plot]:
    """Plot the flagged messages on either side of each notice."""
    del tables
    rows = frame.sort("received_at", "notice_id").to_dicts()
    most = max(
        (row[f"flagged_{side}"] or 0 for row in rows for side in ("before", "after")), default=0
    )
    return [
        RowPlot(
            "",
            [
                words("causes.flagged_before"),
                words("causes.flagged_after"),
                words("causes.first_after"),
                words("causes.alleged"),
            ],
            [_row(row, most or 1, words) for row in rows],
            ticks=[(_ROOM, "0"), (WIDTH - _ROOM, words.number(most))],
            legend=[("bar-none", words("causes.before")), ("bar-bad", words("causes.after"))],
        )
    ]


def _row(row: dict[str, Any], most: int, words: Words) -> Row:
    alleged = [words.policy(name).replace("-", " ") for name in split(row["alleged"])]
    first = ""
    if row["first_after_at"]:
        lag = words.lag(round((row["days_to_first_after"] or 0) * 1440))
        first = f"{words.day(row['first_after_at'])}, {words('thread.later', lag=lag)}"
    found = Row(
        words(
            "causes.notice",
            kind=words.name("kind", row["class"]),
            day=words.day(row["received_at"]),
        ),
        [
            words(
                "incidents.of",
                n=row[f"flagged_{side}"] or 0,
                total=words("count.messages", n=row[f"outbound_{side}"] or 0),
            )
            for side in ("before", "after")
        ],
        detail=visible(str(row["subject"] or "")),
    )
    found.cells += [first or words("causes.none"), words.listed(alleged)]
    for side, top, kind in zip(("before", "after"), _TOPS, ("none", "bad"), strict=True):
        if row[f"flagged_{side}"]:
            width = round(row[f"flagged_{side}"] / most * (WIDTH - 2 * _ROOM), 1)
            found.bars.append((width, top, kind))
    return found
