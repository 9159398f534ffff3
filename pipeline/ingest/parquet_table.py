"""Parquet tables with the contract's columns, or those a mapping names."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from pipeline.ingest.base import FORMAT, Context, Layout, UnreadableError
from pipeline.ingest.columns import layout_of, nearest_lack
from pipeline.ingest.csv_table import empty_table
from pipeline.model import Quarantined, Record, Table

_MAGIC = b"PAR1"
_ROWS = 20_000


class ParquetReader:
    """Any Parquet file; what it holds is decided by its columns."""

    name = "parquet"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim files that begin as Parquet does."""
        del path
        return head.startswith(_MAGIC)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the rows in batches.

        Raises:
            UnreadableError: the file is damaged, or its columns are not known.

        """
        try:
            with parquet.ParquetFile(path) as file:
                yield from _read(file, context)
        except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
            raise UnreadableError(f"damaged Parquet: {str(error).splitlines()[0]}") from None


def _read(file: parquet.ParquetFile, context: Context) -> Iterator[Table]:
    headers = list(file.schema_arrow.names)
    layout = layout_of(headers, context.mapping)
    if layout is None:
        raise UnreadableError(f"a table of unknown columns: {nearest_lack(headers)}")
    context.layouts.append(layout)
    context.epoch = True
    yield empty_table(layout)
    number = 1
    columns = list(layout.understood.values())
    for batch in file.iter_batches(batch_size=_ROWS, columns=columns):
        yield _table(pl.DataFrame(batch), number, layout)
        number += batch.num_rows


def _table(frame: pl.DataFrame, number: int, layout: Layout) -> Table:
    """Write every value as text, as the other tables have it; times keep their offset."""
    numbers = pl.int_range(number, number + frame.height, eager=True)
    columns = [_text(frame[header]).alias(name) for name, header in layout.understood.items()]
    return Table(layout.kind, pl.DataFrame([_located(numbers), *columns]))


def _located(numbers: pl.Series) -> pl.Series:
    return pl.select(pl.format("row {}", pl.lit(numbers)).alias("locator")).to_series()


def _text(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.to_string("iso:strict")
    if column.dtype.is_nested():
        return pl.Series([None if v is None else str(v) for v in column.to_list()], dtype=pl.String)
    return column.cast(pl.String, strict=False)


READER = ParquetReader()
