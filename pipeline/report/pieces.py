"""Cuts a message into stretches: own words, quoted tails, and the flagged words in them."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from pipeline.report.tables import Row
from pipeline.text.normalise import MAYBE_LEET, normalise

Hide = Callable[[str], str]

_KEPT_FORMAT = {"\u200d", "\ufe0f", "\ufe0e"}  # joiners and selectors that emoji are made with
MAYBE_DISGUISED = (
    rf"[^\x00-\x7f]|{MAYBE_LEET}|[a-z][.\-_*/][a-z]|(?:^|[^a-z])[a-z][ .\-_*/]{{1,2}}[a-z][ .\-_*/]"
)
"""Where `as_read` may find something, in a lower-case text (a portable expression)."""

_PICTURES = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t\r"}
_PICTURES[0x7F] = "\u2421"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(slots=True)
class Piece:
    """A stretch of text, and whether it is flagged."""

    text: str
    marked: bool = False


@dataclass(slots=True)
class Block:
    """Neighbouring pieces of one kind: own, quoted, signature, boilerplate."""

    kind: str
    pieces: list[Piece]


def cut(
    body: str, segments: Iterable[Row], spans: Iterable[tuple[int, int]], hide: Hide | None = None
) -> list[Block]:
    """Cut a body at its segments and flagged spans (code points); every letter is kept.

    `hide` masks personal data, if there is any to mask. Where a mask would reach over a cut, the
    block is shown masked as a whole and marked as a whole: hiding goes before marking.
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
        if not grouped or grouped[-1][0] != kind:
            grouped.append((kind, [piece]))
        elif grouped[-1][1][-1].marked == piece.marked:
            grouped[-1][1][-1].text += piece.text
        else:
            grouped[-1][1].append(piece)
    blocks = [Block(kind, _hidden(pieces, hide)) for kind, pieces in grouped]
    return [block for block in blocks if any(piece.text.strip() for piece in block.pieces)]


def _hidden(pieces: list[Piece], hide: Hide | None) -> list[Piece]:
    apart = pieces
    if hide is not None:
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
    if not _CONTROL.search(text):
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_PICTURES)


def as_read(text: str) -> str:
    """Return the text as the rules read it, or nothing where a reader sees the same anyway.

    That is: words spelled apart or with digits for letters (`pipeline.text.normalise`), hidden
    format characters, and letters that only look alike (Unicode's compatibility form, NFKC).
    """
    read = normalise(text)
    if read.obfuscated:
        return read.text
    if text.isascii():
        return ""
    bare = "".join(
        letter for letter in text if letter in _KEPT_FORMAT or unicodedata.category(letter) != "Cf"
    )
    folded = unicodedata.normalize("NFKC", bare)
    if _letters(folded) == _letters(text) and bare == text:
        return ""
    return folded


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
