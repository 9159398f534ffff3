"""What is in an archive is read once, and the archive is not unpacked again."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from exports import ASK, write_messages

from pipeline.config import Config
from pipeline.ingest import SourceFile, find_files
from pipeline.scan import inputs
from pipeline.scan.inputs import ARCHIVES, FILES, NUMBERS, Plan, Planner
from pipeline.scan.run import run_scan
from pipeline.store import Store

CONFIG = Config()


def archive(path: Path, members: Mapping[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as out:
        for name, text in members.items():
            out.writestr(name, text)


def planned(folder: Path, before: Plan | None = None) -> tuple[list[str], Plan]:
    """Return what a scan of the folder reads, and its plan."""
    kept = before.files if before else pl.DataFrame(schema=FILES)
    archives = before.archives if before else pl.DataFrame(schema=ARCHIVES)
    numbers = before.numbers if before else pl.DataFrame(schema=NUMBERS)
    planner = Planner(kept, archives, numbers, CONFIG)
    read = []
    for _, file in planner.new(find_files([folder])):
        assert file.note or file.path.exists()
        read.append(file.source_file)
    return read, planner.plan()


def test_only_what_is_new_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First everything; then nothing, without unpacking; then what a newer archive adds."""
    archive(tmp_path / "a.zip", {"x.csv": "1", "y.csv": "2"})
    name = tmp_path.name

    first, plan = planned(tmp_path)
    assert [f"{name}/a.zip", f"{name}/a.zip!/x.csv", f"{name}/a.zip!/y.csv"] == first

    with monkeypatch.context() as patch:
        patch.setattr(inputs, "opened", _never)
        (tmp_path / "a.zip").rename(tmp_path / "b.zip")
        again, plan = planned(tmp_path, plan)
    assert [f"{name}/b.zip"] == again  # under its new name; its members are known
    shown = plan.numbers["source_file"].to_list()
    assert {f"{name}/b.zip", f"{name}/b.zip!/x.csv", f"{name}/b.zip!/y.csv"} <= set(shown)

    archive(tmp_path / "c.zip", {"y.csv": "2", "z.csv": "3"})
    more, plan = planned(tmp_path, plan)
    assert [f"{name}/c.zip", f"{name}/c.zip!/z.csv"] == more


def _never(*_: object) -> list[SourceFile]:
    raise AssertionError("an archive was unpacked again")


def test_a_scan_reads_archives(tmp_path: Path) -> None:
    """The messages within are judged; a second scan has nothing to read and the same tables."""
    (tmp_path / "exports").mkdir()
    write_messages(tmp_path / "m.csv", [("m1", "t1", "2024-06-03T10:00:00Z", "outbound", ASK)])
    archive(tmp_path / "exports" / "june.zip", {"mail/m.csv": (tmp_path / "m.csv").read_text()})
    config = Config(
        base=tmp_path,
        input_paths=(tmp_path / "exports",),
        scan_state=tmp_path / "state",
        scan_out=tmp_path / "scans",
    )

    first = run_scan(config)
    second = run_scan(config)

    assert (2, 0) == (first.files_new, second.files_new)
    assert first.totals == second.totals
    assert first.totals["findings"] >= 1
    with Store(tmp_path / "scans" / "2024-06" / "audit.duckdb", read_only=True) as store:
        sources = store.table("sources").select("source_file", "reader", "rows_loaded").rows()
    assert [("exports/june.zip", "archive", 0), ("exports/june.zip!/mail/m.csv", "csv", 1)] == (
        sources
    )
