"""Gorgias: dumps of its API, tickets with their messages or messages alone.

Fields: developers.gorgias.com, the Ticket and Message objects. The whole text is read, not
`stripped_text`: a quoted tail may be the only copy of what it quotes.
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
from pipeline.ingest._people import Person, person
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_TEXTS = {"body_text", "body_html", "stripped_text", "sent_datetime", "created_datetime"}


class _Gorgias:
    """Reads tickets with `messages`, and lists of messages."""

    name = "gorgias"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON whose messages say `from_agent`."""
        del path
        keys = keys_of(head)
        return "from_agent" in keys and bool(_TEXTS & keys)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages of all tickets."""
        for entry in entries(path, "messages", ("data", "tickets", "messages")):
            if isinstance(entry, Quarantined):
                yield entry
            elif "from_agent" in entry.value:
                yield _message(entry, _head(entry.root, context))
            elif "messages" in entry.value:
                yield from _ticket(entry, context)


def _ticket(entry: Entry, context: Context) -> Iterator[Record | Quarantined]:
    ticket = _head(entry.value, context)
    for part in parts(entry, "messages", "messages"):
        yield part if isinstance(part, Quarantined) else _message(part, ticket)


def _head(value: Json, context: Context) -> Ticket:
    return Ticket(
        id=text_at(value, "id") or number_in_name(context),
        subject=text_at(value, "subject"),
        buyer=person(object_at(value, "customer")),
        order_id=order_among([value.get("external_id"), value.get("subject"), value.get("meta")]),
    )


def _message(entry: Entry, ticket: Ticket) -> Record:
    value = entry.value
    own = text_at(value, "ticket_id")
    subject = text_at(value, "subject") or ticket.subject
    agent = {True: AGENT, False: BUYER}.get(value.get("from_agent") is True, UNKNOWN)
    note = value.get("public") is False or text_at(value, "channel") == "internal-note"
    receiver = person(object_at(value, "receiver"))
    buyer = receiver if agent == AGENT and receiver.shown else ticket.buyer
    said = Said(
        id=text_at(value, "id"),
        at=text_at(value, "sent_datetime") or text_at(value, "created_datetime"),
        side=NOTE if note else agent,
        author=_author(value),
        text=text_at(value, "body_text"),
        html=text_at(value, "body_html") or text_at(value, "stripped_text"),
        attachments=list_at(value, "attachments"),
        delivered=False if value.get("failed_datetime") else None,
        automation=automation(value),
    )
    head = Ticket(own or ticket.id, subject, buyer, ticket.order_id)
    return message("gorgias", head, said, entry.where)


def _author(value: Json) -> Person:
    sender = object_at(value, "sender")
    one = person(sender)
    name = f"{text_at(sender, 'firstname')} {text_at(sender, 'lastname')}".strip()
    return Person(one.id, one.name or name, one.email)


READER = _Gorgias()
