"""One scan at a time: a lock that dies with its owner and says who holds it since when."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import StageError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a state folder; the system frees it when the process ends, however it ends.

    Raises:
        StageError: another process holds it; who, and for how long, is said.

    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "lock"
    with path.open("a+", encoding="utf-8") as handle:
        if not _take(handle.fileno()):
            handle.seek(0)
            raise StageError(f"another scan is running: {_owner(handle.read())}", source=str(path))
        handle.seek(0)
        handle.truncate()
        owner = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }
        handle.write(json.dumps(owner) + "\n")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _owner(text: str) -> str:
    try:
        owner = json.loads(text)
        since = datetime.fromisoformat(owner["since"])
        minutes = int((datetime.now(UTC) - since).total_seconds() // 60)
        return f"process {owner['pid']} on {owner['host']}, for {minutes} minutes"
    except (ValueError, KeyError, TypeError):
        return "its owner is not named"
