"""What a month costs on a state of years, against what that month costs alone.

`python tests/benchmarks/bench_month.py [MONTH]`: MONTH (100,000) messages a month over two years.
The first scan takes 23 of them; then the last month arrives, and is scanned on that state and on
an empty one. The goal is at most twice. Printed besides: the month run again (nothing to do), and
one text checked before it is sent. CPU seconds of all processes bear a busy machine; the scan is
kept to one process in all runs.
"""
# ruff: noqa: T201 - figures are what it is for

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import polars as pl
from archive import write_archive

MONTHS = 24
CONFIG = '[inputs]\npaths = ["exports/"]\n[seller]\naddresses = ["shop@example.com"]\n'
CHECKS = 9
TIMES = {"messages": "sent_at", "reviews": "occurred_at", "orders": "ordered_at"}
TIMES |= {"refunds": "refunded_at", "notices": "received_at"}


@dataclass(frozen=True)
class Took:
    """What a run took: all cores, and by the clock."""

    cpu: float
    clock: float

    def __str__(self) -> str:
        """Return it for people."""
        return f"{self.cpu:,.1f} CPU s, {self.clock:,.1f} s"


def run(folder: Path, *arguments: str) -> Took:
    """Run the command in a process of its own, as a timer would."""
    before, start = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "pipeline", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(arguments)} failed: {done.stderr}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user
    return Took(cpu - before.children_system, time.perf_counter() - start)


def shop(folder: Path) -> Path:
    """Make a folder with settings and an empty folder for exports."""
    (folder / "exports").mkdir(parents=True)
    (folder / "audit.toml").write_text(CONFIG, encoding="utf-8")
    return folder


def split(archive: Path, earlier: Path, month: Path) -> str:
    """Share the archive out: the last month, and what was before it; return the month's name."""
    sent = pl.scan_csv(archive / "messages.csv", infer_schema=False).select("sent_at")
    months = sent.collect()["sent_at"].str.slice(0, 7).value_counts().sort("sent_at")
    last = str(months.filter(pl.col("count") > pl.col("count").max() / 2)["sent_at"][-1])
    for name, column in TIMES.items():
        rows = pl.scan_csv(archive / f"{name}.csv", infer_schema=False)
        old = pl.col(column).str.slice(0, 7) < last
        rows.filter(old).sink_csv(earlier / f"{name}-before.csv")
        rows.filter(~old).sink_csv(month / f"{name}-{last}.csv")
    return last


def main(month_messages: int) -> None:
    """Measure, and say it."""
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        state, alone = shop(base / "state"), shop(base / "alone")
        archive = write_archive(base / "archive", MONTHS * month_messages)
        month = split(archive, state / "exports", alone / "exports")
        shutil.rmtree(archive)
        print(f"the first scan of {MONTHS - 1} months: {run(state, 'scan', '-c', 'audit.toml')}")
        size = (state / "audit-state" / "state.duckdb").stat().st_size
        shutil.copytree(alone / "exports", state / "exports", dirs_exist_ok=True)
        scan = ("scan", "-c", "audit.toml", "--month", month)
        costs = {folder: run(folder, *scan) for folder in (alone, state)}
        print(f"the month alone: {costs[alone]}")
        print(f"the month on a state of {size / 1e6:,.0f} MB: {costs[state]}")
        for name in ("cpu", "clock"):
            ratio = getattr(costs[state], name) / getattr(costs[alone], name)
            print(f"  {name}: {ratio:.2f} times the month alone (at most 2)")
        print(f"the same month again: {run(state, *scan)}")
        checks = [run(state, "check", "We have refunded you. Could you change your review?")]
        checks += [run(state, "check", "Please give us five stars.") for _ in range(CHECKS)]
        print(f"one text checked, median of {CHECKS}: {median(c.clock for c in checks[1:]):.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
