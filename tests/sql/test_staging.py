"""From rows as read to rows that count: duplicates, ids, threads, review lives, accounts."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Config
from pipeline.ingest import ingest
from pipeline.store import Store

Rows = list[dict[str, Any]]
Stage = Callable[..., Callable[[str], Rows]]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a function that reads files, runs the stage, and answers queries."""
    with Store() as store:

        def run(
            files: Mapping[str, list[dict[str, Any]]],
            **settings: Any,  # noqa: ANN401
        ) -> Callable[[str], Rows]:
            for name, rows in files.items():
                lines = "".join(json.dumps(row) + "\n" for row in rows)
                (tmp_path / name).write_text(lines, encoding="utf-8")
            found = ingest(
                [tmp_path / name for name in files], Config(**settings), tmp_path / "raw"
            )
            store.create_schema()
            for table, parquet in found.files.items():
                store.load_parquet(table, parquet)
            store.run("staging", Config().params())
            return lambda sql: store.frame(sql).to_dicts()

        yield run


def message(**given: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a message row."""
    return {"sent_at": "2025-02-17T10:00:00Z", "direction": "outbound", "body": "hello"} | given


def test_a_duplicate_counts_once_and_for_the_file_it_is_in(stage: Stage) -> None:
    """The first by file and place is loaded; the same time in another zone is the same time."""
    ask = stage(
        {
            "a.jsonl": [message(message_id="m1"), message(body="no id"), message(body="no id")],
            "b.jsonl": [
                message(message_id="m1", sent_at="2025-02-17T11:00:00+01:00"),
                message(body="no id"),
                message(message_id="m2"),
                message(sent_at=""),
            ],
        }
    )

    assert ask(
        "select message_id, source_file, source_locator from messages_base order by 2, 3"
    ) == [
        {"message_id": "m1", "source_file": "a.jsonl", "source_locator": "line 1"},
        {
            "message_id": ask("select row_id from message_rows where given_id is null limit 1")[0][
                "row_id"
            ],
            "source_file": "a.jsonl",
            "source_locator": "line 2",
        },
        {"message_id": "m2", "source_file": "b.jsonl", "source_locator": "line 3"},
    ]
    assert ask("select * exclude (sha256, bytes, note) from sources") == [
        accounts("a.jsonl", 3, 2, 1, 0),
        accounts("b.jsonl", 4, 1, 2, 1),
    ]
    assert ask("select * from quarantine") == [
        {
            "source_file": "b.jsonl",
            "source_locator": "line 4",
            "reason": "no sent_at",
            "raw_excerpt": "sent_at= | direction=outbound | body=hello",
        }
    ]


def accounts(file: str, read: int, loaded: int, duplicate: int, quarantined: int) -> dict[str, Any]:
    """Return a row of `sources` for messages."""
    return {
        "source_file": file,
        "reader": "jsonl",
        "record_kind": "messages",
        "rows_read": read,
        "rows_loaded": loaded,
        "rows_duplicate": duplicate,
        "rows_quarantined": quarantined,
    }


def test_one_id_with_two_contents_keeps_both(stage: Stage) -> None:
    """The later one gets a suffix from its content, and a warning says so."""
    ask = stage({"a.jsonl": [message(message_id="m1"), message(message_id="m1", body="other")] * 2})

    first, second = ask("select message_id, body from messages_base order by row_no")
    assert first == {"message_id": "m1", "body": "hello"}
    assert second["body"] == "other"
    assert second["message_id"].startswith("m1~")
    assert len(second["message_id"]) == len("m1~") + 8
    assert ask("select source_locator, warning from load_warnings") == [
        {
            "source_locator": "line 2",
            "warning": "the id m1 was used before with other content; kept as "
            + second["message_id"],
        }
    ]


def test_ids_of_rows_without_one_are_stable(stage: Stage, tmp_path: Path) -> None:
    """The id is made of the content: another file, order or neighbour does not change it."""
    query = "select message_id from messages_base where body = 'x'"
    one = stage({"a.jsonl": [message(body="x"), message(body="y")]})(query)
    (tmp_path / "a.jsonl").unlink()
    other = stage({"b.jsonl": [message(body="z"), message(body="x")]})(query)

    assert one == other
    assert len(one) == 1


def test_nights_when_clocks_change_are_warned_of(stage: Stage) -> None:
    """A repeated hour is read as the first, a skipped one moved forward."""
    ask = stage(
        {
            "a.jsonl": [
                message(sent_at="2025-10-26 01:30", message_id="repeated"),
                message(sent_at="2025-03-30 01:30", message_id="skipped"),
            ]
        },
        timezone="Europe/London",
    )

    assert ask("select message_id, cast(sent_at as varchar) as at from messages_base") == [
        {"message_id": "repeated", "at": "2025-10-26 00:30:00+00"},
        {"message_id": "skipped", "at": "2025-03-30 01:30:00+00"},
    ]
    assert [row["warning"].split(":")[1] for row in ask("select * from load_warnings")] == [
        " the hour is repeated that night (clocks go back)",
        " the hour does not exist that night (clocks go forward)",
    ]


def test_the_orders_buyer_stands_in(stage: Stage) -> None:
    """A message that names no other party has its order's buyer; an internal one has none."""
    ask = stage(
        {
            "a.jsonl": [
                message(message_id="m1", order_id="1"),
                message(message_id="m2", order_id="1", recipient="Ann@X.example"),
                message(message_id="m3", order_id="1", direction="internal"),
            ],
            "o.jsonl": [{"order_id": "1", "ordered_at": "2025-02-01", "buyer_id": "b@y.example"}],
        }
    )

    assert ask("select message_id, buyer_id from messages_base order by 1") == [
        {"message_id": "m1", "buyer_id": "b@y.example"},
        {"message_id": "m2", "buyer_id": "ann@x.example"},
        {"message_id": "m3", "buyer_id": None},
    ]


def test_threads_and_cases(stage: Stage) -> None:
    """A given thread stays; else case, order, what is answered, alias, itself; keys join cases."""
    ask = stage(
        {
            "a.jsonl": [
                message(message_id="given", thread_id="t1", order_id="1"),
                message(message_id="order", order_id="1"),
                message(message_id="case", case_ref="c1", order_id="1"),
                message(message_id="root", body="r"),
                message(message_id="answer", reply_to="root between"),
                message(message_id="alias", recipient="k3@marketplace.amazon.de", body="a"),
                message(
                    message_id="alias-soon",
                    recipient="k3@marketplace.amazon.de",
                    sent_at="2025-03-10T10:00:00Z",
                ),
                message(
                    message_id="alias-late",
                    recipient="k3@marketplace.amazon.de",
                    sent_at="2025-06-10T10:00:00Z",
                ),
                message(message_id="name-1", recipient="Ann Lee", body="1"),
                message(message_id="name-2", recipient="Ann Lee", body="2"),
            ]
        }
    )

    threads = {
        row["message_id"]: (row["thread_id"], row["case_id"])
        for row in ask("select * from message_threads")
    }
    soon = "buyer:k3@marketplace.amazon.de:2025-02-17"
    late = "buyer:k3@marketplace.amazon.de:2025-06-10"
    assert threads == {
        "given": ("t1", "case:c1"),
        "order": ("order:1", "case:c1"),
        "case": ("case:c1", "case:c1"),
        "root": ("reply:root", "reply:root"),
        "answer": ("reply:root", "reply:root"),
        "alias": (soon, soon),
        "alias-soon": (soon, soon),
        "alias-late": (late, late),
        "name-1": ("message:name-1", "message:name-1"),
        "name-2": ("message:name-2", "message:name-2"),
    }


def test_a_chain_of_threads_is_one_case(stage: Stage) -> None:
    """Threads that are joined only through many others are still judged together."""
    chain = [
        message(message_id=f"m{n}{side}", thread_id=f"t{(n * 7) % 40:02d}", order_id=str(n + at))
        for n in range(40)
        for side, at in (("a", 0), ("b", 1))
    ]

    ask = stage({"a.jsonl": chain})

    assert ask("select distinct case_id from message_threads") == [{"case_id": "t00"}]


def test_one_key_with_many_threads_is_cheap(stage: Stage) -> None:
    """An order that thousands of threads name is joined without a pair for each two of them."""
    many = [message(message_id=f"m{n}", thread_id=f"t{n:05d}", order_id="0") for n in range(20_000)]

    ask = stage({"a.jsonl": many})

    assert ask("select count(distinct case_id) as cases from message_threads") == [{"cases": 1}]


def look(at: str, review: str, rating: int, **given: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a row of a complete look at the reviews of one product."""
    row = {"snapshot_at": at, "review_id": review, "rating": rating, "asin": "B0", "title": "t"}
    return row | {"complete": True} | given


def test_looks_become_events(stage: Stage) -> None:
    """First seen is created, a changed rating updated, absence from a complete list removed."""
    ask = stage(
        {
            "a.jsonl": [
                look("2025-01-10", "R1", 1, created_at="2025-01-02"),
                look("2025-01-10", "R2", 2),
                look("2025-01-10", "R3", 3, asin="B1"),
            ],
            "b.jsonl": [look("2025-02-10", "R1", 5)],
            "c.jsonl": [look("2025-03-10", "R1", 5, complete=False)],
        }
    )

    found = ask(
        "select review_id, event_type, rating, previous_rating,"
        " strftime(occurred_at, '%Y-%m-%d') as occurred_at,"
        " strftime(earliest_at, '%Y-%m-%d') as earliest_at,"
        " strftime(latest_at, '%Y-%m-%d') as latest_at"
        " from review_events as r order by r.occurred_at, review_id"
    )
    assert found == [
        event("R1", "created", 1, None, ("2025-01-02", "2025-01-02", "2025-01-02")),
        event("R2", "created", 2, None, ("2025-01-10", None, "2025-01-10")),
        event("R3", "created", 3, None, ("2025-01-10", None, "2025-01-10")),
        event("R1", "updated", 5, 1, ("2025-02-10", "2025-01-10", "2025-02-10")),
        event("R2", "removed", None, 2, ("2025-02-10", "2025-01-10", "2025-02-10")),
    ]


TIMES = ("occurred_at", "earliest_at", "latest_at")


def event(
    review: str,
    kind: str,
    rating: float | None,
    before: float | None,
    times: tuple[str | None, ...],
) -> dict[str, Any]:
    """Return a row of `review_events`, its times as days."""
    row = {"review_id": review, "event_type": kind, "rating": rating, "previous_rating": before}
    return row | dict(zip(TIMES, times, strict=True))


def test_given_events_are_not_told_twice(stage: Stage) -> None:
    """What an exact event says is not repeated as a difference of looks; ratings follow on."""
    ask = stage(
        {
            "e.jsonl": [
                {"event_type": kind, "occurred_at": at, "review_id": "R1", "rating": rating}
                for kind, at, rating in (
                    ("created", "2025-01-05T08:00:00Z", 1),
                    ("updated", "2025-02-01T09:00:00Z", 5),
                )
            ],
            "s.jsonl": [look("2025-01-10", "R1", 1), look("2025-02-10", "R1", 5)],
        }
    )

    assert ask("select event_type, rating, previous_rating from review_events") == [
        {"event_type": "created", "rating": 1.0, "previous_rating": None},
        {"event_type": "updated", "rating": 5.0, "previous_rating": 1.0},
    ]


def test_a_review_without_an_id_is_the_one_of_its_order(stage: Stage) -> None:
    """Looks and events that carry only an order are followed by it."""
    rows = [look("2025-01-10", "", 1, order_id="7"), look("2025-02-10", "", 4, order_id="7")]

    ask = stage({"s.jsonl": rows})

    assert ask("select review_id, event_type, previous_rating from review_events") == [
        {"review_id": "order:7", "event_type": "created", "previous_rating": None},
        {"review_id": "order:7", "event_type": "updated", "previous_rating": 1.0},
    ]


def test_the_other_tables(stage: Stage) -> None:
    """Items of an order are kept, equal rows and equal ids with equal content count once."""
    order = {"order_id": "1", "ordered_at": "2025-02-01"}
    refund = {"refund_id": "r", "order_id": "1", "refunded_at": "2025-02-02", "amount": "5"}
    notice = {"received_at": "2025-02-17", "kind": "warning", "body": "stop"}
    context = {"occurred_at": "2025-05-15", "title": "new button", "kind": "feature_launch"}
    ask = stage(
        {
            "o.jsonl": [order | {"asin": "B0"}, order | {"asin": "B1"}, order | {"asin": "B0"}],
            "r.jsonl": [refund, refund, refund | {"amount": "6"}],
            "n.jsonl": [notice, notice],
            "c.jsonl": [context, context],
        }
    )

    assert ask("select order_id, asin from orders order by asin") == [
        {"order_id": "1", "asin": "B0"},
        {"order_id": "1", "asin": "B1"},
    ]
    assert [r["refund_id"][:2] for r in ask("select * from refunds order by amount")] == ["r", "r~"]
    assert ask("select kind, body from notices") == [{"kind": "warning", "body": "stop"}]
    assert ask("select kind, title from context_events") == [
        {"kind": "feature_launch", "title": "new button"}
    ]
    counted = "rows_loaded + rows_duplicate + rows_quarantined"
    assert ask("from sources select rows_read - (" + counted + ") as lost") == [{"lost": 0}] * 4
    assert ask("select record_kind, rows_duplicate from sources order by 1") == [
        {"record_kind": "context_events", "rows_duplicate": 1},
        {"record_kind": "notices", "rows_duplicate": 1},
        {"record_kind": "orders", "rows_duplicate": 1},
        {"record_kind": "refunds", "rows_duplicate": 1},
    ]
