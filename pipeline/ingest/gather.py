"""Gathers what readers yield into batches of one kind, each in the order of the file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from pipeline.errors import is_panic
from pipeline.ingest.canonical import EXCERPT
from pipeline.ingest.columns import KIND_OF
from pipeline.model import Quarantined, Record, Table
from pipeline.shown import encodable

_ROWS = 20_000
_LETTERS = 32 << 20
"""Rows that are gathered hold no more text than this, and a row's: mails may be of any length."""

_ASIDE = {"source_locator": pl.String, "reason": pl.String, "raw_excerpt": pl.String}


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one kind: a frame to be understood, or rows set aside."""

    kind: str
    numbers: Sequence[int]
    """Where each row stands among all that the reader gave."""
    frame: pl.DataFrame | None = None
    aside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_ASIDE))


Waiting = dict[tuple[type, str], tuple[list[int], list[Record | Quarantined]]]


def batches(items: Iterable[Record | Quarantined | Table]) -> Iterator[Batch]:
    """Turn records into frames, each kind in the order of the file; tables pass through.

    A mailbox may go from one kind to another at every mail, and a frame costs the same for few
    rows as for many. Where the reader stops with an error, what it gave before comes first.
    """
    waiting: Waiting = {}
    taken = number = letters = 0
    try:
        for item in items:
            if isinstance(item, Table):
                yield from _taken(waiting)
                yield Batch(item.kind, range(number, number + item.frame.height), item.frame)
                taken, letters = (number := number + item.frame.height), 0
                continue
            numbers, gathered = waiting.setdefault((type(item), item.kind), ([], []))
            numbers.append(number)
            gathered.append(item)
            number += 1
            if isinstance(item, Record) and isinstance(body := item.fields.get("body"), str):
                letters += len(body)
            if number - taken >= _ROWS or letters >= _LETTERS:
                yield from _taken(waiting)
                taken, letters = number, 0
    except BaseException as error:
        if isinstance(error, Exception) or is_panic(error):
            yield from _taken(waiting)
        raise
    yield from _taken(waiting)


def _taken(waiting: Waiting) -> Iterator[Batch]:
    """Yield what has gathered, and forget it."""
    gathered = list(waiting.values())
    waiting.clear()
    for numbers, items in gathered:
        yield _batch(numbers, items)


def _batch(numbers: Sequence[int], items: Sequence[Record | Quarantined]) -> Batch:
    kind = items[0].kind
    records = [item for item in items if isinstance(item, Record)]
    if records:
        return Batch(kind, numbers, _frame(kind, records))
    aside = [
        (encodable(q.locator), encodable(q.reason), encodable(q.excerpt[:EXCERPT]))
        for q in items
        if isinstance(q, Quarantined)
    ]
    return Batch(kind, numbers, None, pl.DataFrame(aside, schema=_ASIDE, orient="row"))


def _frame(kind: str, records: Sequence[Record]) -> pl.DataFrame:
    columns = {"locator": text_column("locator", [record.locator for record in records])}
    for name in KIND_OF[kind].columns:
        columns[name] = text_column(name, [record.fields.get(name) for record in records])
    return pl.DataFrame(columns)


def text_column(name: str, cells: Sequence[object]) -> pl.Series:
    """Return cells as a column of text; nearly always they are text (or nothing) already."""
    try:
        return pl.Series(name, cells, pl.String, strict=True)
    except (TypeError, ValueError, pl.exceptions.PolarsError):  # UnicodeEncodeError is a ValueError
        return pl.Series(name, [as_text(cell) for cell in cells], pl.String)


def as_text(value: object) -> str | None:
    """Return a value as a table would have it written; times keep their offset."""
    if value is None or isinstance(value, str):
        return None if value is None else encodable(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return encodable(str(value))
