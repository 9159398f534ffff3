"""Counts the rows of the evidence files as they lie there, to be held against their tables."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import polars as pl
from pyarrow import parquet

from pipeline.evidence.workbook import base_of

_BLOCK = 1024 * 1024
_ROW = b"<row "
_SHEET = re.compile(r'<sheet name="([^"]+)"')

WRITTEN = {"file": pl.String, "rows_in": pl.Int64, "rows_out": pl.Int64}
"""The columns of the table `written`, which `sql/written/` checks."""


def count_written(folder: Path, counts: Mapping[str, int]) -> pl.DataFrame:
    """Return each evidence file (and sheet), the rows of its table and the rows in the file."""
    workbook = workbook_rows(folder / "evidence.xlsx")
    rows: list[tuple[str, int, int]] = []
    for table, n in counts.items():
        rows += [
            (f"{table}.csv", n, csv_rows(folder / f"{table}.csv")),
            (f"{table}.parquet", n, parquet.read_metadata(folder / f"{table}.parquet").num_rows),
            (f"evidence.xlsx, {table}", n, workbook.get(table, 0)),
        ]
    return pl.DataFrame(rows, schema=WRITTEN, orient="row")


def csv_rows(path: Path) -> int:
    """Count the records of a CSV file below its header: line ends outside quotes (RFC 4180)."""
    ends, inside = 0, 0
    with path.open("rb") as stream:
        for block in _blocks(stream):
            parts = block.split(b'"')
            ends += sum(part.count(b"\n") for part in parts[inside::2])
            inside ^= (len(parts) - 1) % 2
    return ends - 1


def workbook_rows(path: Path) -> dict[str, int]:
    """Count the rows of each table in a workbook, headers aside; a table may have more sheets."""
    rows: dict[str, int] = {}
    with zipfile.ZipFile(path) as archive:
        titles = _SHEET.findall(archive.read("xl/workbook.xml").decode())
        for number, title in enumerate(titles, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml") as sheet:
                table = base_of(title)
                rows[table] = rows.get(table, 0) + _occurrences(sheet, _ROW) - 1
    return rows


def _occurrences(stream: IO[bytes], mark: bytes) -> int:
    found, rest = 0, b""
    for block in _blocks(stream):
        text = rest + block
        found += text.count(mark)
        rest = text[-(len(mark) - 1) :]
    return found


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block
