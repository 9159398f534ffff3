"""The second reader's opinion of many texts at once, the same as `SecondReader.opinion` of each.

All sums are sums of whole numbers, so they agree with those of single texts.
"""

from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from pipeline.signals.arrays import Numbers
from pipeline.signals.second_reader import (
    AFTER,
    VIOLATING,
    SecondReader,
    chance_of,
    named,
    told_of,
)
from pipeline.signals.trait_columns import Question, TraitColumns
from pipeline.signals.traits import (
    MEANING_SCALE,
    MOST_LETTERS,
    ROLES,
    SIGNAL_TRAITS,
    TEXT_SCALE,
    across_trait,
    length_trait,
    role_of,
    side_trait,
    signal_traits,
    together_trait,
)
from pipeline.signals.vocabulary import Vocabulary

Floats = npt.NDArray[np.float64]


class Opinions:
    """The weights of all targets, by number of concept, word and pair of words."""

    def __init__(self, reader: SecondReader, vocabulary: Vocabulary) -> None:
        """Take the tables apart."""
        self._policies = reader.policies
        targets = [VIOLATING, *self._policies, *AFTER.values()]
        concepts = vocabulary.concepts
        self._bias = np.array([reader.bias[target] for target in targets], np.float64)
        kinds = vocabulary.opinions
        self._roles = kinds.of("role:", ROLES)
        both = kinds.of("concept:", concepts)
        self._concepts = np.array([both + kinds.of(f"{role} concept:", concepts) for role in ROLES])
        self._order = kinds.of("order:", [f"{one}>{two}" for one in concepts for two in concepts])
        self._together = kinds.of("", [*map(together_trait, product(concepts, concepts))])
        sides = [side_trait(one, quoted=quoted) for one in concepts for quoted in (False, True)]
        self._sides = kinds.of("", sides)
        self._across = kinds.of("", [*map(across_trait, product(concepts, concepts))])
        powers = range(MOST_LETTERS.bit_length() + 1)
        self._lengths = kinds.of("", [length_trait((1 << power) - 1) for power in powers])
        words = kinds.of("word:", vocabulary.words)
        self._words = [
            _by_target(words + kinds.of(f"{role} word:", vocabulary.words)) for role in ROLES
        ]
        self._pairs = _by_target(kinds.of("words:", vocabulary.pairs))
        self._signals = kinds.tables(SIGNAL_TRAITS)

    def scores(self, asked: TraitColumns, questions: Sequence[Question]) -> list[float]:
        """Return how likely each text breaks a rule; all of them are among those `asked`."""
        return [chance_of(units) for (units,) in self._totals(asked, questions, [0])]

    def policies(
        self, asked: TraitColumns, questions: Sequence[Question]
    ) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return the policies each text reads like, and those it may read like."""
        columns = range(1, 1 + len(self._policies))
        return [
            named(dict(zip(self._policies, map(chance_of, units), strict=True)))
            for units in self._totals(asked, questions, columns)
        ]

    def after_each(
        self, asked: TraitColumns, questions: Sequence[Question]
    ) -> list[dict[str, float]]:
        """Return what the log odds of each text change by after messages about each topic."""
        columns = range(1 + len(self._policies), len(self._signals))
        return [
            dict(zip(AFTER, map(told_of, units), strict=True))
            for units in self._totals(asked, questions, columns)
        ]

    def _totals(
        self, asked: TraitColumns, questions: Sequence[Question], columns: Sequence[int]
    ) -> list[list[float]]:
        total = np.zeros((len(questions), len(columns)))
        signals = [signal_traits(q.rows) if q.rows else {} for q in questions]
        said_by = [role_of(question.direction) for question in questions]
        for number, role in enumerate(ROLES):
            places = [place for place, who in enumerate(said_by) if who == role]
            if not places:
                continue
            numbers = [questions[place].number for place in places]
            some = asked.only(numbers)
            own = some.places(numbers)
            said = [signals[place] for place in places]
            with_signals = [at for at, traits in enumerate(said) if traits]
            said = [said[at] for at in with_signals]
            each = _each(MEANING_SCALE, _numbers(map(len, said)))
            for at, column in enumerate(columns):
                units = self._of_texts(some, number, column)[own]
                units[with_signals] += each * self._of_signals(said, column)
                total[places, at] = units + self._lengths[some.length[own], column]
        totals: list[list[float]] = total.tolist()
        return totals

    def _of_texts(self, asked: TraitColumns, role: int, column: int) -> Floats:
        """Return what the blocks of `traits.blocks` add, in their order, up to the signals."""
        whose, concept = asked.concepts
        said = asked.add(whose, self._concepts[role, concept, column])
        size = 1 + 2 * asked.count(whose)
        total: Floats = _each(TEXT_SCALE, size) * (self._roles[role, column] + said)
        total += self._bias[column]
        said = asked.add(asked.words.text, self._words[role][column][asked.words.value])
        said += asked.add(asked.word_pairs.text, self._pairs[column][asked.word_pairs.value])
        total += _each(TEXT_SCALE, 2 * asked.pieces + asked.pairs) * said
        for (whose, value), weights, scale in (
            (asked.order, self._order, MEANING_SCALE),
            (asked.together, self._together, MEANING_SCALE),
            (asked.sides, self._sides, TEXT_SCALE),
            (asked.across, self._across, MEANING_SCALE),
        ):
            said = asked.add(whose, weights[value, column])
            total += _each(scale, asked.count(whose)) * said
        return total

    def _of_signals(self, said: Sequence[dict[str, int]], column: int) -> Floats:
        weights = self._signals[column]
        return _numbers(sum(weights.get(trait, 0) for trait in traits) for traits in said)


def _by_target(weights: Floats) -> npt.NDArray[np.int32]:
    return np.ascontiguousarray(weights.T, np.int32)


def _numbers(values: Iterable[int]) -> Floats:
    return np.array([*values], np.float64)


def _each(scale: float, size: Numbers | Floats) -> Floats:
    """Return what one trait counts for, as `traits.each`."""
    return np.where(size > 0, scale / np.sqrt(np.maximum(size, 1)), 0.0)
