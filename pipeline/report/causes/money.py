"""Money: what was ordered, promised in words and paid back in each flagged conversation."""

from typing import Any

import polars as pl
import polars.selectors as cs

from pipeline.report.causes.plots import WIDTH, Plot, Row, RowPlot
from pipeline.report.pieces import visible
from pipeline.report.tables import Tables
from pipeline.report.words import Words

ROWS_SHOWN = 10
_TOPS = (2, 10)
_ROOM = 4


def plot_money(frame: pl.DataFrame, tables: Tables, words: Words) -> list[Plot]:
    """Plot for each currency the conversations with the most paid back, and say the sums."""
    del tables
    frame = frame.with_columns(cs.decimal().cast(pl.Float64))
    plots: list[Plot] = []
    for (currency,), part in sorted(
        frame.partition_by("currency", as_dict=True).items(), key=lambda item: str(item[0])
    ):
        ranked = part.sort(
            "paid", "first_at", "thread_id", descending=[True, False, False], nulls_last=True
        )
        plots.append(_plot(str(currency or ""), ranked, words))
    return plots


def _plot(currency: str, ranked: pl.DataFrame, words: Words) -> RowPlot:
    rows = ranked.head(ROWS_SHOWN).to_dicts()
    most = max((row[name] or 0.0 for row in rows for name in ("ordered", "paid")), default=0.0)
    sums = {
        name: f"{ranked[name].sum() or 0:,.2f} {currency}".strip()
        for name in ("ordered", "promised", "paid")
    }
    plot = RowPlot(
        currency,
        [
            words("causes.ordered"),
            words("causes.promised"),
            words("causes.paid"),
            words("causes.state"),
        ],
        [_row(row, most or 1.0) for row in rows],
        ticks=[(_ROOM, "0"), (WIDTH - _ROOM, f"{most:,.2f}")],
        said=[words("causes.money_sums", n=ranked.height, **sums)],
        legend=[("bar-none", words("causes.ordered")), ("bar-bad", words("causes.paid"))],
    )
    if ranked.height > len(rows):
        more = ranked.height - len(rows)
        plot.said.append(words("causes.more_rows", n=more, table="thread_money"))
    return plot


def _row(row: dict[str, Any], most: float) -> Row:
    found = Row(
        visible(str(row["thread_id"])),
        [
            "" if row[name] is None else f"{row[name]:,.2f}"
            for name in ("ordered", "promised", "paid")
        ],
    )
    found.cells.append(visible(str(row["reading"] or "")))
    for name, top, kind in zip(("ordered", "paid"), _TOPS, ("none", "bad"), strict=True):
        if row[name]:
            width = round(row[name] / most * (WIDTH - 2 * _ROOM), 1)
            found.bars.append((width, top, kind))
    return found
