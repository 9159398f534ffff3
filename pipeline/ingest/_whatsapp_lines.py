"""The lines of WhatsApp's text export: where a message begins, and how its date is written.

Dialects: those of the public parsers' test cases (whatsapp-chat-parser, whatstk): brackets or a
hyphen, points or colons in clocks, half-days with a narrow blank, invisible marks before them;
half-days and digits of other scripts (Unicode CLDR), and what the web client copies (time first).
"""

import re
from dataclasses import dataclass, field

_M = "[\u200e\u200f\u202a-\u202e\ufeff]*"
_S = "[ \u00a0\u202f]"
_DATE = (
    rf"(?P<first>\d{{1,4}}){_M}{_S}?(?P<sep>[./年년-]){_M}{_S}?(?P<second>\d{{1,2}}){_M}{_S}?"
    rf"(?:(?P=sep)|[月월]){_M}{_S}?(?P<third>\d{{1,4}})[.日일]?"
)
_EARLY = ("上午", "午前", "오전", "凌晨", "早上", "清晨", "ÖÖ")
_LATE = ("下午", "午後", "오후", "晚上", "傍晚", "ÖS")
_MIDDAY = "中午"
_BEFORE = rf"(?P<before>{'|'.join((*_EARLY, *_LATE, _MIDDAY))})?"
_AFTER = rf"(?:(?P<half>[ap])\.?{_S}?m\b\.?|(?P<greek>[πμ])\.?μ\.?|(?P<arabic>[صم])(?!\w))"
_TIME = (
    rf"{_BEFORE}{_S}?(?P<hour>\d{{1,2}})(?:[:.]|{_S}h{_S}?)(?P<minute>\d{{2}})"
    rf"(?:(?:[:.]|{_S}min{_S})(?P<seconds>\d{{2}})(?:{_S}s\b)?)?(?:{_M}{_S}*{_AFTER}|{_S}Uhr\b)?"
)
_WORDS = rf"(?:(?:klo|kl\.?|um|alle|às|as|à|at|om|o|a las){_S}+)?"
_WHEN = rf"{_DATE}{_M}[,،]?{_S}+{_WORDS}{_TIME}"
_BRACKETS = re.compile(rf"{_M}\[{_M}{_WHEN}{_M}\]{_S}*", re.IGNORECASE)
_COPIED = re.compile(rf"{_M}\[{_M}{_TIME}{_M},{_S}+{_M}{_DATE}{_M}\]{_S}*", re.IGNORECASE)
_HYPHEN = re.compile(rf"{_M}{_WHEN}{_M}{_S}+[-–—]{_S}+", re.IGNORECASE)
_WEAK = re.compile(rf"{_M}{_WHEN}{_M}(?:[:,]{_S}+|{_S}+)(?=[^:]{{1,60}}:(?:{_S}|$))", re.IGNORECASE)
_AUTHOR = re.compile(rf"{_M}([^:\r\n]{{1,80}}):(?:{_S}|$)")
_NO_AUTHOR = re.compile(
    r"[\"“”«»„]|\b(?:changed|created|added|removed|joined|left|hat|heeft|a changé|cambió"
    r"|ha cambiato|mudou)\b"
)
_ENCRYPTED = re.compile(
    r"end-to-end|Ende-zu-Ende|bout en bout|extremo a extremo|ponta a ponta|end-to-end-versleuteld"
    r"|crittografia|uçtan uca|端到端|エンドツーエンド",
    re.IGNORECASE,
)
_UNSAVED = "~ \u00a0\u202f"  # stands before the name of somebody who is no contact
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\ufeff]+")
_NOON = 12


@dataclass(frozen=True, slots=True)
class Header:
    """The beginning of a message: date and clock as they are written, and who wrote it."""

    first: str
    second: str
    third: str
    clock: str
    author: str
    begin: int
    """Where the message's text begins in its line."""
    marked: bool
    """Told from text by brackets, or by a hyphen."""
    strong: bool
    """Written as no other program's log is."""

    def at(self, order: str) -> str:
        """Write the time as ISO where the order of day and month is known, else as it was."""
        order = "ymd" if len(self.first) > 2 else order  # noqa: PLR2004  a year of four digits
        if not order:
            return f"{self.first}/{self.second}/{self.third} {self.clock}"
        parts = dict(zip(order, (self.first, self.second, self.third), strict=True))
        year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)  # noqa: PLR2004
        return f"{year:04d}-{int(parts['m']):02d}-{int(parts['d']):02d}T{self.clock}"


def header_of(line: str, *, strong_only: bool = False) -> Header | None:
    """Return the header that a line begins with, if it begins a message.

    In a chat whose lines are told by brackets or a hyphen, what has neither (a log that somebody
    pasted into a message) begins none: `strong_only`.
    """
    if not any(character.isdigit() for character in line[:12]):
        return None
    found = _BRACKETS.match(line) or _HYPHEN.match(line) or _COPIED.match(line)
    found = found or (None if strong_only else _WEAK.match(line))
    clock = _clock(found) if found else ""
    if not found or not clock or len(found["first"]) <= 2 > len(found["third"]):  # noqa: PLR2004
        return None
    rest = line[found.end() :]
    author = _AUTHOR.match(rest)
    name = _name(author.group(1)) if author else ""
    if not author or _NO_AUTHOR.search(name):
        name, begin = "", found.end()
    else:
        begin = found.end() + author.end()
    if _ENCRYPTED.search(line, begin) and line[begin : begin + 1] == "\u200e":
        name = ""
    return Header(
        first=found["first"],
        second=found["second"],
        third=found["third"],
        clock=clock,
        author=name,
        begin=begin,
        marked=found.re is not _WEAK,
        strong=_is_strong(found),
    )


def _name(written: str) -> str:
    return " ".join(_MARKS.sub("", written).lstrip(_UNSAVED).split())


def _is_strong(found: re.Match[str]) -> bool:
    """Tell a chat from a program's log: that has ISO times with seconds, or no separator."""
    if found.re in (_BRACKETS, _COPIED):
        return True
    iso = len(found["first"]) > 2 and found["seconds"] is not None  # noqa: PLR2004  a year
    return not iso and (found.re is _HYPHEN or found["sep"] in ".년")


def _clock(found: re.Match[str]) -> str:
    """Return `18:05:09`, or nothing where it is no time of day."""
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "seconds"))
    before = (found["before"] or "").upper()
    half = (found["half"] or "").lower() or found["greek"] or found["arabic"]
    if before == _MIDDAY:
        hour += _NOON * (hour < _NOON - 1)
    elif (half or before) and hour <= _NOON:
        late = half in ("p", "μ", "م") or before in _LATE
        hour = hour % _NOON + _NOON * late
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004
        return ""
    return f"{hour:02d}:{minute:02d}:{second:02d}"


@dataclass(slots=True)
class DateVote:
    """Decides a file's order of day and month from all of its dates."""

    first_above: int = 0
    second_above: int = 0
    backwards: dict[str, int] = field(default_factory=lambda: {"dmy": 0, "mdy": 0})
    _last: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def add(self, header: Header) -> None:
        """Take one date into account."""
        first, second, third = int(header.first), int(header.second), int(header.third)
        if len(header.first) > 2:  # noqa: PLR2004  the year comes first: nothing to decide
            return
        self.first_above += first > 12  # noqa: PLR2004  months
        self.second_above += second > 12  # noqa: PLR2004
        for order, day in (("dmy", (third, second, first)), ("mdy", (third, first, second))):
            self.backwards[order] += day < self._last.get(order, day)
            self._last[order] = day

    @property
    def order(self) -> str:
        """Return the order, or nothing where the file leaves it open."""
        if self.first_above or self.second_above:
            if self.first_above and self.second_above:
                return ""
            return "dmy" if self.first_above else "mdy"
        dmy, mdy = self.backwards["dmy"], self.backwards["mdy"]
        if (dmy == 0) == (mdy == 0):
            return ""
        return "dmy" if dmy == 0 else "mdy"
