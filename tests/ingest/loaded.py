"""Reads files as the audit does, for whole rows to be compared and counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from pipeline.config import Config
from pipeline.ingest import ingest
from pipeline.model import KINDS

Row = dict[str, object]


@dataclass
class Loaded:
    """The tables that files became; rows are shown without what is null."""

    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, without numbers and nulls; times as ISO text."""
        if table not in self.tables:
            return []
        frame = self.tables[table].drop("source_no", "row_no", strict=False)
        times = frame.with_columns(pl.selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
        return [{k: v for k, v in row.items() if v is not None} for row in times.to_dicts()]

    @property
    def messages(self) -> list[Row]:
        """The messages."""
        return self.rows("raw_messages")

    @property
    def readers(self) -> set[object]:
        """The readers that files were given to."""
        return {row["reader"] for row in self.rows("source_files")}

    @property
    def notes(self) -> str:
        """What is noted of the files."""
        return "; ".join(str(row["note"]) for row in self.rows("source_files"))

    def accounted(self) -> bool:
        """Say whether every row read is loaded or quarantined."""
        read = sum(int(str(row["rows_read"])) for row in self.rows("source_files"))
        rows = {f"raw_{kind}" for kind in KINDS} | {"quarantined"}
        kept = [name for name in self.tables if name in rows]
        return read == sum(self.tables[name].height for name in kept)


def load(*paths: Path, config: Config | None = None) -> Loaded:
    """Read files and folders."""
    with TemporaryDirectory() as folder:
        done = ingest(list(paths), config or Config(), Path(folder))
        return Loaded({name: pl.concat(map(pl.read_parquet, f)) for name, f in done.files.items()})


def load_text(folder: Path, name: str, text: str | bytes, config: Config | None = None) -> Loaded:
    """Write a file and read it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, config=config)
