"""JSON documents element by element, so that memory does not grow with the file.

The outer structure is walked here, the elements of its lists are decoded one at a time by the
standard library. Line-delimited JSON is read by line. What is not well formed costs its element.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pipeline.ingest.base import HEAD_BYTES
from pipeline.ingest.encodings import encoding_of

Place = tuple[str | int, ...]
"""Keys and numbers from the root of a document down to a value."""

_CHUNK = 256 * 1024
_LONGEST = 64 * 1024 * 1024
"""An element above this many characters is not decoded."""

_FIRST_LINE = 4 * 1024 * 1024
"""A longer first line is walked: values one after the other are read either way."""

_DEEPEST = 8
_NUMBER_GOES_ON = 4
"""The decoder takes `1` of `1e+` for a number: so much is needed to tell."""

_EXCERPT = 200
_BLANK = re.compile(r"[\s\ufeff]*")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}"]', re.DOTALL)
_HEX_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_BAD_ESCAPE = re.compile(r'(?<!\\)((?:\\\\)*)\\(?!["\\/bfnrtu])')
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A value that was not entered, and where it stands: keys and places from the root."""

    path: Place
    value: object
    document: int = 1
    """Its number among several documents that stand in one file, or its line."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A stretch that is not JSON."""

    path: Place
    reason: str
    excerpt: str
    document: int = 1


class _Malformed(Exception):  # noqa: N818  it is told as a `Broken`
    """The text is not JSON here."""


Enter = Callable[[Place], bool]
"""Says of a list or an object whether its elements are wanted one by one."""


def walk_json(path: Path, enter: Enter) -> Iterator[Found | Broken]:
    """Yield the values of a JSON file in the order of the file.

    Line-delimited JSON yields one value a line, each with an empty path; a document yields what
    `enter` does not open. The root of a document is always opened.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    encoding = encoding_of(path, head)
    with path.open(encoding=encoding, newline="") as text:
        if _by_line(text):
            text.seek(0)
            yield from _lines(text)
        else:
            text.seek(0)
            yield from _Walk(text, enter).document()


def _by_line(text: TextIO) -> bool:
    """Tell line-delimited JSON: the first line is an object, and more follows."""
    line = text.readline(_FIRST_LINE).lstrip("\ufeff")
    while line and not line.strip():
        line = text.readline(_FIRST_LINE)
    if not line.endswith(("\n", "\r")) or line.strip()[:1] != "{" or _decoded(line) is None:
        return False
    following = text.readline(_CHUNK)
    while following and not following.strip():
        following = text.readline(_CHUNK)
    return bool(following.strip())


def _lines(text: TextIO) -> Iterator[Found | Broken]:
    number, line = 1, text.readline(_LONGEST)
    while line:
        whole = line.endswith(("\n", "\r")) or len(line) < _LONGEST
        if not whole:
            while (rest := text.readline(_LONGEST)) and not rest.endswith("\n"):
                pass
            yield Broken((), "the line is too long to be decoded", line[:_EXCERPT], number)
        elif plain := line.strip("\ufeff \t\r\n"):
            value = _decoded(plain)
            if value is None:
                yield Broken((), "the line is not JSON", plain[:_EXCERPT], number)
            else:
                yield Found((), value[0], number)
        number, line = number + 1, text.readline(_LONGEST)


def _decoded(text: str) -> tuple[object] | None:
    """Decode a whole text; escapes that JSON does not know are read as they were meant."""
    try:
        return (_DECODER.decode(text),)
    except (ValueError, RecursionError):
        repaired = _repaired(text)
    if repaired == text:
        return None
    try:
        return (_DECODER.decode(repaired),)
    except (ValueError, RecursionError):
        return None


def _repaired(text: str) -> str:
    r"""Write `\x08` (chat exports do so) as `\u0008`, and keep a lone backslash as one."""
    text = _HEX_ESCAPE.sub(r"\1\\u00\2", text)
    return _BAD_ESCAPE.sub(r"\1\\\\", text)


class _Walk:
    """One pass over a document; `text[at:]` is what is read and not yet used."""

    def __init__(self, stream: TextIO, enter: Enter) -> None:
        self.stream = stream
        self.enter = enter
        self.text = ""
        self.at = 0
        self.ended = False
        self.number = 1

    def document(self) -> Iterator[Found | Broken]:
        while self._peek():
            try:
                yield from self._value((), opened=True)
            except _Malformed as error:
                excerpt = self.text[self.at : self.at + _EXCERPT]
                yield Broken((), f"the rest is not JSON: {error}", excerpt, self.number)
                return
            self.number += 1

    def _value(self, path: Place, *, opened: bool) -> Iterator[Found | Broken]:
        first = self._peek()
        if opened and len(path) <= _DEEPEST and first in "[{":
            self.at += 1
            yield from self._elements(path) if first == "[" else self._members(path)
            return
        yield self._decode(path)

    def _elements(self, path: Place) -> Iterator[Found | Broken]:
        place = 0
        while (first := self._peek()) != "]":
            if not first:
                raise _Malformed("the file ends within a list")
            if first == ",":
                self.at += 1
                continue
            below = (*path, place)
            yield from self._value(below, opened=self.enter(below))
            place += 1
            self._after_value()
        self.at += 1

    def _members(self, path: Place) -> Iterator[Found | Broken]:
        while (first := self._peek()) != "}":
            if not first:
                raise _Malformed("the file ends within an object")
            if first == ",":
                self.at += 1
                continue
            key = self._decode_one() if first == '"' else None
            if not isinstance(key, str) or self._peek() != ":":
                raise _Malformed("an object's key is expected here")
            self.at += 1
            below = (*path, key)
            yield from self._value(below, opened=self.enter(below))
            self._after_value()
        self.at += 1

    def _after_value(self) -> None:
        if self._peek() not in (",", "]", "}", ""):
            raise _Malformed("a comma or the end of the list is expected here")

    def _decode(self, path: Place) -> Found | Broken:
        try:
            return Found(path, self._decode_one(), self.number)
        except (_Malformed, RecursionError) as error:
            raw = self._skip()
            if not raw:
                raise _Malformed(str(error)) from None
            value = _decoded(raw)
            if value is not None:
                return Found(path, value[0], self.number)
            return Broken(path, f"not JSON: {error}"[:_EXCERPT], raw[:_EXCERPT], self.number)

    def _decode_one(self) -> object:
        """Decode the value at `at`, reading on until it is complete."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if self.ended or not _may_go_on(error, len(self.text)):
                    raise _Malformed(error.msg) from None
                self._more()
                continue
            except ValueError as error:  # a number with more digits than Python takes
                raise _Malformed(str(error)) from None
            if end > len(self.text) - _NUMBER_GOES_ON and not self.ended:
                self._more()
                continue
            self.at = end
            return value

    def _skip(self) -> str:
        """Pass over a list or an object that cannot be decoded; return it, if it has an end."""
        if self._peek() not in ("[", "{"):
            return ""
        depth, at = 0, self.at
        while True:
            found = _PIECE.search(self.text, at)
            if found is None or (found.group() == '"' and not self.ended):
                if self.ended:
                    return ""
                at = max(found.start() if found else len(self.text), self.at) - self.at
                self._more()
                continue
            at = found.end()
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
            if depth == 0:
                raw, self.at = self.text[self.at : at], at
                return raw

    def _peek(self) -> str:
        """Return the next character that is not blank, or nothing at the end."""
        while True:
            blank = _BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                return ""
            self._more()

    def _more(self) -> None:
        """Read on; the more of a value is at hand, the more is read, so no text is read often."""
        rest = self.text[self.at :]
        if len(rest) > _LONGEST:
            raise _Malformed(f"a value of more than {_LONGEST:,} characters")
        block = self.stream.read(max(_CHUNK, len(rest)))
        self.ended = not block
        self.text, self.at = rest + block, 0


def _may_go_on(error: json.JSONDecodeError, length: int) -> bool:
    """Say whether a decoder failed only because the text stops too early."""
    longest_word = len('"\\uD83D\\uDE00')
    return error.msg.startswith("Unterminated string") or error.pos >= length - longest_word
