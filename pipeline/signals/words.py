"""The lexicon for many texts at once: the same finds as `Lexicon.find`, a column at a time.

Each word met is looked up in the lexicon once and gets a number; entries of several words are
followed through the lexicon's tree by all places together. Words are told apart by a 64-bit hash.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.signals.arrays import Keys, KeyTable, Lists, Numbers, expand
from pipeline.signals.entries import GAP_WORDS
from pipeline.signals.lexicon import Lexicon, Node, match_pieces
from pipeline.signals.tokens import CJK_LETTER, Hashes, Tokens, char_tables, hashes_of, known
from pipeline.text.language import languages_of
from pipeline.text.letters import Letters

_MOST_WORDS = 150_000
_KIND_BITS = 24


@dataclass(frozen=True, slots=True)
class Finds:
    """Every match of every entry: places in the array of letters, concept, languages, words."""

    start: Numbers
    end: Numbers
    concept: Numbers
    langs: Numbers
    """The number of a tuple of languages; they are numbered in their order."""
    first: Numbers
    last: Numbers


class Words:
    """A lexicon ready for columns; it remembers the words it has met."""

    def __init__(self, lexicon: Lexicon, concepts: Sequence[str], languages: Sequence[str]) -> None:
        """Take the lexicon apart; concepts and languages are numbered in the given order."""
        self._stems = lexicon.stems()
        self._concepts = {name: number for number, name in enumerate(concepts)}
        self._languages = {name: number for number, name in enumerate(languages)}
        tree = _Tree(lexicon.root)
        texts = [entry for entries in lexicon.texts.values() for entry in entries]
        tuples = {langs for node in tree.nodes for langs in node.ends.values()}
        self.langs: list[tuple[str, ...]] = sorted(tuples | {(lang,) for _, _, lang in texts})
        number = {langs: place for place, langs in enumerate(self.langs)}
        self._edges, self._gap, self._follows = tree.edges, tree.gap, tree.follows
        self._ends = Lists()
        self._ends.extend(
            [
                tuple(self._concepts[concept] * len(self.langs) + number[langs]
                      for concept, langs in node.ends.items())
                for node in tree.nodes
            ]
        )  # fmt: skip
        self._roots = tree.roots
        self._texts = _Texts(lexicon, self._concepts, number)
        self._forget()

    def _forget(self) -> None:
        self._numbers = KeyTable(0)
        self._kinds, self._begins, self._told = Lists(), Lists(), Lists()

    def numbers(self, letters: Letters, tokens: Tokens) -> Numbers:
        """Return a number for every word; equal words have equal numbers until the next call."""
        if self._numbers.size > _MOST_WORDS:
            self._forget()
        found = self._numbers.find(tokens.hashes)
        new = np.flatnonzero(found < 0)
        if new.size:
            keys, where = np.unique(tokens.hashes[new], return_index=True)
            places = new[where]
            starts, ends = tokens.starts[places].tolist(), tokens.ends[places].tolist()
            self._learn(keys, [letters.text[s:e] for s, e in zip(starts, ends, strict=True)])
            found[new] = self._numbers.find(tokens.hashes[new])
        return found

    def _learn(self, keys: Keys, words: list[str]) -> None:
        kinds = [self._stems.kinds(word) for word in words]
        self._numbers.add(keys, np.arange(self._kinds.size, self._kinds.size + len(words)))
        self._kinds.extend(kinds)
        self._begins.extend(
            [tuple(self._roots[kind] for kind in one if kind in self._roots) for one in kinds]
        )
        self._told.extend(
            [tuple(self._languages[lang] for lang in languages_of(word)) for word in words]
        )

    def told(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the languages that words tell of, and the place in `numbers` of each."""
        return self._told.of(numbers)

    def find(
        self, letters: Letters, hashes: Hashes, tokens: Tokens, numbers: Numbers, stops: Numbers
    ) -> Finds:
        """Return every match of every entry; `stops`: the first word after each word's sentence."""
        node, first = self._begins.of(numbers)
        last = first
        levels = []
        while node.size:
            levels.append((first, last, node))
            first, last, node = self._step(first, last, node, numbers, stops)
        if levels:
            first, last, node = (np.concatenate(part) for part in zip(*levels, strict=True))
        ends, owner = self._ends.of(node)
        first, last = first[owner], last[owner]
        concept, langs = np.divmod(ends, max(len(self.langs), 1))
        found = Finds(tokens.starts[first], tokens.ends[last], concept, langs, first, last)
        written = self._texts.find(letters, hashes, tokens)
        return found if written is None else _both(found, written)

    def _step(
        self, first: Numbers, last: Numbers, node: Numbers, numbers: Numbers, stops: Numbers
    ) -> tuple[Numbers, Numbers, Numbers]:
        """Go on by one word, or over a gap, from every place reached."""
        on = np.flatnonzero(self._follows[node] & (last + 1 < stops[first]))
        over = np.flatnonzero(self._gap[node] >= 0)
        begin = last[over] + 1
        room = np.minimum(last[over] + GAP_WORDS + 2, stops[first[over]]) - begin
        places, owner = expand(begin, np.maximum(room, 0))
        places = np.concatenate([last[on] + 1, places])
        origin = np.concatenate([on, over[owner]])
        nodes = np.concatenate([node[on], self._gap[node[over]][owner]])
        kinds, owner = self._kinds.of(numbers[places])
        reached = self._edges.find(_edge(nodes[owner], kinds))
        good = np.flatnonzero(reached >= 0)
        owner = owner[good]
        return first[origin[owner]], places[owner], reached[good]


def _edge(node: Numbers, kind: Numbers) -> Keys:
    return ((node << _KIND_BITS) + kind + 1).astype(np.uint64)


class _Tree:
    """The lexicon's tree with numbered nodes."""

    def __init__(self, root: Node) -> None:
        self.nodes = [root]
        edges: list[tuple[int, int, int]] = []
        gaps: list[tuple[int, int]] = []
        at = 0
        while at < len(self.nodes):
            node = self.nodes[at]
            for kind, follower in node.words.items():
                edges.append((at, kind, len(self.nodes)))
                self.nodes.append(follower)
            if node.gap is not None:
                gaps.append((at, len(self.nodes)))
                self.nodes.append(node.gap)
            at += 1
        self.roots = {kind: to for source, kind, to in edges if source == 0}
        listed = np.array(edges, np.int64).reshape(-1, 3)
        self.edges = KeyTable(len(edges))
        self.edges.add(_edge(listed[:, 0], listed[:, 1]), listed[:, 2])
        self.gap = np.full(len(self.nodes), -1, np.int64)
        for source, to in gaps:
            self.gap[source] = to
        self.follows = np.array([bool(node.words) for node in self.nodes])


class _Texts:
    """Han and kana entries: found by their first two letters, then by a hash of the first piece."""

    def __init__(self, lexicon: Lexicon, concepts: dict[str, int],
                 langs: dict[tuple[str, ...], int]) -> None:  # fmt: skip
        self._entries = Lists()
        self._table = KeyTable(len(lexicon.texts))
        keys = list(lexicon.texts)
        listed = [entry for key in keys for entry in lexicon.texts[key]]
        sizes = np.fromiter((len(lexicon.texts[key]) for key in keys), np.int64, len(keys))
        after = np.cumsum(sizes)
        self._entries.extend(
            [tuple(range(end - size, end)) for size, end in zip(sizes, after.tolist(), strict=True)]
        )
        pairs = np.array([[ord(key[0]), ord(key[1]) + 1 if len(key) > 1 else 0] for key in keys])
        self._table.add(_pair(*pairs.reshape(-1, 2).T), np.arange(len(keys)))
        self._pieces = [pieces for pieces, _, _ in listed]
        self._single = np.array([len(pieces) == 1 for pieces in self._pieces], np.bool_)
        self._size = np.array([len(pieces[0]) for pieces in self._pieces], np.int64)
        self._hash = hashes_of([pieces[0] for pieces in self._pieces])
        self._concept = np.array([concepts[concept] for _, concept, _ in listed], np.int64)
        self._langs = np.array([langs[lang,] for _, _, lang in listed], np.int64)

    def find(self, letters: Letters, hashes: Hashes, tokens: Tokens) -> Finds | None:
        """Return the matches in texts that hold Han or kana letters; None where no text does."""
        written = np.flatnonzero(tokens.kinds == CJK_LETTER)
        if not written.size:
            return None
        texts = np.unique(np.searchsorted(letters.starts, tokens.starts[written], "right") - 1)
        places, _ = expand(letters.starts[texts], letters.ends[texts] - letters.starts[texts])
        at, entry = self._candidates(letters, places)
        end = at + self._size[entry]
        fits = end < letters.codes.size
        fits[fits] = hashes.of(at[fits], end[fits]) == self._hash[entry[fits]]
        digit = char_tables().digit[known(letters.codes)]
        fits &= ~(digit[at] & digit[np.maximum(at - 1, 0)] & (at > 0))
        single = self._single[entry]
        fits[fits] = ~(single[fits] & digit[end[fits]] & digit[end[fits] - 1])
        at, end, entry, single = at[fits], end[fits], entry[fits], single[fits]
        self._end_pieces(letters, at, end, entry, np.flatnonzero(~single))
        good = end > 0
        at, end, entry = at[good], end[good], entry[good]
        own = tokens.first[np.searchsorted(letters.starts, at, "right") - 1]
        first = np.maximum(np.searchsorted(tokens.starts, at, "right") - 1, own)
        last = np.maximum(np.searchsorted(tokens.starts, end - 1, "right") - 1, own)
        return Finds(at, end, self._concept[entry], self._langs[entry], first, last)

    def _candidates(self, letters: Letters, places: Numbers) -> tuple[Numbers, Numbers]:
        here = letters.codes[places].astype(np.int64)
        after = letters.codes[places + 1].astype(np.int64) + 1
        found = [self._table.find(_pair(here, after)), self._table.find(_pair(here, here * 0))]
        at = np.concatenate([places[keys >= 0] for keys in found])
        entry, owner = self._entries.of(np.concatenate([keys[keys >= 0] for keys in found]))
        return at[owner], entry

    def _end_pieces(
        self, letters: Letters, at: Numbers, end: Numbers, entry: Numbers, rows: Numbers
    ) -> None:
        """Write down where entries of several pieces end, 0 where they do not stand."""
        numbers = np.searchsorted(letters.starts, at[rows], "right") - 1
        folded = {number: letters.folded(number) for number in np.unique(numbers).tolist()}
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            own = int(letters.starts[number])
            place = match_pieces(folded[number], int(at[row]) - own, self._pieces[int(entry[row])])
            end[row] = place + own if place else 0


def _pair(here: Numbers, after: Numbers) -> Keys:
    return ((here << 32) + after + 1).astype(np.uint64)


def _both(one: Finds, other: Finds) -> Finds:
    names = Finds.__slots__
    return Finds(*(np.concatenate([getattr(one, n), getattr(other, n)]) for n in names))
