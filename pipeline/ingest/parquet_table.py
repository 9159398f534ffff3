"""Parquet tables with the contract's columns, or those a mapping names."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from pipeline.ingest._limits import Allowance
from pipeline.ingest.base import FORMAT, Context, Layout, UnreadableError
from pipeline.ingest.columns import layout_of, nearest_lack
from pipeline.ingest.csv_table import empty_table
from pipeline.model import Quarantined, Record, Table

_MAGIC = b"PAR1"
_ROWS = 20_000
_AT_ONCE = 64 * 1024 * 1024
"""Bytes of text that are written out at a time."""

_REPEATING = frozenset({"PLAIN_DICTIONARY", "RLE_DICTIONARY"})
_GROWING = "DELTA_BYTE_ARRAY"
"""Encodings by which a few bytes may stand for long texts, time and again."""


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
            told = parquet.read_metadata(path)
            chunks = [
                told.row_group(group).column(column)
                for group in range(told.num_row_groups)
                for column in range(told.num_columns)
            ]
            kept = sorted({one.path_in_schema for one in chunks if _REPEATING & {*one.encodings}})
            with parquet.ParquetFile(path, metadata=told, read_dictionary=kept) as file:
                allowance = Allowance(path, context.config)
                yield from _read(file, context, chunks, allowance)
        except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
            raise UnreadableError(f"damaged Parquet: {str(error).splitlines()[0]}") from None


def _read(
    file: parquet.ParquetFile,
    context: Context,
    chunks: Sequence[parquet.ColumnChunkMetaData],
    allowance: Allowance,
) -> Iterator[Table]:
    headers = list(file.schema_arrow.names)
    layout = layout_of(headers, context.mapping)
    if layout is None:
        raise UnreadableError(f"a table of unknown columns: {nearest_lack(headers)}")
    context.layouts.append(layout)
    context.epoch = True
    yield empty_table(layout)
    allowance.need(sum(chunk.total_uncompressed_size for chunk in chunks))
    longest = max((c.total_uncompressed_size for c in chunks if _GROWING in c.encodings), default=1)
    rows = max(1, min(_ROWS, _AT_ONCE // max(longest, 1)))
    number = 1
    columns = list(layout.understood.values())
    for whole in file.iter_batches(batch_size=rows, columns=columns):
        allowance.spend(sum(map(_size, whole.columns)))
        for batch in _pieces(whole):
            yield _table(pl.DataFrame(_written_out(batch)), number, layout)
            number += batch.num_rows


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Halve a batch until its texts fit into memory, written out."""
    if batch.num_rows > 1 and sum(map(_size, batch.columns)) > _AT_ONCE:
        half = batch.num_rows // 2
        yield from _pieces(batch[:half])
        yield from _pieces(batch[half:])
    else:
        yield batch


def _size(column: pa.Array) -> int:
    """Return how many bytes a column takes, a repeated text as often as it stands there."""
    if not isinstance(column, pa.DictionaryArray):
        return int(column.nbytes)
    import pyarrow.compute as pc  # noqa: PLC0415 - a tenth of a second, for such columns alone

    lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
    return int(pc.sum(lengths).as_py() or 0)


def _written_out(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [
        one.dictionary_decode() if isinstance(one, pa.DictionaryArray) else one
        for one in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


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
