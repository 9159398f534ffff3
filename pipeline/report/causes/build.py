"""Puts the views of the root-cause tables together: plots first, the table folded under them."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from pipeline.report.causes.calendar import plot_calendar
from pipeline.report.causes.facts import plot_facts
from pipeline.report.causes.lift import plot_lift
from pipeline.report.causes.lineage import plot_lineage
from pipeline.report.causes.money import plot_money
from pipeline.report.causes.notices import plot_notices
from pipeline.report.causes.plots import Plot
from pipeline.report.causes.rates import plot_rates
from pipeline.report.causes.table import CauseTable, build_table
from pipeline.report.causes.uses import plot_uses
from pipeline.report.tables import OPTIONAL_CAUSES, ROOT_CAUSE, Tables
from pipeline.report.words import Words

Plotter = Callable[[pl.DataFrame, Tables, Words], list[Plot]]

PLOTS: dict[str, Plotter] = {
    "first_uses": plot_uses,
    "phrase_lineage": plot_lineage,
    "rates": plot_rates,
    "recurrence_tests": plot_notices,
    "rating_lift": plot_lift,
    "counterfactual": plot_calendar,
    "notice_facts": plot_facts,
    "thread_money": plot_money,
}
"""How each table is plotted; a table that is not named here is shown as it is."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One root-cause table: its plots, its rows; `limits` are the sentences its rows share."""

    name: str
    title: str
    note: str
    plots: list[Plot]
    table: CauseTable
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
            continue
        plot = PLOTS.get(name)
        found.append(
            Cause(
                name,
                words(f"causes.{name}"),
                words(f"causes.{name}_note"),
                plot(frame, tables, words) if plot and not frame.is_empty() else [],
                build_table(frame, words),
                _limits(frame),
            )
        )
    return Causes(found, missing)


def _limits(frame: pl.DataFrame) -> list[str]:
    """Return what the rows say of their limits, each clause once."""
    if "limits" not in frame.columns:
        return []
    texts = frame.get_column("limits").drop_nulls().unique().sort().to_list()
    clauses = [clause for text in texts for clause in str(text).split("; ") if clause]
    return list(dict.fromkeys(clauses))
