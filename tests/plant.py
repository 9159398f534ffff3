"""Plants small archives into an in-memory store, as if ingest, text and signals had run."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from pipeline.statistics import add_statistics
from pipeline.store import Store
from pipeline.wordings import group_wordings

TIME = pl.Datetime("us", "UTC")
MESSAGE = {
    "message_id": pl.String,
    "thread_id": pl.String,
    "sent_at": TIME,
    "direction": pl.String,
    "sender": pl.String,
    "recipient": pl.String,
    "channel": pl.String,
    "marketplace": pl.String,
    "order_id": pl.String,
    "asin": pl.String,
    "subject": pl.String,
    "body": pl.String,
    "operator": pl.String,
    "buyer_id": pl.String,
    "case_ref": pl.String,
    "reply_to": pl.String,
    "delivered": pl.Boolean,
    "origin": pl.String,
    "derived": pl.Boolean,
    "source_no": pl.Int32,
    "row_no": pl.Int64,
    "source_file": pl.String,
    "source_locator": pl.String,
}
REVIEW_EVENT = {
    "event_id": pl.String,
    "review_id": pl.String,
    "event_type": pl.String,
    "occurred_at": TIME,
    "rating": pl.Float64,
    "previous_rating": pl.Float64,
    "order_id": pl.String,
    "asin": pl.String,
    "buyer_id": pl.String,
    "marketplace": pl.String,
    "title": pl.String,
    "body": pl.String,
    "earliest_at": TIME,
    "latest_at": TIME,
    "source_file": pl.String,
    "source_locator": pl.String,
}
REFUND = {
    "refund_id": pl.String,
    "order_id": pl.String,
    "refunded_at": TIME,
    "amount": pl.Float64,
    "currency": pl.String,
    "reason": pl.String,
    "source_file": pl.String,
    "source_locator": pl.String,
}
ORDER = {
    "order_id": pl.String,
    "ordered_at": TIME,
    "buyer_id": pl.String,
    "asin": pl.String,
    "marketplace": pl.String,
    "amount": pl.Float64,
    "currency": pl.String,
}
NOTICE = {
    "notice_id": pl.String,
    "received_at": TIME,
    "kind": pl.String,
    "subject": pl.String,
    "body": pl.String,
}
CONTEXT = {"occurred_at": TIME, "kind": pl.String, "title": pl.String, "detail": pl.String}

PARAMS: dict[str, object] = {
    "window_days": 30,
    "negative_at_most": 3,
    "gap_days": 14,
    "second_reader_sure_answer": 0.8,
    "second_reader_sure_internal": 0.8,
    "second_reader_sure_opening": 0.8,
    "second_reader_sure_alone": 0.8,
    "second_reader_likely": 0.5,
    "second_reader_doubt": 0.4,
    "second_reader_plain": 0.2,
    "second_reader_told": 0.1,
    "second_reader_settled": 0.05,
    "second_reader_internal": 0.4,
    "timezone": "Europe/London",
    "disabled": [],
    "since_at": datetime(1, 1, 2, tzinfo=UTC),
    "until_at": datetime(9999, 12, 30, tzinfo=UTC),
    "as_of": datetime(2025, 7, 1, tzinfo=UTC).date(),
    "ruleset_version": "test",
}

Rows = Sequence[Mapping[str, object]]


def at(text: str) -> datetime:
    """Return `2025-02-03 10:00` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def planted(  # noqa: PLR0913 - one table a keyword
    messages: Rows,
    signals: Rows = (),
    *,
    review_events: Rows = (),
    refunds: Rows = (),
    notices: Rows = (),
    context: Rows = (),
    decisions: Rows = (),
    orders: Rows = (),
) -> Store:
    """Return a store that holds these rows as the stages to the left would have left them."""
    store = Store()
    store.create_schema()
    base = [_message(n, row) for n, row in enumerate(messages, 1)]
    _table(store, "messages_base", base, MESSAGE)
    threads = [
        {
            "message_id": row["message_id"],
            "thread_id": row["thread_id"],
            "case_id": given.get("case_id", row["thread_id"]),
        }
        for row, given in zip(base, messages, strict=True)
    ]
    _table(
        store,
        "message_threads",
        threads,
        dict.fromkeys(("message_id", "thread_id", "case_id"), pl.String),
    )
    store.insert("signals", _signals(signals))
    _table(store, "review_events", review_events, REVIEW_EVENT)
    _table(store, "refunds", refunds, REFUND)
    _table(store, "orders", orders, ORDER)
    _table(store, "notices", notices, NOTICE)
    _table(store, "context_events", context, CONTEXT)
    if decisions:
        store.insert(
            "decisions", pl.DataFrame([_decision(n, row) for n, row in enumerate(decisions, 1)])
        )
    return store


def judge(store: Store, params: Mapping[str, object] = PARAMS) -> Store:
    """Run every stage from the facts to the evidence."""
    store.run("facts", params)
    verdicts = store.run("verdicts", params, prefix="verdict_")
    store.union("verdicts", verdicts)
    store.run("correlate", params)
    group_wordings(store)
    store.run("incidents", params)
    store.run("evidence", params)
    return store


def find_causes(store: Store, params: Mapping[str, object] = PARAMS) -> Store:
    """Run every stage, the look for causes included."""
    judge(store, params)
    store.run("root_cause", params)
    add_statistics(store)
    store.run("conclusions", params)
    return store


def message(
    message_id: str, when: str, direction: str = "outbound", **more: object
) -> dict[str, object]:
    """Return one message of thread `t1` unless said otherwise."""
    return {"message_id": message_id, "sent_at": at(when), "direction": direction, **more}


def signal(message_id: str, name: str, **more: object) -> dict[str, object]:
    """Return one standing signal."""
    return {"message_id": message_id, "signal": name, **more}


def _message(number: int, given: Mapping[str, object]) -> dict[str, object]:
    outbound = given["direction"] != "inbound"
    row: dict[str, object] = {
        "thread_id": "t1",
        "sender": "Marta" if outbound else "buyer-1",
        "recipient": "buyer-1" if outbound else "shop",
        "channel": "buyer-seller-messaging",
        "marketplace": "UK",
        "order_id": None,
        "asin": None,
        "subject": "",
        "body": f"text of {given['message_id']}",
        "operator": "Marta" if outbound else None,
        "buyer_id": "buyer-1",
        "case_ref": None,
        "reply_to": None,
        "delivered": None,
        "origin": None,
        "derived": None,
        "source_no": 1,
        "row_no": number,
        "source_file": "messages.csv",
        "source_locator": f"line {number + 1}",
    }
    return row | {key: value for key, value in given.items() if key != "case_id"}


def _signals(rows: Rows) -> pl.DataFrame:
    defaults: dict[str, object] = {
        "rule_id": "",
        "matched_in": "body",
        "match_start": 0,
        "match_end": 4,
        "sentence_no": 0,
        "object": "product_review",
        "polarity": "",
        "conditional": False,
        "obfuscated": False,
        "strength": "sure",
        "matched_language": "en",
        "stopped_by": None,
        "stop_text": None,
        "score": None,
    }
    filled = [defaults | {"rule_id": f"{row['signal']}-rule"} | dict(row) for row in rows]
    schema = (
        {"message_id": pl.String, "signal": pl.String}
        | {key: _dtype(value) for key, value in defaults.items()}
        | {"score": pl.Float64}
    )
    return pl.DataFrame(filled, schema=schema, orient="row")


def _dtype(value: object) -> type[pl.DataType]:
    if isinstance(value, bool):
        return pl.Boolean
    return pl.Int32 if isinstance(value, int) else pl.String


def _decision(number: int, given: Mapping[str, object]) -> dict[str, object]:
    return {
        "decision": "dismissed",
        "reason": "false-positive",
        "note": "",
        "decided_by": "Ann",
        "decided_at": at("2025-06-01"),
        "expires_on": None,
        "row_no": number,
    } | dict(given)


def _table(store: Store, name: str, rows: Rows, schema: Mapping[str, object]) -> None:
    full = [{key: row.get(key) for key in schema} for row in rows]
    store.put(name, pl.DataFrame(full, schema=dict(schema), orient="row"))
