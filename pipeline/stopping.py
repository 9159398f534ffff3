"""Stopping: what Ctrl-C, SIGTERM and a closed terminal do, and what they may not cut in two."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

STOPPED = 4
"""The exit code of a run that was stopped or failed."""

SAID = "stopped; everything is as it was before"

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_STOPPED: list[int] = []
"""The signals that came; a library may have turned the exception into one of its own."""

_DONE: list[bool] = []
"""Filled once the result is in its place: from then on it is too late to stop."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn each of these signals into a KeyboardInterrupt while the block runs.

    One that rises where nothing can be raised (while an object goes) is not printed either.
    """
    _forget()
    told = sys.unraisablehook
    sys.unraisablehook = lambda one: None if _of_a_stop(one) else told(one)
    with _handled(_stop):
        try:
            yield
        finally:
            sys.unraisablehook = told
            _forget()


def was_stopped() -> bool:
    """Say whether a signal came, whatever became of the KeyboardInterrupt it raised."""
    return bool(_STOPPED)


def stop_if_asked() -> None:
    """Raise the KeyboardInterrupt that a library has swallowed.

    Raises:
        KeyboardInterrupt: a signal came.

    """
    if _STOPPED:
        raise KeyboardInterrupt


def done() -> None:
    """Say that the result is in its place: what is left to do, printing it, is not stopped."""
    _DONE.append(True)


@contextmanager
def unstoppable() -> Iterator[None]:
    """Put signals off until the block is over: what it does takes a moment and is whole or not."""
    came: list[int] = []
    try:
        with _handled(lambda number, _frame: came.append(number)):
            yield
    finally:
        for number in came:
            signal.raise_signal(number)


def _stop(number: int, _frame: FrameType | None) -> None:
    if not _DONE:
        _STOPPED.append(number)
        raise KeyboardInterrupt


def _of_a_stop(unraisable: "sys.UnraisableHookArgs") -> bool:
    return issubclass(unraisable.exc_type, KeyboardInterrupt)


def _forget() -> None:
    _STOPPED.clear()
    _DONE.clear()


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    """Use a handler for all of the signals; only the main thread can, and only it is signalled.

    What is ignored (`nohup`) stays ignored.
    """
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        known = {number: signal.getsignal(number) for number in _SIGNALS}
        before = {n: one for n, one in known.items() if one not in (None, signal.SIG_IGN)}
        for number in before:
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, one in before.items():
            signal.signal(number, one)
