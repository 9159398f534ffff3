"""Amazon's all-orders report: tab-separated without quotes, one row an order's item.

`GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL` and `..._BY_LAST_UPDATE_GENERAL`; columns
come and go, so they are found by name.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest.base import DIALECT, Context
from pipeline.ingest.columns import header_key
from pipeline.ingest.csv_table import Shape, first_line, read_delimited
from pipeline.ingest.encodings import looks_like_text
from pipeline.model import Quarantined, Record, Table

_MARKS = {"amazonorderid", "purchasedate", "saleschannel"}


class AmazonOrdersReader:
    """The report of all orders."""

    name = "amazon-orders"
    priority = DIALECT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim tables whose header names the report's own columns."""
        del path
        if not looks_like_text(head):
            return False
        return {header_key(cell) for cell in first_line(head).split("\t")} >= _MARKS

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield one order row for each item.

        Raises:
            UnreadableError: the header has no known columns.

        """
        return read_delimited(path, context, Shape("\t", quoted=False))


READER = AmazonOrdersReader()
