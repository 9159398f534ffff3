"""Which rules can match in which texts: their concepts near enough, one of their literals there.

It names some rules too many (masks, guards and order are the grammar's business), none too few.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.signals.arrays import Numbers
from pipeline.signals.hits import Texts
from pipeline.signals.patterns import Idiom, Pattern, Slot
from pipeline.signals.ruleset import Ruleset

Flags = npt.NDArray[np.bool_]

_SMALL = 600
"""A page of so few letters is given to the grammar as it is: choosing takes longer."""


class Nearness:
    """The rules by what they need."""

    def __init__(self, rules: Ruleset) -> None:
        """Take the rules apart."""
        self._patterns = rules.patterns
        self._idioms = rules.idioms
        self._seller_only = rules.seller_only
        self._number = {name: number for number, name in enumerate(rules.concepts)}
        self._either = {
            idiom.id: _either(loosened(regex.pattern) for regex in idiom.any)
            for idiom in rules.idioms
        }

    def rules_by_text(
        self, texts: Texts, of_seller: Flags
    ) -> Iterator[tuple[int, Sequence[Pattern], Sequence[Idiom]]]:
        """Yield every text that a rule may match in, with those rules.

        What only the seller's side can say is looked for in the texts `of_seller` alone.
        """
        where = _Where(texts, self._number, of_seller, self._seller_only)
        patterns: dict[int, list[Pattern]] = {}
        for pattern in self._patterns:
            for number in where.pattern(pattern):
                patterns.setdefault(number, []).append(pattern)
        idioms: dict[int, list[Idiom]] = {}
        for number, idiom in where.idioms(self._idioms, self._either):
            idioms.setdefault(number, []).append(idiom)
        for number in sorted(patterns.keys() | idioms.keys()):
            yield number, patterns.get(number, ()), idioms.get(number, ())


class _Where:
    """In which sentences and texts the concepts stand: one whole number each, a bit a place.

    Such numbers are joined at a hundredth of what as many small arrays cost.
    """

    def __init__(
        self, texts: Texts, number: dict[str, int], of_seller: Flags, seller_only: frozenset[str]
    ) -> None:
        self._texts = texts
        self._of_seller = of_seller
        self._seller_only = seller_only
        self._number = number
        hits, size = texts.hits, texts.letters.starts.size
        self._in_sentence = _marks(len(number), texts.sentences.size, hits.concept, hits.sentence)
        self._in_text = _marks(len(number), size, hits.concept, hits.text)
        joined = np.zeros(texts.sentences.size, np.bool_)
        joined[1:] = texts.sentence_text[1:] == texts.sentence_text[:-1]
        self._joined = _whole(joined)
        """The sentences that follow another one of their text."""
        self._slots: dict[tuple[Slot, str], int] = {}
        letters = texts.letters
        bounds = zip(letters.starts.tolist(), letters.ends.tolist(), strict=True)
        self._said = [letters.text[start:end] for start, end in bounds]
        self._folded = pl.DataFrame({"text": self._said}, {"text": pl.String})

    def _slot(self, slot: Slot, within: str) -> int:
        """Return where one of the slot's concepts is within reach: texts, or else sentences."""
        key = slot, within
        if key not in self._slots:
            self._slots[key] = self._find(slot, within)
        return self._slots[key]

    def _find(self, slot: Slot, within: str) -> int:
        marks = self._in_text if within == "message" else self._in_sentence
        here = reduce(or_, (marks[self._number[name]] for name in slot))
        if within == "neighbours":
            here |= (here << 1 & self._joined) | (here & self._joined) >> 1
        return here

    def pattern(self, pattern: Pattern) -> list[int]:
        """Return the texts with all concepts of a pattern near each other."""
        act, *others = pattern.slots
        whole = pattern.within == "message"
        found = self._slot(act, "message" if whole else "sentence")
        for slot in others:
            found &= self._slot(slot, pattern.within)
        if not found:
            return []
        here = _places(found)
        if not whole:
            here = np.unique(self._texts.sentence_text[here])
        if pattern.signal in self._seller_only:
            here = here[self._of_seller[here]]
        numbers: list[int] = here.tolist()
        return numbers

    def idioms(
        self, idioms: Sequence[Idiom], either: Mapping[str, str]
    ) -> Iterator[tuple[int, Idiom]]:
        """Yield the texts with an idiom's concepts and one of its literals.

        All wordings are looked for as one expression; polars keeps some thirty expressions ready
        and would have to compile each wording anew for every page.
        """
        everywhere = np.ones_like(self._of_seller)
        for of_one_side in (False, True):
            some = [one for one in idioms if (one.signal in self._seller_only) is of_one_side]
            side = self._of_seller if of_one_side else everywhere
            yield from self._idioms(some, either, side)

    def _idioms(
        self, idioms: Sequence[Idiom], either: Mapping[str, str], among: Flags
    ) -> Iterator[tuple[int, Idiom]]:
        free = [idiom for idiom in idioms if not idiom.slots]
        numbers = np.flatnonzero(among)
        found = self._found([either[idiom.id] for idiom in free], numbers)
        for idiom, fits in zip(free, found, strict=True):
            yield from self._with_literal(idiom, numbers[fits])
        within = _whole(among)
        for idiom in idioms:
            if idiom.slots:
                slots = (self._slot(slot, "message") for slot in idiom.slots)
                numbers = _places(reduce(and_, slots, within))
                fits = self._found([either[idiom.id]], numbers)[0]
                yield from self._with_literal(idiom, numbers[fits])

    def _found(self, regexes: Sequence[str], numbers: Numbers) -> list[Flags]:
        """Return where each expression is found, or may be, in some texts."""
        if not numbers.size or self._texts.letters.codes.size <= _SMALL:
            return [np.ones(numbers.size, np.bool_)] * len(regexes)
        whole = numbers.size == self._folded.height
        text = pl.col("text") if whole else pl.col("text").gather(numbers)
        wanted = [text.str.contains(regex).alias(str(n)) for n, regex in enumerate(regexes)]
        return [column.to_numpy() for column in self._folded.select(wanted)]

    def _with_literal(self, idiom: Idiom, numbers: Numbers) -> Iterator[tuple[int, Idiom]]:
        """Yield the texts that also have one of an idiom's literals."""
        for number in numbers.tolist():
            text = self._said[number]
            if any(need in text for need in idiom.needs):
                yield number, idiom


def _marks(rows: int, size: int, row: Numbers, place: Numbers) -> list[int]:
    """Return each row's places as the bits of a number."""
    there = np.zeros((rows, size), np.bool_)
    there[row, place] = True
    packed = np.packbits(there, axis=1, bitorder="little")
    return [int.from_bytes(one.tobytes(), "little") for one in packed]


def _whole(marked: Flags) -> int:
    return int.from_bytes(np.packbits(marked, bitorder="little").tobytes(), "little")


def _places(bits: int) -> Numbers:
    """Return which bits of a number are set."""
    told = bits.to_bytes(-(-bits.bit_length() // 8), "little")
    return np.flatnonzero(np.unpackbits(np.frombuffer(told, np.uint8), bitorder="little"))


def _either(regexes: Iterable[str]) -> str:
    return "|".join(f"(?:{regex})" for regex in regexes)


def loosened(pattern: str) -> str:
    r"""Return an expression that finds wherever `pattern` does, and is faster to look for.

    Word bounds go and bounded repeats become open ones; an end may have a line break behind it,
    which only Python's `$` lets stand. Where the result is nothing that the other engine reads,
    the empty expression is returned, which finds everywhere.
    """
    looser = re.sub(r"(?<!\\)((?:\\\\)*)\\b", r"\1", pattern)
    looser = re.sub(r"(?<!\\)((?:\\\\)*)\$", r"\1\\n?$", looser)
    looser = re.sub(r"(?<!\\)\{0?,\d+\}|(?<!\\)\{0,\d+\}", "*", looser)
    looser = re.sub(r"(?<!\\)\{[1-9]\d*(?:,\d*)?\}", "+", looser)
    try:
        pl.Series([""]).str.contains(looser)
    except pl.exceptions.PolarsError:
        return ""
    return looser
