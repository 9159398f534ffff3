"""How long each stage takes, how far it is, and how much memory the run has needed."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

try:
    import resource
except ImportError:  # not on every system
    resource = None  # type: ignore[assignment]

from pipeline.stopping import stop_if_asked

Progress = Callable[[str], None]

_LEAST_SECONDS = 2.0
"""A rate over less time than this says nothing."""


class Clock:
    """Seconds of each stage; none where the output is to be the same bytes every time."""

    def __init__(self, progress: Progress) -> None:
        """Start with no stage run."""
        self.progress = progress
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Say that a stage begins, and keep its seconds."""
        stop_if_asked()
        self.progress(name)
        start = time.perf_counter()
        yield
        self._seconds[name] = round(time.perf_counter() - start, 3)

    def timing(self) -> dict[str, float] | None:
        """Return seconds by stage."""
        return None if _reproducible() else dict(self._seconds)

    def peak_memory(self) -> dict[str, int] | None:
        """Return the most bytes this process, and any one of its scan processes, had resident."""
        if _reproducible() or resource is None:
            return None
        unit = 1 if sys.platform == "darwin" else 1024
        own, scan = (
            resource.getrusage(who).ru_maxrss * unit
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        return {"process": own, "scan_process": scan}


class Counter:
    """Says how much of a stage is done, how fast it goes and how long it still takes."""

    def __init__(self, progress: Progress, what: str, total: int) -> None:
        """Start to count."""
        self._progress, self._what, self._total = progress, what, total
        self._done = 0
        self._start = time.monotonic()

    def add(self, count: int) -> None:
        """Count more as done, and say so."""
        self._done += count
        said = f"{self._what}: {self._done:,} of {self._total:,}"
        spent = time.monotonic() - self._start
        if spent >= _LEAST_SECONDS and self._done:
            left = (self._total - self._done) * spent / self._done
            said += f", {self._done / spent:,.0f}/s, {_duration(left)} left"
        self._progress(said)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _reproducible() -> bool:
    return os.environ.get("SOURCE_DATE_EPOCH", "").isdigit()
