"""Scan batches in several processes, in order, never holding more than a few of them.

The calling process is one of them: it scans while the others start, and whenever they have enough
to do. Processes are spawned, not forked: the parent's threads (DuckDB, polars) would not survive a
fork. Each gets the rules ready made and one thread; bodies go in, segments, languages and signals
out.
"""

import gc
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import polars as pl

from pipeline.errors import StageError
from pipeline.memory import building, settled
from pipeline.signals.batch import BatchReader, batch_reader
from pipeline.signals.engine import Scanned, read_batch, read_messages
from pipeline.signals.ruleset import Ruleset

WORTH_PROCESSES = 40_000
"""Below this many messages starting processes costs more than it saves."""

_LARGEST, _SMALLEST = 8_000, 750
"""So many messages are scanned at a time, fewer towards the end: no process works long alone."""

_AHEAD = 2
"""Parts that each process has at a time: one it scans, and what it goes on with."""

_HELD = 20
"""Parts for each process that may be done before an earlier one is."""

_NO_READER = b""
"""Tells a process that still waits for the rules that there is nothing to do for it any more."""

_ENVIRONMENT = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}


def scan_batches(
    batches: Iterable[pl.DataFrame], ruleset: Ruleset, *, workers: int, messages: int
) -> Iterator[tuple[int, Scanned]]:
    """Yield the size of each batch and what the scan says of it, in order.

    `workers` is the number of processes, 0 for one a core; with one, or where there are few
    `messages`, the calling process does the work.

    Raises:
        StageError: a process died.

    """
    count = workers or _cores()
    if count == 1 or (not workers and messages < WORTH_PROCESSES):
        batch_reader(ruleset)
        with settled():
            for batch in batches:
                yield batch.height, read_messages(batch, ruleset)
        return
    try:
        with _processes(ruleset, count - 1) as (executor, reader), settled():
            yield from _shared(_parts(batches, count, messages), executor, reader, count - 1)
    except BrokenProcessPool:
        raise StageError(
            "a scan process died, most likely for want of memory: try --workers 1"
        ) from None


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _processes(ruleset: Ruleset, count: int) -> Iterator[tuple[ProcessPoolExecutor, BatchReader]]:
    """Let processes start, and import what they need while the rules are made ready for all."""
    context = multiprocessing.get_context("spawn")
    readers: multiprocessing.Queue[bytes] = context.Queue()
    executor = ProcessPoolExecutor(count, context, initializer=_start, initargs=(readers,))
    try:
        with _environment():
            for _ in range(count):
                executor.submit(_nothing)
        reader = batch_reader(ruleset)
        batch_reader.cache_clear()  # what comes after the scan needs the memory
        given = pickle.dumps(reader, pickle.HIGHEST_PROTOCOL)
        for _ in range(count):
            readers.put(given)
        del given
        yield executor, reader
    finally:
        for _ in range(count):
            readers.put(_NO_READER)
        executor.shutdown(wait=True, cancel_futures=True)
        readers.cancel_join_thread()  # nobody is left to read
        readers.close()


@dataclass(slots=True)
class _Batch:
    """A batch whose parts are done here and there."""

    height: int
    given: int = 0
    """How many of its messages have been given to anybody."""
    parts: list[Future[Scanned]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.given == self.height and all(part.done() for part in self.parts)

    def scanned(self) -> tuple[int, Scanned]:
        """Put the parts together again; wait for those that are not done."""
        tables = zip(*(part.result() for part in self.parts), strict=True)
        return self.height, Scanned(*map(pl.concat, tables))


def _shared(
    parts: Iterable[tuple[_Batch, pl.DataFrame]],
    executor: ProcessPoolExecutor,
    reader: BatchReader,
    others: int,
) -> Iterator[tuple[int, Scanned]]:
    """Give the other processes enough to do, and do the rest here."""
    waiting: deque[_Batch] = deque()
    there: list[Future[Scanned]] = []
    for batch, part in parts:
        if not waiting or waiting[-1] is not batch:
            waiting.append(batch)
        there = [future for future in there if not future.done()]
        if len(there) < _AHEAD * others:
            with _environment():  # a process may start only now
                future = executor.submit(_scan, part)
            there.append(future)
        else:
            future = Future()
            future.set_result(read_batch(part, reader))
        batch.parts.append(future)
        batch.given += part.height
        held = sum(len(one.parts) for one in islice(waiting, 1, None))
        while waiting and (waiting[0].done or held >= _HELD * others):
            yield waiting.popleft().scanned()
            held = sum(len(one.parts) for one in islice(waiting, 1, None))
    while waiting:
        yield waiting.popleft().scanned()


def _parts(
    batches: Iterable[pl.DataFrame], processes: int, messages: int
) -> Iterator[tuple[_Batch, pl.DataFrame]]:
    """Cut each batch into parts, smaller ones towards the last of all `messages`."""
    left = messages
    for frame in batches:
        batch, start = _Batch(frame.height), 0
        while start < frame.height or not start:
            size = min(max(left // (4 * processes), _SMALLEST), _LARGEST)
            part = frame.slice(start, size)
            yield batch, part
            start += size
            left -= size


@contextmanager
def _environment() -> Iterator[None]:
    """Let processes start with one thread each, whatever the parent has."""
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update(_ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


_READER: list[BatchReader] = []
"""The rules of this process."""


def _start(readers: "multiprocessing.Queue[bytes]") -> None:
    """Take the rules when they come; each process is given them once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops the work
    given = readers.get()
    if given == _NO_READER:
        return
    with building():
        _READER.append(pickle.loads(given))  # noqa: S301 - from the parent
    del given
    gc.freeze()  # the rules stay: no use in looking through them again and again


def _nothing() -> None:
    """Start a process."""


def _scan(batch: pl.DataFrame) -> Scanned:
    return read_batch(batch, _READER[0])
