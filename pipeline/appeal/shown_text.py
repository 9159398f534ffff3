"""Text that a page can show, and whether it came out of the PDF as it went in."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.appeal.extras import need
from pipeline.errors import StageError

_NEVER_SHOWN = frozenset({"Cc", "Cn", "Cs"})
_INVISIBLE = re.compile(
    r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufe0e\ufe0f\ufeff]"
)
_HYPHEN = re.compile(r"[-\u2010\ufffe]")
"""A hyphen at the end of a line comes out as another sign, or not at all."""
_FOOTER = re.compile(r"(?m)^Evidence +Part \d+ of \d+.*$")
_MOST_PIECES = 3
_SHORTEST_PIECE = 12
_REORDERED = frozenset({"R", "AL", "AN"})


def showable(text: str) -> str:
    """Return the text with what no font can show written out: a bell as `[U+0007]`.

    These are control characters and places of Unicode that hold no letter; blanks stay.
    """
    return "".join(
        one
        if one in "\n\t" or unicodedata.category(one) not in _NEVER_SHOWN
        else f"[U+{ord(one):04X}]"
        for one in text.replace("\r\n", "\n").replace("\r", "\n")
    )


def showable_data(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Return lists and tables with every text showable: ids and names are strangers' texts too."""
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, Mapping):
        return {key: showable_data(one) for key, one in value.items()}
    return [showable_data(one) for one in value] if isinstance(value, list | tuple) else value


def check_text(made: bytes, quotes: Iterable[str], others: Iterable[str] = ()) -> None:
    """Read a PDF back: every quote has to stand there as it is, of other texts every letter.

    Scripts written from the right, and those whose letters join, come out of any PDF in another
    order; of them the letters are looked for.

    Raises:
        StageError: letters are missing, or a quote is not there in one piece.

    """
    document = need("pypdfium2").PdfDocument(made)
    pages = "\n".join(page.get_textpage().get_text_range() for page in document)
    flat = _INVISIBLE.sub("", _FOOTER.sub("", pages.replace("\r\n", "\n")))
    letters = set(flat) | set(unicodedata.normalize("NFC", flat)) | {"-"}
    joined = _HYPHEN.sub("", flat)
    for text in others:
        _refuse_lost(text, letters)
    for quote in quotes:
        _refuse_lost(quote, letters)
        wanted = _HYPHEN.sub("", _INVISIBLE.sub("", quote))
        if not _is_reordered(quote) and not _in_pieces(wanted, joined):
            raise StageError(
                f"a quote does not come out in one piece: {quote!r}", source="evidence.pdf"
            )


def lacking(letters: str) -> str:
    """Return the line that names the letters no font has, and what to do."""
    named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
    return f"the fonts lack {named}; put one that has it into a folder and set [appeal] font_dir"


def _in_pieces(wanted: str, text: str) -> bool:
    """Say whether a quote is there: in one piece, or in long ones around the end of a page."""
    for _ in range(_MOST_PIECES):
        if wanted in text:
            return True
        length = bisect_left(
            range(1, len(wanted)), x=True, key=lambda size: wanted[:size] not in text
        )
        if length < _SHORTEST_PIECE:
            return False
        wanted = wanted[length:]
    return False


def _refuse_lost(text: str, letters: set[str]) -> None:
    lost = sorted(set(_INVISIBLE.sub("", text)) - letters)
    if lost:
        raise StageError(lacking("".join(lost)), source="evidence.pdf")


def _is_reordered(text: str) -> bool:
    return any(
        unicodedata.bidirectional(one) in _REORDERED or unicodedata.category(one).startswith("M")
        for one in unicodedata.normalize("NFC", text)
    )
