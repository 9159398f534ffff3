"""JSON Lines, Parquet, XLSX and Amazon's reports."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import xlsxwriter

AT = datetime(2025, 2, 17, 10, 2, 11, tzinfo=UTC)


def test_a_document_that_is_one_row(read: Callable) -> None:
    """An object without a list around it is a row; what stands around a list is none."""
    row = {"message_id": "m1", "sent_at": "2025-03-01T10:00:00Z", "body": "Hello"}
    around = {"message_id": "none", "messages": [row | {"message_id": "m2"}]}
    found = read({"a.json": json.dumps(row, indent=2), "b.json": json.dumps(around)})

    assert found.rows("raw_messages", "message_id") == [{"message_id": "m1"}, {"message_id": "m2"}]


def test_json_lines(read: Callable) -> None:
    """Objects are rows; numbers, lists and half characters become text; broken lines are named."""
    lines = (
        '{"Sent At": 1739786531, "body": "one", "order_id": 7, "sender": ["a", "b"]}\n'
        "\n"
        '{"Sent At": "2025-02-17T10:02:11Z", "body": "half \\ud83d"}\n'
        '{"Sent At": "2025-02-17T10:02:11Z", "body": \n'
        "[1, 2]\n"
    )

    found = read({"a.jsonl": lines})

    assert found.rows(
        "raw_messages", "source_locator", "sent_at", "order_id", "sender", "body"
    ) == [
        {
            "source_locator": "line 1",
            "sent_at": AT,
            "order_id": "7",
            "sender": '["a", "b"]',
            "body": "one",
        },
        {
            "source_locator": "line 3",
            "sent_at": AT,
            "order_id": None,
            "sender": None,
            "body": "half \ufffd",
        },
    ]
    quarantined = found.rows("quarantined", "source_locator", "reason", "raw_excerpt")
    assert quarantined == [
        {
            "source_locator": "line 4",
            "reason": "not valid JSON",
            "raw_excerpt": '{"Sent At": "2025-02-17T10:02:11Z", "body":',
        },
        {"source_locator": "line 5", "reason": "not a JSON object", "raw_excerpt": "[1, 2]"},
    ]


def test_parquet(read: Callable) -> None:
    """Typed columns are read as tables of text are; times without a zone in the configured one."""
    stream = io.BytesIO()
    wall = datetime(2025, 7, 17, 10, 2, 11)  # noqa: DTZ001  the file holds a wall time
    pl.DataFrame({"sent_at": [wall], "body": ["hi"], "order_id": [7]}).write_parquet(stream)

    found = read({"a.parquet": stream.getvalue()}, timezone="Europe/London")

    assert found.rows("raw_messages", "source_locator", "sent_at", "order_id", "body") == [
        {
            "source_locator": "row 1",
            "sent_at": datetime(2025, 7, 17, 9, 2, 11, tzinfo=UTC),
            "order_id": "7",
            "body": "hi",
        }
    ]


def test_workbook(read: Callable) -> None:
    """Each sheet is a table, dates are dates, and rows keep the number the program shows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"default_date_format": "dd.mm.yyyy hh:mm"}) as book:
        sheet = book.add_worksheet("Mails")
        sheet.write_row(2, 1, ["Sent at", "Body", "Order ID"])
        sheet.write_datetime(4, 1, AT.replace(tzinfo=None))
        sheet.write_row(4, 2, ["Hi\nthere", "202-1234567-7654321"])
        book.add_worksheet("Notes").write_row(0, 0, ["Colour", "Size"])
        book.add_worksheet("Empty")

    found = read({"a.xlsx": stream.getvalue()})

    assert found.rows("raw_messages", "source_locator", "sent_at", "order_id", "body") == [
        {
            "source_locator": "Mails row 5",
            "sent_at": AT,
            "order_id": "202-1234567-7654321",
            "body": "Hi\nthere",
        }
    ]
    assert found.rows("source_files", "reader", "rows_read", "note") == [
        {
            "reader": "xlsx",
            "rows_read": 1,
            "note": "sheet 'Notes' not read: no column is known; a mapping in audit.toml can name"
            " them",
        }
    ]


def test_damaged_files_are_one_line_each(read: Callable) -> None:
    """They are listed without a reader and with a note; the other files are read."""
    found = read(
        {
            "a.parquet": b"PAR1 cut off",
            "b.xlsx": b"PK\x03\x04 xl/workbook.xml cut off",
            "c.bin": b"\x00\x01\x02",
            "d.csv": "sent_at,body\n2025-02-17T10:02:11Z,x\n",
        }
    )

    listed = found.rows("source_files", "source_file", "reader", "rows_read")
    assert listed == [
        {"source_file": "in/a.parquet", "reader": "", "rows_read": 0},
        {"source_file": "in/b.xlsx", "reader": "", "rows_read": 0},
        {"source_file": "in/c.bin", "reader": "", "rows_read": 0},
        {"source_file": "in/d.csv", "reader": "csv", "rows_read": 1},
    ]
    assert all(row["note"] for row in found.rows("source_files", "note")[:3])


def test_all_orders_report(read: Callable) -> None:
    """One row an item; quotes are text, the sales channel is the marketplace."""
    report = (
        "amazon-order-id\tpurchase-date\torder-status\tsales-channel\tproduct-name\tasin\t"
        "item-price\tcurrency\n"
        '202-1234567-7654321\t2025-02-01T09:15:00+00:00\tShipped\tAmazon.co.uk\t"Lamp, 5" wide\t'
        "B0LAMP\t19.99\tGBP\n"
    )

    found = read({"1234.txt": report})

    assert found.rows("raw_orders") == [
        {
            "source_no": 1,
            "row_no": 0,
            "source_locator": "line 2",
            "order_id": "202-1234567-7654321",
            "ordered_at": datetime(2025, 2, 1, 9, 15, tzinfo=UTC),
            "asin": "B0LAMP",
            "marketplace": "UK",
            "amount": Decimal("19.9900"),
            "currency": "GBP",
        }
    ]
    assert found.rows("source_files", "reader") == [{"reader": "amazon-orders"}]


def test_seller_feedback_report(read: Callable) -> None:
    """A feedback is a created event; the rater's address says how its date is written."""
    report = (
        "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n"
        '03/04/25\t1\t"Awful\t\t202-1234567-7654321\tk3x9w0+7a@Marketplace.amazon.co.uk\n'
        "03/04/25\t2\tLate\t\t111-1234567-7654321\tb2@marketplace.amazon.com\n"
    )

    found = read({"feedback.txt": report})

    uk, us = found.rows("raw_review_events")
    assert uk == {
        "source_no": 1,
        "row_no": 0,
        "source_locator": "line 2",
        "review_id": "feedback:202-1234567-7654321",
        "event_type": "created",
        "occurred_at": datetime(2025, 4, 3, tzinfo=UTC),
        "rating": 1.0,
        "order_id": "202-1234567-7654321",
        "buyer_id": "k3x9w0@marketplace.amazon.co.uk",
        "marketplace": "UK",
        "body": '"Awful',
    }
    assert (us["marketplace"], us["occurred_at"]) == ("US", datetime(2025, 3, 4, tzinfo=UTC))


def test_a_refunds_reason_is_kept(read: Callable) -> None:
    """The seller's reason is data; why a row is in quarantine is another thing."""
    table = "order_id,refunded_at,reason\n1,2025-02-17,broken lamp\n,2025-02-17,no order\n"

    found = read({"refunds.csv": table})

    assert found.rows("raw_refunds", "order_id", "reason") == [
        {"order_id": "1", "reason": "broken lamp"}
    ]
    assert found.rows("quarantined", "reason", "raw_excerpt") == [
        {
            "reason": "no order_id",
            "raw_excerpt": "order_id= | refunded_at=2025-02-17 | reason=no order",
        }
    ]
