"""Runs a reader one step ahead in a thread: it parses while what it read is being understood.

Parsing, polars and Parquet all work outside the interpreter's lock, so two cores are used.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield what `items` yields, in its order; an error arrives where the item would have."""
    iterator = iter(items)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(_next, iterator)
        while found := coming.result():
            coming = pool.submit(_next, iterator)
            yield found[0]


def _next(iterator: Iterator[T]) -> tuple[T] | None:
    for item in iterator:
        return (item,)
    return None
