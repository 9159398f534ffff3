"""Reads files and puts their rows together as an audit does, up to the messages that count."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from pipeline.config import Config
from pipeline.ingest import ingest
from pipeline.store import Store


class Staged:
    """A store in which some files have been staged; to be used with `with`."""

    def __init__(self, files: Mapping[str, str | bytes], config: Config | None = None) -> None:
        """Write the files below a folder `in`, read them, and run the stage."""
        self.config = config or Config()
        self.store = Store()
        with TemporaryDirectory() as name:
            folder = Path(name)
            for path, content in files.items():
                target = folder / "in" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.encode() if isinstance(content, str) else content)
            found = ingest([folder / "in"], self.config, folder / "raw")
            self.store.create_schema()
            for table, parquet in found.files.items():
                self.store.load_parquet(table, parquet)
        self.store.run("staging", self.config.params())

    def __enter__(self) -> Self:
        """Hand it over."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.store.close()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        return self.store.frame(sql).to_dicts()

    def tuples(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query as tuples."""
        return self.store.frame(sql).rows()

    def balanced(self) -> bool:
        """Say whether every file's rows are loaded, duplicates or quarantined."""
        return all(
            row["rows_read"] == row["rows_loaded"] + row["rows_duplicate"] + row["rows_quarantined"]
            for row in self.store.table("sources").to_dicts()
        )
