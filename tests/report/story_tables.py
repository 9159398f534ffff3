"""The tables a report reads, empty, as the stages before it would leave them."""

from pathlib import Path

import polars as pl

from pipeline.queries import Query
from pipeline.store import Store

TEXT, TIME, INT, REAL, BOOL = "varchar", "timestamptz", "bigint", "double", "boolean"


def _columns(kind: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), kind)


TABLES: dict[str, dict[str, str]] = {
    "messages": {
        **_columns(TEXT, "message_id thread_id"),
        "sent_at": TIME,
        **_columns(TEXT, "direction sender recipient channel marketplace order_id asin subject"),
        **_columns(TEXT, "body operator language"),
        "delivered": BOOL,
        **_columns(TEXT, "source_file source_locator buyer_id case_id"),
    },
    "segments": {
        "message_id": TEXT,
        "segment_start": INT,
        "segment_end": INT,
        "kind": TEXT,
    },
    "findings": {
        **_columns(TEXT, "finding_id policy_id rule_id severity"),
        "confidence": REAL,
        **_columns(TEXT, "status message_id thread_id"),
        "sent_at": TIME,
        **_columns(TEXT, "direction operator channel marketplace order_id asin language"),
        "matched_text": TEXT,
        **_columns(INT, "match_start match_end"),
        **_columns(TEXT, "source_file source_locator incident_id matched_in"),
        "delivered": BOOL,
        **_columns(TEXT, "object why decision_reason ruleset_version"),
    },
    "threads": {
        "thread_id": TEXT,
        **_columns(TIME, "first_message_at last_message_at"),
        "message_count": INT,
        **_columns(TEXT, "policies severity buyer_id order_id asin operators channels"),
        **_columns(REAL, "rating_before rating_after"),
        **_columns(TEXT, "incident_id case_id"),
    },
    "review_links": {
        **_columns(TEXT, "link_id thread_id message_id review_id event_id event_type"),
        "occurred_at": TIME,
        **_columns(REAL, "rating_before rating_after lag_hours"),
        "linked_by": TEXT,
        "strength": REAL,
        **_columns(TEXT, "pattern incident_id"),
    },
    "incidents": {
        **_columns(TEXT, "incident_id title"),
        **_columns(TIME, "started_at ended_at"),
        **_columns(INT, "thread_count message_count buyer_count"),
        **_columns(TEXT, "policies operators channels trigger after_notice_id"),
        "recurrence": BOOL,
    },
    "queue": {
        **_columns(TEXT, "queue_id message_id thread_id"),
        "sent_at": TIME,
        **_columns(TEXT, "direction operator channel order_id reason"),
        "score": REAL,
        "matched_text": TEXT,
        **_columns(INT, "match_start match_end"),
        **_columns(TEXT, "source_file source_locator"),
    },
    "sources": {
        **_columns(TEXT, "source_file sha256"),
        "bytes": INT,
        **_columns(TEXT, "reader record_kind"),
        **_columns(INT, "rows_read rows_loaded rows_duplicate rows_quarantined"),
        "note": TEXT,
    },
    "quarantine": _columns(TEXT, "source_file source_locator reason raw_excerpt"),
    "coverage": {
        **_columns(TEXT, "channel marketplace month"),
        **_columns(INT, "messages_in messages_out orders reviews"),
        **_columns(TEXT, "status note"),
    },
    "review_events": {
        **_columns(TEXT, "event_id review_id event_type"),
        "occurred_at": TIME,
        "rating": REAL,
        **_columns(TEXT, "order_id asin buyer_id marketplace title body"),
    },
    "orders": {
        "order_id": TEXT,
        "ordered_at": TIME,
        **_columns(TEXT, "buyer_id asin marketplace"),
        "amount": "decimal(18, 4)",
        "currency": TEXT,
    },
    "refunds": {
        **_columns(TEXT, "refund_id order_id"),
        "refunded_at": TIME,
        "amount": "decimal(18, 4)",
        **_columns(TEXT, "currency reason"),
    },
    "notices": {
        "notice_id": TEXT,
        "received_at": TIME,
        **_columns(TEXT, "kind subject body"),
    },
    "context_events": {"occurred_at": TIME, **_columns(TEXT, "kind title detail")},
}


def create_tables(store: Store) -> None:
    """Create every table empty."""
    for name, columns in TABLES.items():
        cells = ", ".join(f"cast(null as {kind}) as {column}" for column, kind in columns.items())
        sql = f"select {cells} where false"
        store.create(name, Query(Path(name), name, "", "", (), (), sql), {})


def fill(store: Store, rows: dict[str, list[dict[str, object]]]) -> None:
    """Append rows given as dictionaries; columns left out are null."""
    for name, items in rows.items():
        if items:
            store.insert(name, pl.DataFrame(items, infer_schema_length=None))
