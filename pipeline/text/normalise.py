"""Normalise a text once, with a way back to the verbatim code points of every character.

Rules run on the normalised text: lower case, width and accents folded, invisible characters gone,
look-alike letters and hidden spellings of review and contact words read as what they say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.text.folding import LEET, LOOK_ALIKES, belongs_to_previous, fold_piece

_HIDDEN_TEXT = """
    review reviews reviewed rating ratings feedback feedbacks comment comments star stars
    positive negative paypal whatsapp wechat telegram messenger instagram facebook amazon refund
    refunds delete remove change edit gmail email giftcard voucher venmo
    bewertung bewertungen rezension rezensionen sterne kommentar evaluation avis commentaire
    etoiles recensione recensioni stelle resena opinion comentario estrellas opinia opinie
    komentarz gwiazdek recension omdome stjarnor avaliacao estrelas yorum yildiz beoordeling
    sterren
"""
_HIDDEN = _HIDDEN_TEXT.split()
HIDDEN_WORDS = frozenset(_HIDDEN)
"""Words whose disguised spellings are undone; nothing else is, so part numbers stay as they are."""

_NATURAL_BREAKS = frozenset({"feed", "whats", "pay", "we", "insta", "face", "e", "g"})
_SIGNS = r"[.\-_*·•/]"
_SPLIT_RUN = re.compile(rf"(?<![a-z])[a-z]++(?:{_SIGNS}[a-z]++)+")
_SPACED_RUN = re.compile(r"(?<![^\W_])[a-z](?:[ .\-_*·•/]{1,2}[a-z](?![a-z])){2,}")
_LENGTHS = sorted({len(word) for word in _HIDDEN}, reverse=True)
_LEET_WORD = re.compile(
    r"(?<![\w@$€£])(?:([a-z0-9@$€£!|+*]*[a-z][a-z0-9@$€£!|+*]*)(?<![!+*])|[0-9@$€£!|+*]+)"
)
"""Group 1 is the word; signs without a letter are passed in one step, not once from each."""

MAYBE_LEET = r"[a-z][0-9@$€£!|+*]+[a-z]|[a-z]{3}[0-9@$€£]|[0-9@$€£][a-z]{3}"
_MAYBE_LEET = re.compile(MAYBE_LEET)
"""Where a digit or sign may stand for a letter."""

_FOREIGN_WORD = re.compile(
    r"(?<![a-z\u0370-\u03ff\u0400-\u052f])"
    r"[a-z\u0370-\u03ff\u0400-\u052f]*[\u0370-\u03ff\u0400-\u052f]"
    r"[a-z\u0370-\u03ff\u0400-\u052f]*"
)
_ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\ufeff\u180e")
_WORD = re.compile(r"[a-z]+")
_STARRED = re.compile(r"[a-z*]*\*[a-z*]*")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text; `starts`/`ends` give each character's verbatim code points.

    Both are None where the text has kept its length and every character its place. `obfuscated`
    holds the (start, end) stretches of the normalised text where a word was hidden on purpose.
    """

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None
    obfuscated: tuple[tuple[int, int], ...] = ()

    def verbatim(self, start: int, end: int) -> tuple[int, int]:
        """Return the verbatim code points that the normalised stretch `start:end` came from."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> Normalised:
    """Fold `text` for the rules; never raises, whatever the text."""
    hidden: list[int] = []
    lowered = _folded_in_place(text)
    if lowered is not None:
        if not _may_be_disguised(lowered):
            return Normalised(lowered)
        chars, starts, ends = list(lowered), list(range(len(text))), list(range(1, len(text) + 1))
    else:
        chars, starts, ends = _fold(text)
        hidden = _hidden_by_invisibles(text, chars, starts)
    work = _Work(chars, starts, ends, set(hidden))
    if not text.isascii():
        work.unmask_look_alikes()
    work.unmask_leet()
    work.join_broken_words()
    return work.result(len(text))


def _may_be_disguised(lowered: str) -> bool:
    return bool(
        _SPLIT_RUN.search(lowered) or _SPACED_RUN.search(lowered) or _MAYBE_LEET.search(lowered)
    )


def hides_a_word(folded: str) -> bool:
    """Tell whether a stretch of folded text may hold a known word in disguise.

    It may say yes where `normalise` undoes nothing, never no where it does.
    """
    if any(_unleet(match[1]) for match in _leet_words(folded)):
        return True
    size = len(folded)
    work = _Work(list(folded), list(range(size)), list(range(size)), set())
    work.join_broken_words()
    return bool(work.dropped)


def _one_to_one() -> dict[int, str]:
    """Return what single characters become, for those that become exactly one."""
    ranges = ((0xA0, 0x250), (0x2010, 0x2028), (0x2030, 0x205F), (0x20A0, 0x20C0),
              (0x2190, 0x2800), (0x2B50, 0x2B51), (0x3000, 0x3040), (0xFF00, 0xFF60),
              (0x1F300, 0x1FB00))  # fmt: skip
    found = {}
    for low, high in ranges:
        for code in range(low, high):
            char = chr(code)
            folded = fold_piece(char)
            if len(folded) == 1 and not belongs_to_previous(char):
                found[code] = folded
    found[ord("\t")] = " "
    found[ord("`")] = "'"
    return found


_TABLE = _one_to_one()
_ONE_TO_ONE = re.compile(
    f"[\x00-\x7f\u3041-\u3096\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    f"{re.escape(''.join(map(chr, _TABLE)))}]*"
)


def fold_entry(entry: str) -> str:
    """Fold a vocabulary entry the way texts are folded, without undoing disguises."""
    quick = _folded_in_place(entry)
    return "".join(_fold(entry)[0]) if quick is None else quick


def _folded_in_place(text: str) -> str | None:
    """Return the folded text where every character becomes exactly one, otherwise None."""
    if text.isascii():
        return text.lower().replace("\t", " ").replace("`", "'")
    if _ONE_TO_ONE.fullmatch(text):
        return text.translate(_TABLE).lower()
    return None


def _fold(text: str) -> tuple[list[str], list[int], list[int]]:
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _pieces(text):
        for char in fold_piece(text[start : min(end, start + _MOST_MARKS)]):
            chars.append(char)
            starts.append(start)
            ends.append(end)
    return chars, starts, ends


_MOST_MARKS = 32
"""Marks read on one letter: no language needs 30 (UAX 15, stream-safe text), and sorting them is
quadratic."""


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start, size = 0, len(text)
    while start < size:
        end = start + 1
        while end < size and text[end] > "\x7f" and belongs_to_previous(text[end]):
            end += 1
        yield start, end
        start = end


def _hidden_by_invisibles(text: str, chars: list[str], starts: list[int]) -> list[int]:
    """Return the characters of words that zero-width characters were put into."""
    cuts = [place for place, char in enumerate(text) if char in _ZERO_WIDTH]
    if not cuts:
        return []
    found: list[int] = []
    for word in _WORD.finditer("".join(chars)):
        start, end = word.span()
        inside = any(starts[start] < cut < starts[end - 1] for cut in cuts)
        if inside and word.group() in HIDDEN_WORDS:
            found.extend(range(start, end))
    return found


class _Work:
    """The characters while disguises are being undone."""

    def __init__(
        self, chars: list[str], starts: list[int], ends: list[int], hidden: set[int]
    ) -> None:
        self.chars = chars
        self.starts = starts
        self.ends = ends
        self.hidden = hidden
        self.dropped: set[int] = set()

    def unmask_look_alikes(self) -> None:
        """Read Cyrillic and Greek letters as Latin in mixed words and in known words."""
        for match in _FOREIGN_WORD.finditer("".join(self.chars)):
            word = match.group()
            folded = word.translate(LOOK_ALIKES)
            mixed = _WORD.search(word) is not None
            if folded.isascii() and (mixed or folded in HIDDEN_WORDS):
                self._write(match.start(), folded, mark=folded in HIDDEN_WORDS)

    def unmask_leet(self) -> None:
        """Read digits and signs as letters where that makes a known word."""
        text = "".join(self.chars)
        if not _MAYBE_LEET.search(text):
            return
        for match in _leet_words(text):
            plain = _unleet(match[1])
            if plain:
                self._write(match.start(), plain, mark=True)

    def join_broken_words(self) -> None:
        """Drop the blanks, dots and dashes written between the letters of a known word."""
        text = "".join(self.chars)
        for match in _SPACED_RUN.finditer(text):
            places = [place for place in range(*match.span()) if text[place].isalpha()]
            self._join(places, "".join(text[place] for place in places), mark=True)
        for match in _SPLIT_RUN.finditer(text):
            self._join_parts(match.start(), re.split(_SIGNS, match.group()))

    def _join_parts(self, start: int, parts: list[str]) -> None:
        """Find the longest run of parts that makes a known word."""
        for size in range(min(len(parts), _LENGTHS[0]), 1, -1):
            for first in range(len(parts) - size + 1):
                word = "".join(parts[first : first + size])
                if word in HIDDEN_WORDS:
                    at = start + sum(len(part) + 1 for part in parts[:first])
                    end = at + len(word) + size - 1
                    places = [p for p in range(at, end) if self.chars[p].isalpha()]
                    mark = size > 2 or parts[first] not in _NATURAL_BREAKS  # noqa: PLR2004
                    self._join(places, word, mark=mark)
                    return

    def _join(self, places: list[int], letters: str, *, mark: bool) -> None:
        """Join a known word within `letters`, which stand at `places`."""
        for size in _LENGTHS:
            for first in range(len(letters) - size + 1):
                if letters[first : first + size] in HIDDEN_WORDS:
                    kept = places[first : first + size]
                    self.dropped.update(set(range(kept[0], kept[-1])) - set(kept))
                    if mark:
                        self.hidden.update(kept)
                    return

    def _write(self, start: int, word: str, *, mark: bool) -> None:
        places = range(start, start + len(word))
        for place, char in zip(places, word, strict=True):
            self.chars[place] = char
        if mark:
            self.hidden.update(places)

    def result(self, size: int) -> Normalised:
        """Put the kept characters together."""
        kept = [place for place in range(len(self.chars)) if place not in self.dropped]
        spans: list[tuple[int, int]] = []
        for new, old in enumerate(kept):
            if old in self.hidden:
                if spans and spans[-1][1] == new:
                    spans[-1] = (spans[-1][0], new + 1)
                else:
                    spans.append((new, new + 1))
        text = "".join(self.chars[place] for place in kept)
        starts = tuple(self.starts[place] for place in kept)
        ends = tuple(self.ends[place] for place in kept)
        if len(kept) == size and starts == tuple(range(size)):
            return Normalised(text, obfuscated=tuple(spans))
        return Normalised(text, starts, ends, tuple(spans))


def _leet_words(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of a text that hold a digit or sign."""
    return (match for match in _LEET_WORD.finditer(text) if match[1] and not match[1].isalpha())


def _unleet(word: str) -> str:
    """Return the known word that `word` disguises, or an empty text."""
    for tried in (word.translate(LEET), word.replace("1", "l").translate(LEET)):
        if tried in HIDDEN_WORDS:
            return tried
        if len(tried) > _LENGTHS[0]:
            continue
        if _STARRED.fullmatch(tried) and tried.count("*") <= 2:  # noqa: PLR2004
            shape = re.compile(tried.replace("*", "[a-z]"))
            for known in _HIDDEN:
                if len(known) > 4 and shape.fullmatch(known):  # noqa: PLR2004
                    return known
    return ""
