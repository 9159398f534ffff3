"""The evidence tables as sheets of one XLSX workbook, the same bytes for the same tables."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from pipeline.evidence.cells import TWO_DECIMALS, as_text, guarded
from pipeline.store import Store

_ROWS_A_SHEET = 1_048_575
_LETTERS_A_CELL = 32_767
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_CUT = " … [cut: see Parquet]"


def write_workbook(store: Store, tables: Sequence[str], path: Path) -> None:
    """Write each table as a sheet; what XLSX cannot hold goes to a further sheet, never away.

    A sheet holds 1,048,576 rows, so longer tables go on in `<table>-2`; a cell holds 32,767
    letters, so longer texts are cut and say so (Parquet has them whole).
    """
    workbook = xlsxwriter.Workbook(str(path), _OPTIONS | {"tmpdir": str(path.parent)})
    workbook.set_properties({"created": _CREATED})
    try:
        for table in tables:
            _write_table(workbook, store, table)
    finally:
        workbook.close()


def base_of(title: str) -> str:
    """Return the table that a sheet of this title holds (a part of)."""
    return title.partition("-")[0]


def _write_table(workbook: xlsxwriter.Workbook, store: Store, table: str) -> None:
    columns = store.empty(table).columns
    two = workbook.add_format({"num_format": "0.00"})
    formats = [two if name in TWO_DECIMALS else None for name in columns]
    sheet = _new_sheet(workbook, table, columns)
    row, part = 1, 1
    for batch in store.table_batches(table, 10_000):
        for values in _shown(batch).iter_rows():
            if row > _ROWS_A_SHEET:
                part += 1
                sheet, row = _new_sheet(workbook, f"{table}-{part}", columns), 1
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, column, _fitting(value))
                elif value is not None:
                    sheet.write_number(row, column, value, formats[column])
            row += 1
    sheet.autofilter(0, 0, max(row - 1, 1), len(columns) - 1)


def _new_sheet(
    workbook: xlsxwriter.Workbook, name: str, columns: Sequence[str]
) -> xlsxwriter.worksheet.Worksheet:
    sheet = workbook.add_worksheet(name)
    bold = workbook.add_format({"bold": True, "bottom": 1})
    for column, title in enumerate(columns):
        sheet.write_string(0, column, title, bold)
    sheet.set_column(0, len(columns) - 1, 18)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    return sheet


def _shown(batch: pl.DataFrame) -> pl.DataFrame:
    """Texts as in the CSV; whole numbers and plain decimals stay numbers, so that they sort."""
    text = as_text(guarded(batch))
    numeric = [name for name, dtype in batch.schema.items() if dtype.is_numeric()]
    return text.with_columns(batch.get_column(name) for name in numeric)


def _fitting(value: str) -> str:
    return value if len(value) <= _LETTERS_A_CELL else value[: _LETTERS_A_CELL - len(_CUT)] + _CUT
