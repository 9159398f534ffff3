"""Which files are new to the state, and under which number and name each is read today.

What is in an archive are files like any other. An archive whose content was read before is not
unpacked again: what it holds is kept by its hash.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import __version__
from pipeline.config import Config
from pipeline.ingest import SourceFile, is_archive, lists_read_with, opened
from pipeline.ingest.base import Context
from pipeline.store import Store

FILES: dict[str, type[pl.DataType]] = {
    "file_no": pl.Int32,
    "read_key": pl.String,
    "source_file": pl.String,
    "sha256": pl.String,
}
"""The columns of `kept_files`: what was read, and under which name it was seen last."""

ARCHIVES: dict[str, type[pl.DataType]] = {
    "archive_key": pl.String,
    "place": pl.Int32,
    "member": pl.String,
    "sha256": pl.String,
    "bytes": pl.Int64,
    "note": pl.String,
    "reader": pl.String,
}
"""The columns of `kept_archives`: the archive itself (an empty member) and what is in it."""

NUMBERS: dict[str, type[pl.DataType]] = {
    "file_no": pl.Int32,
    "source_no": pl.Int32,
    "source_file": pl.String,
}
"""The columns of `file_numbers`: by `source_no` the files stand in the order of their names."""

_SPACE, _MOST = 1 << 16, (1 << 31) - 2
"""Between two numbers there is room for files to come; no number is larger than the second."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was new, what is to be forgotten, and the names and numbers of all files."""

    new: int
    stale: Sequence[int]
    files: pl.DataFrame
    numbers: pl.DataFrame
    archives: pl.DataFrame
    moved: pl.DataFrame
    """`source_no` of files that are new, gone, or of another number or name than before."""


def unchanged(store: Store) -> Plan:
    """Return the plan of a scan that reads nothing: all files stand as the last scan saw them."""
    files, numbers, archives = map(store.table, ("kept_files", "file_numbers", "kept_archives"))
    moved = numbers.clear().select("source_no")
    return Plan(new=0, stale=(), files=files, numbers=numbers, archives=archives, moved=moved)


class Planner:
    """Compares today's files with those read before, one after the other.

    A file is known by its content, its name, the settings it is read with and the lists of people
    beside it: a `users.json` that comes later tells who of a help desk's authors was an agent, so
    what they wrote is read again. A content that is no longer there keeps its rows, under its last
    name, with its hash where a newer file has that name; a content that is there again under
    another reading is read anew. `before` are the numbers of the last scan: a file keeps its own
    while its name stays.
    """

    def __init__(
        self,
        kept: pl.DataFrame,
        archives: pl.DataFrame,
        numbers: pl.DataFrame,
        config: Config,
        room: Path | None = None,
    ) -> None:
        """Take what the state knows: `kept_files`, `kept_archives` and `file_numbers`.

        Archives are unpacked below `room`.
        """
        self._config = config
        self._room = room
        self._before = numbers
        self._known: dict[str, dict[str, Any]] = {row["read_key"]: row for row in kept.to_dicts()}
        self._number = max((row["file_no"] for row in self._known.values()), default=0)
        self._new = 0
        self._rows: dict[str, dict[str, Any]] = {}
        self._named: list[tuple[str, int]] = []
        self._present: set[str] = set()
        self._members: dict[str, list[dict[str, Any]]] = {}
        self._archives: list[dict[str, Any]] = []
        self._hashes: dict[Path, str] = {}
        for row in archives.sort("archive_key", "place").to_dicts():
            self._members.setdefault(row["archive_key"], []).append(row)

    def new(self, listed: Sequence[SourceFile]) -> Iterator[tuple[int, SourceFile]]:
        """Yield the files that have to be read, each under its number.

        A member of an archive is there until the next file is asked for.
        """
        self._hashes = {file.path: file.sha256 or file.note for file in listed}
        for file in listed:
            if file.note or not is_archive(file.path):
                yield from self._taken(file)
                continue
            key = _archive_key(file, self._config)
            found = self._members.get(key)
            members = _members(file, found or ())
            if found and all(map(self._is_known, members[1:])):  # the first is the archive itself
                self._archives += found
                for member in members:
                    yield from self._taken(member)
                continue
            for place, member in enumerate(opened([file], self._config, self._room)):
                self._archives.append(_archive_row(key, place, file, member))
                yield from self._taken(member)

    def plan(self) -> Plan:
        """Return the plan, once every file has been looked at."""
        stale = [row["file_no"] for row in self._known.values() if self._is_stale(row)]
        taken = {name for name, _ in self._named}
        for row in sorted(self._known.values(), key=lambda row: row["file_no"]):
            if row["read_key"] not in self._rows and row["file_no"] not in stale:
                self._rows[row["read_key"]] = row
                name = row["source_file"]
                name = f"{name}~{row['sha256'][:8]}" if name in taken else name
                taken.add(name)
                self._named.append((name, row["file_no"]))
        numbers = _numbered(sorted(self._named), self._before)
        both = pl.concat([numbers, self._before.select(*NUMBERS)])
        alone = pl.struct(*NUMBERS).is_first_distinct() & pl.struct(*NUMBERS).is_last_distinct()
        archives = {(row["archive_key"], row["place"]): row for row in self._archives}
        return Plan(
            new=self._new,
            stale=stale,
            files=pl.DataFrame([*self._rows.values()], schema=FILES, orient="row"),
            numbers=numbers,
            archives=pl.DataFrame([*archives.values()], schema=ARCHIVES, orient="row"),
            moved=both.filter(alone).select("source_no").unique().sort("source_no"),
        )

    def _taken(self, file: SourceFile) -> Iterator[tuple[int, SourceFile]]:
        key = self._key(file)
        row = self._rows.get(key) or self._known.get(key)
        self._present.add(file.sha256)
        is_new = row is None
        if row is None:
            self._number += 1
            self._new += 1
            row = {"file_no": self._number, "read_key": key, "sha256": file.sha256}
        self._rows[key] = {**row, "source_file": file.source_file}
        self._named.append((file.source_file, row["file_no"]))
        if is_new:
            yield row["file_no"], file

    def _is_known(self, file: SourceFile) -> bool:
        return self._key(file) in self._known

    def _key(self, file: SourceFile) -> str:
        """Return the key of a reading; what is in an archive has its lists in the archive."""
        lists = lists_read_with(file.path) if file.path in self._hashes else []
        return _read_key(file, self._config, [self._hashes.get(path, "") for path in lists])

    def _is_stale(self, row: dict[str, Any]) -> bool:
        """Tell whether a kept reading is replaced: its content is there, but is read otherwise."""
        if row["read_key"] in self._rows:
            return False
        return row["sha256"] in self._present or not row["sha256"]


def _archive_row(key: str, place: int, file: SourceFile, member: SourceFile) -> dict[str, Any]:
    return {
        "archive_key": key,
        "place": place,
        "member": member.source_file.removeprefix(file.source_file),
        "sha256": member.sha256,
        "bytes": member.bytes,
        "note": member.note,
        "reader": member.reader,
    }


def _members(file: SourceFile, rows: Sequence[dict[str, Any]]) -> list[SourceFile]:
    """Return what is in an archive as it was found when it was unpacked; nothing lies there."""
    return [
        replace(
            file,
            source_file=file.source_file + row["member"],
            sha256=row["sha256"],
            bytes=row["bytes"],
            note=row["note"],
            reader=row["reader"],
        )
        for row in rows
    ]


def _archive_key(file: SourceFile, config: Config) -> str:
    """Return what the unpacking of an archive depends on, as a hash."""
    settings = [file.sha256, config.archive_bytes, config.archive_ratio, __version__]
    return hashlib.sha256(json.dumps(settings).encode()).hexdigest()


def _numbered(named: Sequence[tuple[str, int]], before: pl.DataFrame) -> pl.DataFrame:
    """Return the files' numbers in the order of their names; old ones stay where there is room."""
    had = {(row["source_file"], row["file_no"]): row["source_no"] for row in before.to_dicts()}
    numbers = _filled([had.get(file, 0) for file in named])
    if not numbers:
        space = min(_SPACE, _MOST // (len(named) + 1))
        numbers = [space * place for place in range(1, len(named) + 1)]
    rows = [(file_no, n, name) for (name, file_no), n in zip(named, numbers, strict=True)]
    return pl.DataFrame(rows, schema=NUMBERS, orient="row")


def _filled(numbers: Sequence[int]) -> list[int]:
    """Put numbers in the place of zeros, in rising order; none at all where there is no room."""
    given = [number for number in numbers if number]
    if given != sorted(set(given)):
        return []
    filled: list[int] = []
    low = place = 0
    while place < len(numbers):
        end = next((at for at in range(place, len(numbers)) if numbers[at]), len(numbers))
        open_end = end == len(numbers)
        step = _SPACE if open_end else (numbers[end] - low) // (end - place + 1)
        filled += [low + step * n for n in range(1, end - place + 1)]
        if end > place and not step:
            return []
        if not open_end:
            low = numbers[end]
            filled.append(low)
        place = end + 1
    return filled if not filled or filled[-1] <= _MOST else []


def _read_key(file: SourceFile, config: Config, lists: Sequence[str]) -> str:
    """Return what a reading depends on, as a hash; `lists` are the hashes of those beside it."""
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
        *lists,
    ]
    return hashlib.sha256(json.dumps(settings, default=str).encode()).hexdigest()
