"""Mails understood in batches: in this process, or in several where a mailbox is large.

A batch of raw mails in, rows and what was said beside them out: nothing else is shared, so the
result is the same however many processes work on it.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context

import polars as pl

from pipeline.config import Config
from pipeline.ingest._mail import Tally, understand
from pipeline.ingest._mail_split import RawMail
from pipeline.ingest.base import Context
from pipeline.ingest.columns import KIND_OF
from pipeline.ingest.gather import text_column
from pipeline.model import Attachment, Quarantined, Record, Table

_MAILS = 10_000
_BYTES = 8 * 1024 * 1024
_WORTH_PROCESSES = 96 * 1024 * 1024
"""Bytes of a mailbox from which on the start of other processes pays (each takes a second)."""

_MOST_PROCESSES = 8
_AHEAD = 3  # batches a process: two wait in its queue, where they cannot be taken back
_EXCERPT = 200
_TOO_LARGE = "larger than 64 MB: only the beginning was read"
_BEFORE_THE_FIRST = "text before the first mail of the mailbox"


@dataclass(slots=True)
class RawMails:
    """Some mails that follow one another, each with its place in the file."""

    mails: list[tuple[str, RawMail]] = field(default_factory=list)
    bytes: int = 0

    def add(self, where: str, mail: RawMail) -> None:
        """Take one more."""
        self.mails.append((where, mail))
        self.bytes += len(mail.raw)

    @property
    def full(self) -> bool:
        """Whether it is time for the next batch."""
        return len(self.mails) >= _MAILS or self.bytes >= _BYTES


@dataclass(slots=True)
class Understood:
    """What some mails became, and what was said beside the rows."""

    rows: list[Table | Quarantined] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[tuple[str, Attachment]] = field(default_factory=list)
    bounces: list[tuple[str, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def read_mails(
    batches: Iterable[RawMails], size: int, context: Context
) -> Iterator[Table | Quarantined]:
    """Yield the rows of a mailbox of `size` bytes, in its order."""
    tally = Tally()
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    alone = size < _WORTH_PROCESSES or processes == 1
    done = _one_by_one(batches, context) if alone else _at_once(batches, context, processes)
    for found in done:
        for row in found.warnings:
            context.warn(*row)
        for where, attachment in found.attachments:
            context.attach(where, attachment)
        for row in found.bounces:
            context.came_back(*row)
        tally.add(found.tally)
        yield from found.rows
    context.notes.extend(tally.notes())


def understood(mails: RawMails, config: Config, source_file: str) -> Understood:
    """Understand a batch: a table for each kind of row, in the order of the file."""
    found = Understood()
    context = Context(
        config,
        source_file,
        warn=lambda *row: found.warnings.append(row),
        attach=lambda *row: found.attachments.append(row),
        came_back=lambda *row: found.bounces.append(row),
    )
    records: dict[str, list[Record]] = {}
    for where, mail in mails.mails:
        row = _row(where, mail, context, found.tally)
        if isinstance(row, Quarantined):
            found.rows.append(row)
        else:
            records.setdefault(row.kind, []).append(row)
    found.rows += (_table(rows) for rows in records.values())
    return found


def _one_by_one(batches: Iterable[RawMails], context: Context) -> Iterator[Understood]:
    for mails in batches:
        yield understood(mails, context.config, context.source_file)


@dataclass(slots=True)
class _Coming:
    """A batch that was given away, or is done here."""

    mails: RawMails
    future: Future[Understood] | None
    found: Understood | None = None

    @property
    def ready(self) -> bool:
        return self.found is not None or self.future is None or self.future.done()

    def taken_back(self) -> bool:
        """Tell whether no process has begun it: then none will."""
        return self.found is None and self.future is not None and self.future.cancel()

    def result(self, context: Context) -> Understood:
        if self.found is None and self.future is not None:
            with suppress(BrokenProcessPool):
                self.found = self.future.result()
        return self.found or understood(self.mails, context.config, context.source_file)


def _at_once(batches: Iterable[RawMails], context: Context, processes: int) -> Iterator[Understood]:
    """Understand batches in other processes, a few ahead of the one that is asked for.

    The processes are started anew, not forked: a fork would take polars' threads for alive. While
    they start or are busy, this process works, too; where none can be started, or one is killed,
    it does their work.
    """
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        coming: deque[_Coming] = deque()
        for mails in batches:
            coming.append(_Coming(mails, _submitted(pool, mails, context)))
            if len(coming) > _AHEAD * processes:
                yield _first(coming, context)
        while coming:
            yield _first(coming, context)


def _first(coming: deque[_Coming], context: Context) -> Understood:
    """Return the first batch; until it is done, do the last ones that no process has begun."""
    while not coming[0].ready:
        last = next((one for one in reversed(coming) if one.taken_back()), None)
        if last is None:
            break
        last.found = understood(last.mails, context.config, context.source_file)
    return coming.popleft().result(context)


def _submitted(
    pool: ProcessPoolExecutor, mails: RawMails, context: Context
) -> Future[Understood] | None:
    try:
        return pool.submit(understood, mails, context.config, context.source_file)
    except (BrokenProcessPool, OSError):
        return None


def _row(where: str, mail: RawMail, context: Context, tally: Tally) -> Record | Quarantined:
    if not mail.separated:
        excerpt = mail.raw[:_EXCERPT].decode("utf-8", "replace")
        return Quarantined("messages", where, _BEFORE_THE_FIRST, excerpt)
    if mail.cut:
        context.warn(where, _TOO_LARGE)
    return understand(mail.raw, where, context, tally)


def _table(rows: list[Record]) -> Table:
    kind = rows[0].kind
    columns = {"locator": text_column("locator", [row.locator for row in rows])}
    for name in KIND_OF[kind].columns:
        columns[name] = text_column(name, [row.fields.get(name) for row in rows])
    return Table(kind, pl.DataFrame(columns))
