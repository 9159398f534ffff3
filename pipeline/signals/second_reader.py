"""The second reader: a sparse linear score of how much a message reads like the labelled ones.

It sees what the grammar only half sees: it is asked where the grammar found something or several
concepts stand together, and says how likely the message breaks a rule and which policies it reads
like. What it sees are the traits of `traits`; the weights are tables made by
`tests/labelled/train_second_reader.py`. Method: logistic regression, measured on texts by authors
left out of its training. Weights are whole numbers, so that sums are the same in any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RuleError
from pipeline.lazy import deferred

if TYPE_CHECKING:
    import polars as pl

    from pipeline.signals.traits import Block
else:
    pl = deferred("polars")

FOLDER = Path(__file__).with_name("weights")
VIOLATING = "violating"
"""The target of the score; every other target is a policy."""
UNIT = 0.001
"""What a weight of one is worth."""
LIKELY, POSSIBLE = 0.35, 0.1
"""From the first on a policy is named, besides the likeliest one; below the second it is not
believed where the grammar names it."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely the message is a violating one, which policies it reads like, which it may."""

    score: float
    policies: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondReader:
    """Weights by target and trait, and the bias of each target, in units."""

    weights: Mapping[str, Mapping[str, int]]
    bias: Mapping[str, int]

    def opinion(self, blocks: Sequence[Block]) -> Opinion:
        """Return what it thinks of a message of the seller side."""
        score = self.chance(VIOLATING, blocks)
        chances = {
            target: self.chance(target, blocks) for target in self.weights if target != VIOLATING
        }
        return Opinion(score, *named(chances))

    def chance(self, target: str, blocks: Iterable[Block]) -> float:
        """Return how likely a target is, with four decimals."""
        weights = self.weights[target]
        total = float(self.bias[target])
        for block in blocks:
            summed = sum(count * weights.get(name, 0) for name, count in block.counts.items())
            total += block.each * summed
        return chance_of(total)


def chance_of(units: float) -> float:
    """Return the logistic of a sum of units, with four decimals."""
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, units * UNIT)))), 4)


def named(chances: Mapping[str, float]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the policies to name, the likeliest among them, and the others that are possible."""
    first = min(chances, key=lambda policy: (-chances[policy], policy))
    likely = {policy for policy, chance in chances.items() if chance >= LIKELY} | {first}
    possible = {policy for policy, chance in chances.items() if chance >= POSSIBLE} - likely
    return tuple(sorted(likely)), tuple(sorted(possible))


@lru_cache(maxsize=1)
def load_second_reader(folder: Path = FOLDER) -> SecondReader:
    """Read the tables of weights, one a target.

    Raises:
        RuleError: a table is missing or is none.

    """
    weights: dict[str, dict[str, int]] = {}
    bias: dict[str, int] = {}
    for path in sorted(folder.glob("*.parquet")):
        try:
            table = pl.read_parquet(path, columns=["trait", "weight"])
        except (OSError, pl.exceptions.PolarsError) as error:
            raise RuleError("the table of weights cannot be read", source=str(path)) from error
        found = dict(zip(table["trait"].to_list(), table["weight"].to_list(), strict=True))
        bias[path.stem] = found.pop("bias")
        weights[path.stem] = found
    if VIOLATING not in weights:
        raise RuleError("there is no table of weights for the score", source=str(folder))
    return SecondReader(weights, bias)
