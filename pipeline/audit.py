"""The whole job: the only module that names the stages, and their order.

exports -> raw -> staging -> text and signals -> facts -> verdicts -> correlate -> incidents
-> evidence -> root cause -> checks -> files. Everything is built in a folder beside the output,
which is renamed into place at the end: an audit appears whole or not at all.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from pipeline import __version__
from pipeline.clock import Clock, Counter, Progress
from pipeline.config import Config
from pipeline.decisions import read_decisions
from pipeline.errors import NothingReadError, StageError
from pipeline.evidence import count_written, write_evidence
from pipeline.ghosts import add_ghosts
from pipeline.ingest import Ingested, ingest
from pipeline.memory import building, give_back, settled
from pipeline.outfolder import outfolder
from pipeline.queries import queries
from pipeline.report import ReportMeta, write_report
from pipeline.report.meta import build_time
from pipeline.report.redact import redactor
from pipeline.signals.cache import cached_ruleset
from pipeline.signals.pool import scan_batches
from pipeline.signals.ruleset import Ruleset
from pipeline.statistics import add_statistics
from pipeline.store import Store
from pipeline.wordings import group_wordings

if TYPE_CHECKING:
    from pipeline.spark import SparkSettings

_SCAN_BATCH = 20_000
_NOTE = 300
"""How many letters of a note on a file are printed; `sources` holds it whole."""

_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_LAST = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What to audit, how, and where the result goes."""

    inputs: Sequence[Path]
    out: Path
    config: Config = field(default_factory=Config)
    since: date | None = None
    until: date | None = None
    memory_limit: str = ""
    workers: int = 0
    spark: "SparkSettings | None" = None
    """None: this machine does the scan."""
    shown_inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What came of it, for the command line and for `--json`."""

    out: Path
    totals: Mapping[str, int]
    incidents: Sequence[Mapping[str, Any]]
    unknown_senders: Sequence[str]
    notes: Sequence[str]

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "out": str(self.out),
            "report": str(self.out / "report.html"),
            "totals": dict(self.totals),
            "incidents": list(self.incidents),
            "unknown_senders": list(self.unknown_senders),
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """Return what the command prints on stdout: the verdict, the incidents, where to look."""
        total = self.totals
        live = total.get("findings", 0) - total.get("findings_dismissed", 0)
        read = f"{total.get('messages', 0):,} messages in {total.get('threads', 0):,} threads"
        found = f"{live:,} findings in {total.get('threads_violating', 0):,} threads"
        queued = f"{total.get('queue', 0):,} more messages are worth a look"
        lines = [f"{read}: {found}, {len(self.incidents)} incidents ({queued})"]
        for row in self.incidents:
            lines.append(
                f"  {row['started_at'][:10]} to {row['ended_at'][:10]}  {row['title']}:"
                f" {row['thread_count']} threads, {row['message_count']} messages"
            )
            if row["recurrence"]:
                lines.append(f"      again, after notice {row['after_notice_id']}")
            if row["trigger"]:
                lines.append(f"      new at its start: {row['trigger']}")
        if not live:
            lines.append("  no violation found in what could be read; see the report's coverage")
        lines.append(f"report: {self.out / 'report.html'}")
        return lines

    def warnings(self) -> list[str]:
        """Return what has to be said loudly, for stderr."""
        unknown = self.totals.get("messages_unknown", 0)
        said = [note if len(note) <= _NOTE else note[:_NOTE] + "…" for note in self.notes[:10]]
        if len(self.notes) > len(said):
            said.append(f"{len(self.notes) - len(said)} more notes on files; see sources.csv")
        if unknown:
            who = ", ".join(self.unknown_senders[:5])
            said.append(
                f"{unknown:,} messages are from senders whose side is unknown ({who}):"
                " they were judged for the queue only; `msgaudit init --from` proposes what to"
                " configure"
            )
        return said


def run_audit(request: AuditRequest, progress: Progress = lambda _: None) -> AuditResult:
    """Audit the inputs and write everything of the contract's section 4 under `request.out`.

    Raises:
        UsageError: an input does not exist, or a rule file is not well formed.
        NothingReadError: no input yielded a row.
        StageError: a stage failed; the output folder is as it was before.

    """
    with building():
        ruleset = cached_ruleset(request.config.rule_paths, request.config.disabled)
    with outfolder(request.out) as folder, settled():
        clock = Clock(progress)
        with clock.stage("read the inputs"):
            ingested = ingest(request.inputs, request.config, folder / "raw")
        if not ingested.readable:
            raise NothingReadError(_nothing_read(ingested))
        give_back()
        meta = report_meta(request, ruleset)
        with Store(folder / "audit.duckdb", memory_limit=request.memory_limit) as store:
            _load(store, folder, ingested, request)
            _run_stages(store, ruleset, request, clock)
            write_files(store, folder, meta, clock)
            carry_over(request.out / "decisions.csv", folder / "decisions.csv")
            result = result_of(store, request.out)
            write_summary(store, folder / "summary.json", meta, result, clock)
        ingested.discard()
    return result


def _load(store: Store, folder: Path, ingested: Ingested, request: AuditRequest) -> None:
    store.create_schema()
    for table, files in ingested.files.items():
        store.load_parquet(table, files)
    store.suit(store.count("raw_messages"))
    store.lock_down(folder)
    config = request.config
    configured = (config.scan_decisions,) if config.base != Path() else ()
    decisions = read_decisions(*configured, request.out / "decisions.csv")
    if decisions.height:
        store.insert("decisions", decisions)
    load_senders(store, config)
    appended = str(config.scan_decisions) if config.decisions_given else ""
    store.put("run_settings", pl.DataFrame({"name": ["decisions_file"], "value": [appended]}))


def load_senders(store: Store, config: Config) -> None:
    """Put the senders that may write to buyers where the SQL finds them."""
    rows = [(s.name, s.valid_from, s.valid_until) for s in config.authorised_senders]
    schema = {"name": pl.String, "valid_from": pl.Date, "valid_until": pl.Date}
    store.insert("authorised_senders", pl.DataFrame(rows, schema=schema, orient="row"))


def _run_stages(store: Store, ruleset: Ruleset, request: AuditRequest, clock: Clock) -> None:
    params = stage_params(request, ruleset)
    with clock.stage("put threads together"):
        store.run("staging", params)
    give_back()
    with clock.stage("scan the messages"):
        if request.spark is None:
            scan_messages(store, ruleset, clock.progress, workers=request.workers)
        else:
            from pipeline.spark import scan_on_spark  # noqa: PLC0415 - only where it is asked for

            scan_on_spark(store, ruleset, request.spark, request.out.resolve().parent)
    with clock.stage("look into quotations"):
        add_ghosts(store, ruleset, request.config)
    if request.spark is None:
        judge(store, params, clock)
    else:
        from pipeline.spark import judge_on_spark  # noqa: PLC0415 - only where it is asked for

        with clock.stage("judge the threads"):
            judge_on_spark(store, params, request.spark, request.out.resolve().parent)
    conclude(store, params, clock)


def judge(store: Store, params: Mapping[str, object], clock: Clock) -> None:
    """Run the stages from the facts to the verdicts, over signals that are there."""
    with clock.stage("judge the threads"):
        store.run("facts", params)
        verdicts = store.run("verdicts", params, prefix="verdict_")
        store.union("verdicts", verdicts)
        store.drop(verdicts)


def conclude(
    store: Store,
    params: Mapping[str, object],
    clock: Clock,
    *,
    checked: Collection[str] = (),
    there: Collection[str] = (),
    group: Callable[[Store], None] = group_wordings,
) -> None:
    """Run every stage that decisions bear on: from the correlation to the checks.

    `checked` are invariants that have been looked at already, `there` tables that are not to be
    made (again); `group` puts wordings into families.
    """
    with clock.stage("correlate"):
        store.run("correlate", params, without=there)
        group(store)
        store.run("incidents", params)
        store.run("evidence", params, without=there)
    with clock.stage("look for causes"):
        store.run("root_cause", params)
        add_statistics(store)
        store.run("conclusions", params)
    with clock.stage("check the accounts"):
        store.run("accounts", params)
        run_checks(store, params, [q.table for q in queries("checks") if q.table not in checked])


def stage_params(request: AuditRequest, ruleset: Ruleset) -> dict[str, object]:
    """Return every parameter that an SQL file may ask for."""
    return {
        **request.config.params(),
        **period_params(request.since, request.until, request.config.zone),
        "ruleset_version": ruleset.version,
    }


def period_params(since: date | None, until: date | None, zone: ZoneInfo) -> dict[str, object]:
    """Return the bounds of what is reported (days of `zone`, both included) and today."""
    first, last = _FIRST, _LAST
    if since:
        first = datetime.combine(since, datetime.min.time(), zone)
    if until:
        last = datetime.combine(until + timedelta(days=1), datetime.min.time(), zone)
    return {
        "since_at": first.astimezone(UTC),
        "until_at": last.astimezone(UTC),
        "as_of": build_time().date(),
    }


def scan_messages(
    store: Store,
    ruleset: Ruleset,
    progress: Progress,
    source: str = "messages_base",
    into: tuple[str, str, str] = ("segments", "message_languages", "signals"),
    *,
    workers: int = 0,
) -> None:
    """Read every body once: segments, language and signals come out, bodies stay where they are."""
    total = store.count(source)
    counter = Counter(progress, "scan the messages", total)
    columns = ("message_id", "subject", "body", "direction")
    batches = store.table_batches(source, _SCAN_BATCH, columns=columns)
    for height, scanned in scan_batches(batches, ruleset, workers=workers, messages=total):
        for table, frame in zip(into, scanned, strict=True):
            store.insert(table, frame)
        counter.add(height)


def run_checks(
    store: Store,
    params: Mapping[str, object],
    names: Collection[str] | None = None,
    stage: str = "checks",
) -> None:
    """Run the invariants of a folder (or those named): each selects the rows that break it.

    Raises:
        StageError: an invariant is broken; the first bad row is named.

    """
    for query in queries(stage):
        if names is not None and query.table not in names:
            continue
        store.create(f"check_{query.table}", query, params)
        bad = store.table(f"check_{query.table}")
        store.drop([f"check_{query.table}"])
        if bad.height:
            raise StageError(f"invariant broken: {query.purpose} {bad.row(0, named=True)}")


def report_meta(request: AuditRequest, ruleset: Ruleset) -> ReportMeta:
    """Return what the report and the summary say about the run."""
    return ReportMeta(
        version=__version__,
        settings=request.config.settings(),
        ruleset_version=ruleset.version,
        period=(request.since, request.until),
        zone=request.config.timezone,
        inputs=request.shown_inputs,
    )


def write_files(store: Store, folder: Path, meta: ReportMeta, clock: Clock) -> None:
    """Write evidence and reports below `folder` from the tables that are there."""
    with clock.stage("write the evidence"):
        counts = write_evidence(store, folder / "evidence")
        store.put("written", count_written(folder / "evidence", counts))
        run_checks(store, {}, None, "written")
    with clock.stage("write the report"):
        give_back()
        write_report(store, folder / "report.html", meta)
        give_back()
        write_report(store, folder / "report.redacted.html", meta, redactor=redactor(store))


def carry_over(kept: Path, target: Path) -> None:
    """Keep the decisions that stand in the output folder when it is made anew."""
    if kept.exists():
        target.write_bytes(kept.read_bytes())


def result_of(store: Store, out: Path) -> AuditResult:
    """Return what the finished tables say, for the command line."""
    shown = ["incident_id", "title", "started_at", "ended_at", "thread_count", "message_count"]
    shown += ["trigger", "after_notice_id", "recurrence"]
    sources = store.table("sources").filter(pl.col("note") != "")
    label = pl.when(pl.col("reader") == "").then(pl.lit("not read: ")).otherwise(pl.lit(""))
    notes = sources.select(label + pl.col("source_file") + ": " + pl.col("note")).to_series()
    ghosts = store.count("ghost_messages") if "ghost_messages" in store.tables() else 0
    if ghosts:
        said = f"{ghosts:,} messages survive only as quotations: see evidence/ghost_messages.csv"
        notes = pl.concat([notes, pl.Series(notes.name, [said])])
    return AuditResult(
        out=out,
        totals=dict(store.table("totals").iter_rows()),
        incidents=[_jsonable(row) for row in store.table("incidents").select(shown).to_dicts()],
        unknown_senders=store.table("unknown_senders").get_column("sender").head(20).to_list(),
        notes=notes.unique(maintain_order=True).to_list(),
    )


def write_summary(
    store: Store,
    path: Path,
    meta: ReportMeta,
    result: AuditResult,
    clock: Clock,
    **more: object,
) -> None:
    """Write `summary.json`: totals, versions, settings, input hashes, seconds of each stage."""
    sources = store.table("sources").select("source_file", "sha256", "bytes").unique()
    summary = {
        "version": meta.version,
        "ruleset_version": meta.ruleset_version,
        "generated_at": f"{meta.generated_at:%Y-%m-%dT%H:%M:%SZ}",
        "period": [day.isoformat() if day else None for day in meta.period],
        "settings": dict(meta.settings),
        "arguments": list(meta.inputs),
        "totals": dict(result.totals),
        "incidents": list(result.incidents),
        "inputs": sources.sort("source_file").to_dicts(),
        "timing": clock.timing(),
        "peak_memory": clock.peak_memory(),
        **more,
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2, sort_keys=False)
    path.write_text(text + "\n", encoding="utf-8")


def _jsonable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
        for key, value in row.items()
    }


def _nothing_read(ingested: Ingested) -> str:
    reasons = "; ".join(ingested.reasons[:5])
    more = len(ingested.reasons) - 5
    tail = f"; and {more} more" if more > 0 else ""
    return f"no input yielded a row ({reasons or 'no file at all'}{tail}); try `msgaudit sources`"
