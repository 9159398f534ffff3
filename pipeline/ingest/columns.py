"""What a table's columns mean: header matching, and which kind of record the table holds.

Headers are matched without regard to case, blanks, underscores and hyphens; the canonical names
of the contract (section 3) come first, then a few synonyms that are in common use.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.config import TableMapping
from pipeline.errors import ConfigError
from pipeline.ingest.base import Layout, UnreadableError


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: what each column holds, what a table must have, other names.

    A column holds an `id`, `text` (verbatim), a `line` (text without blanks around it), a
    `time`, or one of the things that `canonical` understands. `least` is a list of sets, of
    each of which one column has to be there; a table with a column of `never` is another kind.
    """

    columns: Mapping[str, str]
    least: Sequence[tuple[str, ...]]
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: tuple[str, ...] = ()


_REVIEW = {
    "rating": "rating",
    "order_id": "id",
    "asin": "id",
    "buyer_id": "buyer",
    "marketplace": "marketplace",
    "title": "text",
    "body": "text",
}
_REVIEW_SYNONYMS = {
    "review_id": ("review", "id"),
    "rating": ("star_rating", "stars", "score", "overall"),
    "title": ("review_title", "headline", "summary"),
    "body": ("text", "review_body", "content", "review_text", "review_content", "comments"),
    "buyer_id": ("reviewer", "reviewer_id", "author", "rater_email", "buyer", "customer_id"),
    "asin": ("product_id", "child_asin"),
    "order_id": ("amazon_order_id", "order", "order_number"),
}
_ORDER_SYNONYMS = {
    "order_id": ("amazon_order_id", "order", "order_number", "order_no"),
    "buyer_id": ("buyer_email", "buyer", "customer", "customer_email"),
    "marketplace": ("sales_channel", "country"),
    "currency": ("currency_code",),
}

_PERSONAL_SYNONYMS = {
    "buyer_name": ("customer_name", "buyer_full_name"),
    "buyer_phone": ("buyer_phone_number", "ship_phone_number", "customer_phone", "phone"),
    "recipient_name": ("ship_to_name", "shipping_name", "ship_name"),
    "ship_address": ("ship_address_1", "shipping_address", "shipping_address_1", "address_1"),
    "ship_address_2": ("shipping_address_2", "address_2"),
    "ship_postcode": ("ship_postal_code", "shipping_zip", "postal_code", "postcode", "zip"),
}

KIND_OF: Mapping[str, Kind] = {
    "messages": Kind(
        columns={
            "message_id": "id",
            "thread_id": "id",
            "sent_at": "time",
            "direction": "direction",
            "sender": "line",
            "recipient": "line",
            "channel": "line",
            "marketplace": "marketplace",
            "order_id": "id",
            "asin": "id",
            "subject": "text",
            "body": "text",
            "operator": "line",
            "buyer_id": "buyer",
            "case_ref": "id",
            "reply_to": "line",
            "delivered": "boolean",
            "origin": "line",
            "derived": "boolean",
        },
        least=(("sent_at",), ("body",)),
        synonyms={
            "message_id": ("msg_id", "id"),
            "thread_id": ("conversation_id", "ticket_id", "conversation", "thread"),
            "sent_at": (
                "sent", "date", "time", "datetime", "timestamp", "sent_date", "sent_time",
                "date_time", "message_date", "created_at",
            ),
            "direction": ("type_of_message", "message_direction"),
            "sender": ("from", "author", "sender_name", "from_address", "sender_email"),
            "recipient": ("to", "recipient_name", "to_address", "recipient_email"),
            "order_id": ("order", "order_number", "order_no", "amazon_order_id"),
            "subject": ("title",),
            "body": ("message", "text", "content", "message_body", "message_text"),
            "operator": ("agent", "agent_name", "employee"),
        },
        never=("rating", "stars", "star_rating", "review_id", "event_type", "snapshot_at"),
    ),
    "review_snapshots": Kind(
        columns={
            "review_id": "id",
            "snapshot_at": "time",
            "created_at": "time?",
            **_REVIEW,
            "complete": "boolean",
        },
        least=(("snapshot_at",), ("review_id", "order_id", "asin")),
        synonyms={
            **_REVIEW_SYNONYMS,
            "snapshot_at": ("seen_at", "captured_at", "scraped_at", "snapshot_date", "snapshot"),
            "created_at": ("review_date", "reviewed_at", "date"),
        },
        never=("event_type", "occurred_at"),
    ),
    "review_events": Kind(
        columns={
            "event_id": "id",
            "review_id": "id",
            "event_type": "event_type",
            "occurred_at": "time",
            **_REVIEW,
        },
        least=(("occurred_at",), ("event_type",), ("review_id", "order_id", "asin")),
        synonyms={
            **_REVIEW_SYNONYMS,
            "event_type": ("event", "change"),
            "occurred_at": ("event_date", "event_time", "date", "timestamp"),
        },
    ),
    "refunds": Kind(
        columns={
            "refund_id": "id",
            "order_id": "id",
            "refunded_at": "time",
            "amount": "amount",
            "currency": "line",
            "reason": "text",
        },
        least=(("order_id",), ("refunded_at",)),
        synonyms={
            **_ORDER_SYNONYMS,
            "refunded_at": ("refund_date", "refund_time"),
            "amount": ("refund_amount", "refunded_amount"),
            "reason": ("refund_reason",),
        },
    ),
    "orders": Kind(
        columns={
            "order_id": "id",
            "ordered_at": "time",
            "buyer_id": "buyer",
            "asin": "id",
            "marketplace": "marketplace",
            "amount": "amount",
            "currency": "line",
            "buyer_name": "line",
            "buyer_phone": "line",
            "recipient_name": "line",
            "ship_address": "line",
            "ship_address_2": "line",
            "ship_postcode": "line",
        },
        least=(("order_id",), ("ordered_at",)),
        synonyms={
            **_ORDER_SYNONYMS,
            **_PERSONAL_SYNONYMS,
            "ordered_at": ("order_date", "purchase_date", "purchased_at"),
            "amount": ("order_amount", "order_total", "item_price", "total"),
        },
    ),
    "notices": Kind(
        columns={
            "notice_id": "id",
            "received_at": "time",
            "kind": "notice_kind",
            "subject": "text",
            "body": "text",
        },
        least=(("received_at",), ("kind", "body")),
        synonyms={
            "received_at": ("notice_date", "received"),
            "kind": ("notice_kind", "notice_type"),
            "body": ("text", "notice_text", "message"),
            "subject": ("title",),
        },
    ),
    "context_events": Kind(
        columns={
            "occurred_at": "time",
            "kind": "context_kind",
            "title": "line",
            "detail": "text",
        },
        least=(("occurred_at",), ("title",)),
        synonyms={"detail": ("details", "note", "description"), "kind": ("event_kind",)},
        never=("review_id", "rating", "order_id", "event_type"),
    ),
}  # fmt: skip
"""The kinds a generic table can hold, in the order in which they are tried."""


def header_key(header: str) -> str:
    """Return what headers are compared by: no case, blanks, underscores or hyphens."""
    plain = unicodedata.normalize("NFKC", header).strip().strip("\ufeff").casefold()
    return "".join(c for c in plain if c not in " _-./:\t\u00a0")


def layout_of(headers: Sequence[str], mapping: TableMapping | None = None) -> Layout | None:
    """Say what kind of table has these headers, and which column is which; None if no known kind.

    Raises:
        UnreadableError: a mapping names a header that the table does not have.

    """
    if mapping is not None:
        return _mapped(headers, mapping)
    keys = _keys(headers)
    for synonyms in (False, True):
        for kind in KIND_OF:
            understood = _understood(kind, keys, {}, synonyms=synonyms)
            if _enough(kind, understood, keys):
                full = _understood(kind, keys, understood, synonyms=True)
                return _layout(kind, headers, full)
    return None


def nearest_lack(headers: Sequence[str]) -> str:
    """Say what keeps the table from being read, for its note."""
    keys = _keys(headers)
    best = ("", "", -1)
    for kind, spec in KIND_OF.items():
        understood = _understood(kind, keys, {}, synonyms=True)
        lacks = [" or ".join(some) for some in spec.least if not understood.keys() & set(some)]
        if lacks and len(understood) > best[2]:
            best = (kind, " and ".join(lacks), len(understood))
    if best[2] < 1:
        return "no column is known; a mapping in audit.toml can name them"
    return f"nearest to {best[0]}, which needs {best[1]}; a mapping in audit.toml can name the rest"


def _keys(headers: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for header in headers:
        found.setdefault(header_key(header), header)
    found.pop("", None)
    return found


def _understood(
    kind: str, keys: Mapping[str, str], given: Mapping[str, str], *, synonyms: bool
) -> dict[str, str]:
    spec = KIND_OF[kind]
    found = dict(given)
    for name in spec.columns:
        if name not in found and header_key(name) in keys:
            found[name] = keys[header_key(name)]
    if synonyms:
        taken = set(found.values())
        for name, others in spec.synonyms.items():
            for other in others:
                header = keys.get(header_key(other))
                if name not in found and header is not None and header not in taken:
                    found[name] = header
                    taken.add(header)
    return found


def _enough(kind: str, understood: Mapping[str, str], keys: Mapping[str, str]) -> bool:
    spec = KIND_OF[kind]
    if any(header_key(name) in keys for name in spec.never):
        return False
    return all(understood.keys() & set(some) for some in spec.least)


def _layout(kind: str, headers: Sequence[str], understood: Mapping[str, str]) -> Layout:
    used = set(understood.values())
    return Layout(kind, dict(understood), tuple(h for h in headers if h and h not in used))


def _mapped(headers: Sequence[str], mapping: TableMapping) -> Layout:
    spec = KIND_OF[mapping.kind]
    keys = _keys(headers)
    given = {}
    for name, header in mapping.columns.items():
        if header_key(header) not in keys:
            raise UnreadableError(f"the mapping names a column {header!r} that the file lacks")
        given[name] = keys[header_key(header)]
    free = {key: header for key, header in keys.items() if header not in set(given.values())}
    understood = _understood(mapping.kind, free, given, synonyms=True)
    lacks = [" or ".join(some) for some in spec.least if not understood.keys() & set(some)]
    if lacks:
        raise UnreadableError(f"{mapping.kind} needs {' and '.join(lacks)}; map it in audit.toml")
    return _layout(mapping.kind, headers, understood)


def check_mappings(mappings: Sequence[TableMapping]) -> None:
    """Refuse mappings that cannot apply to any file.

    Raises:
        ConfigError: a mapping names a column that its kind does not have.

    """
    for mapping in mappings:
        known = KIND_OF[mapping.kind].columns
        unknown = sorted(mapping.columns.keys() - known.keys())
        if unknown:
            raise ConfigError(
                f"inputs.mapping {mapping.match!r}: {mapping.kind} has no column {unknown[0]!r};"
                f" known: {', '.join(known)}"
            )
