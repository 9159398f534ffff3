"""Split a body into who says it: own words, quoted words, signature, the platform's boilerplate.

Only own words are judged, so whatever is not surely somebody else's stays own. Offsets are code
points of the body; the segments cover it, in order, without gaps and without empty ones.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pipeline.lazy import deferred
from pipeline.text import _quoting, _signing
from pipeline.text._platform import CLOSING_LINE, ITEM, MARKER, MESSAGE_LINK, ORDER_LINE, is_intro

if TYPE_CHECKING:
    import polars as pl
else:
    pl = deferred("polars")

OWN, QUOTED, SIGNATURE, BOILERPLATE = "own", "quoted", "signature", "boilerplate"

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BLANK = ""
_RULES = ("---", "–––", "———", "___", "===", "───")
_REPLY_LINE = re.compile(
    r"\s*(?:#{2}-.{0,200}-#{2}|[-=_]{3,}.{0,40}(?:reply|antwort|répon|rispond|respond|odpow|svar)"
    r".{0,80}[-=_]{3,})\s*",
    re.IGNORECASE,
)
_LONGEST_REPLY_LINE = 240
_LINK = re.compile(r"<?https?://\S+")
_MOST_WORDS_BESIDE_LINK = 5
_PLATFORM_HINTS = (
    *("–––", "———", "===", "───", "##-", "/messaging/", "communication-manager", "commmgr"),
    *("spc-", "©", "copyright", "(c)", "its affiliates"),
)
_HINTS = {
    "quoting": _quoting.HINTS,
    "closing": _signing.CLOSING_HINTS,
    "device": _signing.DEVICE_HINTS,
    "platform": _PLATFORM_HINTS,
}
"""Literals (ASCII letters in any case) without which a body has no part of that sort."""

_HINT_BYTES = {
    sort: tuple(hint.lower().encode() if hint.isascii() else hint.encode() for hint in hints)
    for sort, hints in _HINTS.items()
}


class Segment(NamedTuple):
    """`body[start:end]`, in code points, and whose words it is."""

    start: int
    end: int
    kind: str


def split_body(body: str) -> list[Segment]:
    """Split one body; an empty one has no segments."""
    if not body:
        return []
    folded = body.encode("utf-8", "surrogatepass").lower()
    hinted = {sort: any(hint in folded for hint in hints) for sort, hints in _HINT_BYTES.items()}
    return _divide(body, **hinted)


def _divide(
    body: str, *, quoting: bool, closing: bool, device: bool, platform: bool
) -> list[Segment]:
    """Split a body that has hints of the given sorts."""
    if not (quoting or closing or device or platform):
        return [Segment(0, len(body), OWN)]
    ends = [found.end() for found in _LINE.finditer(body)]
    lines = [body[start:end].rstrip("\r\n") for start, end in zip([0, *ends], ends, strict=False)]
    if quoting or platform:
        kinds = _Lines(lines).kinds()
    else:
        kinds = [OWN if line.strip() else _BLANK for line in lines]
    if device:
        for n, line in enumerate(lines):
            if kinds[n] == OWN and _signing.is_sent_from(line):
                kinds[n] = SIGNATURE
    if closing:
        _sign(lines, kinds)
    return _merge(ends, kinds)


def split_bodies(frame: pl.DataFrame) -> pl.DataFrame:
    """Split the bodies of a frame `message_id, body`, in its order.

    Bodies without any hint take one vectorised pass; only the others are read line by line.

    Returns:
        `message_id, segment_start, segment_end, kind`, one row a segment.

    """
    numbered = frame.select(
        "message_id",
        "body",
        *(
            pl.col("body").str.contains_any(list(hints), ascii_case_insensitive=True).alias(sort)
            for sort, hints in _HINTS.items()
        ),
    ).with_row_index("message_no")
    hinted = pl.any_horizontal(*_HINTS)
    plain = numbered.filter(~hinted & (pl.col("body") != "")).select(
        "message_no",
        "message_id",
        pl.lit(0, pl.Int32).alias("segment_start"),
        pl.col("body").str.len_chars().cast(pl.Int32).alias("segment_end"),
        pl.lit(OWN).alias("kind"),
    )
    rows = [
        (number, message_id, segment.start, segment.end, segment.kind)
        for number, message_id, body, *sorts in numbered.filter(hinted).iter_rows()
        for segment in _divide(body, **dict(zip(_HINTS, sorts, strict=True)))
    ]
    divided = pl.DataFrame(rows, schema=plain.schema, orient="row")
    return pl.concat([plain, divided]).sort("message_no", "segment_start").drop("message_no")


class _Lines:
    """Gives every line of one body a kind; blank lines get none."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.found = [_BLANK] * len(lines)
        marked = any(rule in line for line in lines for rule in _RULES)
        self.markers: dict[str, list[int]] = {"start": [], "end": []}
        if marked:
            self._find_markers()

    def kinds(self) -> list[str]:
        at = 0
        while at < len(self.lines):
            at = self._read(at)
        if OWN not in self.found and not self._announced():
            self.found = [OWN if kind == QUOTED else kind for kind in self.found]
        return self.found

    def _announced(self) -> bool:
        """Tell whether anything but `>` says that the words are somebody else's."""
        return any(
            kind == QUOTED and not _quoting.is_mark(line)
            for kind, line in zip(self.found, self.lines, strict=True)
        )

    def _read(self, at: int) -> int:
        """Give line `at` (and what hangs on it) a kind; return the next line to read."""
        line = self.lines[at]
        if not line.strip():
            return at + 1
        if _quoting.is_mark(line):
            return self._set(at, at + 1, QUOTED)
        quoted = self._quoted_from(at)
        if quoted:
            return self._set(at, quoted, QUOTED)
        wrapped = self._wrapper(at) if self.markers["start"] else 0
        if wrapped:
            return wrapped
        if CLOSING_LINE.search(line) and self._last_ask < at:
            return self._set(at, len(self.lines), BOILERPLATE)
        return self._set(at, at + 1, _line_kind(line))

    def _set(self, start: int, end: int, kind: str) -> int:
        for n in range(start, end):
            if self.lines[n].strip():
                self.found[n] = kind
        return end

    def _quoted_from(self, at: int) -> int:
        """Return the line after what is quoted from line `at` on, 0 if nothing is."""
        if _quoting.is_separator(self.lines, at):
            return len(self.lines)
        count, certain = _quoting.attribution(self.lines, at)
        if not count:
            return 0
        following = at + count
        while following < len(self.lines) and not self.lines[following].strip():
            following += 1
        if following < len(self.lines) and _quoting.is_mark(self.lines[following]):
            return at + count
        return len(self.lines) if certain else 0

    def _wrapper(self, at: int) -> int:
        """Read a platform wrapper that was left in the body, 0 if none begins at line `at`.

        Below somebody's own words it is a quotation. Above them, what it holds is what they
        answer; alone, it is the message.
        """
        start = self._marker(at, "start")
        if start > at and not _begins_wrapper(self.lines[at]):
            return 0
        if start == len(self.lines):
            return 0
        end = self._marker(start + 1, "end")
        if OWN in self.found[:at]:
            return self._set(at, min(end + 1, len(self.lines)), QUOTED)
        answered = any(
            line.strip() and not CLOSING_LINE.search(line) for line in self.lines[end + 1 :]
        )
        self._set(at, start + 1, BOILERPLATE)
        self._set(start + 1, end, QUOTED if answered else OWN)
        self._set(end, min(end + 1, len(self.lines)), BOILERPLATE)
        return end + 1

    def _find_markers(self) -> None:
        for n, line in enumerate(self.lines):
            found = MARKER.search(line)
            if found and found.lastgroup:
                self.markers[found.lastgroup].append(n)

    def _marker(self, at: int, group: str) -> int:
        """Find the next line with a marker of that kind; the number of lines if there is none."""
        numbers = self.markers[group]
        n = bisect_left(numbers, at)
        return numbers[n] if n < len(numbers) else len(self.lines)

    @cached_property
    def _last_ask(self) -> int:
        return max((n for n, line in enumerate(self.lines) if _signing.asks(line)), default=-1)


def _line_kind(line: str) -> str:
    if (len(line) <= _LONGEST_REPLY_LINE and _REPLY_LINE.fullmatch(line)) or _is_link_line(line):
        return BOILERPLATE
    return OWN


def _begins_wrapper(line: str) -> bool:
    return bool(is_intro(line) or ORDER_LINE.fullmatch(line) or ITEM.match(line))


def _is_link_line(line: str) -> bool:
    """Tell whether the line is a link to the message page with no more than a label."""
    if not MESSAGE_LINK.search(line) or _signing.asks(_LINK.sub("", line)):
        return False
    return len(_LINK.sub("", line).split()) <= _MOST_WORDS_BESIDE_LINK


def _sign(lines: Sequence[str], kinds: list[str]) -> None:
    """Mark the signature at the end of the last stretch of own lines."""
    own = [n for n, kind in enumerate(kinds) if kind == OWN]
    if not own:
        return
    start = own[-1]
    while start > 0 and kinds[start - 1] in (OWN, SIGNATURE, _BLANK):
        start -= 1
    begin, end = _signing.signed_lines(lines[start : own[-1] + 1])
    for n in range(start + begin, start + end):
        if kinds[n] == OWN:
            kinds[n] = SIGNATURE


def _merge(ends: Sequence[int], kinds: Sequence[str]) -> list[Segment]:
    """Join lines of one kind; blank lines go with the line before, at the top with the next."""
    segments: list[Segment] = []
    for end, kind in zip(ends, kinds, strict=True):
        start = segments[-1].end if segments else 0
        last = segments[-1].kind if segments else ""
        if segments and (kind in (last, _BLANK) or last == _BLANK):
            segments[-1] = Segment(segments[-1].start, end, last or kind)
        else:
            segments.append(Segment(start, end, kind))
    if segments[-1].kind == _BLANK:
        segments[-1] = segments[-1]._replace(kind=OWN)
    return segments
