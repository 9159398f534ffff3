"""eDesk: dumps of its API, messages alone or within tickets.

Fields as eDesk's connectors name them (no public reference could be read): `type` is `Message` or
`Note`, `direction` says who wrote, `sales_order` holds the platform's order.
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

_SIDES = {
    "in": BUYER, "inbound": BUYER, "incoming": BUYER, "received": BUYER, "customer": BUYER,
    "out": AGENT, "outbound": AGENT, "outgoing": AGENT, "sent": AGENT, "agent": AGENT,
}  # fmt: skip
_AUTHORS = ("author", "user", "agent", "sender", "from")
_BUYERS = ("contact", "customer", "buyer")


class _Edesk:
    """Reads messages and tickets."""

    name = "edesk"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON of messages with a type and a direction, of tickets or sales orders."""
        del path
        keys = keys_of(head)
        return {"body", "type", "direction"} <= keys and bool(
            {"sales_order", "sales_order_id", "ticket_id"} & keys
        )

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages and notes."""
        for entry in entries(path, "messages", ("data", "tickets", "messages")):
            if isinstance(entry, Quarantined):
                yield entry
            elif "body" in entry.value:
                yield _message(entry, _head(entry.root, context))
            else:
                ticket = _head(entry.value, context)
                for part in parts(entry, "messages", "messages"):
                    yield part if isinstance(part, Quarantined) else _message(part, ticket)


def _head(value: Json, context: Context) -> Ticket:
    return Ticket(
        id=text_at(value, "id") or number_in_name(context),
        subject=text_at(value, "subject") or text_at(value, "title"),
        buyer=_party(value, _BUYERS),
        order_id=order_among([value.get("sales_order"), value.get("sales_orders")]),
    )


def _party(value: Json, names: tuple[str, ...]) -> Person:
    found = (object_at(value, name) for name in names)
    named = next((person(one) for one in found if one), Person(""))
    text = next((one for name in names if (one := text_at(value, name))), "")
    return named if named.shown else Person(named.id, text)


def _message(entry: Entry, ticket: Ticket) -> Record:
    value = entry.value
    buyer = _party(value, _BUYERS)
    order = order_among([value.get("sales_order"), value.get("sales_order_id")])
    head = Ticket(
        id=text_at(value, "ticket_id") or text_at(value, "ticket", "id") or ticket.id,
        subject=text_at(value, "subject") or ticket.subject,
        buyer=buyer if buyer.shown else ticket.buyer,
        order_id=order or ticket.order_id,
    )
    side = _SIDES.get(text_at(value, "direction").lower(), UNKNOWN)
    status = text_at(value, "status").lower()
    said = Said(
        id=text_at(value, "id"),
        at=text_at(value, "created_at") or text_at(value, "created") or text_at(value, "date"),
        side=NOTE if text_at(value, "type").lower() == "note" else side,
        author=_party(value, _AUTHORS),
        html=text_at(value, "body") if _is_html(value) else "",
        text="" if _is_html(value) else text_at(value, "body"),
        attachments=list_at(value, "attachments"),
        delivered=False if status in ("draft", "failed", "error") else None,
        automation=automation(value),
    )
    return message("edesk", head, said, entry.where)


def _is_html(value: Json) -> bool:
    body = text_at(value, "body").lstrip()
    return body.startswith("<") or "</" in body or "<br" in body


READER = _Edesk()
