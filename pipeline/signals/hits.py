"""The hits of many texts at once: finds ranked by language, one a stretch, as in `Reading`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.signals import tongues
from pipeline.signals.arrays import Numbers
from pipeline.signals.concepts import LANGUAGES
from pipeline.signals.reading import SHORT, VERY_SHORT
from pipeline.signals.sentences import all_sentence_starts
from pipeline.signals.tokens import DIGIT, Hashes, Tokens, tokens_of
from pipeline.signals.words import Finds, Words
from pipeline.text.letters import Letters

Flags = npt.NDArray[np.bool_]

NAMES = tuple(sorted((*LANGUAGES, "any")))
"""All languages in the order of their names; `any` never scores."""

_BITS = 1 << np.arange(len(NAMES))
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
    rows: Numbers
    """Where the hits of each text begin, and where the last one's end."""


class Texts:
    """Folded texts cut into words and sentences, with their languages and hits."""

    def __init__(self, letters: Letters, words: Words) -> None:
        """Read all texts."""
        self.letters = letters
        hashes = Hashes(letters.codes)
        self.hashes = hashes
        self.tokens: Tokens = tokens_of(letters, hashes)
        self.sentences = all_sentence_starts(letters)
        self.first_sentence = np.searchsorted(
            self.sentences, np.append(letters.starts, letters.codes.size)
        )
        self.sentence_text = np.searchsorted(letters.starts, self.sentences, side="right") - 1
        numbers = words.numbers(letters, self.tokens)
        of_sentence = np.searchsorted(self.sentences, self.tokens.starts, side="right") - 1
        after = np.searchsorted(self.tokens.starts, np.append(self.sentences, 1 << 62))
        self._tell(words, numbers, of_sentence)
        finds = words.find(letters, hashes, self.tokens, numbers, after[of_sentence + 1])
        self.hits = self._keep(finds, _Tuples(words.langs))

    def _tell(self, words: Words, numbers: Numbers, of_sentence: Numbers) -> None:
        told, owner = words.told(numbers)
        size = len(NAMES)
        scores = tongues.counts(told, self.sentence_text[of_sentence[owner]],
                                self.letters.starts.size, size)  # fmt: skip
        tongues.add_scripts(scores, self.letters, NAMES)
        self.language = tongues.main(scores)
        self._plausible, self._unclear = tongues.plausible(scores)
        self._hinted = tongues.bits(scores > 0)
        here, nothing = tongues.plausible(
            tongues.counts(told, of_sentence[owner], self.sentences.size, size)
        )
        self._here = np.where(nothing, 0, here)

    def _keep(self, finds: Finds, tuples: "_Tuples") -> Hits:
        text = np.searchsorted(self.letters.starts, finds.start, side="right") - 1
        lang = self._believed(finds, text, tuples)
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
            np.searchsorted(self.sentences, start, side="right") - 1,
            np.searchsorted(text, np.arange(self.letters.starts.size + 1)),
        )  # fmt: skip

    def _believed(self, finds: Finds, text: Numbers, tuples: "_Tuples") -> Numbers:
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
        sentence = np.searchsorted(self.sentences, finds.start[rest], side="right") - 1
        here = langs & self._here[sentence]
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
