"""Amazon's seller feedback report: tab-separated without quotes, one row a feedback.

`GET_SELLER_FEEDBACK_DATA` holds one to three stars only. Dates are short and follow the
marketplace, which the rater's relay address names. A feedback is of an order: its id is made
from the order's, so that the same one in two reports is the same review.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from pipeline.config import TableMapping
from pipeline.ingest.base import DIALECT, Context, Layout
from pipeline.ingest.columns import header_key
from pipeline.ingest.csv_table import Shape, first_line, read_delimited
from pipeline.ingest.encodings import looks_like_text
from pipeline.model import Quarantined, Record, Table

_COLUMNS = {
    "occurred_at": "date",
    "rating": "rating",
    "body": "comments",
    "order_id": "orderid",
    "buyer_id": "rateremail",
}


class AmazonFeedbackReader:
    """The report of seller feedback."""

    name = "amazon-feedback"
    priority = DIALECT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim tables whose header has the report's own columns."""
        del path
        return looks_like_text(head) and _layout(first_line(head).split("\t")) is not None

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield one `created` event for each feedback.

        Raises:
            UnreadableError: the header has no known columns.

        """
        for item in read_delimited(path, context, Shape("\t", quoted=False, layout=_layout)):
            yield _completed(item) if isinstance(item, Table) else item


def _layout(header: Sequence[str], mapping: TableMapping | None = None) -> Layout | None:
    del mapping
    keys = {header_key(cell): cell for cell in header}
    if not keys.keys() >= set(_COLUMNS.values()):
        return None
    understood = {name: keys[key] for name, key in _COLUMNS.items()}
    used = set(understood.values())
    return Layout("review_events", understood, tuple(h for h in header if h and h not in used))


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
