"""Vocabulary entries: what a line such as `take .. down` or `review*` means.

Syntax: `word` whole word, `word*` start, `*word` end, `*word*` part, blank consecutive words,
`..` up to eight words in between. An entry with Han or kana letters is a substring, and `..` there
is up to ten characters. No other wildcard exists, so matching stays linear.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.text.normalise import fold_entry

GAP_WORDS = 8
GAP_CHARS = 10

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Letters written without blanks between words, as a character class."""

_CJK_LETTER = re.compile(f"[{CJK}]")
_PART = re.compile(rf"\*?(?:\d+|[^\W\d_{CJK}]+|★+)\*?|\.\.")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an entry: its letters, and whether more may stand before or after them."""

    stem: str
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class WordEntry:
    """A run of words; None stands for a gap of up to eight words."""

    parts: tuple[Word | None, ...]


@dataclass(frozen=True, slots=True)
class TextEntry:
    """Pieces of text in order, each at most ten characters after the one before."""

    pieces: tuple[str, ...]


Entry = WordEntry | TextEntry


def has_cjk(text: str) -> bool:
    """Tell whether `text` holds a Han or kana letter."""
    return _CJK_LETTER.search(text) is not None


def parse_entry(written: str, *, umlauts: bool = False) -> list[Entry]:
    """Return the entries that a vocabulary line stands for (two where umlauts may be spelt out).

    Raises:
        ValueError: nothing is left of it, or it begins or ends with a gap.

    """
    spellings = {fold_entry(written)}
    if umlauts:
        spellings.add(fold_entry(written.translate(_UMLAUTS)))
    return [_parse(spelling, written) for spelling in sorted(spellings)]


@lru_cache(maxsize=65_536)
def _word(written: str) -> Word:
    return Word(written.strip("*"), written.startswith("*"), written.endswith("*"))


def _parse(text: str, written: str) -> Entry:
    if has_cjk(text):
        pieces = tuple(piece.strip() for piece in text.replace("*", "").split(".."))
        if not all(pieces):
            raise ValueError(f"{written!r} has an empty piece")
        return TextEntry(pieces)
    parts = [None if part == ".." else _word(part) for part in _PART.findall(text)]
    if not parts or parts[0] is None or parts[-1] is None:
        raise ValueError(f"{written!r} is empty or begins or ends with a gap")
    return WordEntry(tuple(parts))
