"""Reads small inputs and gives back the tables as rows."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.config import Config
from pipeline.ingest import Ingested, ingest

Rows = list[dict[str, Any]]


class Read:
    """What an ingest made of its inputs."""

    def __init__(self, ingested: Ingested) -> None:
        """Keep what `ingest` returned."""
        self.ingested = ingested

    def rows(self, table: str, *columns: str) -> Rows:
        """Return the rows of a table, without columns that are empty throughout."""
        files = self.ingested.files.get(table, ())
        if not files:
            return []
        frame = pl.concat(pl.read_parquet(file) for file in files)
        if columns:
            return frame.select(columns).to_dicts()
        full = [name for name in frame.columns if frame[name].null_count() < frame.height]
        return frame.select(full).to_dicts()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Return a function that writes files below `in/`, reads them and gives the tables."""

    def run(files: Mapping[str, str | bytes], **settings: Any) -> Read:  # noqa: ANN401
        for name, content in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Read(ingest([tmp_path / "in"], Config(**settings), tmp_path / "out"))

    return run
