"""Whole runs of the command, as anyone would start it: CPU seconds, the clock, memory."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

ALIKE = ("findings", "threads", "incidents", "review_links")
"""The tables that must be the same whatever engine scans."""


@dataclass(frozen=True)
class Audit:
    """What one run of `msgaudit audit` took."""

    messages: int
    cpu: float
    clock: float
    peak: int
    """The most bytes that all its processes held at one time."""
    stages: dict[str, float]
    findings: int

    @property
    def each(self) -> float:
        """CPU seconds a message."""
        return self.cpu / self.messages


def run_audit(archive: Path, out: Path, *options: str) -> Audit:
    """Run the command and watch it."""
    command = [sys.executable, "-m", "pipeline", "audit", str(archive), "--out", str(out), *options]
    before, peak = time.perf_counter(), 0
    usage = os.times()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            peak = max(peak, tree_memory(process.pid))
            time.sleep(0.2)
        said = process.stderr.read().decode() if process.stderr else ""
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {said}")
    after = os.times()
    cpu = after.children_user + after.children_system - usage.children_user - usage.children_system
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    totals = summary["totals"]
    return Audit(
        totals["messages"], cpu, time.perf_counter() - before, peak, summary["timing"],
        totals.get("findings", 0),
    )  # fmt: skip


def tree_memory(pid: int) -> int:
    """Return the resident bytes of a process and all its descendants.

    Proportional set size where the system tells it: pages shared by processes count by parts.
    """
    total = 0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            for line in Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
            for task in Path(f"/proc/{one}/task").iterdir():
                children = (task / "children").read_text(encoding="ascii")
                waiting += map(int, children.split())
        except OSError:
            continue
    return total


def fastest(command: Sequence[str], times: int) -> float:
    """Return the seconds by the clock of a command's fastest run."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        found.append(time.perf_counter() - start)
    return min(found)


def command_path() -> str:
    """Return where the installed command is."""
    return str(Path(sys.executable).with_name("msgaudit"))


def spark_is_here() -> bool:
    """Tell whether the scan can run on Spark on this machine."""
    tried = subprocess.run(
        [sys.executable, "-c", "import pyspark, pandas"], capture_output=True, check=False
    )
    return tried.returncode == 0 and shutil.which("java") is not None


def differences(one: Path, other: Path, tables: Sequence[str] = ALIKE) -> list[str]:
    """Return the tables that two audits do not have alike, row for row."""
    with duckdb.connect() as con:
        for name, out in (("one", one), ("other", other)):
            con.execute(f"attach '{out / 'audit.duckdb'}' as {name} (read_only)")
        return [
            table
            for table in tables
            if con.execute(
                f"select count(*) from ((from one.{table} except all from other.{table})"  # noqa: S608
                f" union all (from other.{table} except all from one.{table}))"
            ).fetchall()[0][0]
        ]
