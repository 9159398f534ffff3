"""Split an MBOX file into its mails, as a stream: memory holds one mail, whatever the file's size.

A line that begins with `From ` is a separator only in the shape the exporters write: Gmail Takeout
(`From 123@xxx Mon …`) anywhere, the traditional one (`From who Mon …`) after an empty line. The
standard library takes any such line, and so cuts messages in two.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_TAKEOUT = re.compile(rb"From \d+@xxx [A-Z][a-z]{2} ")
_PLAIN = re.compile(
    rb"From (?:\S+|\S+ at \S+) {1,3}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? {1,3}"
    rb"(?:[A-Z][a-z]{2}|\d{1,2}) "
)
_ESCAPED = re.compile(rb"(?m)^>(>{0,20}From )")
_BLOCK = 1024 * 1024
LONGEST_SEPARATOR = 400
"""Bytes of a separator line that are looked at."""

LONGEST = 64 * 1024 * 1024
"""Bytes of one mail that are kept; mail providers send no larger ones."""


class RawMail(NamedTuple):
    """One mail's bytes, where it stands, and whether it was cut for its size."""

    offset: int
    raw: bytes
    cut: bool
    separated: bool


def is_separator(line: bytes, *, takeout: bool) -> bool:
    """Tell whether a line that follows an empty one (or nothing) separates mails."""
    return (_TAKEOUT if takeout else _PLAIN).match(line) is not None


def is_takeout(head: bytes) -> bool:
    """Tell whether a file with this beginning was made by Gmail Takeout."""
    return _TAKEOUT.match(head.lstrip()) is not None


def split_mbox(stream: BinaryIO, *, takeout: bool) -> Iterator[RawMail]:
    """Yield the mails of a stream; text before the first separator comes as not `separated`."""
    mail = _Growing(0, separated=False)
    offset = 0
    before = b"\n\n"
    for chunk in _whole_lines(stream):
        begin = 0
        for at in _separators(chunk, before, takeout=takeout):
            mail.add(chunk[begin:at])
            if not mail.blank:
                yield mail.done()
            line_end = chunk.find(b"\n", at)
            begin = line_end + 1 if line_end >= 0 else len(chunk)
            mail = _Growing(offset + at, separated=True)
        mail.add(chunk[begin:])
        offset += len(chunk)
        before = (before + chunk[-4:])[-4:]
    if not mail.blank:
        yield mail.done()


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield blocks that end with a line's end; a line longer than a block comes in pieces."""
    rest = b""
    while block := stream.read(_BLOCK):
        chunk = rest + block
        end = chunk.rfind(b"\n") + 1
        if end == 0 and len(chunk) < 2 * _BLOCK:
            rest = chunk
            continue
        end = end or len(chunk)
        yield chunk[:end]
        rest = chunk[end:]
    if rest:
        yield rest


def _separators(chunk: bytes, before: bytes, *, takeout: bool) -> Iterator[int]:
    """Yield where the separators of a chunk begin; `before` is what stands in front of it."""
    at = 0 if chunk.startswith(b"From ") else chunk.find(b"\nFrom ") + 1 or -1
    while at >= 0:
        above = chunk[at - 3 : at] if at >= 3 else (before + chunk[:at])[-3:]  # noqa: PLR2004
        after_empty = takeout or above.endswith((b"\n\n", b"\n\r\n"))
        begins_line = above.endswith(b"\n")
        line = chunk[at : at + LONGEST_SEPARATOR]
        if begins_line and after_empty and is_separator(line, takeout=takeout):
            yield at
        at = chunk.find(b"\nFrom ", at) + 1 or -1


class _Growing:
    """A mail being put together, up to the largest size."""

    def __init__(self, offset: int, *, separated: bool) -> None:
        self.offset = offset
        self.separated = separated
        self.parts: list[bytes] = []
        self.size = 0
        self.cut = False

    def add(self, piece: bytes) -> None:
        kept = piece[: max(LONGEST - self.size, 0)]
        self.cut |= len(kept) < len(piece)
        if kept:
            self.parts.append(kept)
            self.size += len(kept)

    @property
    def blank(self) -> bool:
        return not self.separated and not any(part.strip() for part in self.parts)

    def done(self) -> RawMail:
        raw = b"".join(self.parts)
        if b"\n>" in raw and b"From " in raw:
            raw = _ESCAPED.sub(rb"\1", raw)
        return RawMail(self.offset, raw, self.cut, self.separated)
