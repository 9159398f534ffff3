"""Refunds out of settlement reports: several rows of money are one refund.

Summed by order, adjustment and day are the amounts that the buyer gets (price and promotion), not
the fees that come back to the seller. Sources: the layouts named in the readers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipeline.config import TableMapping
from pipeline.ingest._report import Names, header_cells, shape_of, understood, with_columns
from pipeline.ingest.base import DIALECT, Context, Layout
from pipeline.ingest.csv_table import read_delimited
from pipeline.ingest.encodings import looks_like_text
from pipeline.ingest.values import amount_of
from pipeline.model import Quarantined, Record, Table

_REFUND = "(?i)refund"

COMMON: Names = {
    "settlement": ("settlement-id",),
    "currency": ("currency",),
    "type": ("transaction-type",),
    "order_id": ("order-id",),
    "adjustment": ("adjustment-id",),
    "market": ("marketplace-name",),
    "moment": ("posted-date-time",),
    "day": ("posted-date",),
}
"""Columns that both versions have."""


@dataclass(slots=True)
class _Sum:
    where: str
    currency: str | None
    amount: Decimal = Decimal(0)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A reader of one version; a row's money stands in `amounts`, where `is_price` is true."""

    name: str
    names: Names
    marks: tuple[str, ...]
    amounts: tuple[str, ...]
    is_price: pl.Expr
    priority: int = DIALECT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim tables whose header has the report's own columns."""
        del path
        return looks_like_text(head) and any(self.layout(cells) for cells in header_cells(head))

    def layout(self, header: Sequence[str], mapping: TableMapping | None = None) -> Layout | None:
        """Say which column is which, or None where it is another table."""
        del mapping
        found = understood(header, self.names)
        if not all(mark in found for mark in self.marks):
            return None
        used = set(found.values())
        return Layout("refunds", found, tuple(h for h in header if h and h not in used))

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield one refund for each order, adjustment and time.

        Raises:
            UnreadableError: the header has no known columns.

        """
        sums: dict[tuple[str | None, ...], _Sum] = {}
        others, currency = 0, None
        for item in read_delimited(path, context, shape_of(path, self.layout)):
            if not isinstance(item, Table):
                yield item
                continue
            frame = with_columns(item.frame, self.names)
            known = frame["currency"].drop_nulls()
            currency = currency or (known[0] if len(known) else None)
            refunds = frame.filter(pl.col("type").str.contains(_REFUND).fill_null(value=False))
            others += frame.height - refunds.height
            for row in refunds.filter(self.is_price).iter_rows(named=True):
                _add(sums, row, self.amounts, currency)
        yield from _records(sums, context)
        if others:
            context.notes.append(f"{others:,} rows of other transactions hold no refund")


def _add(
    sums: dict[tuple[str | None, ...], _Sum],
    row: dict[str, str | None],
    amounts: tuple[str, ...],
    currency: str | None,
) -> None:
    key = (row["order_id"], row["adjustment"], row["moment"] or row["day"])
    one = sums.setdefault(key, _Sum(str(row["locator"]), row["currency"] or currency))
    for name in amounts:
        written = row[name]
        if written is not None:
            value = amount_of(written, row["market"] or "")
            if value is None:
                one.unread.append(written)
            else:
                one.amount -= value


def _records(sums: dict[tuple[str | None, ...], _Sum], context: Context) -> Iterator[Record]:
    for (order_id, adjustment, at), one in sums.items():
        if one.unread:
            said = f"amount not understood, left out: {one.unread[0]}"
            context.warn(one.where, said)
        number = f"settlement:{order_id}/{adjustment or at}"
        yield Record(
            "refunds",
            one.where,
            {
                "refund_id": number if order_id else None,
                "order_id": order_id,
                "refunded_at": at,
                "amount": None if one.unread else str(one.amount),
                "currency": one.currency,
                "reason": "refund in the settlement",
            },
        )
