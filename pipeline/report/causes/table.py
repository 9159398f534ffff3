"""A root-cause table as it is: the columns that speak, with intervals beside their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import polars.selectors as cs

from pipeline.report.factors import with_days
from pipeline.report.pieces import visible
from pipeline.report.tables import split
from pipeline.report.words import Words

ROWS_SHOWN = 15
_FEW_MORE = 5
_LAST = ("reading",)
_BESIDE = ("limits", "row_no", "family", "history_days", "earliest_at", "latest_at")
_LONG = ("reading", "wording", "shown", "subject")


@dataclass(frozen=True, slots=True)
class CauseCell:
    """One value as text, whether it is a number, and how wide it may grow."""

    text: str
    numeric: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class CauseTable:
    """The first rows of a table, and how many there are."""

    columns: list[str]
    rows: list[list[CauseCell]]
    total: int


def build_table(frame: pl.DataFrame, words: Words) -> CauseTable:
    """Return a table's first rows, in its own order."""
    frame = frame.with_columns(cs.decimal().cast(pl.Float64))
    columns = _columns(frame)
    shown = frame if frame.height <= ROWS_SHOWN + _FEW_MORE else frame.head(ROWS_SHOWN)
    rows = [[_cell(column, row, frame, words) for column in columns] for row in shown.to_dicts()]
    labels = [words.name("column", column).replace("_", " ") for column in columns]
    return CauseTable(labels, rows, frame.height)


def _columns(frame: pl.DataFrame) -> list[str]:
    """Return the columns worth a reader's time: no keys, no bounds, nothing that is empty."""
    bounds = {
        bound
        for column in frame.columns
        for end in ("low", "high")
        if (bound := _bound(frame, column, end))
    }
    found = [
        column
        for column in frame.columns
        if frame[column].null_count() < frame.height
        and column not in _BESIDE
        and column not in bounds
        and not column.endswith("_id")
        and not (column == "name" and "shown" in frame.columns)
    ]
    return sorted(found, key=lambda column: column in _LAST)


def _bound(frame: pl.DataFrame, column: str, end: str) -> str:
    """Return the column that holds a number's lower or upper bound, if there is one."""
    if column.endswith(("_low", "_high")) or column in ("low", "high"):
        return ""
    stem = column.removesuffix("_ratio") if column == "odds_ratio" else column
    stem = "ratio" if column == "rate_ratio" else stem
    name = f"{stem}_{end}"
    if name in frame.columns and frame[column].dtype.is_numeric():
        return name
    return ""


def _cell(column: str, row: Mapping[str, Any], frame: pl.DataFrame, words: Words) -> CauseCell:
    value = row[column]
    if value is None:
        return CauseCell("", numeric=frame[column].dtype.is_numeric())
    if isinstance(value, datetime):
        return CauseCell(words.day(value), numeric=False, kind="nowrap")
    if isinstance(value, bool):
        return CauseCell(str(value).lower(), numeric=False)
    if not isinstance(value, int | float):
        text = words.listed(split(value)) if column.endswith("s") else str(value)
        text = with_days(visible(text), words)
        return CauseCell(text, numeric=False, kind="wide" if column in _LONG else "")
    low, high = (row.get(_bound(frame, column, end) or "-") for end in ("low", "high"))
    text = _number(value, words)
    if low is not None and high is not None:
        text = f"{text} ({_number(low, words)} – {_number(high, words)})"
    return CauseCell(text, numeric=True)


def _number(value: float, words: Words) -> str:
    if float(value).is_integer():
        return words.number(int(value))
    least = 0.01
    return f"< {least}" if 0 < value < least else f"{value:,.2f}"
