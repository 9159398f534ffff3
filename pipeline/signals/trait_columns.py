"""The traits of many texts as columns, the same as `traits.blocks` of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from pipeline.signals.arrays import Numbers, expand
from pipeline.signals.hits import Hits, Texts
from pipeline.signals.rows import Row
from pipeline.signals.tokens import CJK_LETTER, OTHER, char_tables, known
from pipeline.signals.traits import FOLLOWERS, MOST_LETTERS, OPENING, quotations
from pipeline.signals.vocabulary import Vocabulary

Stretches = tuple[Numbers, Numbers]
"""Where each starts and ends."""

Weights = npt.NDArray[np.float64] | npt.NDArray[np.int32]

_MOST_MARKS = 1 << 20
"""So many pairs of a text and a trait are marked rather than sorted."""


class Question(NamedTuple):
    """A text of a page, who wrote it, and what the grammar found in it."""

    number: int
    direction: str
    rows: Sequence[Row]


class Of(NamedTuple):
    """A column of traits: the text each belongs to, in order, and what it is."""

    text: Numbers
    value: Numbers

    def only(self, chosen: npt.NDArray[np.bool_], places: Numbers) -> "Of":
        """Return the traits of some texts, which get new places."""
        kept = chosen[self.text]
        return Of(places[self.text[kept]], self.value[kept])


@dataclass(frozen=True, slots=True)
class TraitColumns:
    """All traits of the texts asked about, each text once, in order of number."""

    numbers: Numbers
    length: Numbers
    """The power of two of each text's length."""
    pieces: Numbers
    """How many words, numbers and signs each text has."""
    pairs: Numbers
    """How many times two of them stand side by side."""
    concepts: Of
    order: Of
    """Pairs of a concept and one that follows it, as `first * number of concepts + second`."""
    together: Of
    """Pairs of concepts anywhere in the text, written likewise, the smaller number first."""
    sides: Of
    """Concepts inside of quotations as `2 * number + 1`, those outside as `2 * number`, in texts
    that quote."""
    across: Of
    """Pairs of one inside and one outside, as `inside * number of concepts + outside`."""
    words: Of
    """The known words, by their numbers in the vocabulary."""
    word_pairs: Of

    @classmethod
    def of(cls, texts: Texts, numbers: Sequence[int], vocabulary: Vocabulary) -> Self:
        """Collect the traits of some texts of a page."""
        asked = np.unique(np.array(numbers, np.int64))
        begins, stops = _said(texts, asked)
        owner, starts, ends = _within(*_cut(texts), begins, stops)
        hashes = texts.hashes.of(starts, ends)
        beside = np.flatnonzero(owner[1:] == owner[:-1])
        room = len(vocabulary.concepts)
        whose, hits = _hits_of(texts.hits, asked)
        concepts = _once(whose, hits[0], room)
        sides = _once(*_sides(texts, asked, whose, hits), 2 * room)
        return cls(
            numbers=asked,
            length=np.frexp(stops - begins + 1)[1].astype(np.int64) - 1,
            pieces=np.bincount(owner, minlength=asked.size),
            pairs=np.bincount(owner[beside], minlength=asked.size),
            concepts=concepts,
            order=_order(whose, hits, room, vocabulary.rank),
            together=_together(concepts, room),
            sides=sides,
            across=_across(sides, room),
            words=_known(owner, vocabulary.find_words(hashes)),
            word_pairs=_known(
                owner[beside], vocabulary.find_pairs(hashes[beside], hashes[beside + 1])
            ),
        )

    def only(self, numbers: Sequence[int]) -> Self:
        """Return the traits of some of the texts."""
        chosen = np.zeros(self.numbers.size, np.bool_)
        chosen[self.places(numbers)] = True
        if chosen.all():
            return self
        places = np.cumsum(chosen) - 1
        return type(self)(
            self.numbers[chosen], self.length[chosen], self.pieces[chosen], self.pairs[chosen],
            *(one.only(chosen, places)
              for one in (self.concepts, self.order, self.together, self.sides, self.across,
                          self.words, self.word_pairs)),
        )  # fmt: skip

    def places(self, numbers: Sequence[int]) -> Numbers:
        """Return the place of each text among those asked about."""
        return np.searchsorted(self.numbers, np.array(numbers, np.int64))

    def add(self, whose: Numbers, values: Weights) -> npt.NDArray[np.float64]:
        """Add values up for each text."""
        return np.bincount(whose, values, self.numbers.size).astype(np.float64, copy=False)

    def count(self, whose: Numbers) -> Numbers:
        """Count the traits of each text."""
        return np.bincount(whose, minlength=self.numbers.size)


def _known(whose: Numbers, found: Numbers) -> Of:
    kept = np.flatnonzero(found >= 0)
    return Of(whose[kept], found[kept])


def _said(texts: Texts, numbers: Numbers) -> Stretches:
    """Return where what is read of each text starts and ends."""
    begins = texts.letters.starts[numbers]
    return begins, np.minimum(texts.letters.ends[numbers], begins + MOST_LETTERS)


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


def _sides(
    texts: Texts, numbers: Numbers, owner: Numbers, hits: tuple[Numbers, Numbers, Numbers]
) -> tuple[Numbers, Numbers]:
    """Return the hits of the texts that quote: whose, and the concept with its side."""
    concept, start, _ = hits
    begins, stops = _said(texts, numbers)
    opens = np.zeros(texts.letters.codes.size, np.bool_)
    for mark in OPENING:
        opens |= texts.letters.codes == ord(mark)
    marks = np.flatnonzero(opens)
    marked = np.searchsorted(marks, begins) < np.searchsorted(marks, stops)
    quoting = np.zeros(numbers.size, np.bool_)
    spans: list[tuple[int, int]] = []
    for at in np.flatnonzero(marked).tolist():
        begin, stop = int(begins[at]), int(stops[at])
        found = quotations(texts.letters.text[begin:stop])
        quoting[at] = bool(found)
        spans += [(begin + opened, begin + closed) for opened, closed in found]
    rows = np.flatnonzero(quoting[owner])
    opened, closed = np.array(spans, np.int64).reshape(-1, 2).T
    place = start[rows] + begins[owner[rows]]
    before = np.searchsorted(opened, place, side="right") - 1
    closed = np.append(closed, -1)  # for what stands before the first one
    return owner[rows], 2 * concept[rows] + (place < closed[before])


def _across(sides: Of, concepts: int) -> Of:
    """Pair each concept inside of a quotation with those outside, in one text."""
    quoted = sides.value % 2 == 1
    inside, outside = (Of(sides.text[at], sides.value[at] // 2) for at in (quoted, ~quoted))
    low, high = (np.searchsorted(outside.text, inside.text, side) for side in ("left", "right"))
    others, one = expand(low, high - low)
    return Of(inside.text[one], inside.value[one] * concepts + outside.value[others])


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
