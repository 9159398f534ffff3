"""XLSX workbooks: every sheet is a table with the contract's columns, or those a mapping names."""

import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path

import fastexcel
import polars as pl

from pipeline.ingest._limits import check_workbook
from pipeline.ingest.base import FORMAT, Context, UnreadableError
from pipeline.ingest.columns import layout_of, nearest_lack
from pipeline.ingest.csv_table import empty_table
from pipeline.model import Quarantined, Record, Table


class XlsxReader:
    """Any workbook; what a sheet holds is decided by its first row with something in it."""

    name = "xlsx"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim ZIP files that hold a workbook."""
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(path) as archive:
                return "xl/workbook.xml" in archive.namelist()
        except (zipfile.BadZipFile, OSError):
            return b"xl/workbook.xml" in head

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield each sheet as a table; a sheet of unknown columns is named in the file's note.

        Raises:
            UnreadableError: the workbook is damaged or unpacks to too much, or no sheet has known
                columns.

        """
        skipped = []
        check_workbook(path, context.config)
        try:
            book = fastexcel.read_excel(path)
            for name in book.sheet_names:
                sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
                lack = yield from _sheet(sheet.to_polars(), name, context)
                if lack:
                    skipped.append(f"sheet {name!r} not read: {lack}")
        except fastexcel.FastExcelError as error:
            raise UnreadableError(f"damaged workbook: {str(error).splitlines()[0]}") from None
        if skipped and not context.layouts:
            raise UnreadableError("; ".join(skipped))
        if not context.layouts:
            raise UnreadableError("the workbook is empty")
        context.notes += skipped


def _sheet(cells: pl.DataFrame, sheet: str, context: Context) -> Generator[Table, None, str]:
    """Yield a sheet's table; return why it has none."""
    full = cells.select(row=pl.any_horizontal(pl.all().is_not_null())) if cells.width else cells
    if full.is_empty() or not full["row"].any():
        return ""
    first = int(full["row"].cast(pl.Int8).arg_max() or 0)
    headers = [str(value or "").strip() for value in cells.row(first)]
    layout = layout_of(headers, context.mapping)
    if layout is None:
        return nearest_lack(headers)
    context.layouts.append(layout)
    yield empty_table(layout)
    rows = cells.with_row_index("at").filter(full["row"])[1:]
    columns = [
        pl.col(cells.columns[headers.index(header)]).alias(name)
        for name, header in layout.understood.items()
    ]
    locator = pl.format("{} row {}", pl.lit(sheet), pl.col("at") + 1).alias("locator")
    yield Table(layout.kind, rows.select(locator, *columns))
    return ""


READER = XlsxReader()
