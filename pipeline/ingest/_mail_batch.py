"""Rows of mails gathered into tables, so that no row costs a pass of its own further on."""

from collections.abc import Iterable, Iterator

import polars as pl

from pipeline.ingest.columns import KIND_OF
from pipeline.ingest.gather import as_text
from pipeline.model import Quarantined, Record, Table

_ROWS = 5_000
_CHARACTERS = 32 * 1024 * 1024


def batched(rows: Iterable[Record | Quarantined]) -> Iterator[Record | Quarantined | Table]:
    """Turn runs of records of one kind into tables of limited size; the order stays."""
    waiting: list[Record] = []
    size = 0
    for row in rows:
        full = len(waiting) >= _ROWS or size >= _CHARACTERS
        if waiting and (full or isinstance(row, Quarantined) or row.kind != waiting[0].kind):
            yield _table(waiting)
            waiting, size = [], 0
        if isinstance(row, Quarantined):
            yield row
        else:
            waiting.append(row)
            size += len(str(row.fields.get("body") or ""))
    if waiting:
        yield _table(waiting)


def _table(rows: list[Record]) -> Table:
    kind = rows[0].kind
    data = {"locator": [as_text(row.locator) for row in rows]}
    for name in KIND_OF[kind].columns:
        data[name] = [as_text(row.fields.get(name)) for row in rows]
    return Table(kind, pl.DataFrame(data, schema=dict.fromkeys(data, pl.String)))
