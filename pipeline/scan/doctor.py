"""Checks what the scans have stored: is it whole, is it where it should be, can it go on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

from pipeline.config import Config
from pipeline.decisions import read_decisions
from pipeline.errors import AuditError
from pipeline.report.meta import build_time
from pipeline.scan.history import read_before
from pipeline.scan.layout import FORMAT, VIEWS, info_of
from pipeline.scan.lock import locked
from pipeline.scan.notify import hindrance
from pipeline.scan.run import Progress, run_scan
from pipeline.scan.state import State, issue_of
from pipeline.store import Store

_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen."""

    well: bool
    place: str
    said: str

    def line(self) -> str:
        """Return it for people."""
        return f"{'ok ' if self.well else 'BAD'} {self.place}: {self.said}"

    def as_dict(self) -> dict[str, object]:
        """Return it for `--json`."""
        return {"ok": self.well, "place": self.place, "said": self.said}


def examine(config: Config) -> list[Finding]:
    """Look at inputs, decisions, database and month folders; nothing is changed."""
    return [*_inputs(config), *_decisions(config), *_notify(config), *_state(config)]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Where the old database lies, and the files that earlier scans read and this one did not."""

    aside: Path | None
    lost: Sequence[str]

    def lines(self) -> list[str]:
        """Return what is to be said of it."""
        lines = [f"the old state is kept as {self.aside}"] if self.aside else []
        if self.lost:
            shown = ", ".join(self.lost[:3]) + (", …" if len(self.lost) > 3 else "")  # noqa: PLR2004
            lines.append(
                f"{len(self.lost)} files of earlier scans are no longer among the inputs ({shown}):"
                " findings that only they held are gone; put them back and scan again"
            )
        return lines


def rebuild(config: Config, progress: Progress) -> Rebuilt:
    """Set the database aside, and scan all inputs into a new one.

    Raises:
        AuditError: a scan is running, or the new one failed: the old database is in its place then.

    """
    known = read_before(config.scan_out)
    state = State(config.scan_state)
    with locked(config.scan_state):
        aside = state.set_aside()
    try:
        run_scan(config, progress=progress)
    except BaseException:
        if aside and not state.database.exists():
            aside.rename(state.database)
        raise
    with state.opened(read_only=True) as store:
        read = set(store.table("sources")["sha256"])
    return Rebuilt(aside, sorted(name for sha256, name in known.items() if sha256 not in read))


def _inputs(config: Config) -> Iterator[Finding]:
    if not config.input_paths:
        yield Finding(False, "inputs.paths", "is empty: there is nothing to scan")
    for path in config.input_paths:
        yield Finding(path.exists(), str(path), "is there" if path.exists() else "does not exist")


def _decisions(config: Config) -> Iterator[Finding]:
    path = config.scan_decisions
    try:
        rows = read_decisions(path).height
        yield Finding(True, str(path), f"{rows} decisions" if path.exists() else "not begun")
    except AuditError as error:
        yield Finding(False, str(path), str(error))


def _notify(config: Config) -> Iterator[Finding]:
    if config.notify:
        why = hindrance(config.notify)
        yield Finding(not why, "scan.notify", why or f"{len(config.notify)} addresses")


def _state(config: Config) -> Iterator[Finding]:
    state = State(config.scan_state)
    if not state.database.exists():
        yield Finding(True, str(state.database), "not begun: the first scan makes it")
        return
    try:
        with state.opened(read_only=True) as store:
            yield Finding(True, str(state.database), _whole(store))
            yield from _decided(store, config)
            yield from _months(store, config.scan_out)
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of a query
        said = str(error) if isinstance(error, AuditError) else type(error).__name__
        said = str(state.damage(error) or said).removeprefix(f"{state.database}: ")
        yield Finding(False, str(state.database), said)


def _decided(store: Store, config: Config) -> Iterator[Finding]:
    """Say which decisions name nothing any more, and which end within a month."""
    rows = read_decisions(config.scan_decisions).unique("finding_id", keep="last")
    known = [
        store.table(table)[column]
        for table, column in (("reported", "finding_id"), ("queue", "queue_id"))
        if table in store.tables()
    ]
    idle = rows.filter(~pl.col("finding_id").is_in(pl.concat(known).implode()))
    today = build_time().date()
    ending = rows.filter(pl.col("expires_on").is_between(today, today + _SOON))
    place = str(config.scan_decisions)
    if idle.height:
        yield Finding(True, place, f"{_some(idle)} name no finding or queue entry any more")
    if ending.height:
        yield Finding(True, place, f"{_some(ending)} expire within {_SOON.days} days")


def _some(rows: pl.DataFrame) -> str:
    first = ", ".join(rows["finding_id"].sort().head(3))
    return f"{rows.height} decisions ({first}{', …' if rows.height > 3 else ''})"  # noqa: PLR2004


def _whole(store: Store) -> str:
    """Read every table to its end: a torn page shows only when it is read."""
    rows = {
        table: sum(batch.height for batch in store.table_batches(table, 100_000))
        for table in sorted(store.tables() - VIEWS)
    }
    kept = sum(n for table, n in rows.items() if table.startswith("kept_"))
    info = info_of(store)
    older = "" if info["format"] == str(FORMAT) else f" (the next scan makes it {FORMAT})"
    scans = info.get("scan_no", "0")
    return f"format {info['format']}{older}, {scans} scans, {kept:,} rows read from the inputs"


def _months(store: Store, out: Path) -> Iterator[Finding]:
    pending = store.table("pending").to_dicts()
    waiting = {Path(row["target"]).name for row in pending if Path(row["fresh"]).exists()}
    for row in store.table("scan_log").sort("month").to_dicts():
        folder = out / row["month"]
        found, wanted = issue_of(folder), str(row["issue"])
        if found == wanted:
            yield Finding(True, str(folder), f"issue {found}")
        elif row["month"] in waiting:
            yield Finding(False, str(folder), "was not put in place; the next scan does that")
        else:
            said = f"scan --month {row['month']} writes it again"
            yield Finding(False, str(folder), f"is missing or not issue {wanted}; {said}")
