"""The state of the scans: one database, replaced as a whole, and the folders still to be renamed.

A scan works on a copy of the database. One rename makes the copy the state; the month folders
that belong to it lie finished beside their places by then, and the database names them, so that
the next scan finishes what a killed one has begun. Whatever happens, what is found is the state
of before or of after.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import StageError
from pipeline.outfolder import put_in_place
from pipeline.scan.changes import REPORTED, Reported
from pipeline.scan.inputs import ARCHIVES, FILES, NUMBERS
from pipeline.scan.keep import KeepingStore
from pipeline.store import Store

FORMAT = "3"
"""Version of the state's layout; another one is read by another version of msgaudit."""

UNFINISHED = ".next-"
"""What the name of a month's folder carries until it is in its place."""

RAW = (
    "raw_messages",
    "raw_review_events",
    "raw_review_snapshots",
    "raw_orders",
    "raw_refunds",
    "raw_notices",
    "raw_context_events",
    "raw_attachments",
    "raw_bounces",
    "quarantined",
    "warnings",
)
"""What the readers leave; kept by file, and seen through today's numbers of the files."""

TEXTS = {"segments": "text_segments", "message_languages": "text_languages"}
TEXTS |= {"signals": "text_signals"}
PENDING: dict[str, type[pl.DataType]] = {
    "fresh": pl.String,
    "target": pl.String,
    "issue": pl.String,
}
SCANS: dict[str, type[pl.DataType]] = {
    "month": pl.String,
    "issue": pl.Int64,
    "digest": pl.String,
    "ruleset_version": pl.String,
    "closed": pl.Boolean,
}
SEEN: dict[str, type[pl.DataType]] = {"text_key": pl.String, "scan_no": pl.Int64}


@dataclass(frozen=True, slots=True)
class Pending:
    """One finished folder on its way to its place."""

    fresh: Path
    target: Path
    issue: str


class State:
    """Where a state lies, and how it goes from one scan to the next."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is touched."""
        self.folder = folder
        self.database = folder / "state.duckdb"
        self.work = folder / "next"

    def recover(self, out: Path) -> None:
        """Finish the renames of a scan that was stopped after its state was in place, clean up.

        What a scan that was stopped earlier left unfinished, here or in `out`, is removed.

        Raises:
            StageError: the database is damaged, or of a version this one does not know.

        """
        shutil.rmtree(self.work, ignore_errors=True)
        pending: list[Pending] = []
        if self.database.exists():
            with self.opened(read_only=True) as store:
                rows = store.table("pending").rows()
            pending = [Pending(Path(a), Path(b), c) for a, b, c in rows]
        for item in pending:
            place(item)
        for folder in out.glob(f".*{UNFINISHED}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def opened(self, *, read_only: bool = False) -> Store:
        """Open the database.

        Raises:
            StageError: it is damaged, or of a version this one does not know.

        """
        store = Store(self.database, read_only=read_only)
        try:
            found = info_of(store).get("format")
        except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of the query
            store.close()
            raise self._damaged(str(error)) from None
        if found != FORMAT:
            store.close()
            raise StageError(
                f"was written in format {found}, this version knows {FORMAT};"
                " move the folder away and scan again",
                source=str(self.database),
            )
        return store

    def _damaged(self, why: str) -> StageError:
        return StageError(
            f"is damaged ({why.splitlines()[0]}); move the folder away and scan again: it is"
            " rebuilt from the inputs",
            source=str(self.database),
        )

    def begin(self, memory_limit: str = "") -> KeepingStore:
        """Open a copy of the database to work on, a new one where there is none."""
        self.work.mkdir(parents=True, exist_ok=True)
        if self.database.exists():
            shutil.copyfile(self.database, self.work / "state.duckdb")
            return KeepingStore(self.work / "state.duckdb", memory_limit=memory_limit)
        store = KeepingStore(self.work / "state.duckdb", memory_limit=memory_limit)
        _create(store)
        return store

    def commit(self) -> None:
        """Make the copy the state: from here on the scan has happened."""
        fresh = self.work / "state.duckdb"
        fresh.chmod(0o600)
        _sync(fresh)
        fresh.replace(self.database)
        _sync(self.folder)
        shutil.rmtree(self.work, ignore_errors=True)


def place(item: Pending) -> None:
    """Put one finished folder in its place, unless it stands there already."""
    if issue_of(item.target) != item.issue and item.fresh.exists():
        put_in_place(item.fresh, item.target)
        _sync(item.target.parent)
    shutil.rmtree(item.fresh, ignore_errors=True)


def issue_of(folder: Path) -> str:
    """Return which issue of a month a folder holds, or nothing."""
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        return str(summary["scan"]["issue"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def info_of(store: Store) -> dict[str, str]:
    """Return what the state says of itself, by name."""
    return dict(store.table("state_info").iter_rows())


def put_info(store: Store, values: Mapping[str, str]) -> None:
    """Write what the state says of itself."""
    rows = sorted(values.items())
    store.put("state_info", pl.DataFrame(rows, schema=["name", "value"], orient="row"))


def reported_of(store: Store) -> dict[str, Reported]:
    """Return every finding that was ever reported, by id."""
    return {row[0]: Reported(*row) for row in store.table("reported").rows()}


def put_reported(store: Store, reported: Mapping[str, Reported]) -> None:
    """Write what has been reported."""
    rows = [
        (r.finding_id, r.month, r.status, r.flagged_in)
        for r in sorted(reported.values(), key=lambda r: r.finding_id)
    ]
    store.put("reported", pl.DataFrame(rows, schema=REPORTED, orient="row"))


def put_pending(store: Store, pending: Sequence[Pending]) -> None:
    """Write which folders this scan has finished."""
    rows = [(str(p.fresh), str(p.target), p.issue) for p in pending]
    store.put("pending", pl.DataFrame(rows, schema=PENDING, orient="row"))


def _create(store: KeepingStore) -> None:
    """Lay out an empty state."""
    store.create_schema()
    for table in (*RAW, "source_files"):
        store.keep(table)
        store.drop([table])
    for table, texts in TEXTS.items():
        store.put(texts, store.empty(table))
        store.drop([table])
    for table, schema in (
        ("kept_files", FILES),
        ("kept_archives", ARCHIVES),
        ("file_numbers", NUMBERS),
        ("reported", REPORTED),
        ("scan_log", SCANS),
        ("seen_texts", SEEN),
        ("pending", PENDING),
    ):
        store.put(table, pl.DataFrame(schema=schema))
    put_info(store, {"format": FORMAT})


def _sync(path: Path) -> None:
    """Have the system write a file or a folder down (folders cannot be opened on Windows)."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
