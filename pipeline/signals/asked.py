"""The traits of many texts as columns, the same as `traits.blocks` of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from pipeline.signals.arrays import Keys, Numbers, expand
from pipeline.signals.hits import Hits, Texts
from pipeline.signals.rows import Row
from pipeline.signals.tokens import CJK_LETTER, OTHER, char_tables, known
from pipeline.signals.traits import FOLLOWERS, MOST_LETTERS, ROLES, role_of, signal_traits

Stretches = tuple[Numbers, Numbers]
"""Where each starts and ends."""

Weights = npt.NDArray[np.float64] | npt.NDArray[np.int32]

_MOST_MARKS = 1 << 20
"""So many pairs of a text and a trait are marked rather than sorted."""

_PAIR = np.uint64(0x9E3779B97F4A7C15)


class Question(NamedTuple):
    """A text of a page, who wrote it, and what the grammar found in it."""

    number: int
    direction: str
    rows: Sequence[Row]


class Of(NamedTuple):
    """A column of traits: the text each belongs to, and what it is."""

    text: Numbers
    value: Numbers


@dataclass(frozen=True, slots=True)
class Heard:
    """The concepts and words of some texts; texts are numbered in the order of the questions."""

    size: int
    concepts: Of
    piece_of: Numbers
    pieces: Keys
    """Words, numbers and signs, by hash."""

    @classmethod
    def about(cls, texts: Texts, numbers: Sequence[int], concepts: int) -> Self:
        """Collect them; there are so many `concepts`."""
        asked = np.array(numbers, np.int64)
        begins, stops = _said(texts, asked)
        owner, hits = _hits_of(texts.hits, asked)
        piece_of, starts, ends = _within(*_cut(texts), begins, stops)
        return cls(
            asked.size, _once(owner, hits[0], concepts), piece_of, texts.hashes.of(starts, ends)
        )

    def add(self, whose: Numbers, values: Weights) -> npt.NDArray[np.float64]:
        """Add values up for each text."""
        return np.bincount(whose, weights=values, minlength=self.size).astype(np.float64)

    def count(self, whose: Numbers) -> Numbers:
        """Count the traits of each text."""
        return np.bincount(whose, minlength=self.size)


@dataclass(frozen=True, slots=True)
class Asked(Heard):
    """All traits of the texts asked about."""

    role: Numbers
    length: Numbers
    """The power of two of each text's length."""
    signals: list[dict[str, int]]
    order: Of
    """Pairs of a concept and one that follows it, as `first * number of concepts + second`."""
    together: Of
    """Pairs of concepts anywhere in the text, written likewise, the smaller number first."""
    pair_of: Numbers
    pairs: Keys

    @classmethod
    def of(cls, texts: Texts, questions: Sequence[Question], concepts: int, rank: Numbers) -> Self:
        """Collect the traits; `rank` is the place of each of the concepts in order of name."""
        numbers = np.array([question.number for question in questions], np.int64)
        heard = Heard.about(texts, [question.number for question in questions], concepts)
        begins, stops = _said(texts, numbers)
        piece_of, pieces = heard.piece_of, heard.pieces
        beside = np.flatnonzero(piece_of[1:] == piece_of[:-1])
        return cls(
            size=heard.size,
            concepts=heard.concepts,
            piece_of=piece_of,
            pieces=pieces,
            role=np.array([ROLES.index(role_of(q.direction)) for q in questions], np.int64),
            length=np.frexp(stops - begins + 1)[1].astype(np.int64) - 1,
            signals=[signal_traits(question.rows) for question in questions],
            order=_order(*_hits_of(texts.hits, numbers), concepts, rank),
            together=_together(heard.concepts, concepts),
            pair_of=piece_of[beside],
            pairs=pair_keys(pieces[beside], pieces[beside + 1]),
        )


def _said(texts: Texts, numbers: Numbers) -> Stretches:
    """Return where what is read of each text starts and ends."""
    begins = texts.letters.starts[numbers]
    return begins, np.minimum(texts.letters.ends[numbers], begins + MOST_LETTERS)


def pair_keys(first: Keys, second: Keys) -> Keys:
    """Return the hash of two words that stand side by side."""
    with np.errstate(over="ignore"):
        return first * _PAIR + second


def _hits_of(hits: Hits, numbers: Numbers) -> tuple[Numbers, tuple[Numbers, Numbers, Numbers]]:
    """Return the hits of the chosen texts: whose, and concept, start and sentence."""
    low, high = np.searchsorted(hits.text, numbers), np.searchsorted(hits.text, numbers + 1)
    rows, owner = expand(low, high - low)
    return owner, (hits.concept[rows], hits.start[rows], hits.sentence[rows])


def _once(owner: Numbers, value: Numbers, room: int) -> Of:
    most = (int(owner.max(initial=0)) + 1) * room
    if most <= _MOST_MARKS:
        there = np.zeros(most, np.bool_)
        there[owner * room + value] = True
        return Of(*np.divmod(np.flatnonzero(there), room))
    return Of(*np.divmod(np.unique(owner * room + value), room))


def _order(
    owner: Numbers, hits: tuple[Numbers, Numbers, Numbers], concepts: int, rank: Numbers
) -> Of:
    concept, start, sentence = hits
    order = np.lexsort((rank[concept], start, owner))
    owner, concept, sentence = owner[order], concept[order], sentence[order]
    found = [
        np.flatnonzero((sentence[step:] == sentence[:-step]) & (owner[step:] == owner[:-step]))
        for step in range(1, FOLLOWERS + 1)
    ]
    first = np.concatenate(found)
    then = np.concatenate([part + step for step, part in enumerate(found, 1)])
    return _once(owner[first], concept[first] * concepts + concept[then], concepts * concepts)


def _together(of: Of, concepts: int) -> Of:
    """Pair each concept with those behind it; they stand in order of text and of number."""
    ends = np.searchsorted(of.text, of.text, side="right")
    behind = np.arange(1, of.text.size + 1)
    others, one = expand(behind, ends - behind)
    return Of(of.text[one], of.value[one] * concepts + of.value[others])


@lru_cache(maxsize=1)
def _cut(texts: Texts) -> Stretches:
    """Return where the words, numbers and signs of all texts start and end."""
    codes = known(texts.letters.codes)
    solid = ~char_tables().blank[codes]
    solid[texts.letters.ends] = False
    kinds = char_tables().kind[codes]
    breaks = np.ones(kinds.size, np.bool_)
    breaks[1:] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == CJK_LETTER) | (kinds[1:] == OTHER)
    begins = solid.copy()
    begins[1:] &= ~solid[:-1] | breaks[1:]
    finishes = solid.copy()
    finishes[:-1] &= ~solid[1:] | breaks[1:]
    return np.flatnonzero(begins), np.flatnonzero(finishes) + 1


def _within(
    starts: Numbers, ends: Numbers, begins: Numbers, stops: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the stretches that start in each text: whose, start, end cut at the text's stop."""
    low, high = np.searchsorted(starts, begins), np.searchsorted(starts, stops)
    places, owner = expand(low, high - low)
    return owner, starts[places], np.minimum(ends[places], stops[owner])
