"""Exact tests and intervals for the small count tables that `sql/root_cause/` makes.

SQL counts; this module adds probabilities and writes them back as tables of their own, keyed by
`row_no`, for `sql/conclusions/` to put into words. Everything is exact (no normal approximation)
and two-sided; intervals cover at least 95 %. scipy is imported where it is used: `msgaudit --help`
must not wait for it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from pipeline.store import Store

ALPHA = 0.05
"""One minus the coverage of every interval."""

FEWEST_EVENTS = 6
"""Violating threads that a before/after comparison or a rate comparison needs; below six no split
of them can reach 5 % in an even comparison, so a test could only ever be silent."""

FEWEST_REVIEWS = 10
"""Reviews that each arm of a rating comparison needs."""

_TIE = 1 + 1e-7
_WIDEST = 60.0

Table = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio (None: infinite or undefined), its interval, and the two-sided p-value."""

    estimate: float | None
    low: float | None
    high: float | None
    p_value: float | None


def clopper_pearson(hits: int, n: int, alpha: float = ALPHA) -> tuple[float, float]:
    """Return the exact interval of a proportion `hits / n` (Clopper and Pearson 1934)."""
    from scipy.stats import beta  # noqa: PLC0415 - see the module's docstring

    low = 0.0 if hits == 0 else float(beta.ppf(alpha / 2, hits, n - hits + 1))
    high = 1.0 if hits == n else float(beta.ppf(1 - alpha / 2, hits + 1, n - hits))
    return low, high


def fisher_p(table: Table) -> float:
    """Return Fisher's two-sided p-value of ((a, b), (c, d)): all splits no likelier than this."""
    return _p_value(_split_weights((table,)), table[0])


def odds_ratio(tables: Sequence[Table], alpha: float = ALPHA) -> Ratio:
    """Return the common odds ratio of 2x2 tables, exact and conditional on all margins.

    Each table is (hits of the arm, other of the arm, hits of the reference, other of it). One
    table gives Fisher's test with the conditional maximum-likelihood estimate; several are
    strata that share one odds ratio (Gart 1970): the arm's total is compared with all totals that
    the strata's margins allow.
    """
    total = sum(table[0] for table in tables)
    weights = _split_weights(tuple(tables))
    least, most = next(iter(weights)), max(weights)
    if least == most:
        return Ratio(None, None, None, 1.0)
    tilted = _Tilted(weights)
    low = 0.0 if total == least else tilted.solve(lambda t: t.at_least(total) - alpha / 2)
    high = None if total == most else tilted.solve(lambda t: alpha / 2 - t.at_most(total))
    estimate: float | None = 0.0
    if total == most:
        estimate = None
    elif total > least:
        estimate = tilted.solve(lambda t: t.mean() - total)
    return Ratio(estimate, low, high, _p_value(weights, total))


def poisson_ratio(
    before: tuple[int, float], after: tuple[int, float], alpha: float = ALPHA
) -> Ratio:
    """Return the ratio of two rates (count, exposure), after to before.

    Conditional on the sum of both counts the later one is binomial (Przyborowski and Wilenski
    1940), so p-value and interval are those of a proportion.
    """
    from scipy.stats import binomtest  # noqa: PLC0415 - see the module's docstring

    (first, first_size), (second, second_size) = before, after
    n = first + second
    if n == 0 or first_size <= 0 or second_size <= 0:
        return Ratio(None, None, None, None)
    share = second_size / (first_size + second_size)
    low, high = clopper_pearson(second, n, alpha)
    scale = first_size / second_size
    p_value = float(binomtest(second, n, share).pvalue)
    return Ratio(_odds(second / n, scale), _odds(low, scale), _odds(high, scale), min(p_value, 1.0))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for their number (Holm 1979): step down, never decreasing."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    ranked = sorted(range(len(p_values)), key=lambda place: p_values[place])
    for rank, place in enumerate(ranked):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = highest
    return adjusted


def add_statistics(store: Store) -> None:
    """Read the three count tables; write `rate_`, `recurrence_` and `lift_statistics`."""
    store.put("rate_statistics", _with_holm(_rates(store.table("rate_counts"))))
    store.put("recurrence_statistics", _with_holm(_recurrence(store.table("recurrence_counts"))))
    store.put("lift_statistics", _with_holm(_lift(store.table("lift_counts"))))


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
        rows.append(
            _row(row, Ratio(None, 100 * low, 100 * high, fisher_p(table) if enough else None))
        )
    return rows


def _recurrence(counts: pl.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in counts.to_dicts():
        first = row["before_violating"], float(row["before_exposure"])
        second = row["after_violating"], float(row["after_exposure"])
        enough = first[0] + second[0] >= FEWEST_EVENTS
        rows.append(
            _row(row, poisson_ratio(first, second) if enough else Ratio(None, None, None, None))
        )
    return rows


def _lift(counts: pl.DataFrame) -> list[dict[str, Any]]:
    """One ratio a star, and one over the stars of each arm, which are then strata."""
    rows = []
    for (arm, reference), part in counts.group_by("arm", "reference", maintain_order=True):
        strata = part.filter(pl.col("stars") > 0).to_dicts()
        tables = {row["row_no"]: [_arms(row)] for row in strata}
        whole = part.filter(pl.col("stars") == 0).to_dicts()
        tables |= {row["row_no"]: [_arms(other) for other in strata] for row in whole}
        for row in strata + whole:
            strata_used = tables[row["row_no"]]
            usable = _comparable(strata_used) and row["arm_changed"] + row["reference_changed"] > 0
            ratio = odds_ratio(strata_used) if usable else Ratio(None, None, None, None)
            rows.append(_row({**row, "family": f"{arm}/{reference}"}, ratio))
    return rows


def _comparable(tables: Sequence[Table]) -> bool:
    """Return whether both arms are large enough, counting strata alone that hold both of them."""
    both = [table for table in tables if table[0] + table[1] and table[2] + table[3]]
    arm = sum(table[0] + table[1] for table in both)
    reference = sum(table[2] + table[3] for table in both)
    return min(arm, reference) >= FEWEST_REVIEWS


def _arms(row: dict[str, Any]) -> Table:
    arm, reference = row["arm_changed"], row["reference_changed"]
    return arm, row["arm_reviews"] - arm, reference, row["reference_reviews"] - reference


def _row(row: dict[str, Any], ratio: Ratio) -> dict[str, Any]:
    return {
        "row_no": row["row_no"],
        "family": row["family"],
        "ratio": _rounded(ratio.estimate),
        "low": _rounded(ratio.low),
        "high": _rounded(ratio.high),
        "p_value": _rounded(ratio.p_value),
    }


def _with_holm(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Adjust p-values within each family; rows without one were not tested and do not count."""
    families: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["p_value"] is not None:
            families.setdefault(row["family"], []).append(row)
    for family in families.values():
        adjusted = holm([row["p_value"] for row in family])
        for row, p_value in zip(family, adjusted, strict=True):
            row["p_holm"] = _rounded(p_value)
    schema = {"row_no": pl.Int64} | dict.fromkeys(
        ("ratio", "low", "high", "p_value", "p_holm"), pl.Float64
    )
    filled = [{name: row.get(name) for name in schema} for row in rows]
    return pl.DataFrame(filled, schema=schema, orient="row").sort("row_no")


def _rounded(value: float | None) -> float | None:
    """Six significant digits: the last ones of a computation differ between machines."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")


def _odds(share: float, scale: float) -> float | None:
    return None if share >= 1 else share / (1 - share) * scale


@lru_cache(maxsize=4096)
def _split_weights(tables: tuple[Table, ...]) -> dict[int, float]:
    """Return log P(the arm's total) under no effect for each total the margins allow, ascending."""
    import numpy as np  # noqa: PLC0415 - see the module's docstring
    from scipy.stats import hypergeom  # noqa: PLC0415

    start, weights = 0, np.ones(1)
    for a, b, c, d in tables:
        arm, hits, n = a + b, a + c, a + b + c + d
        least = max(0, hits - (c + d))
        splits = np.arange(least, min(arm, hits) + 1)
        start += least
        weights = np.convolve(weights, np.exp(hypergeom.logpmf(splits, n, hits, arm)))
    with np.errstate(divide="ignore"):
        logs = np.log(weights)
    return {start + place: float(value) for place, value in enumerate(logs)}


def _p_value(weights: dict[int, float], total: int) -> float:
    limit = math.exp(weights[total]) * _TIE
    chances = [math.exp(weight) for weight in weights.values()]
    return min(1.0, math.fsum(chance for chance in chances if chance <= limit))


class _Tilted:
    """The arm's total where the odds ratio is not one: weights multiplied by ratio ** total."""

    def __init__(self, weights: dict[int, float]) -> None:
        self._weights = weights
        self._chances = dict.fromkeys(weights, 0.0)

    def at_least(self, total: int) -> float:
        return math.fsum(chance for t, chance in self._chances.items() if t >= total)

    def at_most(self, total: int) -> float:
        return math.fsum(chance for t, chance in self._chances.items() if t <= total)

    def mean(self) -> float:
        return math.fsum(t * chance for t, chance in self._chances.items())

    def solve(self, difference: Callable[["_Tilted"], float]) -> float:
        """Return the odds ratio at which an increasing difference is zero."""
        from scipy.optimize import brentq  # noqa: PLC0415 - see the module's docstring

        def at(log_ratio: float) -> float:
            self._set(log_ratio)
            return difference(self)

        return math.exp(brentq(at, -_WIDEST, _WIDEST, xtol=1e-12))

    def _set(self, log_ratio: float) -> None:
        logs = {total: weight + total * log_ratio for total, weight in self._weights.items()}
        highest = max(logs.values())
        sized = {total: math.exp(value - highest) for total, value in logs.items()}
        whole = math.fsum(sized.values())
        self._chances = {total: value / whole for total, value in sized.items()}
