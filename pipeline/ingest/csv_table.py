"""Delimited tables (CSV, TSV) with the contract's columns, or those a mapping names."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pipeline.config import TableMapping
from pipeline.ingest.base import GENERIC, Context, Layout, UnreadableError, beginning
from pipeline.ingest.columns import layout_of, nearest_lack
from pipeline.ingest.delimited import Dialect, Plan, read_rows, text_lines
from pipeline.ingest.encodings import decoded_head, encoding_of, looks_like_text
from pipeline.model import Quarantined, Record, Table

_DELIMITERS = "\t;,|"
_OTHER_FORMATS = ("{", "[", "<")
_LOOKED_AT = 200


class CsvReader:
    """Any delimited table: what it holds is decided by its header."""

    name = "csv"
    priority = GENERIC

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim text whose first line has a delimiter."""
        del path
        if not looks_like_text(head):
            return False
        line = first_line(head)
        return not line.startswith(_OTHER_FORMATS) and any(d in line for d in _DELIMITERS)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the table's rows in batches.

        Raises:
            UnreadableError: the header has no known columns.

        """
        yield from read_delimited(path, context, Shape())


@dataclass(frozen=True, slots=True)
class Shape:
    """What a reader knows beforehand of the tables it reads; by default nothing."""

    delimiters: str = _DELIMITERS
    quoted: bool | None = None
    layout: Callable[[Sequence[str], TableMapping | None], Layout | None] = layout_of


def read_delimited(
    path: Path, context: Context, shape: Shape
) -> Iterator[Record | Quarantined | Table]:
    """Find header and dialect in a file's beginning, and read its rows.

    Raises:
        UnreadableError: the header has no known columns.

    """
    head = beginning(path)
    encoding = encoding_of(path, head, japanese=context.marketplace == "JP")
    with path.open(encoding=encoding, newline="") as text:
        lines = text_lines(text.read(len(head)))
    skip = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[skip].lower().startswith("sep=") and len(lines[skip].strip()) > len("sep="):
        shape = replace(shape, delimiters=lines[skip][len("sep=")])
        skip += 1
    header, dialect, layout, used = _header(lines[skip:], shape, context)
    context.layouts.append(layout)
    places = {name: header.index(column) for name, column in layout.understood.items()}
    yield empty_table(layout)
    plan = Plan(layout.kind, places, len(header), dialect)
    yield from read_rows(path, encoding, plan, skip + used)


def empty_table(layout: Layout) -> Table:
    """Return the table without a row: a header alone is a table that was read."""
    columns = dict.fromkeys(("locator", *layout.understood), pl.String)
    return Table(layout.kind, pl.DataFrame(schema=columns))


def _header(
    lines: list[str], shape: Shape, context: Context
) -> tuple[list[str], Dialect, Layout, int]:
    """Return the header's cells, the dialect, what they mean, and how many lines they take."""
    found: list[tuple[int, list[str], Dialect, Layout, int]] = []
    widest: list[str] = []
    for delimiter in shape.delimiters:
        reader = Dialect(delimiter).reader(lines)
        header = [cell.strip().strip("\ufeff") for cell in next(reader, [])]
        widest = max(widest, header, key=len)
        layout = shape.layout(header, context.mapping) if len(header) > 1 else None
        if layout is not None:
            quoted = shape.quoted
            if quoted is None:
                quoted = _quoted(delimiter, lines, len(header))
            dialect = Dialect(delimiter, quoted=quoted)
            found.append((len(layout.understood), header, dialect, layout, reader.line_num))
    if not found:
        raise UnreadableError(f"a table of unknown columns: {nearest_lack(widest)}")
    best = max(found, key=lambda item: item[0])
    return best[1:]


def _quoted(delimiter: str, lines: list[str], width: int) -> bool:
    """Decide whether quotes enclose cells: tab-separated reports may have none that do."""
    if delimiter != "\t":
        return True
    some = lines[: _LOOKED_AT + 1][:-1] or lines
    wrong = [
        sum(len(cells) != width for cells in Dialect(delimiter, quoted=quoted).reader(some))
        for quoted in (True, False)
    ]
    if wrong[0] == wrong[1]:
        return not Dialect(delimiter).has_stray_quote("".join(some).encode())
    return wrong[0] < wrong[1]


def first_line(head: bytes) -> str:
    """Return the first line with something in it."""
    text = decoded_head(head)
    return next((line.strip() for line in text_lines(text) if line.strip("\ufeff \t\r\n")), "")


READER = CsvReader()
