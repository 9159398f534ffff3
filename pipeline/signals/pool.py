"""Scan batches in processes of their own, in order, never holding more than a few of them.

Processes are spawned, not forked: the parent's threads (DuckDB, polars) would not survive a fork.
Each gets the rules ready made and one thread; bodies go in, segments, languages and signals out.
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
from itertools import islice

import polars as pl

from pipeline.errors import StageError
from pipeline.memory import building, settled
from pipeline.signals.batch import BatchReader, batch_reader
from pipeline.signals.engine import Scanned, read_batch, read_messages
from pipeline.signals.ruleset import Ruleset

WORTH_PROCESSES = 40_000
"""Below this many messages starting processes costs more than it saves."""

_PART = 4_000
"""So many messages a process gets at a time: with few large parts one process ends long before the
other, and smaller ones save nothing."""

_AHEAD = 4
"""Parts that wait or are done for each process."""

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
        yield from _in_processes(batches, ruleset, count)
    except BrokenProcessPool:
        raise StageError(
            "a scan process died, most likely for want of memory: try --workers 1"
        ) from None


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(
    batches: Iterable[pl.DataFrame], ruleset: Ruleset, count: int
) -> Iterator[tuple[int, Scanned]]:
    context = multiprocessing.get_context("spawn")
    readers: multiprocessing.Queue[bytes] = context.Queue()
    executor = ProcessPoolExecutor(count, context, initializer=_start, initargs=(readers,))
    waiting: deque[tuple[int, list[Future[Scanned]]]] = deque()
    try:
        with _environment():  # all processes start, and import what they need meanwhile
            for _ in range(count):
                executor.submit(_nothing)
        reader = pickle.dumps(batch_reader(ruleset))
        batch_reader.cache_clear()  # the processes have it
        for _ in range(count):
            readers.put(reader)
        del reader
        for batch in batches:
            with _environment():  # a process may start only now
                parts = [executor.submit(_scan, part) for part in _parts(batch)]
            waiting.append((batch.height, parts))
            while sum(len(parts) for _, parts in islice(waiting, 1, None)) >= _AHEAD * count:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        for _ in range(count):
            readers.put(_NO_READER)
        executor.shutdown(wait=True, cancel_futures=True)
        readers.cancel_join_thread()  # nobody is left to read
        readers.close()


def _parts(batch: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Cut a batch into parts of much the same size."""
    count = max(-(-batch.height // _PART), 1)
    size = max(-(-batch.height // count), 1)
    return (batch.slice(place * size, size) for place in range(count))


def _first(waiting: deque[tuple[int, list[Future[Scanned]]]]) -> tuple[int, Scanned]:
    height, futures = waiting.popleft()
    tables = zip(*(future.result() for future in futures), strict=True)
    return height, Scanned(*map(pl.concat, tables))


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
