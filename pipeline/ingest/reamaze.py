"""Re:amaze: dumps of its API, messages alone or within conversations.

Fields: reamaze.com/api, Messages and Conversations; `visibility` 0 is a reply, 1 a note.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipeline.ingest._automation import automation
from pipeline.ingest._helpdesk import (
    AGENT,
    BUYER,
    NOTE,
    UNKNOWN,
    Said,
    Ticket,
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
from pipeline.ingest._people import person
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table


class _Reamaze:
    """Reads messages and conversations."""

    name = "reamaze"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON of messages with `visibility`, a user and the conversation's slug."""
        del path
        keys = keys_of(head)
        return {"visibility", "body", "user"} <= keys and bool({"slug", "conversation"} & keys)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages and notes."""
        for entry in entries(path, "messages", ("messages", "conversations")):
            if isinstance(entry, Quarantined):
                yield entry
            elif "visibility" in entry.value or "user" in entry.value:
                yield _message(entry, _head(object_at(entry.root, "conversation"), context))
            else:
                ticket = _head(entry.value, context)
                for part in parts(entry, "messages", "messages"):
                    yield part if isinstance(part, Quarantined) else _message(part, ticket)


def _head(value: Json, context: Context) -> Ticket:
    return Ticket(
        id=text_at(value, "slug") or PurePosixPath(context.source_file).stem,
        subject=text_at(value, "subject"),
        buyer=person(object_at(value, "author")),
        order_id=order_among([value.get("subject"), value.get("data"), value.get("tag_list")]),
    )


def _message(entry: Entry, ticket: Ticket) -> Record:
    value = entry.value
    own = object_at(value, "conversation")
    buyer = person(object_at(own, "author"))
    head = Ticket(
        id=text_at(own, "slug") or text_at(value, "slug") or ticket.id,
        subject=text_at(own, "subject") or ticket.subject,
        buyer=buyer if buyer.shown else ticket.buyer,
        order_id=order_among(own.get("subject")) or ticket.order_id,
    )
    said = Said(
        id=text_at(value, "id"),
        at=text_at(value, "created_at"),
        side=NOTE if text_at(value, "visibility") == "1" else _side(value, head),
        author=person(object_at(value, "user")),
        text=text_at(value, "body"),
        attachments=list_at(value, "attachments"),
        automation=automation(value),
    )
    return message("reamaze", head, said, entry.where)


def _side(value: Json, ticket: Ticket) -> str:
    user = object_at(value, "user")
    staff = user.get("staff?", user.get("staff"))
    if isinstance(staff, bool):
        return AGENT if staff else BUYER
    if ticket.buyer.email and text_at(user, "email").lower() == ticket.buyer.email.lower():
        return BUYER
    return UNKNOWN


READER = _Reamaze()
