"""Intercom: conversations of its API or of the data export.

Fields: the Conversation and Conversation Part objects of Intercom's public API client. The first
message is the conversation's `source`; a conversation shows at most 500 parts.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest._automation import automation
from pipeline.ingest._helpdesk import (
    AGENT,
    BUYER,
    NOTE,
    UNKNOWN,
    Said,
    Ticket,
    from_epoch,
    message,
    note_once,
    order_among,
)
from pipeline.ingest._json_entries import (
    Entry,
    Json,
    entries,
    keys_of,
    list_at,
    object_at,
    parts,
    text_at,
)
from pipeline.ingest._people import Person, person
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table
from pipeline.text.html import html_to_text

_SIDES = {
    "user": BUYER, "lead": BUYER, "contact": BUYER, "visitor": BUYER,
    "admin": AGENT, "bot": AGENT, "team": AGENT, "teammate": AGENT,
}  # fmt: skip
_SPOKEN = ("comment", "open", "close", "quick_reply", "")
"""Parts whose text the buyer sees; text on any other part is for the team."""


class _Intercom:
    """Reads conversations with their parts."""

    name = "intercom"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON with conversation parts."""
        del path
        keys = keys_of(head)
        return "conversation_parts" in keys or {"part_type", "author", "body"} <= keys

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield each conversation's source and the parts that hold words."""
        for entry in entries(path, "messages", ("conversations", "data")):
            if isinstance(entry, Quarantined):
                yield entry
            else:
                yield from _conversation(entry, context)


def _conversation(entry: Entry, context: Context) -> Iterator[Record | Quarantined]:
    value, source = entry.value, object_at(entry.value, "source")
    author = person(object_at(source, "author"))
    buyer = author if _SIDES.get(author.role) == BUYER else _contact(value)
    ticket = Ticket(
        id=text_at(value, "id") or text_at(value, "conversation_id"),
        subject=html_to_text(text_at(source, "subject") or text_at(value, "title")),
        buyer=buyer,
        order_id=order_among([source.get("subject"), value.get("custom_attributes")]),
    )
    if source:
        yield _part(Entry(source, f"{entry.where} source"), ticket, text_at(value, "created_at"))
    shown = list_at(value, "conversation_parts", "conversation_parts")
    said = text_at(value, "conversation_parts", "total_count")
    if said.isdigit() and int(said) > len(shown):
        note_once(context, "some conversations have more parts than the export shows (500)")
    path = ("conversation_parts", "conversation_parts") if shown else ("conversation_parts",)
    for part in parts(entry, "messages", *path):
        if isinstance(part, Quarantined):
            yield part
        elif part.value.get("body") or list_at(part.value, "attachments"):
            yield _part(part, ticket, "")


def _contact(value: Json) -> Person:
    contacts = list_at(value, "contacts", "contacts") or list_at(value, "contacts")
    first = contacts[0] if contacts else object_at(value, "user")
    return person(first) if isinstance(first, dict) else Person("")


def _part(entry: Entry, ticket: Ticket, at: str) -> Record:
    value = entry.value
    author = person(object_at(value, "author"))
    kind = text_at(value, "part_type")
    side = _SIDES.get(author.role, UNKNOWN)
    noted = kind.startswith("note") or (kind not in _SPOKEN and side != BUYER)
    number = text_at(value, "id")
    said = Said(
        id=number or (f"{ticket.id}-source" if ticket.id else ""),
        at=from_epoch(at or text_at(value, "created_at")),
        side=NOTE if noted else side,
        author=author,
        html=text_at(value, "body"),
        attachments=list_at(value, "attachments"),
        automation=automation(value),
    )
    return message("intercom", ticket, said, entry.where)


READER = _Intercom()
