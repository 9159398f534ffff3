"""First uses: when each channel, person, template and function appears, and its first violation."""

from datetime import datetime
from typing import Any

import polars as pl

from pipeline.report.causes.plots import HEIGHT, WIDTH, Plot, Row, RowPlot
from pipeline.report.factors import shown_name
from pipeline.report.scale import Scale
from pipeline.report.tables import Tables
from pipeline.report.words import Words

ROWS_SHOWN = 16
_ROOM = 6
_ENDS = 26


def time_scale(tables: Tables, frame: pl.DataFrame, column: str) -> Scale:
    """Return the archive's time on a plot's width."""
    times: list[datetime] = [value for value in frame.get_column(column) if value is not None]
    points = tables.points
    if points.height:
        times += [points["point_at"].min(), points["point_at"].max()]  # type: ignore[list-item]
    times += [row["received_at"] for row in tables["notices"]]
    return Scale(min(times), max(times), _ROOM, WIDTH - _ROOM)


def notice_lines(tables: Tables, scale: Scale) -> list[tuple[float, str]]:
    """Return where warnings and deactivations lie."""
    return [
        (scale.x(row["received_at"]), "notice")
        for row in tables["notices"]
        if row["kind"] in ("warning", "deactivation")
    ]


def ends(scale: Scale, words: Words) -> list[tuple[float, str]]:
    """Return the first and the last month of a scale as its labels."""
    return [
        (_ENDS, words.short_month(scale.start)),
        (WIDTH - _ENDS, words.short_month(scale.end)),
    ]


def plot_uses(frame: pl.DataFrame, tables: Tables, words: Words) -> list[Plot]:
    """Plot everything but wordings, whose descent is a view of its own."""
    frame = frame.filter((pl.col("kind") != "phrase") & pl.col("first_at").is_not_null())
    if frame.is_empty():
        return []
    scale = time_scale(tables, frame, "first_at")
    rows = frame.to_dicts()
    ranked = sorted(rows, key=lambda r: (r["first_violation_at"] is None, r["first_at"], r["name"]))
    shown = sorted(ranked[:ROWS_SHOWN], key=lambda r: (r["first_at"], r["kind"], r["name"]))
    plot = RowPlot(
        "",
        [
            words("causes.first_use"),
            words("causes.first_violation"),
            words("causes.messages"),
            words("causes.threads"),
        ],
        [_row(row, scale, words) for row in shown],
        ticks=ends(scale, words),
        refs=notice_lines(tables, scale),
        legend=[
            ("first", words("causes.first_use")),
            ("bad", words("causes.first_violation")),
            ("notice", words("causes.notice_line")),
        ],
    )
    if len(ranked) > len(shown):
        more = words("causes.more_rows", n=len(ranked) - len(shown), table="first_uses")
        plot.said.append(more)
    return [plot]


def _row(row: dict[str, Any], scale: Scale, words: Words) -> Row:
    kind = words.name("novelty", row["kind"])
    state = words("causes.maybe_older") if row["state"] == "unknown" else ""
    middle = HEIGHT / 2
    first, violation = row["first_at"], row["first_violation_at"]
    found = Row(
        shown_name(row["kind"], str(row["shown"] or row["name"])),
        [
            words.day(first),
            _lag(row, words),
            words.number(row["n_messages"] or 0),
            words.number(row["n_violating_threads"] or 0),
        ],
        detail=", ".join(part for part in (kind, state) if part),
        lines=[(scale.x(first), WIDTH - _ROOM, middle, "none")],
        dots=[(scale.x(first), middle, "first")],
    )
    if violation is not None:
        found.lines.append((scale.x(violation), WIDTH - _ROOM, middle, "bad"))
        found.dots.append((scale.x(violation), middle, "bad"))
    return found


def _lag(row: dict[str, Any], words: Words) -> str:
    if row["first_violation_at"] is None:
        return words("causes.none")
    if not row["days_to_violation"]:
        return words.day(row["first_violation_at"])
    lag = words.lag(round(row["days_to_violation"] * 1440))
    return words("thread.later", lag=lag)
