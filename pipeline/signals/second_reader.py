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
from pipeline.signals.topics import BEHIND
from pipeline.signals.weights import Weights

if TYPE_CHECKING:
    import polars as pl

    from pipeline.signals.traits import Block
else:
    pl = deferred("polars")

FOLDER = Path(__file__).with_name("weights")
VIOLATING = "violating"
"""The target of the score; every other target of opinions is a policy."""
FOLLOWING, PRECEDING = "following", "preceding"
"""What a message says of the seller message that comes next, and of the one before it."""
AFTER = {topic: f"after-{topic}" for topic in BEHIND}
"""The targets of what the same words mean more, or less, after messages about each topic."""
SPEAKERS = ("inbound", "outbound", "internal")
"""Whose messages tell something of the seller messages around them."""
UNIT = 0.001
"""What a weight of one is worth."""
ROUNDED = 0.0001
"""Log odds and scores are told with four decimals."""
LIKELY, POSSIBLE = 0.4, 0.2
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
    after: Mapping[str, Mapping[str, int]]
    """The weights of `AFTER`, by topic; the bias is that of the target."""
    around: Mapping[str, Mapping[str, int]]
    """The same for `FOLLOWING` and `PRECEDING`; the bias is a trait of each direction."""

    @property
    def policies(self) -> list[str]:
        """Return the policies it knows, in order."""
        return sorted(target for target in self.weights if target != VIOLATING)

    def opinion(self, blocks: Sequence[Block]) -> Opinion:
        """Return what it thinks of a message of the seller side."""
        score = self.chance(VIOLATING, blocks)
        chances = {policy: self.chance(policy, blocks) for policy in self.policies}
        return Opinion(score, *named(chances))

    def chance(self, target: str, blocks: Iterable[Block]) -> float:
        """Return how likely a target is, with four decimals."""
        return chance_of(units_of(self.weights[target], self.bias[target], blocks))

    def after_each(self, blocks: Sequence[Block]) -> dict[str, float]:
        """Return what a message's log odds change by after messages about each topic."""
        return {
            topic: told_of(units_of(self.after[topic], self.bias[target], blocks))
            for topic, target in AFTER.items()
        }

    def told(self, target: str, said: Block, direction: str) -> float:
        """Return what a message says of one beside it: what its log odds change by."""
        weights = self.around[target]
        summed = sum(count * weights.get(name, 0) for name, count in said.counts.items())
        return told_of(weights.get(bias_of(direction), 0) + said.each * summed)


def units_of(weights: Mapping[str, int], bias: int, blocks: Iterable[Block]) -> float:
    """Return the sum of the weights of a message's traits."""
    total = float(bias)
    for block in blocks:
        summed = sum(count * weights.get(name, 0) for name, count in block.counts.items())
        total += block.each * summed
    return total


def told_by(direction: str) -> tuple[str, ...]:
    """Return what a message of a direction tells of.

    A buyer's answer says nothing of what it answers that was not in it: measured.
    """
    if direction not in SPEAKERS:
        return ()
    return (FOLLOWING,) if direction == "inbound" else (FOLLOWING, PRECEDING)


def bias_of(direction: str) -> str:
    """Return the trait that every message of a direction has."""
    return f"{direction} bias"


def told_of(units: float) -> float:
    """Return a sum of units as log odds, with four decimals."""
    return round(units * UNIT, 4)


def chance_of(units: float) -> float:
    """Return the logistic of a sum of units, with four decimals."""
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, units * UNIT)))), 4)


def lifted(score: float, after: Mapping[str, float]) -> float:
    """Return the score after messages about the topic that raises it most."""
    most = max(after.values(), default=0.0)
    return score if most <= 0 else score / (score + (1 - score) * math.exp(-most))


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
    weights: dict[str, Weights] = {}
    bias: dict[str, int] = {}
    for path in sorted(folder.glob("*.parquet")):
        try:
            table = pl.read_parquet(path, columns=["trait", "weight"])
        except (OSError, pl.exceptions.PolarsError) as error:
            raise RuleError("the table of weights cannot be read", source=str(path)) from error
        of_all = pl.col("trait") == "bias"
        bias[path.stem] = sum(table.filter(of_all)["weight"].to_list())
        weights[path.stem] = Weights(table.filter(~of_all))
    needed = (VIOLATING, FOLLOWING, PRECEDING, *AFTER.values())
    if missing := [name for name in needed if name not in weights]:
        raise RuleError(f"there is no table of weights for {missing[0]}", source=str(folder))
    around = {name: weights.pop(name) for name in (FOLLOWING, PRECEDING)}
    after = {topic: weights.pop(target) for topic, target in AFTER.items()}
    return SecondReader(weights, bias, after, around)
