"""What one written character becomes before rules see it: tables and the fold of a single piece.

Look-alike letters follow Unicode's confusables (UTS 39) as far as Latin words can be spelt with
them; leet digits and star emoji are the ones seen in marketplace messages.
"""

import unicodedata
from functools import lru_cache

STAR_EMOJI = "⭐🌟✭✮✯✰⭑🌠✪"
"""Pictures of a full star; all become ★, the outlined ☆ stays what it is."""

_SPECIAL = {
    "ı": "i",
    "İ": "i",
    "ł": "l",
    "Ł": "l",
    "ø": "o",
    "Ø": "o",
    "đ": "d",
    "Đ": "d",
    "æ": "ae",
    "Æ": "ae",
    "œ": "oe",
    "Œ": "oe",
    "ð": "d",
    "þ": "th",
    "’": "'",
    "‘": "'",
    "`": "'",
    "´": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "‑": "-",
    "‐": "-",
    "−": "-",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x85": "\n",
    "\t": " ",
} | dict.fromkeys(STAR_EMOJI, "★")

LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕԁһӏцԛԝьгпαβεικνορτυχηωϲ",
    "abekmhopctyxijsdhlqqwbrnabeikvoptuxnwc",
)
"""Cyrillic and Greek letters (lower case, folded) that pass for Latin ones."""

LEET = str.maketrans("013457@$€£!|+", "oieastaseelit"[:13])
"""Digits and signs standing for letters; `1` is read as i, and as l in a second try."""

_VARIATION = {0x20E3, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_HALF_WIDTH_MARKS = "\uff9e\uff9f"


def belongs_to_previous(char: str) -> bool:
    """Tell whether `char` only modifies the character before it (accent, dakuten, keycap)."""
    return char in _HALF_WIDTH_MARKS or unicodedata.category(char) in ("Mn", "Me")


@lru_cache(maxsize=65536)
def fold_piece(piece: str) -> str:
    """Return what one character with its marks becomes; empty where it is invisible."""
    if piece in _SPECIAL:
        return _SPECIAL[piece]
    kept = "".join(c for c in piece if ord(c) not in _VARIATION and not _invisible(c))
    text = unicodedata.normalize("NFKC", kept)
    folded = "".join(_SPECIAL.get(c, c.casefold()) for c in text)
    return "".join(_blank(c) for c in _strip_latin_accents(folded))


def _invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf"


def _blank(char: str) -> str:
    return " " if unicodedata.category(char) == "Zs" else _SPECIAL.get(char, char)


def _strip_latin_accents(text: str) -> str:
    """Take accents off Latin letters; a kana's dakuten makes another letter and stays."""
    if text.isascii():
        return text
    out = []
    latin = False
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char):
            if not latin:
                out.append(char)
            continue
        latin = char.isascii() or unicodedata.name(char, "").startswith("LATIN")
        out.append(char)
    return unicodedata.normalize("NFC", "".join(out))
