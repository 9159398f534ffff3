"""Fold many texts at once: one array of letters, with the same result as `normalise` on each.

Most letters become one or a few letters whatever stands around them, so a table folds them all in
one step. A text goes through `normalise` by itself where it holds anything else (loose accents,
invisible or look-alike letters) or a spelling that may be a disguise.
"""

import re
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
    origins: Places | None
    """The place in its own verbatim text of every letter; None where all kept theirs."""
    alone: dict[int, Normalised]
    """The texts that were folded one by one."""

    def folded(self, number: int) -> str:
        """Return one text, folded."""
        return self.text[self.starts[number] : self.ends[number]]

    def verbatim(self, number: int, start: int, end: int) -> tuple[int, int]:
        """Return the verbatim code points that a folded stretch of one text came from."""
        if number in self.alone:
            return self.alone[number].verbatim(start, end)
        if self.origins is None:
            return start, end
        own = self.starts[number]
        return int(self.origins[own + start]), int(self.origins[own + end - 1]) + 1

    def obfuscated(self, number: int) -> tuple[tuple[int, int], ...]:
        """Return the folded stretches of one text where a word was hidden on purpose."""
        return self.alone[number].obfuscated if number in self.alone else ()


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


@lru_cache(maxsize=1)
def _table() -> _Table:
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
    folded, starts, ends, origins, hard = _by_table(codes, ends - sizes, ends)
    certain = set(hard.tolist())
    alone = {}
    for number in sorted(certain.union(_doubtful(folded, starts).tolist())):
        found = normalise(texts[number])
        piece = folded[starts[number] : ends[number]]
        plain = found.text.encode("utf-32-le", "surrogatepass") == piece.tobytes()
        if number in certain or found.obfuscated or not plain:
            alone[number] = found
    if alone:
        folded, starts, ends, origins = _with_alone(folded, starts, ends, origins, alone)
    text = folded.tobytes().decode("utf-32-le", "surrogatepass")
    return Letters(folded, starts, ends, text, origins, alone)


def _by_table(
    codes: Codes, starts: Places, ends: Places
) -> tuple[Codes, Places, Places, Places | None, Places]:
    """Fold all letters by the table; also return the texts that cannot be folded so."""
    table = _table()
    known = np.minimum(codes, _TABLE_SIZE)
    width = table.width[known]
    hard = np.unique(np.searchsorted(ends, np.flatnonzero(width == _HARD)))
    width[width == _HARD] = 1
    if not (width > 1).any():
        return table.first[known], starts, ends, None, hard
    source = np.repeat(np.arange(codes.size), width)
    folded = table.first[known[source]]
    more = np.flatnonzero(width > 1)
    reach = np.cumsum(width, dtype=np.int64)
    for step in range(1, _MOST):
        longer = more[width[more] > step]
        folded[reach[longer] - width[longer] + step] = table.longer[table.row[known[longer]], step]
    begins = reach[starts] - width[starts] if starts.size else starts
    origins = source - np.repeat(starts, reach[ends] - begins) if starts.size else source
    return folded, begins, reach[ends] - 1 if ends.size else ends, origins, hard


def _with_alone(
    folded: Codes,
    starts: Places,
    ends: Places,
    origins: Places | None,
    alone: dict[int, Normalised],
) -> tuple[Codes, Places, Places, Places | None]:
    """Put the texts that were folded by themselves in their places."""
    pieces, places = [], []
    at = 0
    sizes = ends - starts
    for number, found in sorted(alone.items()):
        pieces.append(folded[at : starts[number]])
        pieces.append(np.frombuffer(found.text.encode("utf-32-le", "surrogatepass"), np.uint32))
        places.append((at, int(starts[number]), len(found.text)))
        at = int(ends[number])
        sizes[number] = len(found.text)
    pieces.append(folded[at:])
    new_ends = np.cumsum(sizes + 1) - 1
    if origins is not None:
        kept = [part for low, high, size in places
                for part in (origins[low:high], np.zeros(size, np.int64))]  # fmt: skip
        origins = np.concatenate([*kept, origins[at:]])
    return np.concatenate(pieces), new_ends - sizes, new_ends, origins


def _flags(chars: str) -> Flags:
    """Return a table that tells whether a letter (below 0x2100, or none) is one of `chars`."""
    flags = np.zeros(_FLAGGED + 1, np.bool_)
    flags[[ord(char) for char in chars]] = True
    return flags


_FLAGGED = 0x2100
_LATIN = _flags("abcdefghijklmnopqrstuvwxyz")
_SIGN = _flags(_SIGNS)
_LEET = _flags(_LEET_SIGNS)
_NOT_LEET = _flags(_NEVER_LEET)


def _doubtful(codes: Codes, starts: Places) -> Places:
    """Return the texts in which a word may be disguised; it names some too many, none too few."""
    known = np.minimum(codes, _FLAGGED)
    latin, sign, leet = _LATIN[known], _SIGN[known], _LEET[known]
    places = [
        _spaced(latin),
        _broken(codes, latin, sign),
        _leet(codes, latin, leet, _NOT_LEET[known]),
    ]
    found = np.concatenate(places)
    return np.unique(np.searchsorted(starts, found, side="right") - 1)


def _spaced(latin: Flags) -> Places:
    """Return where three letters stand by themselves close together: `r e v`."""
    padded = np.concatenate(([False], latin, [False]))
    lone = np.flatnonzero(latin & ~padded[:-2] & ~padded[2:])
    return lone[:-2][lone[2:] - lone[:-2] <= 6]  # noqa: PLR2004 - two signs between each


def _runs(inside: Flags) -> tuple[Places, Places]:
    """Return where the stretches of marked letters start and end."""
    edges = np.diff(np.concatenate(([0], inside.view(np.int8), [0])))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)


def _broken(codes: Codes, latin: Flags, sign: Flags) -> Places:
    """Return where letters with signs between them make a known word."""
    starts, ends = _runs(latin | sign)
    split = np.zeros(codes.size + 1, np.int64)
    split[2:-1] = sign[1:-1] & latin[:-2] & latin[2:]
    split = np.cumsum(split)
    marked = split[ends] > split[starts]
    return _hiding(codes, starts[marked], ends[marked])


def _leet(codes: Codes, latin: Flags, leet: Flags, never: Flags) -> Places:
    """Return where digits or signs stand for letters of a known word."""
    starts, ends = _runs(latin | leet)
    letters = np.concatenate(([0], np.cumsum(latin)))
    nevers = np.concatenate(([0], np.cumsum(never)))
    has = letters[ends] - letters[starts]
    mixed = (has > 0) & (has < ends - starts)
    before = codes[np.maximum(starts - 1, 0)]
    after_word = (starts > 0) & ((before > 0x7F) | (before == ord("_")))  # noqa: PLR2004 - ASCII
    plain = (ends - starts <= _LONGEST_HIDDEN) & (nevers[ends] == nevers[starts])
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
