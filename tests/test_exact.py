"""Exact statistics against enumeration, and their error rates against simulation."""

import itertools
import math
import random
import subprocess
import sys

import pytest
from scipy.stats import binom, binomtest

from pipeline.exact import (
    Table,
    binomial_quantile,
    clopper_pearson,
    fisher_p,
    holm,
    odds_ratio,
    poisson_ratio,
)

TABLES: list[tuple[Table, ...]] = [
    ((8, 2, 1, 5),),
    ((3, 7, 10, 30),),
    ((0, 10, 5, 5),),
    ((4, 4, 4, 4),),
    ((3, 2, 1, 6), (2, 5, 1, 9)),
    ((1, 0, 0, 1), (3, 1, 2, 4), (0, 5, 3, 3)),
]


def splits(tables: tuple[Table, ...], ratio: float) -> dict[int, float]:
    """Return P(the arm's total) by walking through every split of every stratum."""
    chances: dict[int, float] = {}
    ranges = [range(max(0, a + c - (c + d)), min(a + b, a + c) + 1) for a, b, c, d in tables]
    for cells in itertools.product(*ranges):
        weight = 1.0
        for x, (a, b, c, d) in zip(cells, tables, strict=True):
            weight *= math.comb(a + b, x) * math.comb(c + d, a + c - x) * ratio**x
        chances[sum(cells)] = chances.get(sum(cells), 0.0) + weight
    whole = sum(chances.values())
    return {total: weight / whole for total, weight in chances.items()}


@pytest.mark.parametrize("n", [1, 7, 100, 5_000, 250_000])
def test_quantiles_of_the_binomial(n: int) -> None:
    """They are scipy's, far out in the tails and at the ends, too."""
    for p in (0.0, 1e-6, 0.0003, 0.01, 0.4, 0.999, 1.0):
        for chance in (0.00135, 0.5, 1 - 0.00135):
            assert binomial_quantile(chance, n, p) == binom.ppf(chance, n, p)


@pytest.mark.parametrize("tables", TABLES)
def test_odds_ratio_is_the_enumeration(tables: tuple[Table, ...]) -> None:
    """The p-value sums all splits no likelier; at each bound the tail is half of 5 per cent."""
    total = sum(table[0] for table in tables)
    chances = splits(tables, 1.0)
    found = odds_ratio(tables)
    expected = sum(p for p in chances.values() if p <= chances[total] * (1 + 1e-7))

    assert expected == pytest.approx(found.p_value)
    if found.low:
        above = sum(p for t, p in splits(tables, found.low).items() if t >= total)
        assert above == pytest.approx(0.025)
    if found.high:
        below = sum(p for t, p in splits(tables, found.high).items() if t <= total)
        assert below == pytest.approx(0.025)
    if found.estimate:
        mean = sum(t * p for t, p in splits(tables, found.estimate).items())
        assert total == pytest.approx(mean)


@pytest.mark.parametrize("times", [1, 3])
def test_large_archives(times: int) -> None:
    """Where the chance under no effect is too small for a float, ratio and interval still stand.

    With thousands of reviews the conditional estimate is the plain odds ratio, and its interval
    that of Woolf's logarithm, to a per mille.
    """
    table = (5000, 5000, 500, 9500)
    found = odds_ratio([table] * times)
    error = math.sqrt(sum(1 / cell for cell in table) / times)

    assert found.p_value == 1e-300
    assert found.estimate == pytest.approx(19.0, rel=1e-3)
    assert found.low == pytest.approx(19.0 * math.exp(-1.96 * error), rel=5e-3)
    assert found.high == pytest.approx(19.0 * math.exp(1.96 * error), rel=5e-3)


def test_many_moments() -> None:
    """Thousands of moments with one change each: the product of their chances, by hand.

    Where every moment has the same two groups at risk the arm's total is plainly binomial.
    """
    moments = [(1, 9, 0, 30)] * 260 + [(0, 10, 1, 29)] * 740
    found = odds_ratio(moments)
    logs = [math.lgamma(1001) - math.lgamma(k + 1) - math.lgamma(1001 - k) for k in range(1001)]
    chances = [
        math.exp(w + k * math.log(0.25) + (1000 - k) * math.log(0.75)) for k, w in enumerate(logs)
    ]

    assert sum(p for p in chances if p <= chances[260] * (1 + 1e-7)) == pytest.approx(found.p_value)
    assert found.estimate == pytest.approx(260 / 740 * 3)
    low, high = clopper_pearson(260, 1000)
    assert found.low == pytest.approx(low / (1 - low) * 3)
    assert found.high == pytest.approx(high / (1 - high) * 3)


def test_nothing_to_split() -> None:
    """Where the margins leave one split only, nothing is said."""
    found = odds_ratio([(5, 0, 7, 0)])

    assert (found.estimate, found.low, found.high, found.p_value) == (None, None, None, 1.0)


def test_one_sided_ends() -> None:
    """At the ends of what the margins allow an interval is open, and its ratio 0 or infinite."""
    none, every = odds_ratio([(0, 10, 5, 5)]), odds_ratio([(10, 0, 3, 9)])

    assert (none.estimate, none.low) == (0.0, 0.0)
    assert (every.estimate, every.high) == (None, None)


@pytest.mark.parametrize("hits", range(8))
def test_clopper_pearson_tails(hits: int) -> None:
    """At each bound of the interval the binomial tail is half of 5 per cent."""
    n = 7
    low, high = clopper_pearson(hits, n)

    def chance(k: int, p: float) -> float:
        return math.comb(n, k) * p**k * (1 - p) ** (n - k)

    if hits > 0:
        assert sum(chance(k, low) for k in range(hits, n + 1)) == pytest.approx(0.025)
    if hits < n:
        assert sum(chance(k, high) for k in range(hits + 1)) == pytest.approx(0.025)


@pytest.mark.parametrize(("before", "after"), [((3, 100.0), (9, 120.0)), ((0, 50.0), (6, 50.0))])
def test_poisson_is_the_binomial(before: tuple[int, float], after: tuple[int, float]) -> None:
    """Given their sum, the later count is binomial with the share of the exposure."""
    (first, first_size), (second, second_size) = before, after
    n, share = first + second, second_size / (first_size + second_size)
    chances = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    expected = sum(p for p in chances if p <= chances[second] * (1 + 1e-7))
    found = poisson_ratio(before, after)

    assert expected == pytest.approx(found.p_value)
    low, high = clopper_pearson(second, n)
    assert low / (1 - low) * first_size / second_size == pytest.approx(found.low)
    assert (high < 1) == (found.high is not None)


@pytest.mark.parametrize("n", [1, 2, 7, 200, 1_000_000])
def test_poisson_is_the_library_s_binomial(n: int) -> None:
    """The p-value is that of scipy's test, in the middle, at the ends and in either tail."""
    for share in (0.5, 0.25, 1 / 3, 0.02, 0.93):
        spread = 1 + int((n * share * (1 - share)) ** 0.5)
        middle = int(n * share)
        for second in {0, n, middle, middle + spread, middle - 3 * spread, min(n, middle + 1)}:
            if 0 <= second <= n:
                found = poisson_ratio((n - second, 1 - share), (second, share)).p_value
                expected = binomtest(second, n, share).pvalue
                assert max(1e-250, expected) == pytest.approx(max(1e-250, found or 0), rel=1e-8)


def test_no_exposure_says_nothing() -> None:
    """Without anything sent on one side there is no rate to compare."""
    assert poisson_ratio((3, 0.0), (2, 5.0)).p_value is None


def test_holm_by_hand() -> None:
    """The smallest is multiplied by their number, the next by one less, never decreasing."""
    assert [0.03, 0.06, 0.06] == pytest.approx(holm([0.01, 0.04, 0.03]))
    assert [0.02, 0.9] == pytest.approx([holm([0.01, 0.9])[0], holm([0.45, 0.9])[1]])
    assert holm([]) == []


def test_false_positives_of_fisher() -> None:
    """Under no effect at most 5 per cent of tables are called different; power is real."""
    chance = random.Random(11)

    def rejected(p_arm: float, p_reference: float) -> float:
        hits = 0
        for _ in range(600):
            a = sum(chance.random() < p_arm for _ in range(40))
            c = sum(chance.random() < p_reference for _ in range(80))
            hits += fisher_p((a, 40 - a, c, 80 - c)) <= 0.05
        return hits / 600

    assert rejected(0.15, 0.15) <= 0.05 + 0.02  # two standard errors of the simulation
    assert rejected(0.45, 0.15) >= 0.85


def test_false_positives_of_poisson() -> None:
    """Under no change at most 5 per cent of notices are called a change; power is real."""
    chance = random.Random(12)

    def rejected(before: float, after: float) -> float:
        hits = 0
        for _ in range(600):
            first = sum(chance.random() < before for _ in range(300))
            second = sum(chance.random() < after for _ in range(200))
            found = poisson_ratio((first, 300), (second, 200)).p_value
            hits += found is not None and found <= 0.05
        return hits / 600

    assert rejected(0.05, 0.05) <= 0.05 + 0.02
    assert rejected(0.03, 0.12) >= 0.85


def test_nobody_is_blamed_by_chance() -> None:
    """Of twenty equal operators hardly ever one stands out once their number is allowed for."""
    chance = random.Random(13)
    blamed = 0
    for _ in range(150):
        hits = [sum(chance.random() < 0.1 for _ in range(40)) for _ in range(20)]
        total = sum(hits)
        p_values = [fisher_p((h, 40 - h, total - h, 760 - total + h)) for h in hits]
        blamed += min(holm(p_values)) <= 0.05
    assert blamed / 150 <= 0.05 + 0.035


def test_interval_covers() -> None:
    """The interval of a rate covers the truth in at least 95 per cent of archives."""
    chance = random.Random(14)
    for truth in (0.01, 0.2, 0.6):
        covered = 0
        for _ in range(500):
            low, high = clopper_pearson(sum(chance.random() < truth for _ in range(60)), 60)
            covered += low <= truth <= high
        assert covered / 500 >= 0.95 - 0.02


def test_help_does_not_wait_for_scipy() -> None:
    """Importing the module, or the command line, imports neither scipy nor rapidfuzz."""
    code = (
        "import sys, pipeline.cli, pipeline.statistics, pipeline.exact, pipeline.wordings;"
        "print([m for m in ('scipy', 'rapidfuzz') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
