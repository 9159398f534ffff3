"""Writes what was read as Parquet files that are shaped like the tables of `sql/schema/`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

_ROWS = 120_000
_BYTES = 96 * 1024 * 1024
_FRAMES = 256
"""So many frames are put together: of a file with one mail each, they would be all that waits."""


@dataclass(slots=True)
class _Waiting:
    """The frames of one table that are not written yet, and what they add up to."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0
    apart: int = 0
    """How many of the last frames were not put together yet."""

    def add(self, frame: pl.DataFrame) -> None:
        self.frames.append(frame)
        self.rows += frame.height
        self.bytes += int(frame.estimated_size())
        self.apart += 1
        if self.apart == _FRAMES:
            self.frames[-_FRAMES:] = [pl.concat(self.frames[-_FRAMES:], rechunk=True)]
            self.apart = 0


class Sink:
    """Gathers frames of each table and writes them in files of about 120,000 rows."""

    def __init__(self, into: Path) -> None:
        """Write below the folder `into`, one folder a table."""
        self.files: dict[str, list[Path]] = {}
        self._into = into
        self._waiting: dict[str, _Waiting] = {}

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Take rows of a table; they are written when there are enough of them."""
        if frame.is_empty():
            return
        waiting = self._waiting.setdefault(table, _Waiting())
        waiting.add(frame)
        if waiting.rows >= _ROWS or waiting.bytes >= _BYTES:
            self._write(table)

    def close(self) -> Mapping[str, tuple[Path, ...]]:
        """Write what is left; return the files of each table."""
        for table in list(self._waiting):
            self._write(table)
        return {table: tuple(files) for table, files in self.files.items()}

    def _write(self, table: str) -> None:
        waiting = self._waiting.pop(table)
        files = self.files.setdefault(table, [])
        folder = self._into / table
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{len(files):05d}.parquet"
        pl.concat(waiting.frames).write_parquet(
            path, compression="zstd", compression_level=1, statistics=False
        )
        files.append(path)
