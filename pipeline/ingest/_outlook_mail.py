"""Outlook's properties -> the bytes of a mail, so that one understanding serves all mail.

Sent items often have no transport headers: From, To and Date are then made from the properties.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256

from pipeline.model import Attachment

_NOT_TAKEN = re.compile(r"content-(?:type|transfer-encoding|disposition)\s*:", re.IGNORECASE)
_FOLDED = re.compile(r"\r?\n(?![ \t])")
_CODE_PAGES = {65001: "utf-8", 20127: "ascii", 932: "cp932", 936: "gb18030", 949: "cp949"}
_CODE_PAGES |= {950: "cp950", 28591: "latin-1", 28605: "iso8859-15", 50220: "iso2022_jp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A mail as Outlook keeps it."""

    headers: str = ""
    sender: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    sent: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    plain: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    unsent: bool = False


def as_mail(item: Item) -> bytes:
    """Return the mail: its own headers where it has them, and its text as UTF-8."""
    lines = list(_own_headers(item.headers))
    names = {line.partition(":")[0].strip().lower() for line in lines}
    made = {
        "From": item.sender,
        "To": item.to,
        "Cc": item.cc,
        "Subject": item.subject,
        "Date": format_datetime(_aware(item.sent)) if item.sent else "",
        "Message-ID": item.message_id,
        "In-Reply-To": item.in_reply_to,
    }
    lines += [
        f"{name}: {_encoded(value)}"
        for name, value in made.items()
        if value and name.lower() not in names
    ]
    kind = "plain" if item.plain.strip() else "html"
    lines += ["MIME-Version: 1.0", f"Content-Type: text/{kind}; charset=utf-8"]
    body = item.plain if kind == "plain" else item.html
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("utf-8", "replace")


def _own_headers(text: str) -> Iterator[str]:
    for line in _FOLDED.split(text.strip("\r\n\x00 ")):
        if ":" in line and not _NOT_TAKEN.match(line):
            yield line.rstrip("\r")


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _encoded(value: str) -> str:
    plain = " ".join(value.replace("\x00", "").split())
    if plain.isascii() or "@" in plain:  # an address stays readable; its name is UTF-8
        return plain
    return Header(plain, "utf-8", maxlinelen=10**6).encode()


def decoded(data: bytes | str | None, *code_pages: int) -> str:
    """Decode a text by the first of its code pages that is known, else as UTF-8 or cp1252."""
    if data is None or isinstance(data, str):
        return data or ""
    known = [_CODE_PAGES.get(page, f"cp{page}") for page in code_pages if page]
    for codec in (*known, "utf-8", "cp1252"):
        try:
            return data.decode(codec).rstrip("\x00")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1").rstrip("\x00")


def described(name: str, media_type: str, data: bytes | None) -> Attachment:
    """Describe an attachment by its name and what is in it; None where that cannot be read."""
    if data is None:
        return Attachment(name, media_type)
    return Attachment(name, media_type, len(data), sha256(data).hexdigest())
