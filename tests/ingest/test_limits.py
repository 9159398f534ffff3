"""Packed tables that ask for more than a machine has are named, and cost nobody else anything."""

import io
import re
import zipfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from ingest.loaded import Loaded, load
from pyarrow import parquet

from pipeline.config import Config
from pipeline.ingest import _limits

ROW = {"sent_at": "2025-02-17T10:00:00Z", "body": "Hi"}
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MEGABYTE = 1 << 20


def workbook(path: Path, **parts: str) -> Path:
    """Write a workbook of one row; `cells` stand below it, `strings` after the shared ones."""
    plain = io.BytesIO()
    pl.DataFrame([ROW]).write_excel(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == SHEET:
                text = text.replace("</sheetData>", parts.get("cells", "") + "</sheetData>")
            if name == STRINGS:
                text = text.replace("</sst>", parts.get("strings", "") + "</sst>")
            new.writestr(name, text)
    return path


def note(found: Loaded) -> str:
    """Return the note of a file of which nothing was read."""
    assert found.accounted()
    assert not found.messages
    return found.notes


FAR = (
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "<row r='1048576'><c s='1' r = 'xfd1048576' ><v>1</v></c></row>",
    '<row r="1048576">' + "<c><v>1</v></c>" * 70 + "</row>",
    '<row><c r="A1048576"' + " " * 3 * MEGABYTE + '><v>1</v></c><c r="XFD3"><v>1</v></c></row>',
)


@pytest.mark.parametrize("cells", FAR, ids=("plain", "odd", "unplaced", "long"))
def test_cells_that_stand_too_far_apart(tmp_path: Path, cells: str) -> None:
    """The library would set up every cell between the first one and the last."""
    found = note(load(workbook(tmp_path / "a.xlsx", cells=cells)))

    assert "rows and" in found
    assert "columns apart" in found


def test_an_empty_cell_in_the_corner_is_none(tmp_path: Path) -> None:
    """Spreadsheets write formats there; a wide table is read as well."""
    corner = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    wide = pl.DataFrame([ROW | {f"c{n}": "x" for n in range(900)}])
    wide.write_excel(tmp_path / "wide.xlsx")

    assert 1 == len(load(workbook(tmp_path / "a.xlsx", cells=corner)).messages)
    assert 1 == len(load(tmp_path / "wide.xlsx").messages)


@pytest.mark.parametrize("part", ["cells", "strings"])
def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path, part: str) -> None:
    """Both limits hold, and no part may be longer than what is held in memory."""
    path = workbook(tmp_path / "a.xlsx", **{part: " " * 70 * MEGABYTE})

    assert "limits.archive_ratio" in note(load(path))
    small = Config(archive_ratio=10**6, archive_bytes=MEGABYTE)
    assert "limits.archive_bytes" in note(load(path, config=small))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_limits, "_LONGEST_PART", MEGABYTE)
        assert "save its sheet as CSV" in note(load(path, config=Config(archive_ratio=10**6)))
    assert 1 == len(load(path, config=Config(archive_ratio=10**6)).messages)


def test_a_workbook_named_as_another_format(tmp_path: Path) -> None:
    """The library would read it as what the name says, past what was looked at."""
    assert "named .ods" in note(load(workbook(tmp_path / "a.ods")))


@pytest.mark.parametrize("how", [{}, {"column_encoding": "DELTA_BYTE_ARRAY"}])
def test_a_parquet_file_of_one_text_without_end(tmp_path: Path, how: dict[str, str]) -> None:
    """A kilobyte may stand for gigabytes; they are counted before they are written out."""
    names = {"sent_at": ROW["sent_at"], "body": "x" * MEGABYTE}
    table = pa.table({name: [text] * 300 for name, text in names.items()})
    options = how | {"use_dictionary": not how}
    parquet.write_table(table, tmp_path / "a.parquet", compression="zstd", **options)
    assert (tmp_path / "a.parquet").stat().st_size < MEGABYTE

    assert "limits.archive_ratio" in load(tmp_path / "a.parquet").notes


def test_a_parquet_file_of_repeated_texts(tmp_path: Path) -> None:
    """What fits is read in pieces, every row once and in order."""
    bodies = [f"{n % 7}" * 200_000 for n in range(400)]
    frame = pl.DataFrame({"sent_at": [ROW["sent_at"]] * 400, "body": bodies})
    frame.write_parquet(tmp_path / "a.parquet")

    found = load(tmp_path / "a.parquet", config=Config(archive_ratio=10**6))

    assert bodies == [row["body"] for row in found.messages]
    places = [re.sub(r"\D", "", str(row["source_locator"])) for row in found.messages]
    assert [str(n) for n in range(1, 401)] == places
