"""Help Scout: conversations and threads of its API or webhooks.

Fields: developer.helpscout.com, Conversation and Thread; a thread's `type` tells notes, replies and
customers apart, line items are events without words.
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
from pipeline.ingest._people import person
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_SIDES = {
    "customer": BUYER, "beaconchat": BUYER,
    "message": AGENT, "reply": AGENT, "user": AGENT, "team": AGENT,
}  # fmt: skip
_EVENTS = ("lineitem",)


class _Helpscout:
    """Reads conversations with their threads, and threads alone."""

    name = "helpscout"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON of conversations or threads by the way they name their times and authors."""
        del path
        keys = keys_of(head)
        return {"createdAt", "createdBy"} <= keys and bool(
            {"threads", "primaryCustomer", "mailboxId", "_embedded", "assignedTo"} & keys
        )

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the threads of all conversations."""
        for entry in entries(path, "messages", ("conversations", "threads", "items")):
            if isinstance(entry, Quarantined):
                yield entry
            elif entry.key == "threads" or ("body" in entry.value and "type" in entry.value):
                yield from _thread(entry, _head(entry.root, context))
            else:
                yield from _conversations(entry, context)


def _conversations(entry: Entry, context: Context) -> Iterator[Record | Quarantined]:
    for inner in parts(entry, "messages", "_embedded", "conversations"):
        yield from [inner] if isinstance(inner, Quarantined) else _conversation(inner, context)
    yield from _conversation(entry, context)


def _conversation(entry: Entry, context: Context) -> Iterator[Record | Quarantined]:
    ticket = _head(entry.value, context)
    for path in (("threads",), ("_embedded", "threads")):
        for part in parts(entry, "messages", *path):
            yield from [part] if isinstance(part, Quarantined) else _thread(part, ticket)


def _head(value: Json, context: Context) -> Ticket:
    return Ticket(
        id=text_at(value, "id") or number_in_name(context),
        subject=text_at(value, "subject"),
        buyer=person(object_at(value, "primaryCustomer") or object_at(value, "customer")),
        order_id=order_among([value.get("subject"), value.get("customFields")]),
    )


def _thread(entry: Entry, ticket: Ticket) -> Iterator[Record]:
    value = entry.value
    kind = text_at(value, "type").lower()
    if kind in _EVENTS and not text_at(value, "body").strip():
        return
    author = person(object_at(value, "createdBy"))
    customer = person(object_at(value, "customer"))
    head = Ticket(
        id=ticket.id,
        subject=ticket.subject,
        buyer=ticket.buyer if ticket.buyer.shown else customer,
        order_id=ticket.order_id,
    )
    side = _SIDES.get(kind) or _SIDES.get(author.role, UNKNOWN)
    said = Said(
        id=text_at(value, "id"),
        at=text_at(value, "createdAt"),
        side=NOTE if kind in ("note", "lineitem", "forwardparent") else side,
        author=author,
        html=text_at(value, "body"),
        attachments=list_at(value, "_embedded", "attachments") or list_at(value, "attachments"),
        delivered=False if text_at(value, "state").lower() == "draft" else None,
        automation=automation(value),
    )
    yield message("helpscout", head, said, entry.where)


READER = _Helpscout()
