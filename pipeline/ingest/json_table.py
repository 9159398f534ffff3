"""JSON documents of rows: a list of objects, or an object with one, with the contract's columns.

What no export format claims: rows as a script or a database tool writes them.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from pipeline.ingest._json_entries import ROW_LISTS, Entry, entries, keys_of
from pipeline.ingest.base import GENERIC, Context, Layout, UnreadableError
from pipeline.ingest.columns import layout_of, nearest_lack
from pipeline.ingest.csv_table import empty_table
from pipeline.model import Quarantined, Record, Table

_LOOKED_AT = 20
_UNNAMED = "messages"


class _JsonTable:
    """Any JSON document of objects; what it holds is decided by their keys."""

    name = "json"
    priority = GENERIC

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON with keys that no reader of an export format knows."""
        del path
        return bool(keys_of(head))

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the rows.

        Raises:
            UnreadableError: the objects have no known keys.

        """
        keys: dict[str, None] = {}
        for entry in islice(entries(path, _UNNAMED, ROW_LISTS), _LOOKED_AT):
            if not isinstance(entry, Quarantined):
                keys |= dict.fromkeys(key for key in entry.value if key.strip())
        layout = layout_of(list(keys), context.mapping)
        if layout is None:
            raise UnreadableError(f"JSON of unknown keys: {nearest_lack(list(keys))}")
        context.layouts.append(layout)
        context.epoch = True
        yield empty_table(layout)
        alone = True
        for entry in entries(path, layout.kind, ROW_LISTS):
            root = isinstance(entry, Entry) and not entry.key and entry.value is entry.root
            if isinstance(entry, Quarantined):
                yield entry
            elif alone or not root:  # what stands around a list is no row, without one it is
                yield Record(layout.kind, entry.where, _row(entry.value, layout))
            alone = root


def _row(value: Mapping[str, object], layout: Layout) -> dict[str, object]:
    cells = {name: value.get(header) for name, header in layout.understood.items()}
    return {
        name: json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else cell
        for name, cell in cells.items()
    }


READER = _JsonTable()
