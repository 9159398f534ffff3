"""Exact tests and intervals for counts: binomial, hypergeometric and conditional Poisson.

No normal approximation anywhere; tests are two-sided and intervals cover at least 95 %. scipy and
numpy are imported where they are used: `msgaudit --help` must not wait for them.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

ALPHA = 0.05
"""One minus the coverage of every interval."""

Table = tuple[int, int, int, int]
"""(hits of the arm, other of the arm, hits of the reference, other of the reference)."""

_TIE = 1 + 1e-7
_WIDEST = 60.0
_SINGLE = 2
_LONG = 64
_NOTHING = 1e-300
"""No chance is told apart from a smaller one below it, and no p-value is zero."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio (None: infinite or undefined), its interval, and the two-sided p-value."""

    estimate: float | None
    low: float | None
    high: float | None
    p_value: float | None


def clopper_pearson(hits: int, n: int, alpha: float = ALPHA) -> tuple[float, float]:
    """Return the exact interval of a proportion `hits / n` (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv  # noqa: PLC0415 - see the module's docstring

    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, alpha / 2))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 1 - alpha / 2))
    return low, high


def binomial_quantile(chance: float, n: int, p: float) -> int:
    """Return the smallest count that at most so many of `n` reach with at least this `chance`.

    As `scipy.stats.binom.ppf`, which takes most of a second to import.
    """
    from scipy.special import bdtr  # noqa: PLC0415 - see the module's docstring

    return bisect_left(range(n), chance, key=lambda count: bdtr(count, n, p))


@lru_cache(maxsize=65_536)
def fisher_p(table: Table) -> float:
    """Return Fisher's two-sided p-value of ((a, b), (c, d)): all splits no likelier than this."""
    return _Totals([table]).p_value()


def odds_ratio(tables: "Sequence[Table] | npt.NDArray[np.int64]", alpha: float = ALPHA) -> Ratio:
    """Return the common odds ratio of 2x2 tables, exact and conditional on all margins.

    One table gives Fisher's test with the conditional maximum-likelihood estimate; several are
    strata that share one odds ratio (Gart 1970): the arm's total is compared with all totals that
    the strata's margins allow. Where the strata are the moments at which something happened, and
    their margins those at risk then, it is the ratio of the two rates of happening (Cox 1972).
    """
    totals = _Totals(tables)
    if totals.least == totals.most:
        return Ratio(None, None, None, 1.0)
    seen = totals.seen
    low = high = estimate = None
    if seen == totals.least:
        low = estimate = 0.0
    else:
        low = totals.solve(lambda chances: totals.at_least(chances) - alpha / 2)
    if seen < totals.most:
        high = totals.solve(lambda chances: alpha / 2 - totals.at_most(chances))
    if totals.least < seen < totals.most:
        estimate = totals.solve(lambda chances: totals.mean(chances) - seen)
    return Ratio(estimate, low, high, totals.p_value())


def poisson_ratio(
    before: tuple[int, float], after: tuple[int, float], alpha: float = ALPHA
) -> Ratio:
    """Return the ratio of two rates (count, exposure), after to before.

    Conditional on the sum of both counts the later one is binomial (Przyborowski and Wilenski
    1940), so p-value and interval are those of a proportion.
    """
    (first, first_size), (second, second_size) = before, after
    n = first + second
    if n == 0 or first_size <= 0 or second_size <= 0:
        return Ratio(None, None, None, None)
    share = second_size / (first_size + second_size)
    low, high = clopper_pearson(second, n, alpha)
    scale = first_size / second_size
    p_value = _binomial_p(second, n, share)
    return Ratio(_odds(second / n, scale), _odds(low, scale), _odds(high, scale), p_value)


def _binomial_p(hits: int, n: int, share: float) -> float:
    """Return the chance of the counts that are no likelier than `hits`, of `n` at this share.

    As `scipy.stats.binomtest`, which takes most of a second to import. Counts get less likely the
    farther they are from the likeliest one, so the other tail is found by bisection.
    """
    from scipy.special import betainc, betaincc, betaln  # noqa: PLC0415 - see the module's docstring

    def at_most(count: int) -> float:
        return 0.0 if count < 0 else float(betaincc(count + 1, n - count, share))

    def at_least(count: int) -> float:
        return 0.0 if count > n else float(betainc(count, n - count + 1, share))

    def unlikeliness(count: int) -> float:
        split = betaln(n - count + 1, count + 1) + math.log(n + 1)
        return float(split) - count * math.log(share) - (n - count) * math.log1p(-share)

    bound = unlikeliness(hits) - math.log(_TIE)
    middle = int((n + 1) * share)
    if hits == middle:
        return 1.0
    if hits < middle:
        above = bisect_left(range(middle, n + 1), bound, key=unlikeliness) + middle
        found = at_most(hits) + at_least(above)
    else:
        below = middle - bisect_left(range(middle, -1, -1), bound, key=unlikeliness)
        found = at_least(hits) + at_most(below)
    return min(1.0, max(_NOTHING, found))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for their number (Holm 1979): step down, never decreasing."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    ranked = sorted(range(len(p_values)), key=lambda place: p_values[place])
    for rank, place in enumerate(ranked):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = highest
    return adjusted


def _odds(share: float, scale: float) -> float | None:
    return None if share >= 1 else share / (1 - share) * scale


class _Totals:
    """The arm's total of hits over all tables: how likely each is where the odds ratio is one.

    The tables' splits are independent, so the total's chances are the product of theirs. It is
    taken twice: as it is, and where the seen total is the expected one (each chance times
    ratio ** hits, which is taken out again), for in a large archive the seen total's chance under
    no effect may be too small for a float.
    """

    def __init__(self, tables: "Sequence[Table] | npt.NDArray[np.int64]") -> None:
        import numpy as np  # noqa: PLC0415 - see the module's docstring

        cells = np.asarray(tables, dtype=np.int64).reshape(-1, 4)
        arm, hits = cells[:, 0] + cells[:, 1], cells[:, 0] + cells[:, 2]
        n = cells.sum(axis=1)
        lowest = np.maximum(0, hits - (n - arm))
        sizes = np.minimum(arm, hits) - lowest + 1
        of = np.repeat(np.arange(len(cells)), sizes)
        starts = np.cumsum(sizes) - sizes
        splits = np.arange(int(sizes.sum())) - starts[of] + lowest[of]
        parts = _Parts(splits, _log_hypergeometric(splits, n[of], hits[of], arm[of]), starts, of)
        self.seen = int(cells[:, 0].sum())
        self.least = int(lowest.sum())
        self.most = self.least + int((sizes - 1).sum())
        self._totals, self._logs = parts.whole(self.least, 0.0)
        if len(cells) > 1 and self.least < self.most:
            tilted, logs = parts.whole(self.least, parts.tilt(self.seen))
            first, last = min(self._totals[0], tilted[0]), max(self._totals[-1], tilted[-1])
            merged = np.full(last - first + 1, -np.inf)
            for totals, found in ((self._totals, self._logs), (tilted, logs)):
                place = slice(totals[0] - first, totals[-1] - first + 1)
                merged[place] = np.maximum(merged[place], found)
            self._totals, self._logs = np.arange(first, last + 1), merged

    def p_value(self) -> float:
        """Return the chance, under no effect, of the totals that are no likelier than the seen."""
        import numpy as np  # noqa: PLC0415

        seen = self._logs[self._totals == self.seen]
        chances = np.exp(self._logs[self._logs <= seen + math.log(_TIE)])
        return min(1.0, max(_NOTHING, math.fsum(chances.tolist())))

    def at_least(self, chances: "Floats") -> float:
        return float(chances[self._totals >= self.seen].sum())

    def at_most(self, chances: "Floats") -> float:
        return float(chances[self._totals <= self.seen].sum())

    def mean(self, chances: "Floats") -> float:
        return float((self._totals * chances).sum())

    def solve(self, difference: Callable[["Floats"], float]) -> float:
        """Return the odds ratio at which an increasing difference is zero."""
        import numpy as np  # noqa: PLC0415
        from scipy.optimize import brentq  # noqa: PLC0415

        def at(log_ratio: float) -> float:
            logs = self._logs + self._totals * log_ratio
            chances = np.exp(logs - logs.max())
            return difference(chances / chances.sum())

        return math.exp(brentq(at, -_WIDEST, _WIDEST, xtol=1e-12))


def _log_hypergeometric(
    split: "npt.NDArray[np.int64]",
    n: "npt.NDArray[np.int64]",
    hits: "npt.NDArray[np.int64]",
    arm: "npt.NDArray[np.int64]",
) -> "Floats":
    """Return log P(split of the hits lie in the arm), all margins given."""
    return _log_choose(arm, split) + _log_choose(n - arm, hits - split) - _log_choose(n, hits)


def _log_choose(n: "npt.NDArray[np.int64]", k: "npt.NDArray[np.int64]") -> "Floats":
    import numpy as np  # noqa: PLC0415
    from scipy.special import betaln  # noqa: PLC0415

    found: Floats = -betaln(n - k + 1, k + 1) - np.log(n + 1)
    return found


@dataclass(frozen=True, slots=True)
class _Parts:
    """The splits of every table, end to end, with their log chances."""

    splits: "npt.NDArray[np.int64]"
    logs: "Floats"
    starts: "npt.NDArray[np.int64]"
    of: "npt.NDArray[np.int64]"

    def whole(self, least: int, tilt: float) -> "tuple[npt.NDArray[np.int64], Floats]":
        """Return totals and their log chances, multiplied where chances have this tilt."""
        import numpy as np  # noqa: PLC0415

        if len(self.starts) == 1:
            return self.splits, self.logs
        tilted = self.logs + tilt * self.splits
        wholes = np.logaddexp.reduceat(tilted, self.starts)
        offset, chances = _product(np.exp(tilted - wholes[self.of]), self.starts)
        totals = np.arange(len(chances)) + least + offset
        with np.errstate(divide="ignore"):
            return totals, np.log(chances) - tilt * totals + float(wholes.sum())

    def tilt(self, seen: int) -> float:
        """Return the log ratio at which the expected total is the seen one, or nearly."""
        import numpy as np  # noqa: PLC0415
        from scipy.optimize import brentq  # noqa: PLC0415

        def surplus(log_ratio: float) -> float:
            tilted = self.logs + log_ratio * self.splits
            wholes = np.logaddexp.reduceat(tilted, self.starts)
            return float((np.exp(tilted - wholes[self.of]) * self.splits).sum()) - seen

        if surplus(-_WIDEST) >= 0 or surplus(_WIDEST) <= 0:
            return -_WIDEST if surplus(0.0) > 0 else _WIDEST
        return float(brentq(surplus, -_WIDEST, _WIDEST, xtol=1e-6))


def _product(chances: "Floats", starts: "npt.NDArray[np.int64]") -> "tuple[int, Floats]":
    """Return the chances of the parts' sum, and how many totals before the first were left out.

    Most parts are single hits (two chances); these are multiplied side by side, as many at once
    as are equally long.
    """
    import numpy as np  # noqa: PLC0415

    sizes = np.diff(np.append(starts, len(chances)))
    single = starts[sizes == _SINGLE]
    found = [
        _trimmed(0, row)
        for row in _multiplied(np.stack([chances[single], chances[single + 1]], axis=1))
    ]
    found += [
        (0, chances[start : start + size])
        for start, size in zip(starts, sizes, strict=True)
        if size != _SINGLE
    ]
    while len(found) > 1:
        paired = [
            _trimmed(a_from + b_from, np.convolve(a, b))
            for (a_from, a), (b_from, b) in zip(found[::2], found[1::2], strict=False)
        ]
        found = paired + ([found[-1]] if len(found) % 2 else [])
    return found[0]


def _multiplied(rows: "Floats") -> "Floats":
    """Return fewer and longer rows with the same product, by pairs."""
    import numpy as np  # noqa: PLC0415

    while len(rows) > 1 and rows.shape[1] <= _LONG:
        if len(rows) % 2:
            none = np.zeros((1, rows.shape[1]))
            none[0, 0] = 1.0
            rows = np.concatenate([rows, none])
        a, b = rows[::2], rows[1::2]
        width = rows.shape[1]
        product = np.zeros((len(a), 2 * width - 1))
        for place in range(width):
            product[:, place : place + width] += a * b[:, place : place + 1]
        rows = product
    return rows


def _trimmed(offset: int, chances: "Floats") -> "tuple[int, Floats]":
    import numpy as np  # noqa: PLC0415

    kept = np.flatnonzero(chances > _NOTHING)
    first, last = int(kept[0]), int(kept[-1])
    return offset + first, chances[first : last + 1]
