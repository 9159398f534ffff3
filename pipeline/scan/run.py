"""The scan itself: read what is new, judge the whole state, report the months that have news."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import __version__
from pipeline.audit import (
    AuditRequest,
    report_meta,
    stage_params,
)
from pipeline.clock import Clock
from pipeline.config import Config
from pipeline.errors import NothingReadError, StageError, UsageError
from pipeline.ingest import SourceFile, find_files, read_files
from pipeline.model import SEVERITIES
from pipeline.queries import queries
from pipeline.report.meta import build_time
from pipeline.scan.changes import Current, Reported, changes_of
from pipeline.scan.folders import MonthFolder, write_month
from pipeline.scan.inputs import Plan, Planner, unchanged
from pipeline.scan.judging import Judging
from pipeline.scan.keep import KeepingStore
from pipeline.scan.kinship import TABLES as KINSHIP
from pipeline.scan.layout import RAW, SCANS, TEXTS, info_of, put_info
from pipeline.scan.lock import locked
from pipeline.scan.monthly import put_monthly
from pipeline.scan.part import judged_alike
from pipeline.scan.state import (
    Pending,
    State,
    issue_of,
    place,
    put_pending,
    put_reported,
    reported_of,
)
from pipeline.signals.cache import cached_ruleset
from pipeline.signals.ruleset import Ruleset
from pipeline.store import Store

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class MonthScan:
    """What one month's folder says."""

    month: str
    folder: Path
    counts: Mapping[str, int]
    late: int
    unauthorised: int = 0
    """Messages of the month by people who were not authorised to write that day."""
    settled: int = 0
    """Findings that were dismissed since the scan before."""

    def line(self) -> str:
        """Return what the command prints of the month."""
        said = ", ".join(f"{n} {name}" for name, n in self.counts.items() if n) or "nothing"
        late = f" ({self.late} of earlier months, seen late)" if self.late else ""
        return f"  {self.month}: {said}{late}"


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found, for the command line, `--json` and the notification."""

    months: Sequence[str]
    written: Sequence[MonthScan]
    found: Mapping[str, int]
    """Undismissed findings that these months' scans reported as new or expired, by severity."""
    fail_on: str
    files_new: int
    rules_changed: bool
    totals: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether there is one at or above the configured severity."""
        at = SEVERITIES.index(self.fail_on)
        return any(self.found.get(name) for name in SEVERITIES[at:])

    def as_dict(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "months": list(self.months),
            "written": [
                {
                    "month": m.month,
                    "folder": str(m.folder),
                    "report": str(m.folder / "report.html"),
                    "changes": dict(m.counts),
                    "late": m.late,
                    "unauthorised": m.unauthorised,
                    "settled": m.settled,
                }
                for m in self.written
            ],
            "new_or_expired": dict(self.found),
            "fail_on": self.fail_on,
            "failed": self.failed,
            "files_new": self.files_new,
            "rules_changed": self.rules_changed,
            "totals": dict(self.totals),
        }

    def lines(self) -> list[str]:
        """Return what the command prints."""
        lines = [f"{self.files_new} new files; {len(self.written)} month folders written"]
        if self.rules_changed:
            lines.append("  rules or settings have changed: everything was judged again")
        for month in self.written:
            lines.append(month.line())
            if month.unauthorised:
                table = month.folder / "evidence" / "unauthorised_senders.csv"
                lines.append(f"    {month.unauthorised} sent by people not authorised: {table}")
            lines.append(f"    report: {month.folder / 'report.html'}")
        if not self.written:
            lines.append("  nothing has changed since the last scan")
        return lines


def run_scan(config: Config, *, month: str = "", progress: Progress = lambda _: None) -> ScanResult:
    """Scan the configured inputs into the state; report `month`, or every month that has news.

    Raises:
        UsageError: no inputs are configured, or one does not exist.
        NothingReadError: no input yielded a row, and there is no state.
        StageError: another scan is running, the state is damaged, or a stage failed; state and
            folders are as they were before.

    """
    if not config.input_paths:
        raise UsageError("inputs.paths is empty: name the folders to scan", source=str(config.base))
    state = State(config.scan_state)
    listed = find_files(config.input_paths)
    with locked(config.scan_state):
        state.recover(config.scan_out)
        ruleset = cached_ruleset(config.rule_paths, config.disabled)
        return _Scan(state, config, ruleset, progress).run(listed, month)


def report_again(config: Config, month: str) -> ScanResult:
    """Report a month from what is stored, by today's decisions; files that are new wait for a scan.

    Raises:
        StageError: there is no state yet, or as `run_scan`.

    """
    state = State(config.scan_state)
    with locked(config.scan_state):
        state.recover(config.scan_out)
        if not state.database.exists():
            raise StageError("does not exist", source=str(state.database))
        ruleset = cached_ruleset(config.rule_paths, config.disabled)
        return _Scan(state, config, ruleset, lambda _: None).run(None, month)


class _Scan:
    """One scan on its way: the pieces that its steps share."""

    def __init__(self, state: State, config: Config, ruleset: Ruleset, progress: Progress) -> None:
        self.state, self.config, self.ruleset = state, config, ruleset
        self.clock = Clock(progress)
        self.request = AuditRequest(
            inputs=config.input_paths,
            out=config.scan_out,
            config=config,
            shown_inputs=tuple(path.name for path in config.input_paths),
        )
        self.params = stage_params(self.request, ruleset)
        self.pending: list[Pending] = []
        self.written: list[MonthScan] = []
        self.changed = False
        """Whether the state is another one than before: else it stays as it is, byte for byte."""

    def run(self, listed: Sequence[SourceFile] | None, month: str) -> ScanResult:
        """Scan the files listed, or (None) what is stored as it is."""
        try:
            result = self._next_state(listed, month)
        except BaseException as error:
            self.state.give_up(self.pending)
            if damage := self.state.damage(error):
                raise damage from None
            raise
        if not self.changed:
            self.state.give_up(())
            return result
        self.state.commit(self.pending)
        for item in self.pending:
            place(item)
        return result

    def _next_state(self, listed: Sequence[SourceFile] | None, month: str) -> ScanResult:
        """Make what the state will be, and the folders that belong to it, beside their places."""
        with self.state.begin(self.config.scan_out) as store:
            info = info_of(store)
            plan = self._unchanged(store) if listed is None else self._read(store, listed)
            before = dict(info)
            info["scan_no"] = str(int(info.get("scan_no", "0")) + 1)
            same_rules = self._rules(store, info)
            key = self._key(store, info)
            if info.get("judged") != key:
                moved = plan.moved if same_rules and not plan.stale else None
                judging = Judging(store, self.config, self.ruleset, self.params, self.clock)
                judging.run(int(info["scan_no"]), moved)
                info["judged"] = key
            months = self._report(store, info, month)
            put_pending(store, self.pending)
            put_info(store, info)
            result = self._result(store, months, plan.new, info)
            kept = {**info, "scan_no": before.get("scan_no")} == before
            self.changed |= self.state.migrated or bool(self.pending) or not kept
            store.checkpoint()
        return result

    def _unchanged(self, store: KeepingStore) -> Plan:
        store.suit(store.count("kept_raw_messages"))
        store.lock_down(self.state.work, self.config.scan_out)
        return unchanged(store)

    def _read(self, store: KeepingStore, listed: Sequence[SourceFile]) -> Plan:
        with self.clock.stage("read what is new"):
            kept, archives = store.table("kept_files"), store.table("kept_archives")
            planner = Planner(
                kept, archives, store.table("file_numbers"), self.config, self.state.work
            )
            ingested = read_files(planner.new(listed), self.config, self.state.work / "raw")
            plan = planner.plan()
            if not ingested.readable and plan.numbers.height == plan.new:
                raise NothingReadError("no input yielded a row; try `msgaudit sources`")
            for table in (*RAW, "source_files"):
                if plan.stale:
                    store.forget(f"kept_{table}", "source_no", plan.stale)
                store.load_parquet(f"kept_{table}", ingested.files.get(table, ()))
            store.suit(store.count("kept_raw_messages"))
            store.lock_down(self.state.work, self.config.scan_out)
            ingested.discard()
            known = {
                "kept_files": plan.files,
                "kept_archives": plan.archives,
                "file_numbers": plan.numbers,
            }
            for table, rows in known.items():
                self.changed |= not rows.equals(store.table(table))
                store.put(table, rows)
        for table in RAW:
            store.renumber(table, f"kept_{table}", "file_numbers")
        return plan

    def _rules(self, store: KeepingStore, info: dict[str, str]) -> bool:
        """Forget what other rules read, and note since when these rules and settings are used.

        Return whether they are those of the last scan: verdicts of untouched cases stand then.
        """
        version = f"{self.ruleset.version}-{__version__}"
        if info.get("rules") != version:
            for known in (*TEXTS.values(), *KINSHIP):
                store.clear(known)
        alike = judged_alike(self.params, version)
        same = info.get("alike") == alike
        if not same:
            info |= {"rules": version, "alike": alike, "rules_since": info["scan_no"]}
        return same

    def _key(self, store: Store, info: Mapping[str, str]) -> str:
        """Return all that the tables depend on, as a hash: with the same one they still stand."""
        decisions = self.config.scan_decisions
        parts = [
            store.table("file_numbers").rows(),
            info["rules"],
            info["alike"],
            decisions.read_bytes() if decisions.exists() else b"",
            sorted((name, str(value)) for name, value in self.params.items()),
            self.config.authorised_senders,
            str(self.config.path),
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _report(self, store: KeepingStore, info: dict[str, str], asked: str) -> list[str]:
        """Write the folders of the months that have news; return the months scanned."""
        months = {query.table: query for query in queries("scan/months")}
        counts = store.rows(months["monthly_counts"], self.params)
        current = [
            Current(*row) for row in store.rows(months["current_findings"], self.params).rows()
        ]
        log = {row["month"]: row for row in store.table("scan_log").to_dicts()}
        if asked > max([_this_month(self.config), *counts["month"].to_list()]):
            raise UsageError(f"--month {asked} has not begun, and no message is that late")
        reported = reported_of(store)
        wanted = [asked] if asked else _months(counts, log)
        for month in wanted:
            reported = self._month(store, info, month, (counts, current, reported, log))
        put_reported(store, reported)
        rows = sorted(log.values(), key=lambda row: row["month"])
        store.put("scan_log", pl.DataFrame(rows, schema=SCANS, orient="row"))
        if asked:
            return [asked]
        if self.written:
            info["last_months"] = ";".join(m.month for m in self.written)
        return [m for m in info.get("last_months", "").split(";") if m]

    def _month(
        self, store: KeepingStore, info: Mapping[str, str], month: str, known: tuple[Any, ...]
    ) -> dict[str, Reported]:
        counts, current, reported, log = known
        scanned = frozenset(name for name, row in log.items() if row["closed"])
        changes = changes_of(month, current, reported, scanned, int(info["rules_since"]))
        query = next(q for q in queries("scan/months") if q.table == "month_digest")
        digest = store.rows(query, {**self.params, "month": month})["digest"][0] or ""
        target = self.config.scan_out / month
        before = log.get(month)
        same = before is not None and before["digest"] == digest
        if same and not changes.news and issue_of(target) == str(before["issue"]):
            return dict(reported)
        issue = before["issue"] + 1 if before else 1
        shown = [
            f.finding_id
            for f in current
            if f.month == month or self._is_late(f, month, changes.reported)
        ]
        counted = dict.fromkeys(("new", "open", "dismissed", "expired", "gone"), 0)
        for change in changes.rows:
            counted[change.change] += 1
        late = sum(c.change == "new" and c.month != month for c in changes.rows)
        put_monthly(store, counts, month)
        more = {"changes": counted, "late": late, "rules": info["rules"]}
        folder = MonthFolder(month, target, str(issue), changes.rows, shown, more)
        meta = report_meta(self.request, self.ruleset)
        self.pending.append(write_month(store, folder, meta, self.params))
        others = dict(counts.select("month", "unauthorised").rows()).get(month) or 0
        standing = {known.finding_id for known in reported.values() if known.status == "open"}
        settled = sum(c.change == "dismissed" and c.finding_id in standing for c in changes.rows)
        self.written.append(MonthScan(month, target, counted, late, others, settled))
        log[month] = {
            "month": month,
            "issue": issue,
            "digest": digest,
            "ruleset_version": info["rules"],
            "closed": month < _this_month(self.config),
        }
        return dict(changes.reported)

    @staticmethod
    def _is_late(finding: Current, month: str, reported: Mapping[str, Reported]) -> bool:
        known = reported.get(finding.finding_id)
        return known is not None and known.flagged_in == month

    def _result(
        self, store: Store, months: Sequence[str], new: int, info: Mapping[str, str]
    ) -> ScanResult:
        severity = {
            row["finding_id"]: row["severity"]
            for row in store.table("findings").to_dicts()
            if row["status"] != "dismissed"
        }
        found = dict.fromkeys(SEVERITIES, 0)
        for known in reported_of(store).values():
            if known.flagged_in in months and known.finding_id in severity:
                found[severity[known.finding_id]] += 1
        return ScanResult(
            months=months,
            written=self.written,
            found=found,
            fail_on=self.config.scan_fail_on,
            files_new=new,
            rules_changed=info["rules_since"] == info["scan_no"] != "1",
            totals=dict(store.table("totals").iter_rows()),
        )


def _this_month(config: Config) -> str:
    return f"{build_time().astimezone(config.zone):%Y-%m}"


def _months(counts: pl.DataFrame, log: Mapping[str, Any]) -> list[str]:
    """Return the months to look at where none is asked for.

    Those not scanned yet, those scanned before they were over, and the newest one, which speaks
    of late news too.
    """
    there = sorted(counts["month"].to_list())
    return [m for m in there if m not in log or not log[m]["closed"] or m == there[-1]]
