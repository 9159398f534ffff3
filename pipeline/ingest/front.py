"""Front: dumps of its API, messages and comments alone or within conversations.

Fields: dev.frontapp.com, Message, Comment and Conversation; times are Unix seconds with fractions,
comments are internal, drafts were never sent.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipeline.ingest._automation import automation
from pipeline.ingest._helpdesk import (
    AGENT,
    BUYER,
    NOTE,
    Said,
    Ticket,
    from_epoch,
    message,
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


class _Front:
    """Reads messages, comments and conversations that hold both."""

    name = "front"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON whose messages say `is_inbound`, or comments with `posted_at`."""
        del path
        keys = keys_of(head)
        return "is_inbound" in keys or {"posted_at", "author", "body"} <= keys

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages and comments."""
        lists = ("_results", "conversations", "messages", "comments")
        for entry in entries(path, "messages", lists):
            if isinstance(entry, Quarantined):
                yield entry
            elif {"is_inbound", "posted_at"} & entry.value.keys():
                yield _message(entry, _head(entry.root, context))
            else:
                ticket = _head(entry.value, context)
                for name in ("messages", "comments"):
                    for part in parts(entry, "messages", name):
                        yield part if isinstance(part, Quarantined) else _message(part, ticket)


def _head(value: Json, context: Context) -> Ticket:
    recipient = object_at(value, "recipient")
    stem = PurePosixPath(context.source_file).stem
    return Ticket(
        id=text_at(value, "id") or (stem if stem.startswith("cnv_") else ""),
        subject=text_at(value, "subject"),
        buyer=_handle(recipient),
        order_id=order_among([value.get("subject"), value.get("custom_fields")]),
    )


def _handle(value: Json) -> Person:
    return Person("", text_at(value, "name"), text_at(value, "handle"))


def _message(entry: Entry, ticket: Ticket) -> Record:
    value = entry.value
    inbound = value.get("is_inbound") is True
    comment = "posted_at" in value
    parties = [one for one in list_at(value, "recipients") if isinstance(one, dict)]
    role = "from" if inbound else "to"
    named = next((_handle(one) for one in parties if text_at(one, "role") == role), Person(""))
    buyer = named if named.shown and not comment else ticket.buyer
    link = text_at(value, "_links", "related", "conversation").rstrip("/").rpartition("/")[2]
    head = Ticket(
        id=text_at(value, "conversation_id") or link or ticket.id,
        subject=text_at(value, "subject") or ticket.subject,
        buyer=buyer,
        order_id=ticket.order_id,
    )
    author = person(object_at(value, "author"))
    text = text_at(value, "text")
    unsent = value.get("is_draft") is True or bool(value.get("error_type"))
    said = Said(
        id=text_at(value, "id"),
        at=from_epoch(text_at(value, "posted_at") or text_at(value, "created_at")),
        side=NOTE if comment else BUYER if inbound else AGENT,
        author=buyer if inbound and not author.shown else author,
        text=text or (text_at(value, "body") if comment else ""),
        html=text_at(value, "body"),
        attachments=list_at(value, "attachments"),
        delivered=False if unsent else None,
        automation=automation(value),
    )
    return message("front", head, said, entry.where)


READER = _Front()
