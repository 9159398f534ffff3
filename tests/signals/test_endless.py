"""One message full of the rules' own words costs what its length costs, however it repeats them."""

import subprocess
import sys
from pathlib import Path

from bounded import ends_within_limits

from pipeline.signals.document import sentence_starts

_SCRIPT = Path(__file__).with_name("endless.py")


def test_words_repeated_without_end_are_read_in_one_pass() -> None:
    """Both engines find the same within seconds; each hit held against each needs minutes."""
    done = subprocess.run([sys.executable, _SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_endless_stops_end_nothing() -> None:
    """Stops with a letter behind them are tried once, not from each of them."""
    text = "." * 200_000 + "a" + "!." * 100_000 + "a"
    assert ends_within_limits(lambda: sentence_starts(text))
