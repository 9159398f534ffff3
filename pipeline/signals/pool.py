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

import polars as pl

from pipeline.errors import StageError
from pipeline.memory import settled
from pipeline.signals.batch import BatchReader, batch_reader
from pipeline.signals.engine import Scanned, read_batch, read_messages
from pipeline.signals.ruleset import Ruleset

WORTH_PROCESSES = 40_000
"""Below this many messages starting processes costs more than it saves."""

_AHEAD = 2
"""Batches that wait or are done for each process."""

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
    reader = [pickle.dumps(batch_reader(ruleset))]
    batch_reader.cache_clear()  # the processes have it
    executor = ProcessPoolExecutor(
        count, multiprocessing.get_context("spawn"), initializer=_start, initargs=(reader,)
    )
    waiting: deque[tuple[int, Future[Scanned]]] = deque()
    try:
        for batch in batches:
            with _environment():  # the processes start with the first batches
                waiting.append((batch.height, executor.submit(_scan, batch)))
            if len(waiting) > _AHEAD * count:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _first(waiting: deque[tuple[int, Future[Scanned]]]) -> tuple[int, Scanned]:
    height, future = waiting.popleft()
    return height, future.result()


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


def _start(reader: list[bytes]) -> None:
    """Unpack the rules; the list is emptied, for the executor keeps what it was given."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops the work
    _READER.append(pickle.loads(reader.pop()))  # noqa: S301 - from the parent
    gc.collect()
    gc.freeze()  # the rules stay: no use in looking through them again and again


def _scan(batch: pl.DataFrame) -> Scanned:
    return read_batch(batch, _READER[0])
