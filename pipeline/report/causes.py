"""The root-cause tables as the report shows them: columns, rows, and small bars for the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from pipeline.report.pieces import visible
from pipeline.report.tables import ROOT_CAUSE, Tables
from pipeline.report.words import Words

ROWS_SHOWN = 25
_READING = ("reading", "limits", "note")
_BAR = ("rate", "rate_after", "violating_threads", "avoidable_threads", "later_threads")
_BAR_WIDTH = 60


@dataclass(frozen=True, slots=True)
class CauseCell:
    """One value, and the length of its bar (0: none)."""

    text: str
    numeric: bool
    bar: float = 0.0


@dataclass(frozen=True, slots=True)
class Cause:
    """One root-cause table."""

    name: str
    title: str
    note: str
    columns: list[str]
    rows: list[list[CauseCell]]
    total: int


@dataclass(frozen=True, slots=True)
class Causes:
    """The tables there are, and the names of those this audit did not make."""

    tables: list[Cause]
    missing: list[str]


def build_causes(tables: Tables, words: Words) -> Causes:
    """Return what the root-cause stage left, table by table."""
    found, missing = [], []
    for name in ROOT_CAUSE:
        frame = tables.causes[name]
        if frame is None:
            missing.append(words(f"causes.{name}"))
        elif name != "thread_steps":  # the conversations show their steps themselves
            found.append(_cause(name, frame, words))
    return Causes(found, missing)


def _cause(name: str, frame: pl.DataFrame, words: Words) -> Cause:
    columns = [column for column in frame.columns if frame[column].null_count() < frame.height]
    columns.sort(key=lambda column: column in _READING)
    most = {column: _most(frame[column].to_list()) for column in columns if column in _BAR}
    rows = [
        [_cell(column, row[column], most.get(column, 0.0), words) for column in columns]
        for row in frame.head(ROWS_SHOWN).to_dicts()
    ]
    titles = [column.replace("_", " ") for column in columns]
    note = words(f"causes.{name}_note")
    return Cause(name, words(f"causes.{name}"), note, titles, rows, frame.height)


def _most(values: Sequence[Any]) -> float:
    return max((float(value) for value in values if value is not None), default=0.0)


def _cell(column: str, value: Any, most: float, words: Words) -> CauseCell:  # noqa: ANN401 - any column
    if value is None:
        return CauseCell("", numeric=False)
    if isinstance(value, datetime):
        return CauseCell(words.day(value), numeric=False)
    if isinstance(value, bool):
        return CauseCell(str(value).lower(), numeric=False)
    if isinstance(value, int | float):
        bar = round(float(value) / most * _BAR_WIDTH, 1) if most > 0 and column in _BAR else 0.0
        text = words.number(value) if isinstance(value, int) else f"{value:,.2f}"
        return CauseCell(text, numeric=True, bar=bar)
    return CauseCell(visible(str(value)), numeric=False)
