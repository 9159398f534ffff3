"""How long the scan stage takes: `python tests/benchmarks/bench_scan.py ARCHIVE MESSAGES WORKERS`.

Prints seconds by the clock and CPU seconds of all processes; the rules are loaded beforehand, the
start of the scan processes counts.
"""
# ruff: noqa: T201 - figures are what it is for

import os
import sys
import time
from pathlib import Path

import polars as pl

from pipeline.signals.pool import scan_batches
from pipeline.signals.ruleset import load_ruleset

COLUMNS = ("message_id", "subject", "body", "direction")
BATCH = 20_000


def main(archive: Path, messages: int, workers: int) -> None:
    """Scan an archive's first messages."""
    batch = pl.read_csv(archive / "messages.csv", n_rows=messages).select(COLUMNS)
    rules = load_ruleset()
    start, used = time.perf_counter(), sum(os.times()[:4])
    for _ in scan_batches(batch.iter_slices(BATCH), rules, workers=workers, messages=messages):
        pass
    print(time.perf_counter() - start, sum(os.times()[:4]) - used)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
