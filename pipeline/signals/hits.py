"""The hits of many texts at once: finds ranked by language, one a stretch, as in `Reading`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.signals import tongues
from pipeline.signals.arrays import Numbers
from pipeline.signals.reading import SHORT, VERY_SHORT
from pipeline.signals.sentences import all_sentence_starts
from pipeline.signals.tokens import (
    DIGIT,
    WORD,
    Hashes,
    Tokens,
    char_tables,
    known,
    tokens_of,
)
from pipeline.signals.tongues import NAMES, Scores
from pipeline.signals.words import Finds, Words
from pipeline.text.language import identify_folded
from pipeline.text.letters import Letters

Flags = npt.NDArray[np.bool_]

_BITS = 1 << np.arange(len(NAMES))
_SCRIPTS = [NAMES.index(name) for name in ("ja", "zh-Hans", "zh-Hant")]
_ALWAYS = sum(int(_BITS[NAMES.index(name)]) for name in ("en", "any"))


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits of all texts, by text, concept and place; places are those of the text itself."""

    text: Numbers
    concept: Numbers
    lang: Numbers
    start: Numbers
    end: Numbers
    first: Numbers
    last: Numbers
    sentence: Numbers
    """The number among all sentences."""


class Cut:
    """Folded texts cut into words, and what the words tell of the texts' languages."""

    def __init__(self, letters: Letters, words: Words) -> None:
        """Cut all texts."""
        self.letters = letters
        self.hashes = Hashes(letters.codes)
        self.tokens: Tokens = tokens_of(letters, self.hashes)
        self.numbers = words.numbers(letters, self.tokens)
        self.told, self.teller = words.told(self.numbers)
        self._of_text = np.repeat(np.arange(letters.starts.size), np.diff(self.tokens.first))
        text = self._of_text[self.teller]
        self.scores = tongues.counts(self.told, text, letters.starts.size, len(NAMES))
        tongues.add_scripts(self.scores, letters, NAMES)
        self.language = tongues.main(self.scores)

    def languages(self) -> list[str]:
        """Return the language of each text, as `identify` tells it."""
        found = tongues.names(self.language)
        for number in self._mixed:
            found[number] = identify_folded(self.letters.folded(number))
        return found

    def counts(self) -> list[Scores | None]:
        """Return how often each language's tell-tale words stand in each text.

        None where its language is no matter of adding up the counts of its lines: where there are
        Han letters or kana, words of several scripts, or a disguise.
        """
        plain: Flags = ~np.asarray(self.scores[:, _SCRIPTS].any(axis=1))
        plain[[*self._mixed, *self.letters.alone]] = False
        return [row if sure else None for row, sure in zip(self.scores, plain, strict=True)]

    @cached_property
    def _mixed(self) -> list[int]:
        """Return the texts with words of other than Latin letters: those are cut differently."""
        codes = self.letters.codes
        others = np.flatnonzero((codes > ord("z")) | ((codes >= ord("A")) & (codes <= ord("Z"))))
        others = others[char_tables().kind[known(codes[others])] == WORD]
        places = np.searchsorted(self.letters.starts, others, side="right") - 1
        numbers: list[int] = np.unique(places).tolist()
        return numbers


class Texts(Cut):
    """Texts cut into sentences as well, with their hits."""

    def __init__(self, letters: Letters, words: Words) -> None:
        """Read all texts."""
        super().__init__(letters, words)
        self.sentences = all_sentence_starts(letters)
        self.first_sentence = np.searchsorted(
            self.sentences, np.append(letters.starts, letters.codes.size)
        )
        self.sentence_text = np.searchsorted(letters.starts, self.sentences, side="right") - 1
        after = np.searchsorted(self.tokens.starts, np.append(self.sentences, 1 << 62))
        self._of_sentence = np.repeat(np.arange(self.sentences.size), np.diff(after))
        self._plausible, self._unclear = tongues.plausible(self.scores)
        self._hinted = tongues.bits(self.scores > 0)
        here, nothing = tongues.plausible(
            tongues.counts(
                self.told, self._of_sentence[self.teller], self.sentences.size, len(NAMES)
            )
        )
        self._here = np.where(nothing, 0, here)
        stops = after[self._of_sentence + 1]
        finds = words.find(letters, self.hashes, self.tokens, self.numbers, stops)
        self.hits = self._keep(finds, _tuples(tuple(words.langs)))

    def _keep(self, finds: Finds, tuples: "_Tuples") -> Hits:
        text, sentence = self._standing(finds)
        lang = self._believed(finds, text, sentence, tuples)
        good = np.flatnonzero(lang >= 0)
        order = good[_order(finds, text, good)]
        group = text[order] * (int(finds.concept.max(initial=0)) + 1) + finds.concept[order]
        start, end = finds.start[order], finds.end[order]
        kept = order[_longest(group, end)]
        text, start, end = text[kept], finds.start[kept], finds.end[kept]
        own, word = self.letters.starts[text], self.tokens.first[text]
        return Hits(
            text, finds.concept[kept], lang[kept], start - own, end - own,
            finds.first[kept] - word, finds.last[kept] - word,
            sentence[kept],
        )  # fmt: skip

    def _standing(self, finds: Finds) -> tuple[Numbers, Numbers]:
        """Return the text and the sentence that each find starts in: those of its first word."""
        text, sentence = self._of_text[finds.first], self._of_sentence[finds.first]
        odd = np.flatnonzero(self.tokens.starts[finds.first] != finds.start)  # begins with a sign
        text[odd] = np.searchsorted(self.letters.starts, finds.start[odd], side="right") - 1
        sentence[odd] = np.searchsorted(self.sentences, finds.start[odd], side="right") - 1
        return text, sentence

    def _believed(
        self, finds: Finds, text: Numbers, sentence: Numbers, tuples: "_Tuples"
    ) -> Numbers:
        """Return the language to count each find for, -1 where it is none of the text's."""
        langs = tuples.bits[finds.langs]
        main = self.language[text]
        in_main = (main >= 0) & ((langs & np.where(main >= 0, _BITS[main], 0)) > 0)
        lang = np.where(in_main, main, -1)
        rest = np.flatnonzero(~in_main)
        if not rest.size:
            return lang
        text, langs = text[rest], langs[rest]
        unclear = self._unclear[text]
        likely = langs & np.where(unclear, self._hinted[text], self._plausible[text])
        size = finds.end[rest] - finds.start[rest]
        one = finds.first[rest] == finds.last[rest]
        number = one & (self.tokens.kinds[finds.first[rest]] == DIGIT)
        latin = self._ascii(finds.start[rest], finds.end[rest]) & ~number
        short = latin & np.where(
            unclear, (self._hinted[text] > 0) & (size <= VERY_SHORT), one & (size <= SHORT)
        )
        sure = (likely > 0) | ~short | ((langs & _ALWAYS) > 0)
        here = langs & self._here[sentence[rest]]
        chosen = tuples.first(finds.langs[rest], np.where(sure, likely, here))
        first = tuples.first(finds.langs[rest], langs)
        lang[rest] = np.where(sure & (likely == 0), first, chosen)
        return lang

    def _ascii(self, starts: Numbers, ends: Numbers) -> Flags:
        others = np.concatenate(([0], np.cumsum(self.letters.codes > 0x7F)))  # noqa: PLR2004
        plain: Flags = others[ends] == others[starts]
        return plain


class _Tuples:
    """The tuples of languages that entries have, as columns."""

    def __init__(self, tuples: Sequence[tuple[str, ...]]) -> None:
        longest = max(map(len, tuples), default=1)
        self._order = np.full((longest, len(tuples)), -1, np.int64)
        for number, langs in enumerate(tuples):
            for place, lang in enumerate(langs):
                self._order[place, number] = NAMES.index(lang)
        known = self._order >= 0
        self.bits: Numbers = np.where(known, _BITS[self._order], 0).sum(axis=0)

    def first(self, number: Numbers, among: Numbers) -> Numbers:
        """Return the first language of each tuple that is among the given bits, -1 if none is."""
        found = np.full(number.size, -1, np.int64)
        for place in self._order[::-1]:
            lang = place[number]
            fits = (lang >= 0) & ((among & _BITS[lang]) > 0)
            found = np.where(fits, lang, found)
        return found


_tuples = lru_cache(maxsize=2)(_Tuples)
"""They are those of the lexicon, the same for every page."""


def _order(finds: Finds, text: Numbers, rows: Numbers) -> Numbers:
    """Return the order by text, concept, start, the longest first, languages."""
    size = finds.end[rows] - finds.start[rows]
    columns = (text[rows], finds.concept[rows], finds.start[rows],
               int(size.max(initial=0)) - size, finds.langs[rows])  # fmt: skip
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > 63:  # noqa: PLR2004 - what fits a number
        return np.lexsort(columns[::-1])
    key = np.zeros(rows.size, np.int64)
    for column, width in zip(columns, widths, strict=True):
        key = (key << width) | column
    return np.argsort(key, kind="stable")


def _longest(group: Numbers, end: Numbers) -> Flags:
    """Keep what ends behind all before it in its group."""
    if not end.size:
        return np.zeros(0, np.bool_)
    number = np.cumsum(np.concatenate(([0], np.diff(group) != 0)))
    reach = end + number * (int(end.max()) + 1)
    before = np.concatenate(([-1], np.maximum.accumulate(reach)[:-1]))
    farther: Flags = reach > before
    return farther
