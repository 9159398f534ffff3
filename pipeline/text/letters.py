"""Fold many texts at once: one array of letters, with the same result as `normalise` on each.

Most letters become one or a few letters whatever stands around them, so a table folds them all in
one step. A text goes through `normalise` by itself where it holds anything else (loose accents,
invisible or look-alike letters) or a spelling that may be a disguise.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.text.folding import belongs_to_previous, fold_piece
from pipeline.text.normalise import Normalised, hides_a_word, normalise

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SEPARATOR = "\x00"
"""Stands between two texts; part of no word."""

_TABLE_SIZE = 0x20000
_EASY = (
    (0x00, 0x250), (0x2000, 0x2070), (0x20A0, 0x20C1), (0x2100, 0x2C00), (0x3000, 0x3100),
    (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xFF00, 0xFFF0), (0x1F000, 0x1FB00),
)  # fmt: skip
_ONE_SYMBOL = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
"""Han letters that stay what they are."""

_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_SIGNS = ".-_*·•/"
_LEET_SIGNS = "0123456789@$€£!|+*"
_NEVER_LEET = "2689"
_LONGEST_HIDDEN = 14
"""More letters than the longest word that anybody hides, signs behind it included."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The folded letters of many texts, a separator after each."""

    codes: Codes
    starts: Places
    ends: Places
    text: str
    """The same letters as one string."""
    alone: dict[int, Normalised]
    """The texts that were folded one by one."""
    longer: "_Longer"

    def folded(self, number: int) -> str:
        """Return one text, folded."""
        return self.text[self.starts[number] : self.ends[number]]

    def verbatim(self, number: int, start: int, end: int) -> tuple[int, int]:
        """Return the verbatim code points that a folded stretch of one text came from."""
        if number in self.alone:
            return self.alone[number].verbatim(start, end)
        return self.longer.origin(number, start), self.longer.origin(number, end - 1) + 1

    def obfuscated(self, number: int) -> tuple[tuple[int, int], ...]:
        """Return the folded stretches of one text where a word was hidden on purpose."""
        return self.alone[number].obfuscated if number in self.alone else ()


@dataclass(frozen=True, slots=True)
class _Longer:
    """The letters that became several, and the way back over them."""

    places: list[int]
    """Where they begin among the folded letters of all texts (none folded by itself)."""
    before: list[int]
    """How many letters more there are before each, and at the end."""
    starts: list[int]
    """Where each text begins among those letters."""

    def origin(self, number: int, place: int) -> int:
        """Return the code point of a text that a folded letter of it came from."""
        if not self.places:
            return place
        start = self.starts[number]
        last = bisect_right(self.places, start + place) - 1
        if last < 0 or self.places[last] < start:
            return place
        more = min(start + place - self.places[last], self.before[last + 1] - self.before[last])
        first = bisect_left(self.places, start)
        return place - (self.before[last] - self.before[first]) - more


@dataclass(frozen=True, slots=True)
class _Table:
    width: npt.NDArray[np.uint8]
    """How many letters a letter becomes; `_HARD` where that hangs on its neighbours."""
    first: Codes
    longer: Codes
    """What letters of more than one become, `_MOST` columns each."""
    row: npt.NDArray[np.int32]


_HARD = 255
_MOST = 4
_TABLES: list[_Table] = []


def table() -> _Table:
    """Return what each letter becomes, made once a process unless `use_table` brought it."""
    if not _TABLES:
        _TABLES.append(_make_table())
    return _TABLES[0]


def use_table(made: _Table) -> None:
    """Take a table that another process has made: making one takes a third of a second."""
    _TABLES[:] = [made]


def _make_table() -> _Table:
    width = np.full(_TABLE_SIZE + 1, _HARD, np.uint8)
    first = np.arange(_TABLE_SIZE + 1, dtype=np.uint32)
    row = np.zeros(_TABLE_SIZE + 1, np.int32)
    longer = [[0] * _MOST]
    for low, high in _ONE_SYMBOL:
        width[low:high] = 1
    for low, high in _EASY:
        if (low, high) in _ONE_SYMBOL:
            continue
        for code in range(low, high):
            folded = _folded_alone(chr(code))
            if not 0 < len(folded) <= _MOST:
                continue
            width[code] = len(folded)
            first[code] = ord(folded[0])
            if len(folded) > 1:
                row[code] = len(longer)
                longer.append([*map(ord, folded), *[0] * (_MOST - len(folded))])
    return _Table(width, first, np.array(longer, np.uint32), row)


def _folded_alone(char: str) -> str:
    """Return what a letter becomes wherever it stands, or an empty text where that is not sure."""
    if belongs_to_previous(char):
        return ""
    folded = fold_piece(char)
    same = normalise(char).text == folded and normalise(f"{char}ﬁ").text == f"{folded}fi"
    return folded if same and not _FOREIGN.search(folded) else ""


def fold_all(texts: Sequence[str]) -> Letters:
    """Fold every text as `normalise` does."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    joined = SEPARATOR.join(texts) + (SEPARATOR if texts else "")
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum(sizes + 1) - 1
    folded, starts, ends, longer, hard = _by_table(codes, ends - sizes, ends)
    certain = set(hard.tolist())
    alone = {}
    for number in sorted(certain.union(_doubtful(folded, starts).tolist())):
        found = normalise(texts[number])
        piece = folded[starts[number] : ends[number]]
        plain = found.text.encode("utf-32-le", "surrogatepass") == piece.tobytes()
        if number in certain or found.obfuscated or not plain:
            alone[number] = found
    if alone:
        folded, starts, ends = _with_alone(folded, starts, ends, alone)
    text = folded.tobytes().decode("utf-32-le", "surrogatepass")
    return Letters(folded, starts, ends, text, alone, longer)


def _by_table(
    codes: Codes, starts: Places, ends: Places
) -> tuple[Codes, Places, Places, _Longer, Places]:
    """Fold all letters by the table; also return the texts that cannot be folded so."""
    letters = table()
    known = np.minimum(codes, _TABLE_SIZE)
    width = letters.width[known]
    folded = letters.first[known]
    special = np.flatnonzero(width != 1)
    hard = np.unique(np.searchsorted(ends, special[width[special] == _HARD]))
    more = special[width[special] != _HARD]
    extra = width[more].astype(np.int64) - 1
    before = np.concatenate(([0], np.cumsum(extra)))
    behind = np.repeat(more, extra)
    step = np.arange(behind.size) - np.repeat(before[:-1], extra) + 1
    if behind.size:
        folded = np.insert(folded, behind + 1, letters.longer[letters.row[known[behind]], step])
    starts, ends = (places + before[np.searchsorted(more, places)] for places in (starts, ends))
    longer = _Longer((more + before[:-1]).tolist(), before.tolist(), starts.tolist())
    return folded, starts, ends, longer, hard


def _with_alone(
    folded: Codes, starts: Places, ends: Places, alone: dict[int, Normalised]
) -> tuple[Codes, Places, Places]:
    """Put the texts that were folded by themselves in their places."""
    pieces = []
    at = 0
    sizes = ends - starts
    for number, found in sorted(alone.items()):
        pieces.append(folded[at : starts[number]])
        pieces.append(np.frombuffer(found.text.encode("utf-32-le", "surrogatepass"), np.uint32))
        at = int(ends[number])
        sizes[number] = len(found.text)
    pieces.append(folded[at:])
    new_ends = np.cumsum(sizes + 1) - 1
    return np.concatenate(pieces), new_ends - sizes, new_ends


_LATIN, _SIGN, _LEET, _UNLIKELY = (np.uint8(1 << bit) for bit in range(4))


def _sorts() -> npt.NDArray[np.uint8]:
    """Return what every letter below `_FLAGGED` is to a disguise."""
    sorts = np.zeros(_FLAGGED + 1, np.uint8)
    for chars, sort in (
        ("abcdefghijklmnopqrstuvwxyz", _LATIN),
        (_SIGNS, _SIGN),
        (_LEET_SIGNS, _LEET),
        (_NEVER_LEET, _UNLIKELY),
    ):
        sorts[[ord(char) for char in chars]] |= sort
    return sorts


_FLAGGED = 0x2100
_SORTS = _sorts()


def _doubtful(codes: Codes, starts: Places) -> Places:
    """Return the texts in which a word may be disguised; it names some too many, none too few."""
    sort = _SORTS[np.minimum(codes, _FLAGGED)]
    latin = (sort & _LATIN) != 0
    places = [_spaced(latin), _broken(codes, sort, latin), _leet(codes, sort)]
    found = np.concatenate(places)
    return np.unique(np.searchsorted(starts, found, side="right") - 1)


def _spaced(latin: Flags) -> Places:
    """Return where three letters stand by themselves close together: `r e v`."""
    lone = latin.copy()
    lone[1:] &= ~latin[:-1]
    lone[:-1] &= ~latin[1:]
    places = np.flatnonzero(lone)
    return places[:-2][places[2:] - places[:-2] <= 6]  # noqa: PLR2004 - two signs between each


def runs(inside: Flags) -> tuple[Places, Places]:
    """Return where the stretches of marked letters start and end."""
    if not inside.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0] or inside[-1]:
        edges = np.concatenate(([0] * bool(inside[0]), edges, [inside.size] * bool(inside[-1])))
        edges = edges.astype(np.int64)
    return edges[::2], edges[1::2]


def _broken(codes: Codes, sort: npt.NDArray[np.uint8], latin: Flags) -> Places:
    """Return where letters with signs between them make a known word."""
    split = np.flatnonzero((sort[1:-1] & _SIGN != 0) & latin[:-2] & latin[2:]) + 1
    if not split.size:
        return split
    starts, ends = runs((sort & (_LATIN | _SIGN)) != 0)
    run = np.unique(np.searchsorted(starts, split, side="right") - 1)
    return _hiding(codes, starts[run], ends[run])


def _leet(codes: Codes, sort: npt.NDArray[np.uint8]) -> Places:
    """Return where digits or signs stand for letters of a known word."""
    starts, ends = runs((sort & (_LATIN | _LEET)) != 0)
    signs = np.flatnonzero(sort & _LEET)
    if not signs.size:
        return signs
    run = np.searchsorted(starts, signs, side="right") - 1
    run = run[np.concatenate(([True], run[1:] != run[:-1]))]
    starts, ends = starts[run], ends[run]
    edges = np.stack([starts, ends], axis=1).ravel()  # a separator stands behind the last one
    here = np.bitwise_or.reduceat(sort, edges)[::2]
    mixed = (here & (_LATIN | _LEET)) == (_LATIN | _LEET)
    before = codes[np.maximum(starts - 1, 0)]
    after_word = (starts > 0) & ((before > 0x7F) | (before == ord("_")))  # noqa: PLR2004 - ASCII
    plain = (ends - starts <= _LONGEST_HIDDEN) & ((here & _UNLIKELY) == 0)
    chosen = mixed & (after_word | plain)
    return _hiding(codes, starts[chosen], ends[chosen])


def _hiding(codes: Codes, starts: Places, ends: Places) -> Places:
    found = [
        start
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if _hides(codes[max(start - 1, 0) : end].tobytes())
    ]
    return np.array(found, np.int64)


@lru_cache(maxsize=100_000)
def _hides(run: bytes) -> bool:
    return hides_a_word(run.decode("utf-32-le", "surrogatepass"))
