"""Personal data in free text: where it stands and of what kind it is.

Phone numbers are found by phonenumbers with the marketplace's region, IBAN and card numbers are
checked by python-stdnum, what no library knows is in `reports/appeal/privacy.toml`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.appeal.extras import need
from pipeline.resources import resource_dir

_MAIL = re.compile(
    r"[\w.+%'-]+\s?(?:@|＠|\(at\)|\[at\])\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]+)+",
    re.IGNORECASE,
)
_ORDER = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")
_TIME = re.compile(
    r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?Z?)?\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]){11,30}\b")
_CARD = re.compile(r"(?<![\d-])\d(?:[ \u00a0-]?\d){12,18}(?![\d-])")
_LOOSE = re.compile(r"(?<![\w.,/#-])(?:\+|00|\(0|\(\+|0)[\d ()/.\u00a0-]{7,20}\d(?![\w-])")
_CHINESE = re.compile(r"(?<![\d-])(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\d-])")
"""Mobile numbers of China, which sellers write without a country in every marketplace."""
_HANDLE = re.compile(
    r"[\s:：=]{0,3}(?:is|id|nr|no\.?|number|:|：|\s){0,3}@?(?P<id>[A-Za-z0-9_+][\w+.-]{4,29})"
)
_FEWEST, _MOST = 8, 15
_NEAR = 40


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of personal data: `kind` names it in pseudonyms, `shown` for the reader."""

    start: int
    end: int
    kind: str
    shown: str
    value: str


@cache
def privacy_words() -> dict[str, Any]:
    """Return `reports/appeal/privacy.toml`."""
    path = resource_dir("reports") / "appeal" / "privacy.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def spaced(details: Mapping[str, str]) -> re.Pattern[str] | None:
    """Return the pattern of known details, whatever their case and blanks; None of none."""
    written = sorted(details, key=lambda one: (-len(one), one))
    joined = "|".join(r"\s+".join(map(re.escape, one.split())) for one in written)
    return re.compile(rf"(?i)(?<!\w)(?:{joined})(?!\w)") if joined else None


def find_personal(text: str, region: str) -> list[Span]:
    """Return the stretches that are to be hidden, in order, without overlaps.

    Links come before mail, mail before bank, bank before phone: a number inside a link is a part
    of the link. Order numbers and times are never taken for anything else.
    """
    kept = [(m.start(), m.end()) for pattern in (_ORDER, _TIME) for m in pattern.finditer(text)]
    found: list[Span] = []
    for span in _candidates(text, region):
        taken = kept + [(one.start, one.end) for one in found]
        if all(span.end <= start or end <= span.start for start, end in taken):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The patterns of `privacy.toml`, compiled once."""

    links: Sequence[tuple[re.Pattern[str], Mapping[str, Any]]]
    words: re.Pattern[str]
    chats: Mapping[str, Mapping[str, Any]]
    numbers: Sequence[tuple[re.Pattern[str], Mapping[str, Any]]]
    streets: Sequence[re.Pattern[str]]


@cache
def _compiled() -> _Compiled:
    words = privacy_words()
    chats = {word: chat for chat in words["chat"] for word in chat["words"]}
    longest = sorted(chats, key=lambda word: (-len(word), word))
    return _Compiled(
        links=[
            (re.compile(chat["link"], re.IGNORECASE), chat)
            for chat in words["chat"]
            if "link" in chat
        ],
        words=re.compile(rf"(?i)(?<![A-Za-z])(?:{'|'.join(map(re.escape, longest))})"),
        chats=chats,
        numbers=[(re.compile(one["pattern"]), one) for one in words["number"]],
        streets=[re.compile(pattern) for pattern in words["streets"]],
    )


def _candidates(text: str, region: str) -> Iterator[Span]:
    known = _compiled()
    for pattern, chat in known.links if "/" in text else ():
        for match in pattern.finditer(text):
            yield _span(match.start(), match.end(), chat["kind"], chat["shown"], text)
    for match in _MAIL.finditer(text):
        yield _span(match.start(), match.end(), "mail", "mail address", text)
    has_digits = re.search(r"\d", text) is not None
    if has_digits and sum(map(str.isdigit, text)) >= _FEWEST:
        yield from _numbers(text, region, known)
    yield from _handles(text, known)
    for pattern in known.streets if has_digits else ():
        for match in pattern.finditer(text):
            yield _span(match.start(), match.end(), "address", "postal address", text)


def _numbers(text: str, region: str, known: _Compiled) -> Iterator[Span]:
    """Bank numbers before phone numbers, which are found within them too."""
    iban, luhn = need("stdnum.iban"), need("stdnum.luhn")
    for match in _IBAN.finditer(text):
        for end in range(match.end(), match.start() + 14, -1):
            if iban.is_valid(text[match.start() : end]):
                yield _span(match.start(), end, "iban", "IBAN", text)
                break
    for match in _CARD.finditer(text):
        if luhn.is_valid(re.sub(r"\D", "", match[0])):
            yield _span(match.start(), match.end(), "card", "card number", text)
    for pattern, number in known.numbers:
        for match in pattern.finditer(text):
            yield _span(*match.span("id"), number["kind"], number["shown"], text)
    yield from _phones(text, region, known)


def _phones(text: str, region: str, known: _Compiled) -> Iterator[Span]:
    chats = [
        (match.end(), known.chats[match[0].casefold()]) for match in known.words.finditer(text)
    ]
    phones = need("phonenumbers")
    for match in phones.PhoneNumberMatcher(text, region or None):
        value = phones.format_number(match.number, phones.PhoneNumberFormat.E164)
        yield _phone(match.start, match.end, value, chats)
    for pattern in (_LOOSE, _CHINESE):
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match[0])
            if _FEWEST <= len(digits) <= _MOST:
                yield _phone(match.start(), match.end(), digits, chats)


def _phone(
    start: int, end: int, value: str, chats: Sequence[tuple[int, Mapping[str, Any]]]
) -> Span:
    """Return a phone number; right behind the name of a chat application it is one there."""
    for place, chat in reversed(chats):
        if start - _NEAR <= place <= start:
            return Span(start, end, chat["kind"], chat["shown"], value)
    return Span(start, end, "phone", "phone number", value)


def _handles(text: str, known: _Compiled) -> Iterator[Span]:
    """Find an id behind `WeChat:`; a word without digit, underscore and at sign stays."""
    for match in known.words.finditer(text):
        handle = _HANDLE.match(text, match.end())
        if handle and re.search(r"[\d_]|@", handle[0]):
            chat = known.chats[match[0].casefold()]
            yield _span(handle.start("id"), handle.end("id"), chat["kind"], chat["shown"], text)


def _span(start: int, end: int, kind: str, shown: str, text: str) -> Span:
    return Span(start, end, kind, shown, re.sub(r"\s", "", text[start:end]))
