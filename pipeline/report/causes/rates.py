"""Rates: which share of a person's, a channel's, a template's conversations are violating ones."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipeline.report.causes.plots import (
    HEIGHT,
    Plot,
    Row,
    RowPlot,
    Share,
    column_plot,
    interval,
    percent,
)
from pipeline.report.factors import shown_name
from pipeline.report.tables import Tables
from pipeline.report.words import Words

ROWS_SHOWN = 8
_TIMES = ("weekday", "hour")

Values = dict[str, Any]


def plot_rates(frame: pl.DataFrame, tables: Tables, words: Words) -> list[Plot]:
    """Plot each dimension with more than one value, and the days and hours of sending."""
    del tables
    whole = frame.filter((pl.col("period") == "all") & pl.col("rate").is_not_null())
    rows = whole.to_dicts()
    overall = next((row["rate"] for row in rows if row["dimension"] == "all"), None)
    if not overall:
        return []
    dimensions = [
        name
        for name in dict.fromkeys(row["dimension"] for row in rows)
        if name != "all" and name not in _TIMES
    ]
    plots: list[Plot] = []
    for name in dimensions:
        mine = [row for row in rows if row["dimension"] == name]
        if len(mine) > 1 or mine[0]["outbound_threads"] != _total(rows):
            plots.append(_dimension(name, mine, overall, words))
    return plots + [_times(name, rows, words) for name in _TIMES if _has(rows, name)]


def _total(rows: Sequence[Values]) -> int:
    return next((row["outbound_threads"] for row in rows if row["dimension"] == "all"), 0)


def _has(rows: Sequence[Values], dimension: str) -> bool:
    return any(row["dimension"] == dimension and row["violating_threads"] for row in rows)


def _dimension(name: str, rows: list[Values], overall: float, words: Words) -> RowPlot:
    ranked = sorted(rows, key=lambda r: (-r["rate"], -r["outbound_threads"], r["value"]))
    shown = ranked[:ROWS_SHOWN]
    scale = Share([row["rate_high"] for row in shown] + [overall])
    plot = RowPlot(
        words.name("dimension", name),
        [words("causes.violating"), words("causes.share"), words("causes.against_rest")],
        [_row(name, row, scale, words) for row in shown],
        ticks=scale.ticks,
        refs=[(scale.x(overall), "all")],
        legend=[("ref", words("causes.overall", share=percent(overall)))],
    )
    if len(ranked) > len(shown):
        more = words("causes.more_rows", n=len(ranked) - len(shown), table="rates")
        plot.said.append(more)
    return plot


def _row(name: str, row: Values, scale: Share, words: Words) -> Row:
    kind = "bad" if row["violating_threads"] else "none"
    middle = HEIGHT / 2
    return Row(
        shown_name(name, str(row["value"])),
        [
            words("incidents.of", n=row["violating_threads"], total=row["outbound_threads"]),
            f"{percent(row['rate'])} ({interval(row['rate_low'], row['rate_high'])})",
            words.name("verdict_words", row["verdict"]),
        ],
        lines=[(scale.x(row["rate_low"]), scale.x(row["rate_high"]), middle, kind)],
        dots=[(scale.x(row["rate"]), middle, kind)],
    )


def _times(name: str, rows: Sequence[Values], words: Words) -> Plot:
    mine = sorted((row for row in rows if row["dimension"] == name), key=lambda r: r["value"])
    days = words.entry("weekdays_short")
    values = []
    for row in mine:
        label = days[int(row["value"]) - 1] if name == "weekday" else str(row["value"])
        count = words("incidents.of", n=row["violating_threads"], total=row["outbound_threads"])
        number = words.number(row["violating_threads"]) if row["violating_threads"] else ""
        told = f"{label}: {count}, {percent(row['rate'])}"
        values.append((row["rate"], label, number, told))
    plot = column_plot(words.name("dimension", name), values)
    plot.said.append(words("causes.columns_are_rates"))
    return plot
