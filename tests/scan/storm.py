"""Random exports, overlaps, decisions and kills: the state must equal one clean audit.

Run as a script for as many kills as wanted: `python tests/scan/storm.py 200`. Each run makes a few
exports of one archive in random order and overlap, scans after each with a real process that may
be killed at a random moment, decides now and then, changes a setting or a rule file, and compares
at the end.
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
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from exports import ASK, COMPLAINT, FIVE, PLAIN, read_table

import pipeline.audit
import pipeline.scan.part
import pipeline.scan.run
import pipeline.signals.ruleset
from pipeline.audit import AuditRequest, run_audit
from pipeline.config import load_config
from pipeline.scan import run_scan
from pipeline.signals.ruleset import Ruleset, load_ruleset
from pipeline.store import Store

_SLOW = ("scipy.special", "xlsxwriter", "pyarrow", "jinja2", "pipeline.ingest.registry")
TABLES = ("findings", "threads", "incidents", "review_links", "queue")
INNER = (
    *("messages_base", "message_threads", "review_events", "refunds", "messages", "message_keys"),
    *("said", "case_facts", "seller_money", "low_reviews", "asks_withdrawn", "verdicts"),
    *("opinions", "offers_taken", "second_opinions", "weighed", "linked_events"),
    *("coverage", "thread_steps", "rates"),
    *("wording_uses", "wording_kinds", "wording_echoes", "wordings"),
)
"""Tables of which a scan makes only the part that changed, and some that follow from them; their
rows are in no order, and files have other numbers."""
ACCOUNTS = ("message_copies", "message_rows", "sources")
"""Tables in which a content that is no longer there still counts."""
CONFIG = '[inputs]\npaths = ["exports/"]\n[scan]\ndecisions = "decisions.csv"\n'
CONFIG += '[rules]\npaths = ["rules/"]\n'
BUILT_IN = Path(pipeline.signals.ruleset.__file__).with_name("rules") / "vote_asked.toml"
SETTINGS = ("", 'disable = ["positive-review-request"]\n', "[correlate]\nnegative_at_most = 1\n")
OWN = ("", "a new lamp is", "your parcel left")
"""What a rule file of the seller's own finds besides, in bodies that are ordinary service."""
RULE = '\n[[idiom]]\nid = "own"\nneeds = ["{words}"]\nany = [\'{words}\']\n'
MESSAGES = [
    "message_id",
    "thread_id",
    "sent_at",
    "direction",
    "sender",
    "recipient",
    "order_id",
    "body",
]
OTHERS = {
    "reviews": [
        "event_id",
        "review_id",
        "event_type",
        "occurred_at",
        "rating",
        "order_id",
        "buyer_id",
    ],
    "refunds": ["refund_id", "order_id", "refunded_at", "amount", "currency"],
    "orders": ["order_id", "ordered_at", "buyer_id", "asin"],
}
"""Tables besides the messages, with their columns; each arrives in pieces too."""
SAID = "We will never ask you to remove your review."
"""Ordinary, and the wording of a request: near to findings from the first of its kind on."""

BODIES = (ASK, FIVE, COMPLAINT, PLAIN, PLAIN, SAID, "A new lamp is on its way to you.")
Row = tuple[str, ...]
DECISION = "finding_id,decision,reason,note,decided_by,decided_at,expires_on\n"


class Storm:
    """One run: an archive that arrives in pieces, and scans that are killed."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Make up the archive."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.random = random.Random(seed)
        self.threads = self.random.randint(8, 25)
        self.rows = [self._row(number) for number in range(self.random.randint(15, 60))]
        self.others = {name: self._other(name) for name in OTHERS}
        self.reported: list[str] = []
        self.kills = 0
        self.replaced = False
        self.decided: dict[str, str] = {}
        self.changed = 0
        (folder / "exports").mkdir()
        (folder / "rules" / "rules").mkdir(parents=True)
        (folder / "audit.toml").write_text(CONFIG)

    def _moment(self) -> str:
        pick = self.random
        return (
            f"2024-{pick.randint(6, 7):02}-{pick.randint(1, 28):02}T{pick.randint(0, 23):02}:00:00Z"
        )

    def _row(self, number: int) -> Row:
        pick = self.random
        thread = pick.randint(1, self.threads)
        body = pick.choice(BODIES)
        pair = ["shop", f"buyer-{pick.choice((thread, 0))}@mail.example"]
        if body == COMPLAINT:
            pair.reverse()
        direction = "inbound" if body == COMPLAINT else "outbound"
        name = f"m{number}" if pick.random() < 0.8 else ""
        given = f"t{thread}" if pick.random() < 0.7 else ""
        order = f"o{thread}" if pick.random() < 0.5 else ""
        return (name, given, self._moment(), direction, *pair, order, f"{body} ({number % 9})")

    def _other(self, name: str) -> list[Row]:
        pick = self.random
        rows: list[Row] = []
        for number in range(pick.randint(0, 12)):
            order, moment = f"o{pick.randint(1, self.threads)}", self._moment()
            buyer = f"buyer-{pick.randint(0, self.threads)}@mail.example"
            if name == "reviews":
                kind = pick.choice(("created", "updated", "removed"))
                ids = (f"e{number}", f"R{number // 2}", kind, moment, str(pick.randint(1, 5)))
                rows.append((*ids, *pick.choice(((order, ""), ("", buyer)))))
            elif name == "refunds":
                rows.append((f"r{number}", order, moment, "5.00", "GBP"))
            else:
                rows.append((order, moment, buyer, "B1"))
        return rows

    def run(self) -> None:
        """Let the pieces arrive, scan after each, and compare with one clean audit."""
        pieces = self.random.randint(2, 5)
        left = self.rows[:]
        self.random.shuffle(left)
        size = -(-len(left) // pieces)
        for number in range(pieces):
            piece = left[number * size : (number + 1) * size]
            overlap = self.random.sample(self.rows, self.random.randint(0, 3))
            rows = sorted({*piece, *(r for r in overlap if r in left[: number * size])})
            name = self.random.choice((f"export-{number}", f"a-{number}", "export"))
            self._export(name, MESSAGES, rows)
            for kind, columns in OTHERS.items():
                if self.random.random() < 0.5:
                    self._export(f"{kind}-{number}", columns, self.others[kind][number::pieces])
            self.scan(kill=self.random.random() < 0.7)
            self._decide()
            if self.random.random() < 0.2:
                (self.folder / "audit.toml").write_text(CONFIG + self.random.choice(SETTINGS))
            if self.random.random() < 0.2:
                self._change_rules()
            config = load_config(self.folder / "audit.toml")
            _ruleset(config.rule_paths, config.disabled)
        for kind, columns in OTHERS.items():
            self._export(kind, columns, self.others[kind])
        self.scan(kill=False)
        self._compare()

    def _export(self, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write a table; a longer export of the same name holds what the shorter one held."""
        path = self.folder / "exports" / f"{name}.csv"
        self.replaced |= path.exists()
        held = list(csv.reader(path.read_text().splitlines()))[1:] if path.exists() else []
        rows = sorted({*map(tuple, held), *rows})
        with path.open("w", newline="") as handle:
            csv.writer(handle).writerows([columns, *rows])

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

    def _change_rules(self) -> None:
        """Write a rule file of the seller's own, another one, or none."""
        self.changed += 1
        target = self.folder / "rules" / "rules" / "vote_asked.toml"
        words = self.random.choice(OWN)
        if words:
            target.write_text(BUILT_IN.read_text() + RULE.format(words=words))
        else:
            target.unlink(missing_ok=True)

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
        for table in (*INNER, *(() if self.replaced else ACCOUNTS)):
            assert _sorted(clean[table]).equals(_sorted(stored[table])), table
        ids = set(clean["findings"]["finding_id"])
        assert len(self.reported) == len(set(self.reported)), self.reported
        assert ids <= set(self.reported), ids - set(self.reported)
        with Store(self.folder / "audit-state" / "state.duckdb", read_only=True) as store:
            gone = store.table("reported").filter(pl.col("status") == "gone")["finding_id"]
            quoted = store.table("quoted_texts")
            texts = store.table("messages", columns=quoted.columns)
            assert quoted.join(texts, on=quoted.columns, nulls_equal=True).height == quoted.height
        assert set(self.reported) - ids == set(gone), (self.reported, ids)
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
        return {name: store.table(name) for name in (*TABLES, *INNER, *ACCOUNTS)}


def _sorted(table: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in table.columns if name != "source_no"]
    return table.select(columns).sort(columns)


def storm(seed: int) -> tuple[int, int]:
    """Run one storm; return how many scans were killed and how often a rule file changed in it."""
    with tempfile.TemporaryDirectory() as folder:
        run = Storm(Path(folder) / "shop", seed)
        run.run()
        return run.kills, run.changed


_known: dict[tuple[object, ...], Ruleset] = {}


def _ruleset(paths: Sequence[Path] = (), disabled: Sequence[str] = ()) -> Ruleset:
    """Return the rules, read once for all processes that are forked from here on."""
    files = [path for base in paths for path in sorted(base.rglob("*.toml"))]
    own = [(path.name, path.read_bytes()) for path in files]
    key = (*own, *disabled)
    if key not in _known:
        rules = _known[key] = load_ruleset(paths, disabled)
        _ = rules.lexicon, rules.patterns, rules.idioms
    return _known[key]


def prepare() -> None:
    """Read the rules once for all processes; leave the invariants to the tests they have.

    Scans must take their time for what can be torn by a kill. Whatever its size, only the part
    that changed is judged again.
    """
    for name in _SLOW:
        importlib.import_module(name)
    _ruleset()
    pipeline.scan.run.cached_ruleset = _ruleset
    pipeline.audit.cached_ruleset = _ruleset
    pipeline.audit.run_checks = lambda *_: None
    pipeline.scan.part.run_checks = lambda *_: None
    pipeline.scan.part.WORTH = pipeline.scan.part.FEW = 0


if __name__ == "__main__":
    prepare()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    killed, changed, number = 0, 0, first
    while killed < wanted:
        kills, changes = storm(number)
        killed, changed, number = killed + kills, changed + changes, number + 1
        said = f"{number - first} runs, {killed} kills, {changed} changes of rule files: all equal"
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()
