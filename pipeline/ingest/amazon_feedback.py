"""Amazon's seller feedback report: tab-separated without quotes, one row a feedback.

`GET_SELLER_FEEDBACK_DATA` holds one to three stars only. Dates are short and follow the
marketplace, which the rater's relay address names. A feedback is of an order: its id is made
from the order's, so that the same one in two reports is the same review. Reports that were saved
from a page have their header in the page's language: they are known by what stands in the columns.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from pipeline.config import TableMapping
from pipeline.ingest.base import DIALECT, HEAD_BYTES, Context, Layout
from pipeline.ingest.columns import header_key
from pipeline.ingest.csv_table import Shape, first_line, read_delimited
from pipeline.ingest.encodings import decoded_head, looks_like_text
from pipeline.model import Quarantined, Record, Table
from pipeline.text._platform import ORDER_ID

_COLUMNS = {
    "occurred_at": "date",
    "rating": "rating",
    "body": "comments",
    "order_id": "orderid",
    "buyer_id": "rateremail",
}


_PLACES = {"occurred_at": 0, "rating": 1, "body": 2, "order_id": 4, "buyer_id": 5}
_COUNT = 6
_STARS = frozenset("12345")


class AmazonFeedbackReader:
    """The report of seller feedback."""

    name = "amazon-feedback"
    priority = DIALECT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim tables whose header has the report's own columns."""
        del path
        if not looks_like_text(head):
            return False
        return _layout(first_line(head).split("\t")) is not None or _by_place(head)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield one `created` event for each feedback.

        Raises:
            UnreadableError: the header has no known columns.

        """
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        layout = _placed if _by_place(head) else _layout
        for item in read_delimited(path, context, Shape("\t", quoted=False, layout=layout)):
            yield _completed(item) if isinstance(item, Table) else item


def _layout(header: Sequence[str], mapping: TableMapping | None = None) -> Layout | None:
    del mapping
    keys = {header_key(cell): cell for cell in header}
    if not keys.keys() >= set(_COLUMNS.values()):
        return None
    understood = {name: keys[key] for name, key in _COLUMNS.items()}
    used = set(understood.values())
    return Layout("review_events", understood, tuple(h for h in header if h and h not in used))


def _by_place(head: bytes) -> bool:
    """Say whether an unknown header stands above rows that are the report's, cell for cell."""
    header, *rows = [
        line.rstrip("\r").split("\t") for line in decoded_head(head).split("\n")[:2] if line
    ] or [[]]
    if len(header) != _COUNT or _layout(header) is not None or len(set(header)) != _COUNT:
        return False
    return bool(rows) and all(
        len(cells) == _COUNT and cells[1].strip() in _STARS and ORDER_ID.fullmatch(cells[4].strip())
        for cells in rows
    )


def _placed(header: Sequence[str], mapping: TableMapping | None = None) -> Layout | None:
    del mapping
    if len(header) != _COUNT:
        return None
    understood = {name: header[place] for name, place in _PLACES.items()}
    return Layout("review_events", understood, (header[3],))


def _completed(table: Table) -> Table:
    site = pl.col("buyer_id").str.to_lowercase().str.extract(r"@marketplace\.(amazon\.[a-z.]+)$")
    return Table(
        table.kind,
        table.frame.with_columns(
            review_id=pl.lit("feedback:") + pl.col("order_id").str.strip_chars(),
            event_type=pl.lit("created"),
            marketplace=site,
        ),
    )


READER = AmazonFeedbackReader()
