"""Amazon's date-range payment report: a CSV with lines above its header, in the seller's language.

The header is found by its words (English, German, French, Italian, Spanish, Dutch, Swedish,
Polish, Japanese); the lines
above it are Amazon's definitions. Only refunds are read; their amount is that of the goods.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipeline.ingest._report import Names, understood, with_columns
from pipeline.ingest.base import DIALECT, HEAD_BYTES, Context, Layout, UnreadableError
from pipeline.ingest.csv_table import empty_table
from pipeline.ingest.delimited import Dialect, Plan, read_rows, text_lines
from pipeline.ingest.encodings import decoded_head, encoding_of, looks_like_text
from pipeline.model import Quarantined, Record, Table

_NAMES: Names = {
    "refunded_at": (
        "date/time", "Datum/Uhrzeit", "date/heure", "Data/Ora:", "fecha y hora", "fecha/hora",
        "日付/時間", "datum/tijd", "datum/tid", "data/godzina",
    ),
    "settlement": (
        "settlement id", "Abrechnungsnummer", "numéro de versement", "Numero pagamento",
        "identificador de pago", "Id. de liquidación", "決済番号",
    ),
    "type": ("type", "Typ", "Tipo", "トランザクションの種類"),
    "order_id": (
        "order id", "Bestellnummer", "numéro de la commande", "Numero ordine",
        "número de pedido", "Id. del pedido", "Id. de pedido", "bestelnummer", "beställnings-ID",
        "identyfikator zamówienia", "注文番号",
    ),
    "description": ("description", "Beschreibung", "Descrizione", "descripción", "説明"),
    "sales": (
        "product sales", "Umsätze", "ventes de produits", "Vendite", "ventas de productos",
        "商品売上",
    ),
    "total": ("total", "Gesamt", "totale", "totaal", "totalt", "suma", "合計"),
}  # fmt: skip
_MARKS = ("refunded_at", "type", "order_id", "total")
_REFUND = (
    r"(?i)^(?:refund|erstattung|remboursement|rimborso|reembolso|terugbetaling|återbetalning"
    r"|zwrot kosztów|返金)"
)
_ORDER_WORDS = (
    *(b"order id", b"bestellnummer", b"commande", b"ordine", b"pedido", b"bestelnummer"),
    *("beställnings-id".encode(), "identyfikator zamówienia".encode()),
    *("注文番号".encode(), "注文番号".encode("cp932"), "order id".encode("utf-16-le")),
)
"""One of these is in every such header; looking for them is quicker than for the header."""

_LINES_LOOKED_AT = 40
_JAPANESE = re.compile("[ぁ-ヿ一-鿿]")


class _DateRangePayments:
    """Reads the refunds of one report."""

    name = "date-range-payments"
    priority = DIALECT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim text with the report's header in its first lines."""
        del path
        lowered = head.lower()
        if not any(word in lowered for word in _ORDER_WORDS) or not looks_like_text(head):
            return False
        return any(_header(text_lines(text)) is not None for text in _readings(head))

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the refunds.

        Raises:
            UnreadableError: the header is not found.

        """
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        encoding = encoding_of(path, head, japanese=_is_japanese(head))
        with path.open(encoding=encoding, newline="") as text:
            found = _header(text_lines(text.read(HEAD_BYTES)))
        if found is None:
            raise UnreadableError("the header line of the payment report is not found")
        line, header, dialect = found
        known = understood(header, _NAMES)
        layout = Layout("refunds", known, tuple(h for h in header if h not in known.values()))
        context.layouts.append(layout)
        yield empty_table(layout)
        plan = Plan("refunds", {n: header.index(h) for n, h in known.items()}, len(header), dialect)
        others = 0
        for item in read_rows(path, encoding, plan, line + 1):
            if isinstance(item, Table):
                refunds = _refunds(item.frame)
                others += item.frame.height - refunds.height
                yield Table("refunds", refunds)
            else:
                yield item
        if others:
            context.notes.append(f"{others:,} rows of other transactions hold no refund")


def _readings(head: bytes) -> Iterator[str]:
    yield decoded_head(head)
    yield head.decode("cp932", "replace")


def _is_japanese(head: bytes) -> bool:
    text = head.decode("cp932", "replace")
    return bool(_JAPANESE.search(text)) and _header(text_lines(text)) is not None


def _header(lines: list[str]) -> tuple[int, list[str], Dialect] | None:
    """Return the header's line number from 0, its cells, and what stands between them."""
    for number, line in enumerate(lines[:_LINES_LOOKED_AT]):
        for delimiter in ",;\t":
            cells = [c.strip().strip("\ufeff") for c in Dialect(delimiter).cells(line)]
            if set(_MARKS) <= understood(cells, _NAMES).keys():
                return number, cells, Dialect(delimiter)
    return None


def _refunds(frame: pl.DataFrame) -> pl.DataFrame:
    full = with_columns(frame, _NAMES)
    refunds = full.filter(pl.col("type").str.contains(_REFUND).fill_null(value=False))
    paid = pl.coalesce("sales", "total").str.replace_all(r"[\s−]", "")
    back = paid.str.strip_prefix("-")  # what leaves the seller's account reaches the buyer
    return refunds.with_columns(
        amount=back,
        reason=pl.concat_str("type", "description", separator=": ", ignore_nulls=True),
    )


READER = _DateRangePayments()
