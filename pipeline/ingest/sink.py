"""Writes what was read as Parquet files that are shaped like the tables of `sql/schema/`."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

_ROWS = 120_000
_BYTES = 96 * 1024 * 1024


class Sink:
    """Gathers frames of each table and writes them in files of about 120,000 rows."""

    def __init__(self, into: Path) -> None:
        """Write below the folder `into`, one folder a table."""
        self.files: dict[str, list[Path]] = {}
        self._into = into
        self._waiting: dict[str, list[pl.DataFrame]] = {}

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Take rows of a table; they are written when there are enough of them."""
        if frame.is_empty():
            return
        waiting = self._waiting.setdefault(table, [])
        waiting.append(frame)
        if (
            sum(part.height for part in waiting) >= _ROWS
            or sum(part.estimated_size() for part in waiting) >= _BYTES
        ):
            self._write(table)

    def close(self) -> Mapping[str, tuple[Path, ...]]:
        """Write what is left; return the files of each table."""
        for table in list(self._waiting):
            self._write(table)
        return {table: tuple(files) for table, files in self.files.items()}

    def _write(self, table: str) -> None:
        waiting = self._waiting.pop(table, [])
        if not waiting:
            return
        files = self.files.setdefault(table, [])
        folder = self._into / table
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{len(files):05d}.parquet"
        pl.concat(waiting).write_parquet(
            path, compression="zstd", compression_level=1, statistics=False
        )
        files.append(path)
