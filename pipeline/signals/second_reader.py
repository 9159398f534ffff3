"""The second reader: a sparse linear score of how much a message reads like the labelled ones.

It sees what the grammar only half sees, and it is poor at clean text: it speaks only about
messages in which the grammar found something or several concepts stand together, and a finding of
its own says that a person has to confirm it. Its features are the
concepts found (with who speaks) and the letter runs of the folded text; the weights are a table
made by `tests/labelled/train_second_reader.py`. Method: logistic regression over n-grams, as
measured against the grammar on texts by other authors.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RuleError
from pipeline.lazy import deferred

if TYPE_CHECKING:
    import polars as pl
else:
    pl = deferred("polars")

WEIGHTS = Path(__file__).with_name("second_reader.parquet")
SHORTEST, LONGEST = 3, 5
SCALE = 3.0
"""Both halves of the features have this length: neither drowns the other."""

_BLANKS = re.compile(r"\s+")
LIKELY = 0.5
"""Above it, a policy is named beside the likeliest one."""
MOST_LETTERS = 4_000
"""A score needs no more of a text than this; it bounds the work a single message costs."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely the message is a violating one, and which policies it reads like."""

    score: float
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondReader:
    """The table of weights: for the score, and for each policy over the concepts alone."""

    weights: Mapping[str, float]
    bias: float
    policy_weights: Mapping[str, Mapping[str, float]]
    policy_bias: Mapping[str, float]

    def opinion(self, text: str, concepts: Iterable[str], direction: str) -> Opinion:
        """Score a folded text of the seller side, with the concepts the lexicon found in it."""
        tagged = concept_features(concepts, direction)
        total = self.bias + sum(
            value * self.weights.get(name, 0.0)
            for part in (tagged, letter_features(text))
            for name, value in part.items()
        )
        return Opinion(round(_logistic(total), 4), self.policies(tagged))

    def policies(self, tagged: Mapping[str, float]) -> tuple[str, ...]:
        """Return the likeliest policy, and every other that is likelier than not.

        `tagged` is what `concept_features` returns.
        """
        likely = {
            policy: _logistic(
                self.policy_bias[policy]
                + sum(value * weights.get(name, 0.0) for name, value in tagged.items())
            )
            for policy, weights in self.policy_weights.items()
        }
        first = min(likely, key=lambda policy: (-likely[policy], policy))
        others = {policy for policy, chance in likely.items() if chance > LIKELY}
        return tuple(sorted({first, *others}))


def concept_features(concepts: Iterable[str], direction: str) -> dict[str, float]:
    """Return the concepts found, alone and with who speaks, at a fixed length together."""
    role = role_of(direction)
    names = [f"role:{role}"]
    for concept in sorted(set(concepts)):
        names += [f"concept:{concept}", f"{role}:{concept}"]
    each = SCALE / math.sqrt(len(names))
    return dict.fromkeys(names, each)


def role_of(direction: str) -> str:
    """Return who speaks, as the weights know it."""
    return "internal" if direction == "internal" else "outbound"


def letter_features(text: str) -> dict[str, float]:
    """Return the letter runs inside the words of a text, damped, at a fixed length."""
    counts: Counter[str] = Counter()
    for word in _BLANKS.split(text[:MOST_LETTERS]):
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            counts.update(padded[at : at + size] for at in range(max(len(padded) - size + 1, 1)))
    values = {f"run:{run}": 1.0 + math.log(count) for run, count in counts.items()}
    length = math.sqrt(sum(value * value for value in values.values()))
    return {name: SCALE * value / length for name, value in values.items()} if length else {}


@lru_cache(maxsize=1)
def load_second_reader(path: Path = WEIGHTS) -> SecondReader:
    """Read the table of weights.

    Raises:
        RuleError: the table is missing or is none.

    """
    try:
        table = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RuleError("the table of weights cannot be read", source=str(path)) from error
    by_target: dict[str, dict[str, float]] = {}
    for target, feature, weight in table.select("target", "feature", "weight").iter_rows():
        by_target.setdefault(target, {})[feature] = weight
    violating = by_target.pop("violating")
    bias = violating.pop("bias")
    policy_bias = {policy: weights.pop("bias") for policy, weights in by_target.items()}
    return SecondReader(violating, bias, by_target, policy_bias)


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))
