"""Which files are new to the state, and under which number and name each is read today."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from pipeline import __version__
from pipeline.config import Config
from pipeline.ingest import SourceFile
from pipeline.ingest.base import Context

FILES: dict[str, type[pl.DataType]] = {
    "file_no": pl.Int32,
    "read_key": pl.String,
    "source_file": pl.String,
    "sha256": pl.String,
}
"""The columns of `kept_files`: what was read, and under which name it was seen last."""

_NUMBERS = {"file_no": pl.Int32, "source_no": pl.Int32, "source_file": pl.String}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read, what is to be forgotten, and the names and numbers of all files."""

    new: Sequence[tuple[int, SourceFile]]
    stale: Sequence[int]
    files: pl.DataFrame
    numbers: pl.DataFrame


def plan_reading(listed: Sequence[SourceFile], kept: pl.DataFrame, config: Config) -> Plan:
    """Compare today's files with those read before.

    A file is known by its content, its name and the settings it is read with. A content that is
    no longer there keeps its rows, under its last name, with its hash where a newer file has
    that name; a content that is there again under another reading is read anew.
    """
    known: dict[str, dict[str, Any]] = {row["read_key"]: row for row in kept.to_dicts()}
    number = max((row["file_no"] for row in known.values()), default=0)
    new: list[tuple[int, SourceFile]] = []
    rows: dict[str, dict[str, Any]] = {}
    named: list[tuple[str, int]] = []
    for file in listed:
        key = _read_key(file, config)
        row = rows.get(key) or known.get(key)
        if row is None:
            number += 1
            row = {"file_no": number, "read_key": key, "sha256": file.sha256}
            new.append((number, file))
        rows[key] = {**row, "source_file": file.source_file}
        named.append((file.source_file, row["file_no"]))
    present = {file.sha256 for file in listed}
    stale = [row["file_no"] for row in known.values() if _is_stale(row, rows, present)]
    taken = {name for name, _ in named}
    for row in sorted(known.values(), key=lambda row: row["file_no"]):
        if row["read_key"] not in rows and row["file_no"] not in stale:
            rows[row["read_key"]] = row
            name = row["source_file"]
            name = f"{name}~{row['sha256'][:8]}" if name in taken else name
            taken.add(name)
            named.append((name, row["file_no"]))
    numbers = [(file_no, n, name) for n, (name, file_no) in enumerate(sorted(named), 1)]
    return Plan(
        new=new,
        stale=stale,
        files=pl.DataFrame([*rows.values()], schema=FILES, orient="row"),
        numbers=pl.DataFrame(numbers, schema=_NUMBERS, orient="row"),
    )


def _is_stale(row: dict[str, Any], rows: dict[str, dict[str, Any]], present: set[str]) -> bool:
    """Tell whether a kept reading is replaced: its content is there, but is read otherwise now."""
    return row["read_key"] not in rows and (row["sha256"] in present or not row["sha256"])


def _read_key(file: SourceFile, config: Config) -> str:
    """Return what a reading depends on, as a hash."""
    mapping = Context(config, file.source_file).mapping
    settings = [
        __version__,
        config.timezone,
        config.marketplaces,
        config.names,
        config.addresses,
        asdict(mapping) if mapping else None,
        file.source_file.rpartition("/")[2],
        file.sha256 or file.note,
    ]
    return hashlib.sha256(json.dumps(settings, default=str).encode()).hexdigest()
