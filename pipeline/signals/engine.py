"""From a batch of messages to signals: one pure function.

`scan` reads all texts of a batch together (`batch`): what hangs on letters and words is done a
column at a time, and only rules whose concepts and literals stand near enough are run.
`scan_reference` runs the grammar over one text after the other and must return the same rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import polars as pl

from pipeline.memory import building
from pipeline.signals.batch import BatchReader, Read, batch_reader
from pipeline.signals.bodies import Divided
from pipeline.signals.reader import Reader, read_text
from pipeline.signals.rows import (
    BUYER,
    COLUMNS,
    SUBJECT,
    Own,
    Pieces,
    Row,
    in_body,
    of_subject,
    other_text,
    own_text,
)
from pipeline.signals.ruleset import Ruleset, load_ruleset
from pipeline.text.language import identify
from pipeline.text.own import own_stretches
from pipeline.text.segments import split_bodies

__all__ = [
    "Ruleset",
    "Scanned",
    "load_ruleset",
    "read_batch",
    "read_messages",
    "read_text",
    "scan",
    "scan_columns",
    "scan_reference",
]


class Scanned(NamedTuple):
    """What the scan says of a batch, each with the columns of its table in `sql/schema/`."""

    segments: pl.DataFrame
    message_languages: pl.DataFrame
    signals: pl.DataFrame


_KINDS: dict[str, Any] = {
    "match_start": pl.Int32,
    "match_end": pl.Int32,
    "sentence_no": pl.Int32,
    "conditional": pl.Boolean,
    "obfuscated": pl.Boolean,
    "score": pl.Float64,
}
SCHEMA: dict[str, Any] = {name: _KINDS.get(name, pl.String) for name in COLUMNS}
"""The columns of `sql/schema/signals.sql`, in order, and their types."""

_WORTH_COLUMNS = 200
"""Below this many messages the columns cost more to set up than they save."""


def scan(batch: pl.DataFrame, ruleset: Ruleset) -> pl.DataFrame:
    """Return the signals of a batch with the columns of `sql/schema/signals.sql`.

    `batch` has `message_id`, `subject`, `body` and `own`: the stretches of `body` (code points)
    that the sender wrote, null for all of it; `direction`, if it is there, tells the second
    reader who speaks (outbound without it; inbound messages are none of its business).
    """
    if batch.height < _WORTH_COLUMNS:
        return scan_reference(batch, ruleset)
    return scan_columns(batch, batch_reader(ruleset))


def scan_columns(batch: pl.DataFrame, reader: BatchReader) -> pl.DataFrame:
    """Return what `scan` returns, all texts read together."""
    return _read_columns(batch, reader)[0]


def read_messages(batch: pl.DataFrame, ruleset: Ruleset) -> Scanned:
    """Return everything the scan has to say about a batch: a function of the batch alone.

    `batch` has `message_id`, `subject`, `body` and `direction`.
    """
    if batch.height >= _WORTH_COLUMNS:
        return read_batch(batch, batch_reader(ruleset))
    segments, with_own, bodies = _split(batch)
    languages = map(identify, bodies)
    return _scanned(batch, segments, languages, scan_reference(with_own, ruleset))


def read_batch(batch: pl.DataFrame, reader: BatchReader) -> Scanned:
    """Return what `read_messages` returns, all texts read together.

    Nothing that is made for a batch refers to itself, so the garbage collector would only look
    through it again and again.
    """
    with building():
        segments, with_own, bodies = _split(batch)
        signals, languages = _read_columns(with_own, reader)
        return _scanned(batch, segments, (languages[body] for body in bodies), signals)


def _split(batch: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    segments = split_bodies(batch.select("message_id", "body"))
    with_own = batch.join(own_stretches(segments), on="message_id", how="left")
    return segments, with_own, batch["body"].fill_null("").to_list()


def _scanned(
    batch: pl.DataFrame, segments: pl.DataFrame, languages: Iterable[str], signals: pl.DataFrame
) -> Scanned:
    told = batch.select("message_id", language=pl.Series(list(languages), dtype=pl.String))
    return Scanned(segments, told, signals)


def _read_columns(batch: pl.DataFrame, reader: BatchReader) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return the signals, and the language of every body."""
    messages = list(_messages(batch))
    asked: dict[tuple[str, str], int] = {}
    jobs = []
    for _, subject, body, own, direction in messages:
        said, pieces = own_text(body, own)
        of_subject = subject, _of_subject(direction)
        in_subject = asked.setdefault(of_subject, len(asked)) if subject else -1
        in_own = asked.setdefault((said, direction), len(asked)) if body else -1
        jobs.append((in_subject, in_own, pieces))
    read = [*reader.read(list(asked)), Read([], "", None)]
    signals = _Signals()
    languages: dict[str, str] = {}
    divided: dict[str, Divided] = {}
    for message, (in_subject, in_own, pieces) in zip(messages, jobs, strict=True):
        message_id, _, body, own, _ = message
        found = read[in_own]
        signals.add(message_id, read[in_subject].rows, found.rows, pieces)
        if own is None or not body:
            languages[body] = found.language
        else:
            divided[body] = Divided(found.counts, other_text(body, own))
    return signals.frame(), languages | reader.languages(divided)


def scan_reference(batch: pl.DataFrame, ruleset: Ruleset) -> pl.DataFrame:
    """Return what `scan` returns, with the grammar run over one message after the other."""
    read = Reader(ruleset)
    signals = _Signals()
    for message_id, subject, body, own, direction in _messages(batch):
        in_subject = read(subject, None, _of_subject(direction)) if subject else ()
        in_own = read(body, own, direction) if body else ()
        signals.add(message_id, in_subject, in_own, [])
    return signals.frame()


def _of_subject(direction: str) -> str:
    return BUYER if direction == BUYER else SUBJECT


def _messages(batch: pl.DataFrame) -> Iterator[tuple[str, str, str, Own | None, str]]:
    if "direction" not in batch.columns:
        batch = batch.with_columns(direction=pl.lit("outbound"))
    columns = batch.select("message_id", "subject", "body", "own", "direction")
    for message_id, subject, body, own, direction in columns.iter_rows():
        spans = None if own is None else tuple((s["start"], s["end"]) for s in own)
        yield message_id, subject or "", body or "", spans, direction


class _Signals:
    """The rows of many messages, on their way into columns: as `message_rows` for each."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._parts: list[str] = []
        self._rows: list[Row] = []

    def add(
        self, message_id: str, subject: Sequence[Row], body: Sequence[Row], pieces: Pieces
    ) -> None:
        """Add the rows of a message; `pieces` tell where the stretches of the body began."""
        if pieces:
            body = [in_body(one, pieces) for one in body]
        for part, rows in (("subject", of_subject(subject)), ("body", body)):
            self._ids += [message_id] * len(rows)
            self._parts += [part] * len(rows)
            self._rows += rows

    def frame(self) -> pl.DataFrame:
        """Return them as a table."""
        if not self._rows:
            return pl.DataFrame(schema=SCHEMA)
        signal, rule, *others = zip(*self._rows, strict=True)
        columns = (self._ids, signal, rule, self._parts, *others)
        return pl.DataFrame(
            [
                pl.Series(name, values, dtype=kind)
                for (name, kind), values in zip(SCHEMA.items(), columns, strict=True)
            ]
        )
