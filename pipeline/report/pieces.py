"""Cuts a message into stretches: own words, quoted tails, and the flagged words in them."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from pipeline.report.tables import Row

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
    stretches = [
        (row["segment_start"], row["segment_end"], str(row["kind"]))
        for row in segments
        if row["segment_start"] < len(body)
    ]
    flagged = [span for span in spans if span[0] < len(body)]
    edges = {0, len(body)}
    for place in [*(row[:2] for row in stretches), *flagged]:
        edges |= {min(max(at, 0), len(body)) for at in place}
    cuts = sorted(edges)
    grouped: list[tuple[str, list[Piece]]] = []
    for start, end in pairwise(cuts):
        kind = next((k for low, high, k in stretches if low <= start < high), "own")
        piece = Piece(body[start:end], any(low <= start < high for low, high in flagged))
        if grouped and grouped[-1][0] == kind:
            grouped[-1][1].append(piece)
        else:
            grouped.append((kind, [piece]))
    blocks = [Block(kind, _hidden(pieces, hide)) for kind, pieces in grouped]
    return [block for block in blocks if any(piece.text.strip() for piece in block.pieces)]


def _hidden(pieces: list[Piece], hide: Hide) -> list[Piece]:
    whole = hide("".join(piece.text for piece in pieces))
    apart = [Piece(hide(piece.text), piece.marked) for piece in pieces]
    if len(pieces) > 1 and "".join(piece.text for piece in apart) != whole:
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
