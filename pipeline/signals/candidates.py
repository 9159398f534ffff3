"""The cheap first stage: which texts can hold a signal at all.

It must lose nothing. A text goes on where it holds a character that the cheap fold does not
account for, a spelling that may be a disguise, or one of the literals without which no rule can
match. The cheap fold writes a text as its words with one blank around each, so that whole words,
word starts and Han or kana pieces all become plain literals for one Aho-Corasick pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.lazy import deferred
from pipeline.signals.entries import CJK, Entry, TextEntry, WordEntry, has_cjk
from pipeline.signals.patterns import Slot
from pipeline.signals.ruleset import Ruleset
from pipeline.text.folding import STAR_EMOJI
from pipeline.text.normalise import BROKEN_WORD, MAYBE_LEET

if TYPE_CHECKING:
    import polars as pl
else:
    pl = deferred("polars")

_SPECIAL = {"ı": "i", "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d",
            "þ": "th"} | dict.fromkeys(STAR_EMOJI, "★")  # fmt: skip
_SPECIAL_LETTERS = str.maketrans(_SPECIAL)
_ACCENTS_AND_MARKS = "[\u0300-\u036f\u20e3\ufe00-\ufe0f]"
_NO_MARKS = dict.fromkeys([*range(0x300, 0x370), 0x20E3, *range(0xFE00, 0xFE10)])
_UNKNOWN = (
    "[^\x00-\x7f\u00a0-\u00ac\u00ae-\u024f\u2010-\u2027\u202f-\u205e\u20a0-\u20bf\u20e3"
    "\u2190-\u2bff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9f\ufe0f"
    "\U0001f000-\U0001faff]"
)
"""Characters whose fold here might differ from the real one: such texts are always read."""


_ANYWHERE = 8.0
"""How much likelier a literal is anywhere in a text than as a word of its own."""


def may_hold_signals(texts: pl.Series, ruleset: Ruleset) -> pl.Series:
    """Return, for each text, whether the grammar has to look at it."""
    word_literals, raw_literals = ruleset.sieve or literals(ruleset)
    frame = pl.DataFrame({"text": texts.fill_null("")}).with_columns(folded=_fold(pl.col("text")))
    folded = pl.col("folded")
    found = frame.select(
        pl.col("text").str.contains(_UNKNOWN)
        | folded.str.contains(MAYBE_LEET)
        | folded.str.contains(BROKEN_WORD)
        | folded.str.contains_any(raw_literals)
        | _words(folded).str.contains_any(word_literals)
    )
    return found.to_series()


def may_hold_signal(text: str, ruleset: Ruleset) -> bool:
    """Return the same for one text, without the libraries for many, cheapest first."""
    word_literals, raw_literals = ruleset.sieve or literals(ruleset)
    folded = unicodedata.normalize("NFKD", text).translate(_NO_MARKS)
    folded = unicodedata.normalize("NFC", folded).lower()
    folded = folded.replace("\u0307", "").translate(_SPECIAL_LETTERS)
    words = _as_words(folded)
    return (
        any(literal in words for literal in word_literals)
        or any(literal in folded for literal in raw_literals)
        or re.search(_UNKNOWN, text) is not None
        or re.search(f"{MAYBE_LEET}|{BROKEN_WORD}", folded) is not None
    )


def _as_words(folded: str) -> str:
    """Write a folded text as `_words` does."""
    words: list[str] = []
    before = ""
    for letter in folded:
        kind = _kind(letter)
        if kind != before or kind == "cjk":
            words.append(" ")
        words.append(letter if kind else "")
        before = kind
    return f" {' '.join(''.join(words).split())} "


def _kind(letter: str) -> str:
    """Tell what a letter is to `_words`: letters, digits and stars stand together, Han alone."""
    if letter == "★":
        return "star"
    if letter.isdecimal():
        return "digit"
    if has_cjk(letter):
        return "cjk"
    return "letter" if unicodedata.category(letter)[0] in "LM" else ""


def _fold(text: pl.Expr) -> pl.Expr:
    folded = text.str.normalize("NFKD").str.replace_all(_ACCENTS_AND_MARKS, "")
    folded = folded.str.normalize("NFC").str.to_lowercase().str.replace_all("\u0307", "")
    return folded.str.replace_many(list(_SPECIAL), list(_SPECIAL.values()))


def _words(folded: pl.Expr) -> pl.Expr:
    """Write a folded text as its words, each with one blank before and after it."""
    spaced = folded.str.replace_all(rf"(\d+|[{CJK}]|★+)", " $1 ")
    return " " + spaced.str.replace_all(rf"[^\p{{L}}\p{{M}}\p{{Nd}}★{CJK}]+", " ") + " "


@lru_cache(maxsize=8)
def literals(ruleset: Ruleset) -> tuple[list[str], list[str]]:
    """Return literals one of which every matching text holds: among its words, and as written."""
    by_concept = {
        name: {_literal(entry) for _, _, entry in concept.entries()}
        for name, concept in ruleset.concepts.items()
    }
    words: set[str] = set()
    raw: set[str] = set()
    slots = {p.id: [_of_slot(slot, by_concept) for slot in p.slots] for p in ruleset.patterns}
    slots |= {i.id: [_of_slot(slot, by_concept) for slot in i.slots] for i in ruleset.idioms}
    needs = {idiom.id: set(idiom.needs) for idiom in ruleset.idioms}
    for name in sorted(slots, key=lambda name: min(map(_cost, slots[name]), default=0.0)):
        cheapest = min(slots[name], key=lambda option: _cost(option - words), default=set())
        if name in needs and (
            not cheapest or _cost(needs[name] - raw) * _ANYWHERE < _cost(cheapest - words)
        ):
            raw |= needs[name]
        else:
            words |= cheapest
    return sorted(words), sorted(raw)


def _of_slot(slot: Slot, by_concept: dict[str, set[str]]) -> set[str]:
    return set().union(*(by_concept[concept] for concept in slot))


def _cost(literals: Iterable[str]) -> float:
    """Estimate how many texts hold one of the literals: short ones stand in most texts."""
    return sum(6.0 ** -len(re.sub(f"[{CJK}]", "__", literal.strip())) for literal in literals)


def _literal(entry: Entry) -> str:
    """Return the longest piece of an entry, written as `_words` writes it."""
    if isinstance(entry, TextEntry):
        return max((_spaced(piece) for piece in entry.pieces), key=len)
    return max(_runs(entry), key=len)


def _spaced(piece: str) -> str:
    """Write a Han or kana piece as `_words` does, open at both ends."""
    spaced = re.sub(rf"(\d+|[{CJK}]|★+)", r" \1 ", piece)
    return re.sub(rf"[^\w★{CJK}]+|_+", " ", spaced).strip()


def _runs(entry: WordEntry) -> list[str]:
    """Return the stretches of an entry without a gap, blanks marking where words are whole."""
    runs: list[str] = []
    joins = False
    for part in entry.parts:
        if part is None:
            joins = False
            continue
        text = ("" if part.open_start else " ") + part.stem + ("" if part.open_end else " ")
        if joins and not part.open_start:
            runs[-1] += text[1:]
        else:
            runs.append(text)
        joins = not part.open_end
    return runs
