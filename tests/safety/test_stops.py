"""Some of the stops, in a process of their own; `stops.py` runs as many as wanted."""

import subprocess
import sys
from pathlib import Path


def test_a_stop_leaves_everything_as_it_was() -> None:
    """Ctrl-C, SIGTERM, a closed terminal, once or twice: exit 4, one line, nothing left behind."""
    script = Path(__file__).with_name("stops.py")
    command = [sys.executable, str(script), "4", "1"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert 0 == run.returncode, run.stdout + run.stderr
