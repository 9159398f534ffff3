"""The state of the scans: one database, replaced as a whole, and the folders still to be renamed.

A scan works on a copy of the database. One rename makes the copy the state; the month folders
that belong to it lie finished beside their places by then, and the database names them, so that
the next scan finishes what a killed one has begun. Whatever happens, what is found is the state
of before or of after.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import StageError
from pipeline.outfolder import put_in_place
from pipeline.scan.changes import REPORTED, Reported
from pipeline.scan.history import take_up
from pipeline.scan.keep import KeepingStore
from pipeline.scan.layout import PENDING, create, format_of, info_of, migrate, passing
from pipeline.stopping import done, unstoppable
from pipeline.store import Store

if sys.platform == "linux":
    import fcntl

_FICLONE = 0x40049409

_TORN = "Corrupt database file"
UNFINISHED = ".next-"
"""What the name of a month's folder carries until it is in its place."""

TIDIED = 12
"""Every so many scans small groups of rows are joined; in between they stay as they lie."""


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
        self.migrated = False
        """Set where the copy to work on is of a later layout than the state it was made from."""

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
        try:
            store = Store(self.database, read_only=read_only)
        except StageError as error:
            raise self._damaged(str(error)) from None
        try:
            info = info_of(store)
        except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of the query
            store.close()
            raise self._damaged(str(error)) from None
        try:
            format_of(info, str(self.database))
        except StageError:
            store.close()
            raise
        return store

    def _damaged(self, why: str) -> StageError:
        return StageError(
            f"is damaged ({why.splitlines()[0]}); `msgaudit doctor --rebuild` makes it anew from"
            " the inputs and the month folders, and keeps the damaged one",
            source=str(self.database),
        )

    def damage(self, error: BaseException) -> StageError | None:
        """Return what to say where something failed because a page is not what was written.

        DuckDB keeps a checksum of each page, and looks at it when the page is read.
        """
        return self._damaged("a page is torn") if _TORN in str(error) else None

    def begin(self, out: Path, memory_limit: str = "") -> KeepingStore:
        """Open a copy of the database to work on, in today's layout.

        Where there is none it begins empty, but with what the month folders in `out` say was
        reported before: a state that was lost reports nothing as new a second time.
        """
        self.work.mkdir(parents=True, exist_ok=True)
        copy = self.work / "state.duckdb"
        if self.database.exists():
            _copy(self.database, copy)
        store = KeepingStore(copy, memory_limit=memory_limit, passing=passing())
        try:
            if self.database.exists():
                self.migrated = migrate(store, str(self.database))
                if (int(info_of(store).get("scan_no", "0")) + 1) % TIDIED:
                    store.leave_groups()
            else:
                create(store)
                take_up(store, out)
        except BaseException:
            store.close()
            raise
        return store

    def give_up(self, pending: Sequence[Pending]) -> None:
        """Remove what a scan that failed has made: a full disk is not left full."""
        with unstoppable():
            for item in pending:
                shutil.rmtree(item.fresh, ignore_errors=True)
            shutil.rmtree(self.work, ignore_errors=True)

    def set_aside(self) -> Path | None:
        """Move the database out of the way, under a name of its own; return where it lies now."""
        if not self.database.exists():
            return None
        number = 1
        while (aside := self.database.with_suffix(f".damaged-{number}.duckdb")).exists():
            number += 1
        self.database.rename(aside)
        return aside

    def commit(self, pending: Sequence[Pending]) -> None:
        """Make the copy the state: from here on the scan has happened.

        The folders that belong to it are on the disk before it is: no lost power can leave a
        state that speaks of folders which are not whole.
        """
        fresh = self.work / "state.duckdb"
        for item in pending:
            for path in (*item.fresh.rglob("*"), item.fresh, item.fresh.parent):
                _sync(path)
        with unstoppable():
            fresh.chmod(0o600)
            _sync(fresh)
            fresh.replace(self.database)
            done()
            shutil.rmtree(self.work, ignore_errors=True)
        _sync(self.folder)


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


def _sync(path: Path) -> None:
    """Have the system write a file or a folder down (folders cannot be opened on Windows)."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(source: Path, target: Path) -> None:
    """Copy a file, in the way that costs least here."""
    if sys.platform == "linux":
        with source.open("rb") as old, target.open("wb") as new:
            if _shared(old.fileno(), new.fileno()) or _within(old.fileno(), new.fileno()):
                return
    shutil.copyfile(source, target)


def _shared(old: int, new: int) -> bool:
    """Tell whether the file system could share the blocks of a file (ioctl_ficlone(2))."""
    try:
        fcntl.ioctl(new, _FICLONE, old)
    except OSError:
        return False
    return True


def _within(old: int, new: int) -> bool:
    """Tell whether the system could copy a file by itself (copy_file_range(2)): half the work."""
    left = os.fstat(old).st_size
    try:
        while left and (copied := os.copy_file_range(old, new, left)):
            left -= copied
    except OSError:
        return False
    return not left
