"""Which rules can match in which texts: their concepts near enough, one of their literals there.

It names some rules too many (masks, guards and order are the grammar's business), none too few.
"""

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import compress

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.signals.hits import Texts
from pipeline.signals.patterns import Idiom, Pattern, Slot
from pipeline.signals.ruleset import Ruleset

Flags = npt.NDArray[np.bool_]
Wordings = tuple[re.Pattern[str], ...]


class Nearness:
    """The rules by what they need."""

    def __init__(self, rules: Ruleset) -> None:
        """Take the rules apart."""
        self._patterns = rules.patterns
        self._idioms = rules.idioms
        self._number = {name: number for number, name in enumerate(rules.concepts)}
        self._looser = {
            idiom.id: [loosened(regex.pattern) for regex in idiom.any] for idiom in rules.idioms
        }

    def rules_by_text(
        self, texts: Texts
    ) -> Iterator[tuple[int, Sequence[Pattern], Sequence[tuple[Idiom, Wordings]]]]:
        """Yield every text that a rule may match in, with those rules and wordings, in order."""
        where = _Where(texts, self._number)
        patterns: dict[int, list[Pattern]] = {}
        for pattern in self._patterns:
            for number in where.pattern(pattern):
                patterns.setdefault(number, []).append(pattern)
        idioms: dict[int, list[tuple[Idiom, Wordings]]] = {}
        for idiom in self._idioms:
            for number, wordings in where.idiom(idiom, self._looser[idiom.id]):
                idioms.setdefault(number, []).append((idiom, wordings))
        for number in sorted(patterns.keys() | idioms.keys()):
            yield number, patterns.get(number, ()), idioms.get(number, ())


class _Where:
    """In which sentences and texts the concepts stand."""

    def __init__(self, texts: Texts, number: dict[str, int]) -> None:
        self._texts = texts
        self._number = number
        self._present = np.zeros((len(number), texts.sentences.size), np.bool_)
        self._present[texts.hits.concept, texts.hits.sentence] = True
        self._joined = texts.sentence_text[1:] == texts.sentence_text[:-1]
        self._slots: dict[tuple[Slot, str], Flags] = {}
        letters = texts.letters
        bounds = zip(letters.starts.tolist(), letters.ends.tolist(), strict=True)
        self._everywhere = np.ones(letters.starts.size, np.bool_)
        self._folded = pl.Series(
            [letters.text[start:end] for start, end in bounds], dtype=pl.String
        )

    def _slot(self, slot: Slot, within: str) -> Flags:
        """Return the sentences that have one of the slot's concepts within reach."""
        key = slot, within
        if key not in self._slots:
            self._slots[key] = self._find(slot, within)
        return self._slots[key]

    def _find(self, slot: Slot, within: str) -> Flags:
        if within == "sentence":
            rows = self._present[[self._number[name] for name in slot]]
            return np.asarray(rows.any(axis=0))
        here = self._slot(slot, "sentence")
        if within == "message":
            return self._in_text(slot)[self._texts.sentence_text]
        near = here.copy()
        near[1:] |= here[:-1] & self._joined
        near[:-1] |= here[1:] & self._joined
        return near

    def _in_text(self, slot: Slot) -> Flags:
        found = np.zeros(self._texts.letters.starts.size, np.bool_)
        found[self._texts.sentence_text[self._slot(slot, "sentence")]] = True
        return found

    def pattern(self, pattern: Pattern) -> list[int]:
        """Return the texts with all concepts of a pattern near each other."""
        act, *others = pattern.slots
        found = reduce(
            np.logical_and,
            (self._slot(slot, pattern.within) for slot in others),
            self._slot(act, "sentence"),
        )
        numbers: list[int] = np.unique(self._texts.sentence_text[found]).tolist()
        return numbers

    def idiom(self, idiom: Idiom, looser: Sequence[str]) -> Iterator[tuple[int, Wordings]]:
        """Yield the texts with an idiom's concepts and one of its literals, and its wordings there.

        All wordings are looked for as one expression first; few texts get past it.
        """
        there = reduce(np.logical_and, map(self._in_text, idiom.slots), self._everywhere)
        numbers = np.flatnonzero(there)
        folded = self._folded.gather(numbers)
        if numbers.size:
            fits = folded.str.contains_any(list(idiom.needs))
            numbers, folded = numbers[fits.to_numpy()], folded.filter(fits)
        if numbers.size:
            fits = folded.str.contains("|".join(f"(?:{regex})" for regex in looser))
            numbers, folded = numbers[fits.to_numpy()], folded.filter(fits)
        if len(looser) == 1:
            yield from ((number, idiom.any) for number in numbers.tolist())
        elif numbers.size:
            each = [folded.str.contains(regex).to_list() for regex in looser]
            for number, *row in zip(numbers.tolist(), *each, strict=True):
                yield number, tuple(compress(idiom.any, row))


def loosened(pattern: str) -> str:
    r"""Return an expression that finds wherever `pattern` does, and is faster to look for.

    Word bounds go and bounded repeats become open ones. Where the result is nothing that the
    other engine reads, the empty expression is returned, which finds everywhere.
    """
    looser = re.sub(r"(?<!\\)((?:\\\\)*)\\b", r"\1", pattern)
    looser = re.sub(r"(?<!\\)\{0?,\d+\}|(?<!\\)\{0,\d+\}", "*", looser)
    looser = re.sub(r"(?<!\\)\{[1-9]\d*(?:,\d*)?\}", "+", looser)
    try:
        pl.Series([""]).str.contains(looser)
    except pl.exceptions.PolarsError:
        return ""
    return looser
