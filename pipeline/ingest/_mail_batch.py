"""Mails understood in batches: in this process, or in several where a mailbox is large.

A batch of raw mails in, rows and what was said beside them out: nothing else is shared, so the
result is the same however many processes work on it.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
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

_MAILS = 2_000
_BYTES = 8 * 1024 * 1024
_WORTH_PROCESSES = 96 * 1024 * 1024
"""Bytes of a mailbox from which on the start of other processes pays (each takes a second)."""

_MOST_PROCESSES = 8
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
    """What some mails became, in their order, and what was said beside the rows."""

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
    """Understand a batch."""
    found = Understood()
    context = Context(
        config,
        source_file,
        warn=lambda *row: found.warnings.append(row),
        attach=lambda *row: found.attachments.append(row),
        came_back=lambda *row: found.bounces.append(row),
    )
    waiting: list[Record] = []
    for where, mail in mails.mails:
        row = _row(where, mail, context, found.tally)
        if waiting and (isinstance(row, Quarantined) or row.kind != waiting[0].kind):
            found.rows.append(_table(waiting))
            waiting = []
        if isinstance(row, Quarantined):
            found.rows.append(row)
        else:
            waiting.append(row)
    if waiting:
        found.rows.append(_table(waiting))
    return found


def _one_by_one(batches: Iterable[RawMails], context: Context) -> Iterator[Understood]:
    for mails in batches:
        yield understood(mails, context.config, context.source_file)


def _at_once(batches: Iterable[RawMails], context: Context, processes: int) -> Iterator[Understood]:
    """Understand batches in other processes, a few ahead of the one that is asked for.

    The processes are started anew, not forked: a fork would take polars' threads for alive. Where
    none can be started, or one is killed, this process does their work.
    """
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        coming: deque[tuple[RawMails, Future[Understood] | None]] = deque()
        for mails in batches:
            coming.append((mails, _submitted(pool, mails, context)))
            if len(coming) > 2 * processes:
                yield _result(*coming.popleft(), context)
        while coming:
            yield _result(*coming.popleft(), context)


def _submitted(
    pool: ProcessPoolExecutor, mails: RawMails, context: Context
) -> Future[Understood] | None:
    try:
        return pool.submit(understood, mails, context.config, context.source_file)
    except (BrokenProcessPool, OSError):
        return None


def _result(mails: RawMails, coming: Future[Understood] | None, context: Context) -> Understood:
    try:
        if coming is not None:
            return coming.result()
    except BrokenProcessPool:
        pass
    return understood(mails, context.config, context.source_file)


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
