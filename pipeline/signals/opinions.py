"""The second reader's score of many texts at once, the same as `SecondReader.opinion` of each.

Letter runs are counted by sorting 52 bits of their hashes under the number of their text.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.signals.arrays import Keys, KeyTable, Numbers, expand
from pipeline.signals.second_reader import (
    LONGEST,
    MOST_LETTERS,
    SCALE,
    SHORTEST,
    SecondReader,
    role_of,
)
from pipeline.signals.tokens import Hashes, char_tables, hash_of, hashes_of, known
from pipeline.text.letters import Letters

Floats = npt.NDArray[np.float64]

_BITS = np.uint64(52)
_DROP = np.uint64(12)
_LOW = np.uint64((1 << 52) - 1)
MOST_TEXTS = 1 << 12
"""So many texts at most can be told apart above the hash."""

_BLANK = ord(" ")


class Opinions:
    """The table of weights, by hash of letter run and by number of concept."""

    def __init__(self, reader: SecondReader, concepts: Sequence[str]) -> None:
        """Take the table apart; `concepts` are numbered in this order."""
        self._bias = reader.bias
        runs = {name[4:]: w for name, w in reader.weights.items() if name.startswith("run:")}
        self._runs = KeyTable(len(runs))
        self._runs.add(_short(hashes_of(list(runs))), np.arange(len(runs)))
        self._weights = np.array([*runs.values(), 0.0])
        self._empty = int(_short(np.array([hash_of("  ")], np.uint64))[0])
        self._roles = {
            role: (
                reader.weights.get(f"role:{role}", 0.0),
                np.array(
                    [
                        reader.weights.get(f"concept:{name}", 0.0)
                        + reader.weights.get(f"{role}:{name}", 0.0)
                        for name in concepts
                    ]
                ),
            )
            for role in ("outbound", "internal")
        }

    def by_concepts(self, text: Numbers, concept: Numbers, size: int, direction: str) -> Floats:
        """Return what the concepts of each of `size` texts add; each pair stands once."""
        alone, weights = self._roles[role_of(direction)]
        count = np.bincount(text, minlength=size)
        total = alone + np.bincount(text, weights=weights[concept], minlength=size)
        return SCALE * total / np.sqrt(1 + 2 * count)

    def by_letters(self, letters: Letters, numbers: Numbers) -> Floats:
        """Return what the letter runs of the chosen texts (`MOST_TEXTS` at most) add."""
        keys = np.sort(self._keys(letters, numbers))
        new = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        times = np.diff(np.append(new, keys.size))
        value = 1.0 + np.log(times)
        text = (keys[new] >> _BITS).astype(np.int64)
        weight = self._weights[self._runs.find(keys[new] & _LOW)]
        length = np.sqrt(np.bincount(text, weights=value * value, minlength=numbers.size))
        total = np.bincount(text, weights=value * weight, minlength=numbers.size)
        return SCALE * total / length

    def scores(self, by_concepts: Floats, by_letters: Floats) -> Floats:
        """Return the scores, rounded as an opinion's."""
        total = np.clip(self._bias + by_concepts + by_letters, -30.0, 30.0)
        return np.round(1.0 / (1.0 + np.exp(-total)), 4)

    def _keys(self, letters: Letters, numbers: Numbers) -> Keys:
        """Return a key for every letter run of every text, its number on top."""
        codes, text = _collapsed(letters, numbers)
        hashes = Hashes(codes)
        word = codes != _BLANK
        starts = np.flatnonzero(word[1:] & ~word[:-1]) + 1
        ends = np.flatnonzero(word[:-1] & ~word[1:]) + 1
        size = ends - starts
        found = []
        for length in range(SHORTEST, LONGEST + 1):
            places, owner = expand(starts - 1, np.maximum(size + 3 - length, 1))
            reach = np.minimum(length, size + 2)[owner]
            key = _short(hashes.of(places, places + reach))
            found.append(key | (text[places].astype(np.uint64) << _BITS))
        empty = np.repeat(np.arange(numbers.size), 3 * _empty_words(letters, numbers))
        found.append(np.uint64(self._empty) | (empty.astype(np.uint64) << _BITS))
        return np.concatenate(found)


def _short(hashes: Keys) -> Keys:
    short: Keys = np.maximum(hashes >> _DROP, np.uint64(1))
    return short


def _ends(letters: Letters, numbers: Numbers) -> tuple[Numbers, Numbers]:
    starts = letters.starts[numbers]
    return starts, np.minimum(letters.ends[numbers], starts + MOST_LETTERS)


def _collapsed(letters: Letters, numbers: Numbers) -> tuple[npt.NDArray[np.uint32], Numbers]:
    """Return the letters with one blank between words and at both ends, and whose they are."""
    starts, ends = _ends(letters, numbers)
    places, text = expand(starts - 1, ends - starts + 2)
    codes = letters.codes[places]
    blank = char_tables().blank[known(codes)]
    size = ends - starts + 2
    last = np.cumsum(size) - 1
    blank[last] = blank[last - size + 1] = True
    codes[blank] = _BLANK
    kept = np.ones(codes.size, np.bool_)
    kept[1:] = ~(blank[1:] & blank[:-1]) | (text[1:] != text[:-1])
    return codes[kept], text[kept]


def _empty_words(letters: Letters, numbers: Numbers) -> Numbers:
    """Count the empty pieces that blanks at the ends of a text leave, one for an empty text."""
    starts, ends = _ends(letters, numbers)
    blank = char_tables().blank[known(letters.codes)]
    at_ends = blank[starts].astype(np.int64) + blank[np.maximum(ends - 1, 0)]
    return np.where(ends > starts, at_ends, 1)
