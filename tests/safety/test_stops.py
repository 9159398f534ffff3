"""Some of the stops, in a process of their own; `stops.py` runs as many as wanted."""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.stopping import stop_if_asked, stoppable, unstoppable, was_stopped

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Hear stops as at a terminal: a run in the background is told to ignore some of them."""
    before = {number: signal.getsignal(number) for number in STOPS}
    for number in STOPS:
        handler = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_stop_leaves_everything_as_it_was() -> None:
    """Ctrl-C, SIGTERM, a closed terminal, once or twice: exit 4, one line, nothing left behind."""
    script = Path(__file__).with_name("stops.py")
    command = [sys.executable, str(script), "4", "1"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert 0 == run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("number", STOPS)
def test_a_stop_that_a_library_swallows_is_not_forgotten(number: int) -> None:
    """Whoever asks next is told; once the command is over, nobody is."""
    with stoppable():
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(number)
        assert was_stopped()
        with pytest.raises(KeyboardInterrupt):
            stop_if_asked()
    stop_if_asked()


def test_what_is_whole_or_not_is_not_cut() -> None:
    """A signal that comes while a folder is put in its place waits until it is there."""
    steps: list[str] = []
    with stoppable(), contextlib.suppress(KeyboardInterrupt), unstoppable():
        signal.raise_signal(signal.SIGTERM)
        steps.append("whole")
    assert steps == ["whole"]
