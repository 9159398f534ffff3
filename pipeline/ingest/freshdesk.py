"""Freshdesk: dumps of its API (v2) and the JSON of an account export.

Fields: developers.freshdesk.com, Tickets and Conversations. The first message of a ticket is its
description, outside of the conversations. The account export's XML is not read.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.ingest._automation import automation
from pipeline.ingest._helpdesk import (
    AGENT,
    BUYER,
    NOTE,
    Said,
    Ticket,
    message,
    number_in_name,
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
from pipeline.ingest._people import Person, people_beside, person
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_OUTBOUND_MAIL = "10"
_NOTE_SOURCE = "2"
_LISTS = ("conversations", "notes")


class _Freshdesk:
    """Reads tickets with `conversations` (or `notes`), and conversations alone."""

    name = "freshdesk"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON with `incoming` and `private`, or tickets with a `description_text`."""
        del path
        keys = keys_of(head)
        return {"incoming", "private"} <= keys or {"description_text", "requester_id"} <= keys

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield each ticket's description and its conversations."""
        people = people_beside(path, context)
        for entry in entries(path, "messages", ("tickets", "results")):
            if isinstance(entry, Quarantined):
                yield entry
            elif "incoming" in entry.value:
                ticket = Ticket(text_at(entry.value, "ticket_id") or number_in_name(context))
                yield _conversation(entry, ticket, people)
            else:
                yield from _ticket(entry, people, context)


def _ticket(
    entry: Entry, people: Mapping[str, Person], context: Context
) -> Iterator[Record | Quarantined]:
    value = object_at(entry.value, "helpdesk_ticket") or entry.value
    requester = text_at(value, "requester_id")
    given = person(object_at(value, "requester"))
    buyer = given if given.shown else people.get(requester, Person(requester))
    ticket = Ticket(
        id=text_at(value, "display_id") or text_at(value, "id") or number_in_name(context),
        subject=text_at(value, "subject"),
        buyer=Person(buyer.id, buyer.name, buyer.email),
        order_id=order_among([value.get("subject"), value.get("custom_fields")]),
    )
    if value.get("description_text") or value.get("description"):
        yield message("freshdesk", ticket, _description(value, ticket), entry.where)
    for name in _LISTS:
        for part in parts(Entry(value, entry.where), "messages", name):
            if isinstance(part, Quarantined):
                yield part
            else:
                note = object_at(part.value, "helpdesk_note") or part.value
                yield _conversation(Entry(note, part.where), ticket, people)


def _description(value: Json, ticket: Ticket) -> Said:
    outbound = text_at(value, "source") == _OUTBOUND_MAIL
    return Said(
        id=f"{ticket.id}-description",
        at=text_at(value, "created_at"),
        side=AGENT if outbound else BUYER,
        author=Person("") if outbound else ticket.buyer,
        text=text_at(value, "description_text"),
        html=text_at(value, "description"),
        attachments=list_at(value, "attachments"),
    )


def _conversation(entry: Entry, ticket: Ticket, people: Mapping[str, Person]) -> Record:
    value = entry.value
    incoming = value.get("incoming") is True
    private = value.get("private") is True or text_at(value, "source") == _NOTE_SOURCE
    author = text_at(value, "user_id")
    unnamed = Person(author, email=text_at(value, "from_email"))
    known = ticket.buyer if incoming and author in ("", ticket.buyer.id) else unnamed
    said = Said(
        id=text_at(value, "id"),
        at=text_at(value, "created_at"),
        side=BUYER if incoming else NOTE if private else AGENT,
        author=people.get(author, known),
        text=text_at(value, "body_text"),
        html=text_at(value, "body"),
        attachments=list_at(value, "attachments"),
        automation=automation(value),
    )
    return message("freshdesk", ticket, said, entry.where)


READER = _Freshdesk()
