"""Which encoding a text file has; a free guess would mislabel short files, so the list is short.

The order: a byte order mark, UTF-16 by its zero bytes, strict UTF-8, cp932 for Japan, cp1252,
and Latin-1, which takes any byte.
"""

import codecs
from pathlib import Path

_BLOCK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE_SHARE = 0.3
_BINARY = bytes((*range(9), *range(14, 27), *range(28, 32)))


def encoding_of(path: Path, head: bytes, *, japanese: bool = False) -> str:
    """Return the codec that reads the whole file without an error.

    Raises:
        OSError: the file cannot be read.

    """
    for mark, codec in _MARKS:
        if head.startswith(mark) and _reads(path, codec):
            return codec
    wide = _wide(head)
    if wide and _reads(path, wide):
        return wide
    candidates = ("utf-8", "cp932", "cp1252") if japanese else ("utf-8", "cp1252")
    return next((codec for codec in candidates if _reads(path, codec)), "latin-1")


def looks_like_text(head: bytes) -> bool:
    """Say whether the beginning of a file can be text in one of these encodings."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _wide(head):
        return True
    sample = head[:4096]
    binary = len(sample) - len(sample.translate(None, _BINARY))
    return bool(sample) and binary * 100 <= len(sample)


def decoded_head(head: bytes) -> str:
    """Return the beginning of a text file, near enough for a look at its first lines."""
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return head.decode(codec, "replace")
    wide = _wide(head)
    return head.decode(wide or "utf-8", "replace")


def _wide(head: bytes) -> str:
    """Tell UTF-16 without a mark by its zero bytes: every second one, in Western text."""
    sample = head[:4096]
    half = max(len(sample) // 2, 1)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _WIDE_SHARE and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > _WIDE_SHARE and odd == 0 else ""


def _reads(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
