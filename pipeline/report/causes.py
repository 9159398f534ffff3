"""The root-cause tables as the report shows them: the columns that speak, small bars, intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import polars.selectors as cs

from pipeline.report.pieces import visible
from pipeline.report.tables import OPTIONAL_CAUSES, ROOT_CAUSE, Tables, split
from pipeline.report.words import Words

ROWS_SHOWN = 15
_FEW_MORE = 5
_LAST = ("reading",)
_BESIDE = ("limits", "row_no", "family", "history_days", "earliest_at", "latest_at")
_BAR_WIDTH = 60
_BARS = ("n_violating_threads", "violating_threads", "avoidable_threads")


@dataclass(frozen=True, slots=True)
class CauseCell:
    """One value; `bar` is a bar's length, `span` an interval's (left, point, right) in pixels."""

    text: str
    numeric: bool
    bar: float = 0.0
    span: tuple[float, float, float] | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """One root-cause table; `limits` are the sentences its rows share."""

    name: str
    title: str
    note: str
    columns: list[str]
    rows: list[list[CauseCell]]
    total: int
    limits: list[str]


@dataclass(frozen=True, slots=True)
class Causes:
    """The tables there are, and the names of those this audit did not make."""

    tables: list[Cause]
    missing: list[str]


def build_causes(tables: Tables, words: Words) -> Causes:
    """Return what the root-cause stage left, table by table."""
    found, missing = [], []
    for name in (*ROOT_CAUSE, *OPTIONAL_CAUSES):
        frame = tables.causes[name]
        if frame is None:
            if name in ROOT_CAUSE:
                missing.append(words(f"causes.{name}"))
        elif name != "thread_steps":  # the conversations show their steps themselves
            found.append(_cause(name, frame, words))
    return Causes(found, missing)


def _cause(name: str, frame: pl.DataFrame, words: Words) -> Cause:
    frame = frame.with_columns(cs.decimal().cast(pl.Float64))
    columns = _columns(frame)
    shown = frame if frame.height <= ROWS_SHOWN + _FEW_MORE else frame.head(ROWS_SHOWN)
    most = {column: _most([frame[column].to_list()]) for column in columns if column in _BARS}
    reach = {
        column: _most([frame[column].to_list(), frame[high].to_list()])
        for column in columns
        if (high := _bound(frame, column, "high"))
    }
    rows = [
        [_cell(column, row, (most, reach), frame, words) for column in columns]
        for row in shown.to_dicts()
    ]
    labels = [words.name("column", column).replace("_", " ") for column in columns]
    limits = sorted({str(text) for text in shown["limits"] if text}) if "limits" in frame else []
    return Cause(
        name,
        words(f"causes.{name}"),
        words(f"causes.{name}_note"),
        labels,
        rows,
        frame.height,
        limits,
    )


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
    for name in (f"{column}_{end}", end if column == "ratio" else ""):
        if name in frame.columns and frame[column].dtype.is_numeric():
            return name
    return ""


def _most(columns: Sequence[Sequence[Any]]) -> float:
    return max((float(v) for values in columns for v in values if v is not None), default=0.0)


def _cell(
    column: str,
    row: Mapping[str, Any],
    scales: tuple[dict[str, float], dict[str, float]],
    frame: pl.DataFrame,
    words: Words,
) -> CauseCell:
    value, (most, reach) = row[column], scales
    if value is None:
        return CauseCell("", numeric=False)
    if isinstance(value, datetime):
        return CauseCell(words.day(value), numeric=False, kind="nowrap")
    if isinstance(value, bool):
        return CauseCell(str(value).lower(), numeric=False)
    if not isinstance(value, int | float):
        text = visible(words.listed(split(value)) if column.endswith("s") else str(value))
        return CauseCell(
            text, numeric=False, kind="wide" if column in ("reading", "wording") else ""
        )
    text = words.number(value) if isinstance(value, int) else f"{value:,.2f}"
    low, high = (row.get(_bound(frame, column, end) or "-") for end in ("low", "high"))
    if low is not None and high is not None and reach.get(column):
        scale = _BAR_WIDTH / reach[column]
        places = (round(low * scale, 1), round(value * scale, 1), round(high * scale, 1))
        return CauseCell(f"{text} ({low:,.2f} – {high:,.2f})", numeric=True, span=places)
    bar = round(value / most[column] * _BAR_WIDTH, 1) if most.get(column) else 0.0
    return CauseCell(text, numeric=True, bar=bar)
