"""What the platform's tabular reports have in common: known columns, found by name.

Column names are matched without case, blanks, hyphens and underscores; a report's own columns
come and go, so places never count.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from pipeline.config import TableMapping
from pipeline.ingest.base import DIALECT, HEAD_BYTES, Context, Layout
from pipeline.ingest.columns import header_key
from pipeline.ingest.csv_table import Shape, first_line, read_delimited
from pipeline.ingest.delimited import Dialect
from pipeline.ingest.encodings import looks_like_text
from pipeline.model import Quarantined, Record, Table

_DELIMITERS = "\t,;"
_HEADER_BYTES = 16 * 1024

LayoutOf = Callable[[Sequence[str], TableMapping | None], Layout | None]
"""Says of a header what each column is."""

Names = Mapping[str, Sequence[str]]
"""What a report's columns are called here -> what they may be called there."""


@dataclass(frozen=True, slots=True)
class Report:
    """A reader of one report: a table whose rows become rows of one kind.

    `finish` turns the columns of `names` into those of the kind, and leaves out rows that are
    none; `others` says of the rows left out what they are.
    """

    name: str
    kind: str
    names: Names
    marks: Collection[str]
    finish: Callable[[pl.DataFrame], pl.DataFrame]
    others: str = ""
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
        return Layout(self.kind, found, tuple(h for h in header if h and h not in used))

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the rows of the report.

        Raises:
            UnreadableError: the header has no known columns.

        """
        left_out = 0
        for item in read_delimited(path, context, shape_of(path, self.layout)):
            if isinstance(item, Table):
                frame = self.finish(with_columns(item.frame, self.names))
                left_out += item.frame.height - frame.height
                yield Table(self.kind, frame)
            else:
                yield item
        if left_out:
            context.notes.append(f"{left_out:,} rows {self.others}")


def shape_of(path: Path, layout: LayoutOf) -> Shape:
    """Say how a report is written: tab-separated ones have no quotes, CSV from a page has."""
    with path.open("rb") as stream:
        line = first_line(stream.read(HEAD_BYTES))
    if "\t" in line and not line.startswith('"'):
        return Shape("\t", quoted=False, layout=layout)
    return Shape(_DELIMITERS, layout=layout)


@lru_cache(maxsize=4)
def header_cells(head: bytes) -> tuple[list[str], ...]:
    """Return the first line's cells, for every delimiter that a report may have."""
    line = first_line(head[:_HEADER_BYTES])
    if line.startswith(("{", "[", "<")):
        return ()
    return tuple(
        [cell.strip().strip('"\ufeff') for cell in Dialect(delimiter).cells(line)]
        for delimiter in _DELIMITERS
        if delimiter in line
    )


def understood(header: Sequence[str], names: Names) -> dict[str, str]:
    """Return which header stands for which name."""
    keys: dict[str, str] = {}
    for cell in header:
        keys.setdefault(header_key(cell), cell)
    keys.pop("", None)
    found: dict[str, str] = {}
    for name, spellings in names.items():
        cells = (keys.get(_spelling_key(spelling)) for spelling in spellings)
        free = [cell for cell in cells if cell and cell not in found.values()]
        if free:
            found[name] = free[0]
    return found


_spelling_key = lru_cache(maxsize=None)(header_key)
"""Spellings are the readers' own, so there are only so many."""


def with_columns(frame: pl.DataFrame, names: Collection[str]) -> pl.DataFrame:
    """Return the frame with all the names, bare of blanks; what is empty or absent is null."""
    given = [name for name in names if name in frame.columns]
    absent = [pl.lit(None, pl.String).alias(name) for name in names if name not in given]
    bare = [pl.col(name).str.strip_chars().replace("", None) for name in given]
    return frame.with_columns(*bare, *absent)
