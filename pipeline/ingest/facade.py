"""Reads all inputs, file after file, and accounts for every row.

What a row becomes: loaded (perhaps a duplicate, which SQL decides), or quarantined. What a file
becomes: one row of `source_files` for each kind of record in it, or one that says why not.
"""

import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.config import Config
from pipeline.errors import is_panic, kind_and_place
from pipeline.ingest.ahead import ahead
from pipeline.ingest.archives import opened
from pipeline.ingest.base import Context, Reader, UnreadableError, beginning
from pipeline.ingest.canonical import sort_out
from pipeline.ingest.columns import check_mappings
from pipeline.ingest.files import SourceFile, find_files
from pipeline.ingest.gather import Batch, batches
from pipeline.ingest.registry import choose, readers
from pipeline.ingest.sink import Sink
from pipeline.model import Record, Table
from pipeline.shown import encodable
from pipeline.stopping import stop_if_asked

Progress = Callable[[str], None]

_SENDERS_KEPT = 100_000
_NAMED = 40
"""So many ignored columns are named for people."""

_SAID = {"source_locator": pl.String, "warning": pl.String}
_ATTACHED = {
    "source_locator": pl.String,
    "name": pl.String,
    "media_type": pl.String,
    "bytes": pl.Int64,
    "sha256": pl.String,
}
_BACK = {"source_locator": pl.String, "message_id": pl.String}
_CHANGED = "the file changed while it was read; its SHA-256 is of what lay there first"
_UNKNOWN_FILE = "no reader knows this format"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was read: Parquet files for each table of the schema, and the totals."""

    into: Path
    files: Mapping[str, Sequence[Path]]
    rows: Mapping[str, int]
    """Rows read of each kind, the quarantined ones included."""
    readable: bool
    """At least one table was understood, even if only its header was there."""
    reasons: Sequence[str]
    """Why files were not read: `source_file: note`."""
    unknown_senders: Mapping[str, int]
    """Who wrote messages whose direction is unknown, most frequent first."""

    def discard(self) -> None:
        """Remove the Parquet files: the store holds the rows."""
        shutil.rmtree(self.into, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Probe:
    """What one file would be read as (`msgaudit sources`)."""

    source_file: str
    reader: str
    kind: str
    understood: Mapping[str, str]
    ignored: Sequence[str]
    first_rows: Sequence[Mapping[str, str]]
    note: str

    def as_dict(self) -> dict[str, object]:
        """Return it for `--json`."""
        return {
            "source_file": self.source_file,
            "reader": self.reader,
            "record_kind": self.kind,
            "columns": dict(self.understood),
            "ignored": list(self.ignored),
            "first_rows": [dict(row) for row in self.first_rows],
            "note": self.note,
        }

    def lines(self) -> list[str]:
        """Return it for people."""
        if not self.reader:
            return [f"{self.source_file}: skipped: {self.note}"]
        said = [f"{self.source_file}: {self.kind or 'nothing'}, read as {self.reader}"]
        if self.understood:
            pairs = (n if n == h else f"{n} = {h!r}" for n, h in self.understood.items())
            said.append(f"  columns: {', '.join(pairs)}")
        if self.ignored:
            more = len(self.ignored) - _NAMED
            others = f" and {more:,} more" if more > 0 else ""
            said.append(f"  ignored: {', '.join(self.ignored[:_NAMED])}{others}")
        if self.note:
            said.append(f"  note: {self.note}")
        said += (
            "  " + " | ".join(f"{name}={value}" for name, value in row.items())
            for row in self.first_rows
        )
        return said


def ingest(
    inputs: Sequence[Path], config: Config, into: Path, progress: Progress | None = None
) -> Ingested:
    """Read every file of the inputs into Parquet files below `into`; archives unpack beside it.

    Raises:
        UsageError: an input does not exist.
        ConfigError: a mapping names a column that its kind does not have.

    """
    into.parent.mkdir(parents=True, exist_ok=True)
    files = opened(find_files(inputs), config, into.parent)
    return read_files(enumerate(files, 1), config, into, progress)


def read_files(
    files: Iterable[tuple[int, SourceFile]],
    config: Config,
    into: Path,
    progress: Progress | None = None,
) -> Ingested:
    """Read these files, each under its number, into Parquet files below `into`.

    Raises:
        ConfigError: a mapping names a column that its kind does not have.

    """
    check_mappings(config.mappings)
    sink = Sink(into)
    totals = _Totals()
    for number, file in files:
        if progress is not None:
            progress(f"reading {file.source_file}")
        _File(number, file, config, sink, totals).read()
    return Ingested(
        into=into,
        files=sink.close(),
        rows=dict(sorted(totals.rows.items())),
        readable=totals.readable,
        reasons=tuple(totals.reasons),
        unknown_senders=dict(sorted(totals.unknown.items(), key=lambda p: (-p[1], p[0]))),
    )


def probe(inputs: Sequence[Path], config: Config, rows: int = 3) -> list[Probe]:
    """Say what each file would be read as, without reading all of it.

    Raises:
        UsageError: an input does not exist.
        ConfigError: a mapping names a column that its kind does not have.

    """
    check_mappings(config.mappings)
    files = opened(find_files(inputs), config)
    return [found for file in files for found in _probed(file, config, rows)]


class _Totals:
    """What the files add up to."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.reasons: list[str] = []
        self.readable = False

    def senders(self, frame: pl.DataFrame) -> None:
        unknown = frame.filter((pl.col("direction") == "unknown") & pl.col("sender").is_not_null())
        for sender, n in unknown["sender"].value_counts().iter_rows():
            if sender in self.unknown or len(self.unknown) < _SENDERS_KEPT:
                self.unknown[sender] += n


class _File:
    """One file on its way into the sink."""

    def __init__(
        self, number: int, file: SourceFile, config: Config, sink: Sink, totals: _Totals
    ) -> None:
        self.number = number
        self.file = file
        self.sink = sink
        self.totals = totals
        self.aside = {
            "warnings": _Aside(_SAID),
            "raw_attachments": _Aside(_ATTACHED),
            "raw_bounces": _Aside(_BACK),
        }
        self.context = Context(
            config,
            file.source_file,
            warn=lambda *row: self.aside["warnings"].add(row),
            attach=lambda where, one: self.aside["raw_attachments"].add(
                (where, one.name, one.media_type, one.size, one.sha256)
            ),
            came_back=lambda *row: self.aside["raw_bounces"].add(row),
        )
        self.rows: Counter[str] = Counter()
        self.row_no = 0

    def read(self) -> None:
        reader, note = _reader_of(self.file)
        if reader is not None:
            self.context.notes += [note] * bool(note)
            note = self._read_with(reader)
        self._put_aside()
        if self.file.changed():
            self.context.notes.append(_CHANGED)
        name = reader.name if reader is not None and (self.rows or not note) else ""
        self.totals.readable |= bool(name)
        name = name or self.file.reader
        if not name:
            self.totals.reasons.append(f"{self.file.source_file}: {note}")
        self.totals.rows.update(self.rows)
        note = "; ".join(part for part in (*self.context.notes, note) if part)
        for kind, n in sorted(self.rows.items()) or [("", 0)]:
            self._source_row(name, kind, n, note)

    def _read_with(self, reader: Reader) -> str:
        """Read the file; return why it stopped, if it did not come to its end."""
        try:
            for batch in ahead(batches(reader.read(self.file.path, self.context))):
                self._take(batch)
        except UnreadableError as error:
            return self._stopped(str(error))
        except OSError as error:
            return self._stopped(f"cannot be read: {error.strerror or error}")
        except BaseException as error:
            if not (isinstance(error, Exception) or is_panic(error)):
                raise
            stop_if_asked()  # else: one file must not cost the others their audit
            return self._stopped(_failed(reader, error))
        return ""

    def _stopped(self, why: str) -> str:
        return f"reading stopped after {self.row_no:,} rows: {why}" if self.row_no else why

    def _put_aside(self) -> None:
        for table, aside in self.aside.items():
            if aside.rows:
                self.sink.add(table, self._numbered(aside.taken()))

    def _take(self, batch: Batch) -> None:
        self._put_aside()
        numbers = pl.Series(batch.numbers, dtype=pl.Int64)
        self.row_no += len(numbers)
        self.rows[batch.kind] += len(numbers)
        aside = batch.aside
        if batch.frame is not None:
            frame = batch.frame.rename({"locator": "source_locator"})
            done = sort_out(batch.kind, frame.with_columns(row_no=numbers), self.context)
            self.sink.add(f"raw_{batch.kind}", self._numbered(done.good))
            if batch.kind == "messages":
                self.totals.senders(done.good)
            for warnings in done.warnings:
                self.sink.add("warnings", self._numbered(warnings))
            aside = done.bad
        else:
            aside = aside.with_columns(row_no=numbers)
        aside = aside.with_columns(record_kind=pl.lit(batch.kind))
        columns = ("row_no", "source_locator", "record_kind", "reason", "raw_excerpt")
        self.sink.add("quarantined", self._numbered(aside.select(columns)))

    def _numbered(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(pl.lit(self.number, pl.Int32).alias("source_no"), pl.all())

    def _source_row(self, reader: str, kind: str, rows: int, note: str) -> None:
        row = {
            "source_file": [self.file.source_file],
            "sha256": [self.file.sha256],
            "bytes": [self.file.bytes],
            "reader": [reader],
            "record_kind": [kind],
            "rows_read": [rows],
            "note": [note],
        }
        self.sink.add("source_files", self._numbered(pl.DataFrame(row)))


def _failed(reader: Reader, error: BaseException) -> str:
    return f"the {reader.name} reader failed, which is its fault ({kind_and_place(error)})"


class _Aside:
    """What a reader says beside its rows; it may read on in its thread while rows are taken."""

    def __init__(self, schema: Mapping[str, type[pl.DataType]]) -> None:
        self.schema = schema
        self.rows: deque[tuple[object, ...]] = deque()

    def add(self, row: tuple[object, ...]) -> None:
        self.rows.append(tuple(encodable(cell) if isinstance(cell, str) else cell for cell in row))

    def taken(self) -> pl.DataFrame:
        """Return the rows that have come so far, and forget them."""
        rows = [self.rows.popleft() for _ in range(len(self.rows))]
        return pl.DataFrame(rows, schema=self.schema, orient="row")


def _reader_of(file: SourceFile) -> tuple[Reader | None, str]:
    if file.note:
        return None, file.note
    if file.bytes == 0:
        return None, "the file is empty"
    try:
        head = beginning(file.path)
    except OSError as error:
        return None, f"cannot be read: {error.strerror}"
    claims = choose(head, file.path, readers())
    if not claims:
        return None, _UNKNOWN_FILE
    others = " and ".join(reader.name for reader in claims[1:])
    return claims[0], f"read as {claims[0].name}; it looks like {others} too" if others else ""


def _probed(file: SourceFile, config: Config, rows: int) -> Iterator[Probe]:
    reader, note = _reader_of(file)
    context = Context(config, file.source_file)
    first: dict[str, list[Mapping[str, str]]] = {}
    if reader is not None:
        context.notes += [note] * bool(note)
        note = ""
        try:
            for item in reader.read(file.path, context):
                shown = first.setdefault(item.kind, [])
                if isinstance(item, Table):
                    shown += [_shown(row) for row in item.frame.head(rows).to_dicts()]
                elif isinstance(item, Record):
                    shown.append(_shown({"locator": item.locator, **item.fields}))
                if len(shown) >= rows:
                    break
        except (UnreadableError, OSError) as error:
            note = str(error)
        except BaseException as error:
            if not (isinstance(error, Exception) or is_panic(error)):
                raise
            stop_if_asked()  # else: the other files are to be listed
            note = _failed(reader, error)
    layouts = {layout.kind: layout for layout in context.layouts}
    note = "; ".join(part for part in (*context.notes, note) if part)
    name = reader.name if reader is not None and (first or not note) else file.reader
    for kind, shown in first.items() or {"": []}.items():
        layout = layouts.get(kind)
        yield Probe(
            source_file=file.source_file,
            reader=name,
            kind=kind,
            understood=dict(layout.understood) if layout else {},
            ignored=layout.ignored if layout else (),
            first_rows=shown[:rows],
            note=note,
        )


def _shown(row: Mapping[str, object]) -> dict[str, str]:
    cut = 60
    texts = {name: " ".join(str(v).split()) for name, v in row.items() if v is not None}
    return {name: t if len(t) <= cut else t[:cut] + "…" for name, t in texts.items() if t}
