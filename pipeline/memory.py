"""Give memory that is no longer used back to the system: libraries keep it for later otherwise."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SETTLED: list[None] = []
"""One for each `settled` that is not over."""


@contextmanager
def building() -> Iterator[None]:
    """Let the garbage collector rest while much is made that stays: it finds nothing to free."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


@contextmanager
def settled() -> Iterator[None]:
    """Let the garbage collector not look through what there is now again and again: rules stay."""
    gc.freeze()
    _SETTLED.append(None)
    try:
        yield
    finally:
        _SETTLED.pop()
        if not _SETTLED:
            gc.unfreeze()


def give_back() -> None:
    """Collect garbage; let Arrow's pool and the C library (glibc) return their free pages.

    Arrow's pool alone keeps what a reader's largest blocks took: about 90 MB after a CSV file.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow, and scan processes do without

    gc.collect()
    pa.default_memory_pool().release_unused()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library
        return
    trim(0)
