"""The older messages that a quoted stretch holds, one below the other, each with its way back.

A quoted tail may be the only copy of a message that is not in the archive. What mail programs add
(marks, "On ... wrote:", header blocks) is told apart from the words, and every place in the words
leads back to the place in the body they stand in.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.text import _header_block, _quoting
from pipeline.text.segments import OWN, QUOTED, split_body
from pipeline.text.unwrap import unwrap_text

_DEEPEST = 8
_HEADING = re.compile(r"[\s*|]{0,4}[^\s:：|][^:：|]{0,30}\*?\s?[:：|]")
_LONGEST_HEADING = 12
_BARE_ADDRESS = re.compile(r"[^\s<>\"'(),;:]{1,64}@[^\s<>\"'(),;:]{1,254}")

Line = tuple[int, str]
"""A line without its end, and where it begins in the body."""


@dataclass(frozen=True, slots=True)
class QuotedMessage:
    """One older message: how deep it is quoted, who is said to have written it, and its words."""

    level: int
    said_by: str
    words: str
    _begins: Sequence[int]
    _places: Sequence[int]

    def place(self, offset: int) -> int:
        """Return where in the body the letter at `offset` of the words stands."""
        line = max(bisect_right(self._begins, offset) - 1, 0)
        return self._places[line] + offset - self._begins[line]

    @property
    def address(self) -> str:
        """Return the address it is said to come from, in lower case, or nothing."""
        found = _BARE_ADDRESS.search(self.said_by)
        return found.group().lower() if found else ""


def quoted_messages(body: str, start: int, end: int) -> list[QuotedMessage]:
    """Return the older messages in the quoted stretch `body[start:end]`, the newest first."""
    lines = []
    at = start
    for line in body[start:end].splitlines(keepends=True):
        lines.append((at, line.rstrip("\r\n")))
        at += len(line)
    return list(_read(lines, 1))


def _read(lines: Sequence[Line], level: int) -> Iterator[QuotedMessage]:
    if level > _DEEPEST:
        return
    said_by, at = _heading([text for _, text in lines])
    rest = lines[at:]
    marked = next((text for _, text in rest if text.strip()), "")
    after: Sequence[Line] = ()
    if _quoting.is_mark(marked):
        stop = _end_of_marks(rest)
        rest, after = [_unmarked(line) for line in rest[:stop]], rest[stop:]
    own, nested = _divided(rest)
    message = _message(own, level, said_by)
    if message.words.strip():
        yield message
    if nested:
        yield from _read(nested, level + 1)
    if any(text.strip() for _, text in after):
        yield from _read(after, level)


def _heading(texts: Sequence[str]) -> tuple[str, int]:
    """Return who is said to have written what follows, and how many lines say so."""
    at = 0
    while at < len(texts) and not texts[at].strip():
        at += 1
    if at == len(texts):
        return "", at
    count, _ = _quoting.attribution(texts, at)
    if count:
        return " ".join(texts[at : at + count]), at + count
    if not _quoting.is_separator(texts, at):
        return "", at
    if not _header_block.is_from(texts[at]):
        at += 1
        while at < len(texts) and not texts[at].strip():
            at += 1
    said_by = ""
    for n in range(at, min(at + _LONGEST_HEADING, len(texts))):
        if not _HEADING.match(texts[n]):
            return said_by, n
        if _header_block.is_from(texts[n]):
            said_by = re.split("[:：|]", texts[n].lstrip(" |"), maxsplit=1)[1].strip(" |")
    return said_by, min(at + _LONGEST_HEADING, len(texts))


def _end_of_marks(lines: Sequence[Line]) -> int:
    """Return how many lines belong to a run of `>` lines (blank ones within it included)."""
    stop = 0
    for number, (_, text) in enumerate(lines, 1):
        if _quoting.is_mark(text):
            stop = number
        elif text.strip():
            break
    return stop


def _unmarked(line: Line) -> Line:
    at, text = line
    mark = _quoting.QUOTE_MARK.match(text)
    if not mark:
        return line
    cut = mark.end() + text[mark.end() :].startswith(" ")
    return at + cut, text[cut:]


def _divided(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """Return the lines of the message itself, and those that it quotes in turn."""
    text = "\n".join(text for _, text in lines)
    begins = _begins(lines)
    segments = split_body(text)
    quoted = next((s.start for s in segments if s.kind == QUOTED), len(text) + 1)
    first = next((n for n, at in enumerate(begins) if at >= quoted), len(lines))
    if first == 0:  # nothing but a quotation: its marks are stripped one by one
        return (), lines if len(segments) > 1 or _is_deeper(lines) else ()
    own = [s for s in segments if s.kind == OWN and s.start < quoted]
    if own:
        kept = [n for n in range(first) if begins[n] < own[-1].end and begins[n] >= own[0].start]
        return [lines[n] for n in kept], lines[first:]
    return lines[:first], lines[first:]


def _is_deeper(lines: Sequence[Line]) -> bool:
    marked = next((text for _, text in lines if text.strip()), "")
    return _quoting.is_mark(marked) or _heading([text for _, text in lines])[1] > 0


def _begins(lines: Sequence[Line]) -> list[int]:
    begins, at = [], 0
    for _, text in lines:
        begins.append(at)
        at += len(text) + 1
    return begins


def _message(lines: Sequence[Line], level: int, said_by: str) -> QuotedMessage:
    """Put the lines together, out of a wrapper of the platform's that they may stand in."""
    text = "\n".join(text for _, text in lines)
    begins, places = _begins(lines), [at for at, _ in lines]
    words = unwrap_text(text).strip()
    cut = text.find(words)
    if cut > 0:
        line = bisect_right(begins, cut) - 1
        places = [places[line] + cut - begins[line], *places[line + 1 :]]
        begins = [0, *(at - cut for at in begins[line + 1 :])]
    return QuotedMessage(level, said_by, words, begins or [0], places or [0])
