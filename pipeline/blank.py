"""The empty tables that a draft is judged in, laid out at once.

Making them with the stages that make them for an audit takes longer than all the rest of a check.
Their columns are remembered in the user's cache folder, under a hash of those stages' SQL.
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pipeline.queries import queries
from pipeline.resources import resource_dir
from pipeline.signals.cache import cache_folder
from pipeline.store import Store

TABLES = (
    "messages_base",
    "message_threads",
    "message_languages",
    "signals",
    "review_events",
    "refunds",
    "notices",
)
"""What the facts read; the rest of the staging is for accounts that a draft has none of."""

Columns = Mapping[str, Mapping[str, str]]


def blank_store(params: Mapping[str, object], folder: Path | None = None) -> Store:
    """Return a store in memory with these tables, empty."""
    file = (folder or cache_folder()) / f"tables-{_key()}.json"
    columns = _read(file)
    if columns is None:
        columns = _staged(params)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside = file.with_suffix(".part")
            aside.write_text(json.dumps(columns), encoding="utf-8")
            aside.replace(file)
    store = Store(threads=1)
    store.create_empty(columns)
    store.lock_down()
    return store


def _staged(params: Mapping[str, object]) -> Columns:
    with Store(threads=1) as store:
        store.create_schema()
        for query in queries("staging"):
            store.create(query.table, query, params)
        return {table: store.columns(table) for table in TABLES}


def _key() -> str:
    digest = hashlib.sha256(",".join(TABLES).encode())
    for stage in ("schema", "staging"):
        for path in sorted((resource_dir("sql") / stage).glob("*.sql")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _read(file: Path) -> Columns | None:
    try:
        columns: Columns = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return columns if set(columns) == set(TABLES) else None
