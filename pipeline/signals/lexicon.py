"""Find every concept's words in a text, in one pass over its words.

Words are looked up once and remembered; entries hang on their first word. Han and kana entries
hang on their first two characters. Cost grows with the text, not with the vocabulary.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from pipeline.signals.document import Document
from pipeline.signals.entries import GAP_CHARS, GAP_WORDS, TextEntry, Word, WordEntry, has_cjk

_CACHE_LIMIT = 200_000


class Hit(NamedTuple):
    """A concept's words at a place: normalised offsets, word numbers, sentence."""

    concept: str
    lang: str
    start: int
    end: int
    first: int
    last: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Found:
    """A concept's words at a place, with all languages whose vocabulary has them."""

    start: int
    end: int
    concept: str
    langs: tuple[str, ...]
    first: int
    last: int


@dataclass(slots=True)
class Node:
    """What may follow the words matched so far: word patterns, a gap, or the end of entries."""

    words: dict[int, "Node"] = field(default_factory=dict)
    gap: "Node | None" = None
    ends: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Lexicon:
    """All concepts' entries, ready to be matched."""

    def __init__(self, entries: Iterable[tuple[str, str, WordEntry | TextEntry]]) -> None:
        """Take (concept, language, entry) triples."""
        self._exact: dict[str, int] = {}
        self._open: dict[Word, int] = {}
        self._by_prefix: dict[str, list[tuple[Word, int]]] = defaultdict(list)
        self._loose: list[tuple[Word, int]] = []
        self._root = Node()
        self._texts: dict[str, list[tuple[tuple[str, ...], str, str]]] = defaultdict(list)
        self._cache: dict[str, tuple[int, ...]] = {}
        for concept, lang, entry in entries:
            if isinstance(entry, TextEntry):
                self._texts[entry.pieces[0][:2]].append((entry.pieces, concept, lang))
            else:
                self._add(concept, lang, entry)

    def _add(self, concept: str, lang: str, entry: WordEntry) -> None:
        node = self._root
        for part in entry.parts:
            if part is None:
                node.gap = node.gap or Node()
                node = node.gap
            else:
                node = node.words.setdefault(self._number(part), Node())
        langs = node.ends.get(concept, ())
        if lang not in langs:
            node.ends[concept] = (*langs, lang)

    def _number(self, word: Word) -> int:
        if not word.open_start and not word.open_end:
            return self._exact.setdefault(word.stem, len(self._exact) + len(self._open))
        known = self._open.get(word)
        if known is None:
            known = self._open[word] = len(self._exact) + len(self._open)
            if word.open_start or len(word.stem) < 3:  # noqa: PLR2004
                self._loose.append((word, known))
            else:
                self._by_prefix[word.stem[:3]].append((word, known))
        return known

    def find(self, document: Document) -> list[Found]:
        """Return every match of every entry, in order of place, the longest first."""
        found = [*self._find_words(document)]
        if has_cjk(document.text):
            found.extend(self._find_texts(document))
        found.sort(key=lambda f: (f.start, -f.end, f.concept, f.langs))
        return found

    def _find_words(self, document: Document) -> Iterator[Found]:
        tokens = document.tokens
        kinds = [self.kinds(token.text) for token in tokens]
        ends = _sentence_ends(document)
        roots = self._root.words
        for first, options in enumerate(kinds):
            for kind in options:
                node = roots.get(kind)
                if node is None:
                    continue
                start = tokens[first].start
                for last, concept, langs in self._walk(node, kinds, first, ends[first]):
                    yield Found(start, tokens[last].end, concept, langs, first, last)

    def _walk(
        self, node: Node, kinds: list[tuple[int, ...]], last: int, stop: int
    ) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        for concept, langs in node.ends.items():
            yield last, concept, langs
        if node.words and last + 1 < stop:
            for kind in kinds[last + 1]:
                follower = node.words.get(kind)
                if follower is not None:
                    yield from self._walk(follower, kinds, last + 1, stop)
        if node.gap is not None:
            for place in range(last + 1, min(last + GAP_WORDS + 2, stop)):
                for kind in kinds[place]:
                    follower = node.gap.words.get(kind)
                    if follower is not None:
                        yield from self._walk(follower, kinds, place, stop)

    def stems(self) -> "Stems":
        """Return the word patterns alone, ready for many words that were never met before."""
        return Stems(self._exact, [*chain.from_iterable(self._by_prefix.values()), *self._loose])

    @property
    def root(self) -> Node:
        """What entries may begin with."""
        return self._root

    @property
    def texts(self) -> Mapping[str, Sequence[tuple[tuple[str, ...], str, str]]]:
        """The Han and kana entries (pieces, concept, language) by their first two letters."""
        return self._texts

    def kinds(self, word: str) -> tuple[int, ...]:
        """Return the numbers of all word patterns that a word fits."""
        known = self._cache.get(word)
        if known is not None:
            return known
        found = [self._exact[word]] if word in self._exact else []
        found += [n for w, n in self._by_prefix.get(word[:3], ()) if _fits(w, word)]
        found += [n for w, n in self._loose if _fits(w, word)]
        if len(self._cache) > _CACHE_LIMIT:
            self._cache.clear()
        self._cache[word] = tuple(found)
        return self._cache[word]

    def _find_texts(self, document: Document) -> Iterator[Found]:
        text = document.text
        for start in range(len(text)):
            pair = text[start : start + 2]
            options = self._texts.get(pair, []) + (
                self._texts.get(pair[0], []) if len(pair) > 1 else []
            )
            for pieces, concept, lang in options:
                end = match_pieces(text, start, pieces)
                if end:
                    first, last = document.token_at(start), document.token_at(end - 1)
                    yield Found(start, end, concept, (lang,), first, last)


class Stems:
    """Word patterns by their letters: a word is looked up, not tried against each of them."""

    def __init__(self, exact: Mapping[str, int], patterns: Iterable[tuple[Word, int]]) -> None:
        """Sort the patterns by which end of the word they leave open."""
        self._exact = exact
        self._begin: dict[str, int] = {}
        self._end: dict[str, int] = {}
        self._inside: list[tuple[str, int]] = []
        for word, number in patterns:
            if word.open_start and word.open_end:
                self._inside.append((word.stem, number))
            else:
                (self._end if word.open_start else self._begin)[word.stem] = number
        self._begin_sizes = sorted({len(stem) for stem in self._begin})
        self._end_sizes = sorted({len(stem) for stem in self._end})

    def kinds(self, word: str) -> tuple[int, ...]:
        """Return the numbers of all patterns that a word fits, as `Lexicon.kinds` in any order."""
        size, begin, end = len(word), self._begin, self._end
        found = [self._exact[word]] if word in self._exact else []
        found += [begin[word[:k]] for k in self._begin_sizes if k <= size and word[:k] in begin]
        found += [
            end[word[size - k :]] for k in self._end_sizes if k <= size and word[size - k :] in end
        ]
        found += [number for stem, number in self._inside if stem in word]
        return tuple(found)


def _sentence_ends(document: Document) -> list[int]:
    """Return, for every word, the number of the first word after its sentence."""
    ends: list[int] = []
    for start in [*document.sentence_starts[1:], len(document.text) + 1]:
        first = bisect_left(document.token_starts, start)
        ends.extend([first] * (first - len(ends)))
    return ends


def _fits(pattern: Word, word: str) -> bool:
    if pattern.open_start and pattern.open_end:
        return pattern.stem in word
    return word.endswith(pattern.stem) if pattern.open_start else word.startswith(pattern.stem)


def match_pieces(text: str, start: int, pieces: tuple[str, ...]) -> int:
    """Return where the pieces end, or 0 where they do not stand here."""
    if not text.startswith(pieces[0], start) or _cuts_number(text, start):
        return 0
    end = start + len(pieces[0])
    for piece in pieces[1:]:
        at = text.find(piece, end, end + GAP_CHARS + len(piece))
        if at < 0 or "\n" in text[end:at] or _cuts_number(text, at):
            return 0
        end = at + len(piece)
    return 0 if _cuts_number(text, end) else end


def _cuts_number(text: str, place: int) -> bool:
    """Tell whether a number would be cut in two: 星1 does not stand in 星15."""
    return 0 < place < len(text) and text[place - 1].isdigit() and text[place].isdigit()
