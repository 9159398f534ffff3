"""The words of many folded texts at once, as `Document` cuts them, each with a hash."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.signals.arrays import Keys, Numbers
from pipeline.signals.entries import CJK
from pipeline.text.letters import Codes, Letters

Kinds = npt.NDArray[np.uint8]

_SIZE = 0x40000
OTHER, DIGIT, STAR, WORD, CJK_LETTER = range(5)

_BASE = np.uint64(0x9E3779B97F4A7C55)
_BASE_BACK = np.uint64(pow(0x9E3779B97F4A7C55, -1, 1 << 64))
_MIX = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class CharTables:
    """What each letter is: of which kind of word, a blank, a digit in any script."""

    kind: Kinds
    blank: npt.NDArray[np.bool_]
    digit: npt.NDArray[np.bool_]


_TABLES: list[CharTables] = []


def char_tables() -> CharTables:
    """Return the tables, made once a process unless `use_char_tables` brought them."""
    if not _TABLES:
        _TABLES.append(_make_char_tables())
    return _TABLES[0]


def use_char_tables(made: CharTables) -> None:
    """Take tables that another process has made."""
    _TABLES[:] = [made]


def _make_char_tables() -> CharTables:
    """Make the tables, from the same expressions that cut single texts."""
    chars = "".join(map(chr, [*range(0xD800), *range(0xE000, _SIZE)]))
    kind = np.zeros(_SIZE + 1, np.uint8)
    for number, pattern in ((DIGIT, r"\d"), (CJK_LETTER, f"[{CJK}]"), (STAR, "★"),
                            (WORD, rf"[^\W\d_{CJK}]")):  # fmt: skip
        kind[[ord(char) for char in re.findall(pattern, chars)]] = number
    blank, digit = np.zeros((2, _SIZE + 1), np.bool_)
    blank[[ord(char) for char in chars if char.isspace()]] = True
    digit[[ord(char) for char in chars if char.isdigit()]] = True
    return CharTables(kind, blank, digit)


def known(codes: Codes) -> Codes:
    """Return codes that the tables can be asked for."""
    return np.minimum(codes, np.uint32(_SIZE))


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[Keys, Keys]:
    with np.errstate(over="ignore"):
        return (
            np.multiply.accumulate(np.full(size, _BASE, np.uint64)),
            np.multiply.accumulate(np.full(size, _BASE_BACK, np.uint64)),
        )


class Hashes:
    """Hashes of any stretch of an array of letters, in one step each."""

    def __init__(self, codes: Codes) -> None:
        """Add the letters up once."""
        size = 1 << max(codes.size + 1, 2).bit_length()
        powers, self._back = _powers(size)
        with np.errstate(over="ignore"):
            mixed = (codes.astype(np.uint64) + np.uint64(1)) * _MIX
            mixed ^= mixed >> np.uint64(31)
            self._sums = np.zeros(codes.size + 1, np.uint64)
            np.cumsum(mixed * powers[: codes.size], out=self._sums[1:])

    def of(self, starts: Numbers, ends: Numbers) -> Keys:
        """Return the hash of each stretch; equal letters have equal hashes wherever they stand."""
        with np.errstate(over="ignore"):
            return (self._sums[ends] - self._sums[starts]) * self._back[starts]


def hash_of(text: str) -> int:
    """Return the hash of one text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return int(Hashes(codes).of(np.array([0]), np.array([codes.size]))[0])


def hashes_of(texts: list[str]) -> Keys:
    """Return the hash of each text."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum(sizes)
    return Hashes(codes).of(ends - sizes, ends)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of all texts, in order of place."""

    starts: Numbers
    ends: Numbers
    kinds: Kinds
    hashes: Keys
    first: Numbers
    """The number of the first word of each text, and of the one after the last text."""


def tokens_of(letters: Letters, hashes: Hashes) -> Tokens:
    """Cut all texts into words."""
    kinds = char_tables().kind[known(letters.codes)]
    change = np.ones(kinds.size + 1, np.bool_)
    if kinds.size:
        change[1:-1] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == CJK_LETTER)
        change[0] = change[-1] = True
    starts = np.flatnonzero(change[:-1] & (kinds != OTHER))
    ends = np.flatnonzero(change[1:] & (kinds != OTHER)) + 1
    first = np.searchsorted(starts, np.append(letters.starts, kinds.size))
    return Tokens(starts, ends, kinds[starts], hashes.of(starts, ends), first)
