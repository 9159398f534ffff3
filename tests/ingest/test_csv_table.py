"""Delimited tables in the dialects and encodings that exports come in."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.config import TableMapping
from pipeline.ingest import delimited
from pipeline.ingest.delimited import Dialect, Plan, read_rows
from pipeline.model import Quarantined, Table

HEADER = "message_id,sent_at,direction,sender,body\n"


def test_a_whole_message_row(read: Callable) -> None:
    """Every canonical column arrives as written; times in UTC, the marketplace as its code."""
    table = (
        "Message ID,THREAD_ID,sent at,direction,sender,recipient,channel,marketplace,order-id,"
        "asin,subject,body,operator\n"
        "m1,t1,2025-02-17T11:02:11+01:00,Outbound,Lumen Home,Ann <ANN@x.example>,email,"
        'Amazon.co.uk,202-1234567-7654321,B0LAMP,Re: lamp,"Dear Ann,\n\nthank you ""so"".",li\n'
    )

    found = read({"a.csv": table})

    assert found.rows("raw_messages") == [
        {
            "source_no": 1,
            "row_no": 0,
            "source_locator": "line 2",
            "message_id": "m1",
            "thread_id": "t1",
            "sent_at": datetime(2025, 2, 17, 10, 2, 11, tzinfo=UTC),
            "direction": "outbound",
            "sender": "Lumen Home",
            "recipient": "Ann <ANN@x.example>",
            "channel": "email",
            "marketplace": "UK",
            "order_id": "202-1234567-7654321",
            "asin": "B0LAMP",
            "subject": "Re: lamp",
            "body": 'Dear Ann,\n\nthank you "so".',
            "operator": "li",
            "buyer_id": "ann@x.example",
        }
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_dialects(read: Callable, encoding: str, delimiter: str) -> None:
    """Each delimiter and encoding gives the same row."""
    lines = ["sent_at|sender|body", "2025-02-17T10:00:00Z|Zoë|Größe für 5 €, bitte; danke"]
    quoted = "\n".join(delimiter.join(f'"{c}"' for c in line.split("|")) for line in lines)

    found = read({"a.txt": quoted.encode(encoding)})

    assert found.rows("raw_messages", "source_locator", "sender", "body") == [
        {
            "source_locator": "line 2",
            "sender": "Zoë",
            "body": "Größe für 5 €, bitte; danke",
        }
    ]


def test_japanese_reports(read: Callable) -> None:
    """Where the marketplace is Japan, bytes that are not UTF-8 are read as cp932."""
    table = "sent_at,body\n2025/02/17 10:00,①返金します\n".encode("cp932")

    found = read({"a.csv": table}, marketplaces=("JP",), timezone="Asia/Tokyo")

    assert found.rows("raw_messages", "sent_at", "marketplace", "body") == [
        {
            "sent_at": datetime(2025, 2, 17, 1, 0, tzinfo=UTC),
            "marketplace": "JP",
            "body": "①返金します",
        }
    ]


def test_broken_rows_are_set_aside_with_their_place(read: Callable) -> None:
    """Each broken row is in quarantine with its line and reason; its neighbours are loaded."""
    table = HEADER + (
        "m1,2025-02-17T10:00:00Z,outbound,anna,fine\n"
        "m2,,outbound,anna,no time\n"
        "m3,03/04/2025,outbound,anna,which month\n"
        'm4,2025-02-17T10:00:00Z,inbound,ann,"\n"\n'
        "m5,2025-02-17T10:00:00Z,sideways,anna,x\n"
        "m6,2025-02-17T10:00:00Z\n"
        "m7,2025-02-17T10:00:00Z,outbound,anna,too,many\n"
        ",,,,\n"
        "\n"
        "m8,2025-02-17T11:00:00Z,outbound,anna,fine too\n"
    )

    found = read({"a.csv": table})

    assert found.rows("raw_messages", "source_locator", "message_id") == [
        {"source_locator": "line 2", "message_id": "m1"},
        {"source_locator": "line 12", "message_id": "m8"},
    ]
    assert found.rows("quarantined") == [
        quarantined(1, "line 3", "no sent_at", "m2 |  | outbound | anna | no time"),
        quarantined(
            2,
            "line 4",
            "time '03/04/2025' not read: several orders of day and month fit; set date_order"
            " or the marketplace",
            "m3 | 03/04/2025 | outbound | anna | which month",
        ),
        quarantined(3, "line 5", "no body", "m4 | 2025-02-17T10:00:00Z | inbound | ann | \n"),
        quarantined(
            4,
            "line 7",
            "unknown direction 'sideways'",
            "m5 | 2025-02-17T10:00:00Z | sideways | anna | x",
        ),
        quarantined(5, "line 8", "2 cells where the header has 5", "m6,2025-02-17T10:00:00Z"),
        quarantined(
            6,
            "line 9",
            "6 cells where the header has 5",
            "m7,2025-02-17T10:00:00Z,outbound,anna,too,many",
        ),
    ]
    assert found.ingested.rows == {"messages": 8}


def quarantined(row_no: int, locator: str, reason: str, cells: str) -> dict[str, object]:
    """Return a row of `quarantined`; cells with bars between them stand for the excerpt."""
    names = ("message_id", "sent_at", "direction", "sender", "body")
    excerpt = cells
    if " | " in cells:
        pairs = zip(names, cells.split(" | "), strict=True)
        excerpt = " | ".join(f"{name}={cell}" for name, cell in pairs)
    return {
        "source_no": 1,
        "row_no": row_no,
        "source_locator": locator,
        "record_kind": "messages",
        "reason": reason,
        "raw_excerpt": excerpt,
    }


def test_a_quote_left_open_costs_its_own_line(read: Callable) -> None:
    """A quote that nothing closes does not swallow the rows below it."""
    table = HEADER + (
        'm1,2025-02-17T10:00:00Z,outbound,anna,"never closed\n'
        "m2,2025-02-17T11:00:00Z,outbound,anna,fine\n"
        'm3,2025-02-17T12:00:00Z,outbound,anna,a 5" lamp\n'
    )

    found = read({"a.csv": table})

    assert found.rows("raw_messages", "source_locator", "body") == [
        {"source_locator": "line 3", "body": "fine"},
        {"source_locator": "line 4", "body": 'a 5" lamp'},
    ]
    assert found.rows("quarantined", "source_locator", "reason") == [
        {
            "source_locator": "line 2",
            "reason": "a quote that is opened here swallows the lines below",
        }
    ]


def test_unquoted_tab_separated_tables(read: Callable) -> None:
    """Where quotes enclose nothing they are part of the text."""
    table = (
        "sent_at\tbody\n"
        '2025-02-17T10:00:00Z\t"Awful, he said\n'
        '2025-02-17T11:00:00Z\t5" wide\n'
        "2025-02-17T12:00:00Z\tok\n"
    )

    found = read({"a.tsv": table})

    assert found.rows("raw_messages", "body") == [
        {"body": '"Awful, he said'},
        {"body": '5" wide'},
        {"body": "ok"},
    ]


def test_a_header_alone_is_a_table_of_no_rows(read: Callable) -> None:
    """It counts as read, so that the audit of an empty month does not fail."""
    found = read({"orders.csv": "order_id,ordered_at\n"})

    assert found.ingested.readable
    assert found.rows("source_files", "reader", "record_kind", "rows_read", "note") == [
        {"reader": "csv", "record_kind": "orders", "rows_read": 0, "note": ""}
    ]


def test_a_table_of_unknown_columns_says_what_it_lacks(read: Callable) -> None:
    """It is listed without a reader, with the kind it is nearest to."""
    found = read({"crm.csv": "When,Sender,Order ID\n1,2,3\n"})

    assert not found.ingested.readable
    lack = "nearest to messages, which needs sent_at and body"
    (reason,) = found.ingested.reasons
    assert reason.startswith(f"in/crm.csv: a table of unknown columns: {lack}; a mapping in")


def test_a_mapping_names_the_columns(read: Callable) -> None:
    """A mapped table is read with its own headers and its own order of day and month."""
    mapping = TableMapping(
        "crm_*.csv", "messages", {"sent_at": "When", "body": "Text", "sender": "Agent"}, "mdy"
    )

    found = read(
        {"x/crm_1.csv": "When,Text,Agent,Order no\n03/04/2025 10:00,Hi,Anna,1\n"},
        mappings=(mapping,),
        names=("anna",),
    )

    assert [
        {
            "sent_at": datetime(2025, 3, 4, 10, 0, tzinfo=UTC),
            "direction": "outbound",
            "sender": "Anna",
            "body": "Hi",
            "order_id": "1",
        }
    ] == found.rows("raw_messages", "sent_at", "direction", "sender", "body", "order_id")


def test_a_mapping_of_a_missing_header_is_the_files_note(read: Callable) -> None:
    """The file is skipped and says which header it lacks."""
    mapping = TableMapping("*.csv", "messages", {"sent_at": "When", "body": "Text"})

    found = read({"a.csv": "when,body\n2025-02-17,x\n"}, mappings=(mapping,))

    assert found.ingested.reasons == (
        "in/a.csv: the mapping names a column 'Text' that the file lacks",
    )


def test_the_other_kinds(read: Callable) -> None:
    """Each kind is told by its least columns and arrives in its own table."""
    found = read(
        {
            "1.csv": 'order_id,ordered_at,amount,currency\n1,2025-02-01,"1.234,50",EUR\n',
            "2.csv": "order_id,refunded_at,amount\n1,2025-02-02,9.99\n",
            "3.csv": "received_at,kind,body\n2025-02-03,Warning,stop\n2025-02-04,,what\n",
            "4.csv": "occurred_at,title,kind\n2025-02-05,New button,Feature launch\n",
            "5.csv": "review_id,event_type,occurred_at,rating\nR1,deleted,2025-02-06,4/5\n",
            "6.csv": 'review_id,snapshot_at,rating,complete\nR1,2025-02-07,"4,0 von 5",yes\n',
        }
    )

    assert [{"order_id": "1", "amount": Decimal("1234.5000"), "currency": "EUR"}] == found.rows(
        "raw_orders", "order_id", "amount", "currency"
    )
    assert [{"order_id": "1", "amount": Decimal("9.9900")}] == found.rows(
        "raw_refunds", "order_id", "amount"
    )
    assert found.rows("raw_notices", "kind", "body") == [
        {"kind": "warning", "body": "stop"},
        {"kind": "other", "body": "what"},
    ]
    assert found.rows("raw_context_events", "kind", "title") == [
        {"kind": "feature_launch", "title": "New button"}
    ]
    assert found.rows("raw_review_events", "event_type", "rating") == [
        {"event_type": "removed", "rating": 4.0}
    ]
    assert found.rows("raw_review_snapshots", "rating", "complete") == [
        {"rating": 4.0, "complete": True}
    ]
    assert found.rows("warnings", "warning") == [{"warning": "kind is missing: taken as other"}]


CELL = st.text(st.sampled_from('ab,;"\n\r é'), max_size=6)


PIECES = st.sampled_from(
    ["a", "b", '"', '""', ",", ",", "\n", "\r\n", 'é"', '"x\n\ny",', "1,2,3\n", '5" c']
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=25).map("".join))
def test_both_ways_of_reading_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """A batch read by columns gives what the same batch gives row by row."""
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    by_columns = rows_of(path)
    with monkeypatch.context() as patch:
        patch.setattr(delimited, "_regular", lambda *_, **__: None)
        row_by_row = rows_of(path)

    assert row_by_row == by_columns


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=30), st.integers(20, 300))
def test_the_size_of_batches_changes_nothing(
    tmp_path: Path, rows: list[list[str]], size: int
) -> None:
    """Records that lie across two batches are read as one."""
    path = tmp_path / "x.csv"
    kept = [row for row in rows if any(row)]
    lines = [",".join('"' + c.replace('"', '""') + '"' for c in row) + "\r\n" for row in kept]
    path.write_bytes("".join(lines).encode())

    assert kept == [list(row[1:]) for row in rows_of(path, size)]


def rows_of(path: Path, batch: int = 10**6) -> list[tuple[str, ...]]:
    """Return every row and every broken row of a file of three columns."""
    plan = Plan("orders", {"order_id": 0, "ordered_at": 1, "asin": 2}, 3, Dialect(","))
    found: list[tuple[str, ...]] = []
    for item in read_rows(path, "utf-8", plan, 0, batch):
        if isinstance(item, Table):
            found += item.frame.rows()
        else:
            found.append((item.locator, item.reason, item.excerpt))
    return found


def test_a_record_without_end(tmp_path: Path) -> None:
    """It is set aside in pieces of so many batches: no more of it is ever held."""
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n" + "x" * 2_000 + "\n3,4\n")
    plan = Plan("messages", {"message_id": 0, "body": 1}, 2, Dialect(","))

    rows = list(read_rows(path, "utf-8", plan, 1, batch=64))

    pieces = [row for row in rows if isinstance(row, Quarantined)]
    assert len(pieces) >= 3
    tables = [row.frame.rows() for row in rows if isinstance(row, Table)]
    assert [("line 2", "1", "2"), ("line 4", "3", "4")] == [row for rows in tables for row in rows]
