"""A few of the storms, in a process of their own; `storm.py` runs as many as wanted."""

import subprocess
import sys
from pathlib import Path


def test_a_state_equals_one_clean_audit() -> None:
    """Pieces, overlaps, decisions and kills: same tables, everything reported once."""
    script = Path(__file__).with_name("storm.py")
    command = [sys.executable, str(script), "2", "1"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)

    assert 0 == run.returncode, run.stdout + run.stderr
