"""The second reader's score of many texts at once, the same as `SecondReader.opinion` of each.

Every word met is cut into its letter runs once; how often a text holds a run is then a product of
two sparse matrices, texts by words and words by runs.
"""

from collections.abc import Mapping, Sequence
from itertools import compress

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline.signals.arrays import Keys, KeyTable, Lists, Numbers, expand
from pipeline.signals.second_reader import (
    LIKELY,
    LONGEST,
    MOST_LETTERS,
    SCALE,
    SHORTEST,
    SecondReader,
    role_of,
)
from pipeline.signals.tokens import Hashes, char_tables, hashes_of, known
from pipeline.text.letters import Codes, Letters

Floats = npt.NDArray[np.float64]

_MOST_WORDS = 200_000
_MOST_RUNS = 600_000
_BLANK = ord(" ")


class Opinions:
    """The table of weights by number of concept and of letter run."""

    def __init__(self, reader: SecondReader, concepts: Sequence[str]) -> None:
        """Take the table apart; `concepts` are numbered in this order."""
        self._bias = reader.bias
        self._runs = _Runs(reader)
        self._roles = {
            role: _of_concepts(reader.weights, role, concepts) for role in ("outbound", "internal")
        }
        self._policies = tuple(sorted(reader.policy_weights))
        self._policy_bias = np.array([reader.policy_bias[policy] for policy in self._policies])
        self._by_policy = {
            role: [
                _of_concepts(reader.policy_weights[policy], role, concepts)
                for policy in self._policies
            ]
            for role in self._roles
        }

    def by_concepts(self, text: Numbers, concept: Numbers, size: int, direction: str) -> Floats:
        """Return what the concepts of each of `size` texts add; each pair stands once."""
        return _summed(self._roles[role_of(direction)], text, concept, size)

    def by_letters(self, letters: Letters, hashes: Hashes, numbers: Numbers) -> Floats:
        """Return what the letter runs of the chosen texts add."""
        return self._runs.add_up(letters, hashes, numbers)

    def scores(self, by_concepts: Floats, by_letters: Floats) -> Floats:
        """Return the scores, rounded as an opinion's."""
        return np.round(_logistic(self._bias + by_concepts + by_letters), 4)

    def policies(
        self, text: Numbers, concept: Numbers, size: int, direction: str
    ) -> list[tuple[str, ...]]:
        """Return the policies each text reads like, as `SecondReader.policies`."""
        columns = self._by_policy[role_of(direction)]
        chances = _logistic(
            np.array([_summed(column, text, concept, size) for column in columns]).T
            + self._policy_bias
        )
        named = chances > LIKELY
        named[np.arange(size), chances.argmax(axis=1)] = True
        return [tuple(compress(self._policies, row)) for row in named.tolist()]


_Column = tuple[float, Floats]


def _of_concepts(weights: Mapping[str, float], role: str, concepts: Sequence[str]) -> _Column:
    by_concept = [
        weights.get(f"concept:{name}", 0.0) + weights.get(f"{role}:{name}", 0.0)
        for name in concepts
    ]
    return weights.get(f"role:{role}", 0.0), np.array(by_concept)


def _summed(column: _Column, text: Numbers, concept: Numbers, size: int) -> Floats:
    alone, weights = column
    count = np.bincount(text, minlength=size)
    total = alone + np.bincount(text, weights=weights[concept], minlength=size)
    return SCALE * total / np.sqrt(1 + 2 * count)


def _logistic(values: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))


class _Runs:
    """The letter runs of every word met."""

    def __init__(self, reader: SecondReader) -> None:
        weights = {name[4:]: w for name, w in reader.weights.items() if name.startswith("run:")}
        self._given = hashes_of(list(weights))
        self._weights = np.array(list(weights.values()))
        self._forget()

    def _forget(self) -> None:
        self._numbers = KeyTable(self._given.size)
        self._numbers.add(self._given, np.arange(self._given.size))
        self._words = KeyTable(0)
        self._of_word = Lists()
        blanks = np.full(2, _BLANK, np.uint32)
        self._learn(np.zeros(0, np.uint64), blanks, np.zeros(1, np.int64))

    def add_up(self, letters: Letters, hashes: Hashes, numbers: Numbers) -> Floats:
        """Return the weights of the runs of each text, damped and at a fixed length."""
        text, word = self._cut(letters, hashes, numbers)
        chosen, column = np.unique(word, return_inverse=True)
        runs, row = self._of_word.of(chosen)
        texts = csr_matrix((np.ones(text.size), (text, column)), shape=(numbers.size, chosen.size))
        weights = np.zeros(self._numbers.size)
        weights[: self._weights.size] = self._weights
        bounds = np.searchsorted(row, np.arange(chosen.size + 1))
        words = csr_matrix((np.ones(runs.size), runs, bounds), shape=(chosen.size, weights.size))
        counted = texts @ words
        counted.data = 1.0 + np.log(counted.data)
        total = counted @ weights
        counted.data **= 2
        length = np.sqrt(np.asarray(counted.sum(axis=1)).ravel())
        return np.asarray(SCALE * total / length)

    def _cut(self, letters: Letters, hashes: Hashes, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the words between blanks of each text: whose it is, and its number."""
        begins = letters.starts[numbers]
        stops = np.minimum(letters.ends[numbers], begins + MOST_LETTERS)
        blank = char_tables().blank[known(letters.codes)]
        solid = ~blank
        solid[letters.ends] = False
        edge = np.diff(np.concatenate(([False], solid, [False])).view(np.int8))
        starts, ends = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
        low, high = np.searchsorted(starts, begins), np.searchsorted(starts, stops)
        places, text = expand(low, high - low)
        starts, ends = starts[places], np.minimum(ends[places], stops[text])
        at_ends = blank[begins].astype(np.int64) + blank[np.maximum(stops - 1, 0)]
        empty = np.repeat(np.arange(numbers.size), np.where(stops > begins, at_ends, 1))
        word = self._known(letters, hashes.of(starts, ends), starts, ends)
        return np.concatenate([text, empty]), np.concatenate([word, empty * 0])

    def _known(self, letters: Letters, keys: Keys, starts: Numbers, ends: Numbers) -> Numbers:
        """Return the number of each word; new words are cut into runs."""
        if self._words.size > _MOST_WORDS or self._numbers.size > _MOST_RUNS:
            self._forget()
        found = self._words.find(keys)
        new = np.flatnonzero(found < 0)
        if new.size:
            fresh, where = np.unique(keys[new], return_index=True)
            starts, ends = starts[new[where]], ends[new[where]]
            places, owner = expand(starts - 1, ends - starts + 2)
            codes = letters.codes[places]
            codes[(places < starts[owner]) | (places >= ends[owner])] = _BLANK
            self._learn(fresh, codes, ends - starts)
            found[new] = self._words.find(keys[new])
        return found

    def _learn(self, keys: Keys, codes: Codes, sizes: Numbers) -> None:
        """Cut words, each with a blank before and after it, into runs; without a key: word 0."""
        after = np.cumsum(sizes + 2)
        begins = after - sizes - 2
        hashes = Hashes(codes)
        parts = []
        for length in range(SHORTEST, LONGEST + 1):
            places, owner = expand(begins, np.maximum(sizes + 3 - length, 1))
            reach = np.minimum(length, sizes + 2)[owner]
            parts.append((hashes.of(places, places + reach), owner))
        runs, owner = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.argsort(owner, kind="stable")
        number = self._number(runs)[order]
        self._words.add(keys, np.arange(self._of_word.size, self._of_word.size + keys.size))
        self._of_word.append(np.bincount(owner, minlength=sizes.size), number)

    def _number(self, runs: Keys) -> Numbers:
        found = self._numbers.find(runs)
        new = np.unique(runs[found < 0])
        if new.size:
            self._numbers.add(new, np.arange(self._numbers.size, self._numbers.size + new.size))
            found = self._numbers.find(runs)
        return found
