"""Delimited text in batches: columns at once where a batch is regular, row by row where not.

Both ways understand quotes as RFC 4180 and the csv module do; the fast one refuses a batch with
anything odd in it, so that a broken line costs its batch, never its neighbours.
"""

import codecs
import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from pipeline.ingest.canonical import EXCERPT
from pipeline.model import Quarantined, Table

if TYPE_CHECKING:
    from _csv import Reader

BATCH_BYTES = 8 * 1024 * 1024
_LONGEST_RECORD = 2
"""A record of more than so many batches is taken for a quote that is never closed."""

_ARROW_BLOCK = 512 * 1024
"""Small enough for the processor's cache; a longer record is read row by row."""

_LINE_END = re.compile(rb"\r\n?|\n")
_MOST_COLUMNS = 1000
"""Wider tables are read row by row: as columns each of them would cost memory of its own."""

_REPAIRS = 50
_NEWLINES_TRIED = 2000

csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a file are told apart."""

    delimiter: str
    quoted: bool = True

    def reader(self, lines: Iterable[str]) -> "Reader":
        """Return a csv reader over lines."""
        if self.quoted:
            return csv.reader(lines, delimiter=self.delimiter)
        return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)

    def has_stray_quote(self, text: bytes) -> bool:
        """Say whether a quote neither begins nor ends a cell nor is doubled.

        It may be an inch mark; it may also be what closes a quote that was left open above.
        """
        if not self.quoted:
            return False
        mark = re.escape(self.delimiter)
        stray = rf'"(?<![{mark}\r\n"]")(?<!\A")(?![{mark}\r\n"]|\Z)'
        return re.search(stray.encode(), text) is not None

    def cells(self, line: str) -> list[str]:
        """Return the cells of one line taken alone."""
        try:
            return next(self.reader([line]), [])
        except csv.Error:
            return []


@dataclass(frozen=True, slots=True)
class Plan:
    """What to take of each line: the kind, the columns' places, and how many cells there are."""

    kind: str
    places: dict[str, int]
    width: int
    dialect: Dialect


def text_lines(text: str) -> list[str]:
    """Split at line ends as editors and the csv module do, keeping them."""
    return list(io.StringIO(text, newline=""))


def read_rows(
    path: Path, encoding: str, plan: Plan, skip_lines: int, batch: int = BATCH_BYTES
) -> Iterator[Table | Quarantined]:
    """Yield the rows of a file after its first `skip_lines` lines, in the file's order."""
    line, carry = 1, b""
    to_skip = skip_lines
    for block, last in utf8_blocks(path, encoding, batch):
        text = carry + block if carry else block
        if to_skip:
            text, to_skip, line = text[_end_of_lines(text, to_skip) :], 0, 1 + to_skip
        cut = 0 if last else _cut(text, plan.dialect)
        whole = last or len(text) > batch * _LONGEST_RECORD
        if whole and cut == 0:
            cut = len(text)
        used, lines, rows = _rows(text[:cut], line, plan, whole=whole)
        yield from rows
        line += lines
        carry = text[used:]


def utf8_blocks(path: Path, encoding: str, size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield a text file in blocks of UTF-8, each with whether it is the last."""
    plain = encoding in ("utf-8", "utf-8-sig")
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        if encoding == "utf-8-sig":
            stream.seek(len(codecs.BOM_UTF8))
        while block := stream.read(size):
            yield block if plain else decoder.decode(block).encode(), False
    yield b"" if plain else decoder.decode(b"", final=True).encode(), True


def _end_of_lines(text: bytes, lines: int) -> int:
    """Return where the first `lines` lines end."""
    last = next(islice(_LINE_END.finditer(text), lines - 1, None), None)
    return last.end() if last else len(text)


def _line_count(text: bytes) -> int:
    """Count lines as editors do: LF, CRLF, and CR alone."""
    alone = text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else 0
    return text.count(b"\n") + alone


def _cut(text: bytes, dialect: Dialect) -> int:
    """Return where the last line ends that is likely not inside a quoted cell."""
    end = text.rfind(b"\n") + 1 or text.rfind(b"\r") + 1
    if not dialect.quoted:
        return end
    cut, odd = end, text.count(b'"', 0, end) % 2
    for _ in range(_NEWLINES_TRIED):
        if not odd or cut == 0:
            return cut
        before = text.rfind(b"\n", 0, cut - 1) + 1
        odd = (odd + text.count(b'"', before, cut)) % 2
        cut = before
    return end


def _rows(
    text: bytes, line: int, plan: Plan, *, whole: bool
) -> tuple[int, int, list[Table | Quarantined]]:
    """Return how much of the text was used up, how many lines that is, and its rows.

    Unless it is the `whole` rest, the last record is left for the next batch: it may go on.
    """
    if not text:
        return 0, 0, []
    regular = _regular(text, line, plan, whole=whole)
    if regular is not None:
        return regular
    used, rows = _row_by_row(text, line, plan, whole=whole)
    return used, _line_count(text[:used]), rows


def _regular(
    text: bytes, line: int, plan: Plan, *, whole: bool
) -> tuple[int, int, list[Table | Quarantined]] | None:
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        return None
    if plan.dialect.has_stray_quote(text):
        return None
    frame = _by_column(text, plan)
    if frame is None or frame.is_empty():
        return None
    breaks = pl.zeros(frame.height, pl.Int64, eager=True)
    if frame.height != lines:
        inside = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))
        breaks = frame.select(inside.cast(pl.Int64)).to_series()
        if frame.height + int(breaks.sum()) != lines:
            return None
    last = len(text)
    for _ in range(int(breaks[-1]) + 1):
        last = text.rfind(b"\n", 0, last - 1) + 1
    if whole and breaks[-1] and text.count(b'"', last) % 2:
        return None  # the end of the file closed a quote that nothing else did
    used = len(text) if whole else last
    if not whole:
        frame, breaks = frame[:-1], breaks[:-1]
    lines = frame.height + int(breaks.sum())
    numbers = line + pl.int_range(frame.height, eager=True) + breaks.cum_sum() - breaks
    said = ~pl.all_horizontal(pl.exclude("line") == "")
    return used, lines, [_table(frame.with_columns(line=numbers).filter(said), plan)]


def _by_column(text: bytes, plan: Plan) -> pl.DataFrame | None:
    if plan.width > _MOST_COLUMNS:
        return None
    names = [f"c{n}" for n in range(plan.width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=_ARROW_BLOCK, column_names=names
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=plan.dialect.delimiter,
                quote_char='"' if plan.dialect.quoted else False,
                newlines_in_values=plan.dialect.quoted,
                ignore_empty_lines=False,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return pl.DataFrame(table)


def _table(frame: pl.DataFrame, plan: Plan) -> Table:
    """Name the columns."""
    columns = [pl.col(f"c{place}").alias(name) for name, place in plan.places.items()]
    return Table(plan.kind, frame.select(pl.format("line {}", "line").alias("locator"), *columns))


def _row_by_row(
    text: bytes, line: int, plan: Plan, *, whole: bool
) -> tuple[int, list[Table | Quarantined]]:
    lines = text_lines(text.decode())
    found = _Rows(lines, line, plan, whole=whole)
    if whole:
        return len(text), list(found.items())
    found.drop_last()
    return len("".join(lines[: found.end]).encode()), list(found.items())


class _Rows:
    """The records of some lines, one after the other, with the broken ones told apart."""

    def __init__(self, lines: Sequence[str], line: int, plan: Plan, *, whole: bool) -> None:
        self.lines = lines
        self.whole = whole
        self.first = line
        self.plan = plan
        self.rows: list[tuple[int, int, list[str] | str]] = []
        """(first line, line after it, cells or the reason why they are of no use)."""
        at = repairs = 0
        while at < len(lines):
            at, broken = self._until_broken(at, each_line=repairs >= _REPAIRS)
            repairs += broken

    @property
    def end(self) -> int:
        """How many lines the records use up."""
        return self.rows[-1][1] if self.rows else 0

    def drop_last(self) -> None:
        """Leave the last record for a batch that knows how it goes on."""
        if self.rows:
            self.rows.pop()

    def items(self) -> Iterator[Table | Quarantined]:
        """Yield the good rows in tables and the broken ones between them."""
        good: list[tuple[int, list[str]]] = []
        for start, end, cells in self.rows:
            if isinstance(cells, list):
                if any(cells):
                    good.append((start, cells))
                continue
            if good:
                yield self._table(good)
                good = []
            raw = "".join(self.lines[start:end]).rstrip("\r\n")
            if raw.strip():
                yield Quarantined(
                    self.plan.kind, f"line {self.first + start}", cells, raw[:EXCERPT]
                )
        if good:
            yield self._table(good)

    def _table(self, good: Sequence[tuple[int, list[str]]]) -> Table:
        places = sorted(set(self.plan.places.values()))
        columns = {f"c{n}": [cells[n] for _, cells in good] for n in places}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
        numbers = pl.Series("line", [self.first + start for start, _ in good], pl.Int64)
        return _table(frame.with_columns(numbers), self.plan)

    def _until_broken(self, at: int, *, each_line: bool) -> tuple[int, int]:
        """Read records from line `at`; stop after one whose lines have to be looked at anew."""
        if each_line:
            cells = self.plan.dialect.cells(self.lines[at])
            self._add(at, at + 1, cells)
            return at + 1, 0
        reader = self.plan.dialect.reader(self.lines[n] for n in range(at, len(self.lines)))
        start = at
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return len(self.lines), 0
            except csv.Error as error:
                self.rows.append((start, start + 1, f"the line is not readable: {error}"))
                return start + 1, 1
            end = at + reader.line_num
            if end - start > 1 and self._runs_on(start, end, cells):
                reason = "a quote that is opened here swallows the lines below"
                self.rows.append((start, start + 1, reason))
                return start + 1, 1
            self._add(start, end, cells)
            start = end

    def _runs_on(self, start: int, end: int, cells: list[str]) -> bool:
        """Say whether a record of several lines is really one with a quote left open."""
        raw = "".join(self.lines[start:end])
        if end == len(self.lines) and (not self.whole or raw.count('"') % 2):
            return self.whole
        if len(cells) == self.plan.width and not self.plan.dialect.has_stray_quote(raw.encode()):
            return False
        alone = self.plan.dialect.cells(self.lines[start + 1])
        return len(alone) == self.plan.width

    def _add(self, start: int, end: int, cells: list[str]) -> None:
        width = self.plan.width
        if any(cells[width:]) or (any(cells) and len(cells) < width):
            reason = f"{len(cells)} cells where the header has {width}"
            self.rows.append((start, end, reason))
        else:
            self.rows.append((start, end, cells[:width]))
