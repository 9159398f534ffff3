"""An output folder that appears whole or not at all."""

import ctypes
import glob
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import StageError, UsageError
from pipeline.stopping import done, unstoppable

if sys.platform != "win32":
    import fcntl

_UNFINISHED = ".partial-"


@contextmanager
def outfolder(target: Path) -> Iterator[Path]:
    """Give a fresh private folder beside `target`; rename it into place when the block ends well.

    An existing output is kept until the new one stands. When the block fails, the fresh
    folder is removed and `target` is as it was.

    Raises:
        UsageError: `target` is a file, or a folder that holds something other than an audit.
        StageError: the disk does not let it be written.

    """
    _refuse_strangers(target)
    with beside(target) as fresh:
        try:
            yield fresh
            make_private(fresh)
            put_in_place(fresh, target)
        except OSError as error:
            raise StageError(f"cannot be written: {error.strerror}", source=str(target)) from error


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Give a fresh private folder on the disk that `target` is on, and remove it in the end.

    It is locked while its process lives. What a process that was killed left beside the same
    target is removed first.

    Raises:
        StageError: the disk does not let it be written.

    """
    fresh = target.parent / f".{target.name}{_UNFINISHED}{secrets.token_hex(8)}"
    descriptor = -1
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _sweep(target)
            fresh.mkdir(mode=0o700)
            descriptor = _locked(fresh)
        except OSError as error:
            raise StageError(f"cannot be written: {error.strerror}", source=str(target)) from None
        yield fresh
    finally:
        with unstoppable():
            shutil.rmtree(fresh, ignore_errors=True)
            if descriptor >= 0:
                os.close(descriptor)


def _locked(folder: Path) -> int:
    """Lock a folder for as long as this process lives; return the descriptor that holds it.

    Raises:
        OSError: another process holds it.

    """
    if sys.platform == "win32":  # folders cannot be opened there
        return -1
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _sweep(target: Path) -> None:
    """Remove what killed processes have left: no living one holds its lock."""
    if sys.platform == "win32":
        return
    for left in target.parent.glob(f".{glob.escape(target.name)}{_UNFINISHED}*"):
        with suppress(OSError):
            descriptor = _locked(left)
            shutil.rmtree(left, ignore_errors=True)
            os.close(descriptor)


def _refuse_strangers(target: Path) -> None:
    if target.is_file():
        raise UsageError("is a file; give a folder to --out", source=str(target))
    if target.is_dir() and any(target.iterdir()) and not (target / "summary.json").exists():
        raise UsageError(
            "holds something other than an audit; give a new or empty folder to --out",
            source=str(target),
        )


def make_private(folder: Path) -> None:
    """Other people's data: only the owner may read what was written in a folder made private."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def put_in_place(fresh: Path, target: Path) -> None:
    """Rename a finished folder to its name; one that stands there is exchanged in one step.

    Where the system cannot exchange two folders, the old one is moved aside first.
    """
    with unstoppable():
        _renamed(fresh, target)
        done()


def _renamed(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    if _exchanged(fresh, target):
        shutil.rmtree(fresh, ignore_errors=True)
        return
    aside = target.with_name(f".{target.name}.old-{os.getpid()}")
    target.rename(aside)
    try:
        fresh.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two names at once (Linux, renameat2 with RENAME_EXCHANGE); False where it cannot be."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)
