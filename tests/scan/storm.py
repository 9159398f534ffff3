"""Random exports, overlaps, decisions and kills: the state must equal one clean audit.

Run as a script for as many runs as wanted: `python tests/scan/storm.py 200`. Each run makes a few
exports of one archive in random order and overlap, scans after each with a real process that may
be killed at a random moment, decides now and then, and compares at the end.
"""

import csv
import importlib
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from exports import ASK, COMPLAINT, FIVE, PLAIN, Row, read_table, write_messages

import pipeline.audit
import pipeline.scan.run
from pipeline.audit import AuditRequest, run_audit
from pipeline.config import load_config
from pipeline.scan import run_scan
from pipeline.signals.ruleset import load_ruleset
from pipeline.store import Store

_SLOW = ("scipy.stats", "xlsxwriter", "pyarrow", "jinja2", "pipeline.ingest.registry")
TABLES = ("findings", "threads", "incidents", "review_links", "queue")
PLACES = ("source_file", "source_locator")
CONFIG = '[inputs]\npaths = ["exports/"]\n[scan]\ndecisions = "decisions.csv"\n'
BODIES = (ASK, FIVE, COMPLAINT, PLAIN, PLAIN, "A new lamp is on its way to you.")
DECISION = "finding_id,decision,reason,note,decided_by,decided_at,expires_on\n"


class Storm:
    """One run: an archive that arrives in pieces, and scans that are killed."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Make up the archive."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.random = random.Random(seed)
        self.rows = [self._row(number) for number in range(self.random.randint(8, 20))]
        self.reported: list[str] = []
        self.kills = 0
        self.decided: dict[str, str] = {}
        (folder / "exports").mkdir()
        (folder / "audit.toml").write_text(CONFIG)

    def _row(self, number: int) -> Row:
        pick = self.random
        month, day, hour = pick.randint(6, 7), pick.randint(1, 28), pick.randint(0, 23)
        body = pick.choice(BODIES)
        direction = "inbound" if body == COMPLAINT else "outbound"
        moment = f"2024-{month:02}-{day:02}T{hour:02}:00:00Z"
        return (f"m{number}", f"t{pick.randint(1, 6)}", moment, direction, body)

    def run(self) -> None:
        """Let the pieces arrive, scan after each, and compare with one clean audit."""
        pieces = self.random.randint(2, 3)
        left = self.rows[:]
        self.random.shuffle(left)
        size = -(-len(left) // pieces)
        for number in range(pieces):
            piece = left[number * size : (number + 1) * size]
            overlap = self.random.sample(self.rows, self.random.randint(0, 3))
            rows = sorted({*piece, *(r for r in overlap if r in left[: number * size])})
            write_messages(self.folder / "exports" / f"export-{number}.csv", rows)
            self.scan(kill=self.random.random() < 0.7)
            self._decide()
        self.scan(kill=False)
        self._compare()

    def scan(self, *, kill: bool) -> None:
        """Scan, perhaps killed on the way, until one comes through; note what it says is new."""
        before = self._issues()
        for _ in range(self.random.randint(2, 6) if kill else 0):
            self.kills += 1
            child = _forked(self._scan)
            time.sleep(self.random.random() * Storm.lasted)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        started = time.monotonic()
        _, status = os.waitpid(_forked(self._scan), 0)
        Storm.lasted = time.monotonic() - started
        assert os.waitstatus_to_exitcode(status) in {0, 1}
        for path in sorted((self.folder / "scans").glob("2*/evidence/changes.csv")):
            issue = (path.parents[1] / "summary.json").read_bytes()
            if before.get(path) != issue:
                self.reported += [r["finding_id"] for r in read_table(path) if r["change"] == "new"]
        left = [p.name for p in (self.folder / "scans").iterdir() if p.name.startswith(".")]
        assert not left, left

    lasted = 4.0

    def _scan(self) -> int:
        return int(run_scan(load_config(self.folder / "audit.toml")).failed)

    def _issues(self) -> dict[Path, bytes]:
        paths = sorted((self.folder / "scans").glob("2*/evidence/changes.csv"))
        return {path: (path.parents[1] / "summary.json").read_bytes() for path in paths}

    def _decide(self) -> None:
        known = sorted(set(self.reported) - set(self.decided))
        if known and self.random.random() < 0.5:
            chosen = self.random.choice(known)
            self.decided[chosen] = "dismissed"
            path = self.folder / "decisions.csv"
            head = "" if path.exists() else DECISION
            with path.open("a", newline="") as handle:
                handle.write(head)
                csv.writer(handle).writerow([chosen, "dismissed", "other", "", "Ann", "", ""])

    def _compare(self) -> None:
        _, status = os.waitpid(_forked(self._differences), 0)
        assert os.waitstatus_to_exitcode(status) == 0

    def _differences(self) -> int:
        out = self.folder / "clean"
        config = load_config(self.folder / "audit.toml")
        run_audit(AuditRequest([self.folder / "exports"], out, config))
        clean = _tables(out / "audit.duckdb")
        stored = _tables(self.folder / "audit-state" / "state.duckdb")
        for table in TABLES:
            assert clean[table].equals(stored[table]), (table, clean[table], stored[table])
        ids = sorted(clean["findings"]["finding_id"])
        assert sorted(self.reported) == ids, (self.reported, ids)
        return 0


def _forked(work: Callable[[], int]) -> int:
    """Start work in a process of its own that has the rules already; return its id."""
    child = os.fork()
    if child:
        return child
    code = 99
    try:
        code = work()
    except BaseException:  # noqa: BLE001 - whatever it is, it is shown, and the process ends here
        traceback.print_exc()
    finally:
        os._exit(code)


def _tables(database: Path) -> dict[str, pl.DataFrame]:
    with Store(database, read_only=True) as store:
        return {name: store.table(name) for name in TABLES}


def storm(seed: int) -> int:
    """Run one storm; return how many scans were killed in it."""
    with tempfile.TemporaryDirectory() as folder:
        run = Storm(Path(folder) / "shop", seed)
        run.run()
        return run.kills


def prepare() -> None:
    """Read the rules once for all processes; leave the invariants to the tests they have.

    Scans must take their time for what can be torn by a kill.
    """
    for name in _SLOW:
        importlib.import_module(name)
    rules = load_ruleset()
    _ = rules.lexicon, rules.patterns, rules.idioms
    pipeline.scan.run.load_ruleset = lambda *_: rules
    pipeline.audit.load_ruleset = lambda *_: rules
    pipeline.audit.run_checks = lambda *_: None


if __name__ == "__main__":
    prepare()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    killed, number = 0, first
    while killed < wanted:
        killed += storm(number)
        number += 1
        sys.stdout.write(f"{number - first} runs, {killed} kills: all equal\n")
        sys.stdout.flush()
