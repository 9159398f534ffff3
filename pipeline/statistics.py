"""Tests and intervals for the small count tables that `sql/root_cause/` makes.

SQL counts; this module adds probabilities (`pipeline.exact`) and writes them back as tables of
their own, keyed by `row_no`, for `sql/conclusions/` to put into words. p-values are adjusted
(Holm) for all comparisons of one table together: where nothing differs, at most one archive in
twenty has any row of it that says so.
"""

import math
from typing import Any

import polars as pl

from pipeline.exact import Ratio, clopper_pearson, fisher_p, holm, odds_ratio, poisson_ratio
from pipeline.store import Store

FEWEST_EVENTS = 6
"""Violating threads that a before/after comparison or a rate comparison needs; below six no split
of them can reach 5 % in an even comparison, so a test could only ever be silent."""

FEWEST_REVIEWS = 10
"""Reviews that each arm of a rating comparison needs."""

_SILENT = Ratio(None, None, None, None)


def add_statistics(store: Store) -> None:
    """Read the count tables; write `rate_`, `recurrence_` and `lift_statistics`."""
    store.put("rate_statistics", _with_holm(_rates(store.table("rate_counts"))))
    store.put("recurrence_statistics", _with_holm(_recurrence(store.table("recurrence_counts"))))
    lift = _lift(store.table("lift_counts"), store.table("lift_strata"))
    store.put("lift_statistics", _with_holm(lift))


def _rates(counts: pl.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in counts.to_dicts():
        low, high = clopper_pearson(row["violating_threads"], row["outbound_threads"])
        table = (
            row["with_violating"],
            row["outbound_threads"] - row["with_violating"],
            row["rest_violating"],
            row["rest_threads"] - row["rest_violating"],
        )
        enough = row["rest_threads"] > 0 and table[0] + table[2] >= FEWEST_EVENTS
        p_value = fisher_p(table) if enough else None
        rows.append(_row(row, Ratio(None, 100 * low, 100 * high, p_value)))
    return rows


def _recurrence(counts: pl.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in counts.to_dicts():
        first = row["before_violating"], float(row["before_exposure"])
        second = row["after_violating"], float(row["after_exposure"])
        enough = first[0] + second[0] >= FEWEST_EVENTS
        rows.append(_row(row, poisson_ratio(first, second) if enough else _SILENT))
    return rows


def _lift(counts: pl.DataFrame, strata: pl.DataFrame) -> list[dict[str, Any]]:
    """One ratio a star and one over all; every moment of a change is a stratum of its own."""
    tables = strata.select(
        "arm",
        "reference",
        "stars",
        a="arm_changed",
        b=pl.col("arm_at_risk") - pl.col("arm_changed"),
        c="reference_changed",
        d=pl.col("reference_at_risk") - pl.col("reference_changed"),
    )
    rows = []
    for row in counts.to_dicts():
        mine = tables.filter(
            pl.col("arm") == row["arm"],
            pl.col("reference") == row["reference"],
            (pl.col("stars") == row["stars"]) | (row["stars"] == 0),
        )
        enough = min(row["arm_compared"], row["reference_compared"]) >= FEWEST_REVIEWS
        usable = enough and mine.height > 0
        ratio = odds_ratio(mine.select("a", "b", "c", "d").to_numpy()) if usable else _SILENT
        rows.append(_row(row, ratio))
    return rows


def _row(row: dict[str, Any], ratio: Ratio) -> dict[str, Any]:
    return {
        "row_no": row["row_no"],
        "ratio": _rounded(ratio.estimate),
        "low": _rounded(ratio.low),
        "high": _rounded(ratio.high),
        "p_value": _rounded(ratio.p_value),
    }


def _with_holm(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Adjust the p-values for their number; rows without one were not tested and do not count."""
    tested = [row for row in rows if row["p_value"] is not None]
    for row, p_value in zip(tested, holm([row["p_value"] for row in tested]), strict=True):
        row["p_holm"] = _rounded(p_value)
    schema = {"row_no": pl.Int64} | dict.fromkeys(
        ("ratio", "low", "high", "p_value", "p_holm"), pl.Float64
    )
    filled = [{name: row.get(name) for name in schema} for row in rows]
    return pl.DataFrame(filled, schema=schema, orient="row").sort("row_no")


def _rounded(value: float | None) -> float | None:
    """Six significant digits: the last ones of a computation differ between machines."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")
