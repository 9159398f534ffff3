"""What help desks have in common: tickets, and what buyers, agents and notes say in them.

Agents write for the seller (`outbound`, they are the operators); internal notes are `internal`.
Source of the readers' field names: each tool's public API reference, named in its module.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pipeline.ingest._json_entries import text_at
from pipeline.ingest._people import Person
from pipeline.ingest.base import Context
from pipeline.model import Record
from pipeline.text._platform import ORDER_ID
from pipeline.text.html import html_to_text

BUYER, AGENT, NOTE, UNKNOWN = "inbound", "outbound", "internal", ""
"""The sides of a conversation, as directions; an unknown one is left to the configured names."""

_NOBODY = Person("")
_NUMBER = re.compile(r"\d{1,20}")
_LATEST = 4102444800  # the year 2100 in seconds; larger numbers are milliseconds
_MOST_TEXTS = 200
_LARGE = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation: what its messages share."""

    id: str = ""
    subject: str = ""
    buyer: Person = _NOBODY
    order_id: str = ""
    marketplace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a ticket, in a help desk's words."""

    id: str = ""
    at: str
    side: str
    author: Person = _NOBODY
    text: str = ""
    html: str = ""
    attachments: Sequence[object] = ()
    delivered: bool | None = None
    origin: str = "helpdesk"
    derived: bool | None = None
    automation: str = ""
    """What wrote it, where that was no person."""


def message(tool: str, ticket: Ticket, said: Said, where: str) -> Record:
    """Return the record of one message of a ticket; ids are prefixed with the tool."""
    body = _body(said)
    automated = bool(said.automation) and said.side != BUYER and not said.derived
    side = AGENT if automated and said.side == UNKNOWN else said.side
    outbound = side == AGENT
    return Record(
        "messages",
        where,
        {
            "message_id": f"{tool}:{said.id}" if said.id else None,
            "thread_id": f"{tool}:{ticket.id}" if ticket.id else None,
            "sent_at": said.at,
            "direction": side or None,
            "sender": _sender(tool, ticket, said),
            "recipient": ticket.buyer.shown if outbound else None,
            "channel": f"helpdesk-{tool}",
            "marketplace": ticket.marketplace or None,
            "order_id": ticket.order_id or order_in(ticket.subject, body),
            "subject": ticket.subject or None,
            "body": body,
            "operator": said.automation if automated else _operator(tool, said),
            "delivered": said.delivered,
            "origin": "helpdesk-automation" if automated else said.origin,
            "derived": said.derived,
        },
    )


def _body(said: Said) -> str:
    """Return the words; a message of files only says which, as it would be lost otherwise."""
    text = said.text if said.text.strip() else html_to_text(said.html)
    if text.strip():
        return text
    return "\n".join(filter(None, map(_attachment, said.attachments)))


def _attachment(value: object) -> str:
    names = ("file_name", "filename", "fileName", "name", "url")
    name = next((found for key in names if (found := text_at(value, key))), "")
    return f"[attachment: {name}]" if name else ""


def _sender(tool: str, ticket: Ticket, said: Said) -> str | None:
    if said.author.shown:
        return said.author.shown
    if said.side == BUYER and ticket.buyer.shown:
        return ticket.buyer.shown
    return f"{tool}:{said.author.id}" if said.author.id else None


def _operator(tool: str, said: Said) -> str | None:
    """Return who wrote for the seller; of an author without a name the id."""
    if said.side not in (AGENT, NOTE):
        return None
    return said.author.name or said.author.email or _sender(tool, Ticket(), said)


def order_in(*texts: str) -> str | None:
    """Return the first order id in the texts."""
    found = (ORDER_ID.search(text) for text in texts if "-" in text)
    return next((match.group() for match in found if match), None)


def order_among(value: object) -> str:
    """Return an order id that stands in any of the texts within a value: custom fields do."""
    found = (order_in(text) for text in _texts(value, 0))
    return next((one for one in found if one), "")


def _texts(value: object, depth: int) -> Iterator[str]:
    deepest = 6
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict) and depth < deepest:
        inner = value.values() if isinstance(value, dict) else value
        for number, item in enumerate(inner):
            if number < _MOST_TEXTS:
                yield from _texts(item, depth + 1)


def from_epoch(text: str) -> str:
    """Write seconds or milliseconds since 1970 as ISO time; what is none stays as it is."""
    try:
        seconds = float(text)
        if abs(seconds) > _LATEST:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return text


def is_large(path: Path) -> bool:
    """Say whether a file is too large for one conversation to be decoded as a whole."""
    return path.stat().st_size > _LARGE


def number_in_name(context: Context) -> str:
    """Return the ticket number that a file's name or folder holds: `tickets/11/comments.json`."""
    path = PurePosixPath(context.source_file)
    for name in (path.stem, path.parent.name):
        found = _NUMBER.findall(name)
        if found:
            return str(found[-1])
    return ""


def note_once(context: Context, note: str) -> None:
    """Say something of the file, once."""
    if note not in context.notes:
        context.notes.append(note)
