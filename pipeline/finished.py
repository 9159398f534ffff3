"""A finished audit, opened to be asked and not to be changed."""

from pathlib import Path

from pipeline.errors import UsageError
from pipeline.store import Store

DATABASE = "audit.duckdb"


def opened(audit: Path) -> Store:
    """Open the database of a finished audit; close it, or use it as a context.

    Raises:
        UsageError: there is no finished audit.

    """
    if not (audit / DATABASE).exists():
        raise UsageError("holds no finished audit", source=str(audit))
    return locked(audit / DATABASE)


def locked(database: Path) -> Store:
    """Open a database for reading, with no way to the network or to other files."""
    store = Store(database, read_only=True)
    store.lock_down()
    return store
