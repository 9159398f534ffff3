"""Amazon Reviews 2023 (McAuley Lab): JSON Lines of public reviews, one a line.

Fields: rating, title, text, asin, parent_asin, user_id, timestamp (milliseconds), helpful_vote,
verified_purchase. There is no review id and no seller's side.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from pipeline.ingest._json_entries import keys_of
from pipeline.ingest.base import FORMAT, Context, Layout
from pipeline.ingest.encodings import decoded_head
from pipeline.model import Quarantined, Record, Table

_COLUMNS = {
    "occurred_at": "timestamp",
    "rating": "rating",
    "asin": "asin",
    "buyer_id": "user_id",
    "title": "title",
    "body": "text",
}
_IGNORED = ("images", "parent_asin", "helpful_vote", "verified_purchase")
_MARKS = {"rating", "text", "user_id", "timestamp", "parent_asin", "verified_purchase"}
_BATCH = 20_000
_LONGEST_LINE = 4 * 1024 * 1024
_EXCERPT = 200


class _AmazonReviews2023:
    """Reads one category's file."""

    name = "amazon-reviews-2023"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim lines of JSON with the data set's fields."""
        del path
        return keys_of(head) >= _MARKS and decoded_head(head).lstrip("\ufeff \r\n")[:1] == "{"

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield a `created` event for each review."""
        context.epoch = True
        context.layouts.append(Layout("review_events", _COLUMNS, _IGNORED))
        rows: list[tuple[str, Mapping[str, object]]] = []
        number = 0
        with path.open("rb") as stream:
            while line := stream.readline(_LONGEST_LINE):
                number += 1
                value = _decoded(line)
                if isinstance(value, dict):
                    rows.append((f"line {number}", value))
                elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                    if rows:
                        yield _table(rows)
                        rows = []
                    shown = line[:_EXCERPT].decode("utf-8", "replace").rstrip("\r\n")
                    reason = "the line is not a JSON object"
                    yield Quarantined("review_events", f"line {number}", reason, shown)
                if len(rows) >= _BATCH:
                    yield _table(rows)
                    rows = []
        if rows:
            yield _table(rows)


def _decoded(line: bytes) -> object:
    try:
        return json.loads(line.removeprefix(b"\xef\xbb\xbf"), strict=False)
    except (ValueError, RecursionError):
        return None


def _table(rows: Sequence[tuple[str, Mapping[str, object]]]) -> Table:
    columns = {
        name: [_text(value.get(field)) for _, value in rows] for name, field in _COLUMNS.items()
    }
    data = {
        "locator": [where for where, _ in rows],
        "event_type": ["created"] * len(rows),
        **columns,
    }
    return Table("review_events", pl.DataFrame(data, schema=dict.fromkeys(data, pl.String)))


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)


READER = _AmazonReviews2023()
