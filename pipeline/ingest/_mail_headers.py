"""Mail headers, read lean: only the lines that are needed are decoded.

The standard library's parser understands more of the grammar; it also costs several times as much
for each mail, and archives have millions of them. Whatever is malformed is read as far as it goes.
"""

import binascii
import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_tz
from functools import lru_cache

_LONGEST_BLOCK = 256 * 1024
_LONGEST_KEPT = 250
_LOOKS = (8 * 1024, _LONGEST_BLOCK)
"""How far the end of the headers is looked for: first where it nearly always is."""

_NO_HEADER = re.compile(rb"\n(?![!-9;-~]+[ \t]*:|[ \t]|>?From |\r?\Z)")
_KNOWN = re.compile(
    rb"\n(?:from|to|date|subject|message-id|received|mime-version|content-[a-z-]{1,30})[ \t]*:",
    re.IGNORECASE,
)
_FOLD = re.compile(rb"\n[ \t]+")
_ENCODED = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?\r\n]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")
_ADDRESS = re.compile(r"<([^<>\s]{1,254}@[^<>\s]{1,254})>")
_BARE_ADDRESS = re.compile(r"[^\s<>\"'(),;:]{1,64}@[^\s<>\"'(),;:]{1,254}")
_NAME_BEHIND = re.compile(r"@\S{1,254}\s{1,3}\(([^()]{1,100})\)")  # how RFC 822 wrote names
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,400})>")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DATE = re.compile(
    r"\s*(?:[A-Za-z]{3},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"(?:\s+(?:([+-])(\d{2})(\d{2})|(GMT|UTC?|Z))\b|\s*$)"
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_DAY_SECONDS = 24 * 3600
_SECONDS = 60
_WIDE = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "unknown-8bit": "utf-8",
}
_NOT_CHARSETS = frozenset(
    {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
)
_SMALL_DAMAGE = 50  # one unreadable character in so many is damage, more is another encoding

_BLANKS = b" \t"

Headers = Mapping[str, bytes]
"""Lower-case names and raw values; of a header that is repeated, the first."""


@dataclass(frozen=True, eq=False, slots=True)
class Wanted:
    """Header names that are looked for (lower case); equal to itself alone, to be remembered."""

    names: Mapping[bytes, str]


def wanted(*names: str) -> Wanted:
    """Prepare header names (lower case) to be looked for."""
    return Wanted({name.encode(): name for name in names})


def split_headers(raw: bytes, names: Wanted) -> tuple[Mapping[str, bytes], int]:
    """Return the wanted headers (lower-case names, unfolded, undecoded) and the body's begin."""
    if raw.startswith((b"\n", b"\r\n")):
        return {}, 1 if raw[:1] == b"\n" else 2
    end, begin = _headers_end(raw)
    read = _kept_headers if end <= _LONGEST_KEPT else _headers
    headers, stop = read(raw[:end], names)
    return headers, begin if stop == end else stop


def _headers(raw: bytes, wanted: Wanted) -> tuple[dict[str, bytes], int]:
    """Return the wanted headers of a block, and where it ends.

    That is before its end where a line is no header and none follows: the empty line between
    headers and text is missing. Where headers do follow, a broken line stands among them.
    """
    end = len(raw)
    broken = _NO_HEADER.search(b"\n" + raw)
    if broken and not _KNOWN.search(raw, broken.start()):
        end = broken.start()
    headers: dict[str, bytes] = {}
    names = wanted.names
    for line in _FOLD.sub(b" ", raw[:end]).split(b"\n"):
        name, colon, value = line.partition(b":")
        known = names.get(name.lower())
        if known is not None and colon and known not in headers:
            headers[known] = value.strip()
    return headers, end


_kept_headers = lru_cache(maxsize=1024)(_headers)
"""The headers of parts are short and nearly always the same."""


def _headers_end(raw: bytes) -> tuple[int, int]:
    """Return where the headers end and where the body begins: at the first empty line."""
    for limit in _LOOKS:
        plain = raw.find(b"\n\n", 0, limit)
        other = raw.find(b"\n\r\n", 0, limit if plain < 0 else plain)
        if other >= 0:
            return other, other + 3
        if plain >= 0:
            return plain, plain + 2
    return min(len(raw), _LONGEST_BLOCK), len(raw)


def decode_text(value: bytes, charset: str = "utf-8") -> str:
    """Decode bytes as declared, else as UTF-8, cp1252 or Latin-1; never raises.

    A few broken bytes in a text of the declared encoding are damage, and come out as U+FFFD.
    """
    declared = _codec(charset)
    try:
        return value.decode(declared)
    except UnicodeDecodeError:
        text = value.decode(declared, "replace")
    if text.count("\ufffd") * _SMALL_DAMAGE <= len(text):
        return text
    for codec in ("utf-8", "cp1252"):
        try:
            return value.decode(codec)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'").lower()
    name = _WIDE.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return "utf-8"
    text = getattr(info, "_is_text_encoding", True) and info.name not in _NOT_CHARSETS
    return name if text else "utf-8"


def header_text(value: bytes) -> str:
    """Return a header's text: encoded words decoded (RFC 2047), raw bytes taken for UTF-8."""
    text = value.decode("ascii") if value.isascii() else decode_text(value)
    if "=?" not in text:
        return text
    return _joined(_BETWEEN.sub(r"\1", text))


def _joined(text: str) -> str:
    """Join neighbouring words of one encoding: a character may be split between them."""
    out: list[str] = []
    waiting: list[str] = []
    manner, last = ("", ""), 0
    for word in _ENCODED.finditer(text):
        this = (word.group(1).lower(), word.group(2).lower())
        if word.start() != last or this != manner:
            out += (_words(*manner, waiting), text[last : word.start()])
            manner, waiting = this, []
        waiting.append(word.group(3))
        last = word.end()
    return "".join(out) + _words(*manner, waiting) + text[last:]


def _words(charset: str, how: str, datas: list[str]) -> str:
    raw = b"".join(_word_bytes(how, data) for data in datas)
    return decode_text(raw, charset.partition("*")[0])


def _word_bytes(how: str, data: str) -> bytes:
    plain = data.encode("utf-8", "surrogateescape")
    if how == "q":
        return binascii.a2b_qp(plain, header=True)
    return decode_base64(plain)


def decode_base64(data: bytes) -> bytes:
    """Decode base64, cut off or padded wrongly as it may be."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]  # one letter alone holds no byte
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def address_of(text: str) -> str:
    """Return the first mail address of a decoded header in lower case, or nothing."""
    found = _ADDRESS.search(text)
    if found:
        return found.group(1).lower()
    bare = _BARE_ADDRESS.search(text)
    return bare.group().lower() if bare else ""


def addresses_of(text: str) -> list[str]:
    """Return every mail address of a decoded header in lower case."""
    return [found.lower() for found in _BARE_ADDRESS.findall(text)]


def name_of(text: str) -> str:
    """Return the display name of the first address, or nothing."""
    if "<" in text:
        return text.partition("<")[0].strip().strip("\"'").strip()
    old = _NAME_BEHIND.search(text)
    return old.group(1).strip() if old else ""


def message_ids(text: str) -> list[str]:
    """Return the ids of a Message-ID, References or In-Reply-To header, without brackets."""
    return _MESSAGE_ID.findall(text)


def sent_at(text: str) -> str | None:
    """Return a Date header as ISO 8601 text (no offset where it has none), None if unusable."""
    found = _DATE.match(text)
    if found:
        day, month, year, hour, minute, second, sign, hours, minutes, zone = found.groups()
        offset = int(hours or 0) * 3600 + int(minutes or 0) * 60 if sign or zone else None
        return _iso(
            (int(year), _MONTHS.get(month.lower(), 0), int(day)),
            (int(hour), int(minute), int(second or 0)),
            -offset if sign == "-" and offset else offset,
        )
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError):
        return None
    if parsed is None:
        return None
    return _iso(parsed[:3], parsed[3:6], parsed[9])


def _iso(day: tuple[int, int, int], clock: tuple[int, int, int], offset: int | None) -> str | None:
    try:
        # A leap second is written as the second before it.
        moment = datetime(*day, clock[0], clock[1], min(clock[2], _SECONDS - 1))  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR or abs(offset or 0) >= _DAY_SECONDS:
        return None
    if offset is None:
        return moment.isoformat()
    sign = "-" if offset < 0 else "+"
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{moment.isoformat()}{sign}{hours:02}:{minutes:02}"
