"""Writes small message exports, with sentences whose verdict is plain."""

import csv
from collections.abc import Iterable
from pathlib import Path

COLUMNS = (
    "message_id",
    "thread_id",
    "sent_at",
    "direction",
    "sender",
    "recipient",
    "order_id",
    "body",
)
ASK = "We have sent your refund. Please remove your negative review now."
FIVE = "Please give us a five star review."
PLAIN = "Your parcel left our warehouse this morning."
COMPLAINT = "The lamp arrived broken and I want my money back."

Row = tuple[str, str, str, str, str]
"""message id, thread id, time, direction, body"""


def write_messages(path: Path, rows: Iterable[Row]) -> Path:
    """Write a table of messages between `shop` and one buyer a thread."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(COLUMNS)
        for message_id, thread_id, sent_at, direction, body in rows:
            buyer = f"buyer-{thread_id}@mail.example"
            pair = ("shop", buyer) if direction == "outbound" else (buyer, "shop")
            writer.writerow((message_id, thread_id, sent_at, direction, *pair, "", body))
    return path


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV table."""
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))
