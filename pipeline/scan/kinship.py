"""Keeps from scan to scan what was found out of wordings: only new ones are compared."""

import polars as pl

from pipeline.store import Store
from pipeline.wordings import Memory, Near, Variant, group_wordings

TABLES: dict[str, dict[str, type[pl.DataType]]] = {
    "wording_leaders": {"text": pl.String, "leader": pl.String},
    "wording_nearest": {
        "cutoff": pl.Float64,
        "text": pl.String,
        "head": pl.String,
        "score": pl.Float64,
    },
    "wording_members": {
        "leader": pl.String,
        "text": pl.String,
        "variant_id": pl.String,
        "phrase_id": pl.String,
        "parent_id": pl.String,
        "similarity": pl.Float64,
    },
}
"""The tables of a state that hold a `Memory`, with their columns; the order of rows counts."""


def group_from_memory(store: Store) -> None:
    """Put wordings into families as `group_wordings` does, with what the state remembers."""
    memory = Memory(leaders=dict(store.table("wording_leaders").iter_rows()))
    for cutoff, text, head, score in store.table("wording_nearest").iter_rows():
        memory.nearest.setdefault(cutoff, {})[text] = Near(head, score)
    for leader, text, *values in store.table("wording_members").iter_rows():
        memory.members.setdefault(leader, {})[text] = Variant(*values)
    group_wordings(store, memory)
    rows: dict[str, list[tuple[object, ...]]] = {
        "wording_leaders": list(memory.leaders.items()),
        "wording_nearest": [
            (cutoff, text, near.head, near.score)
            for cutoff, found in memory.nearest.items()
            for text, near in found.items()
        ],
        "wording_members": [
            (leader, text, v.variant_id, v.phrase_id, v.parent_id, v.similarity)
            for leader, members in memory.members.items()
            for text, v in members.items()
        ],
    }
    for table, schema in TABLES.items():
        store.put(table, pl.DataFrame(rows[table], schema=schema, orient="row"))
