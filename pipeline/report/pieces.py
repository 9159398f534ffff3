"""Cuts a message into stretches: own words, quoted tails, and the flagged words in them."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.report.tables import Row

_V = TypeVar("_V")
Hide = Callable[[str], str]

_KEPT_FORMAT = {"\u200d", "\ufe0f", "\ufe0e"}  # joiners and selectors that emoji are made with
_PICTURES = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t\r"}
_PICTURES[0x7F] = "\u2421"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether it is flagged."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring pieces of one kind: own, quoted, signature, boilerplate."""

    kind: str
    pieces: list[Piece]


def cut(
    body: str, segments: Iterable[Row], spans: Iterable[tuple[int, int]], hide: Hide
) -> list[Block]:
    """Cut a body at its segments and flagged spans (code points); every letter is kept.

    `hide` masks personal data. Where a mask would reach over a cut, the block is shown masked
    as a whole and marked as a whole: hiding goes before marking.
    """
    kinds = ["own"] * len(body)
    for segment in segments:
        start, end = max(segment["segment_start"], 0), min(segment["segment_end"], len(body))
        kinds[start:end] = [segment["kind"]] * max(end - start, 0)
    flags = bytearray(len(body))
    for start, end in spans:
        low, high = max(start, 0), min(end, len(body))
        flags[low:high] = b"\1" * max(high - low, 0)
    blocks = []
    for kind, low, high in _runs(kinds, 0, len(body)):
        pieces = [
            Piece(body[start:end], bool(flag)) for flag, start, end in _runs(flags, low, high)
        ]
        blocks.append(Block(kind, _hidden(pieces, hide)))
    return [block for block in blocks if any(piece.text.strip() for piece in block.pieces)]


def _runs(values: Sequence[_V], low: int, high: int) -> list[tuple[_V, int, int]]:
    """Return (value, start, end) of each run of equal values between two places."""
    found: list[tuple[_V, int, int]] = []
    start = low
    for at in range(low + 1, high + 1):
        if at == high or values[at] != values[start]:
            found.append((values[start], start, at))
            start = at
    return found


def _hidden(pieces: list[Piece], hide: Hide) -> list[Piece]:
    whole = hide("".join(piece.text for piece in pieces))
    apart = [Piece(hide(piece.text), piece.marked) for piece in pieces]
    if "".join(piece.text for piece in apart) != whole:
        apart = [Piece(whole, any(piece.marked for piece in pieces))]
    shown = [Piece(visible(piece.text), piece.marked) for piece in apart]
    if shown:
        shown[0] = Piece(shown[0].text.lstrip("\n"), shown[0].marked)
        shown[-1] = Piece(shown[-1].text.rstrip(), shown[-1].marked)
    return [piece for piece in shown if piece.text]


def visible(text: str) -> str:
    """Show control characters as their pictures; a browser would swallow them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_PICTURES)


def as_read(text: str) -> str:
    """Return the text without hidden and look-alike forms, or nothing where it reads the same.

    The forms are those of Unicode's compatibility normalisation (NFKC) and format characters.
    """
    bare = "".join(
        letter for letter in text if letter in _KEPT_FORMAT or unicodedata.category(letter) != "Cf"
    )
    folded = unicodedata.normalize("NFKC", bare)
    if _letters(folded) == _letters(text) and bare == text:
        return ""
    return folded


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
