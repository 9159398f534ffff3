"""Rows wait for their file without being looked at again and again."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.ingest.sink import Sink


def test_a_file_of_one_row_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand mails in files of their own: each frame is measured once, few wait."""
    measured: list[int] = []
    size = pl.DataFrame.estimated_size
    monkeypatch.setattr(
        pl.DataFrame, "estimated_size", lambda self: measured.append(1) or size(self)
    )
    sink = Sink(tmp_path)
    for number in range(1_000):
        sink.add("mails", pl.DataFrame({"n": [number]}))

    assert len(measured) == 1_000
    assert len(sink._waiting["mails"].frames) < 300  # noqa: SLF001
    (path,) = sink.close()["mails"]
    assert pl.read_parquet(path)["n"].to_list() == list(range(1_000))
