"""Writes the pack's tables, reads them back, and says which no longer follow from the others."""

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipeline.appeal.citations import ALL, KEYS, row_ids
from pipeline.appeal.tables import shown_tables
from pipeline.errors import StageError
from pipeline.evidence.cells import as_text, guarded
from pipeline.evidence.workbook import write_workbook
from pipeline.store import Store, queries

WORKBOOK = "evidence.xlsx"


def write_tables(pack: Store, folder: Path) -> None:
    """Write every table as CSV and Parquet, and all of them as sheets of one workbook."""
    folder.mkdir(parents=True)
    names = shown_tables(pack)
    for name in names:
        pack.copy(name, folder / f"{name}.parquet")
        (folder / f"{name}.csv").write_bytes(csv_bytes(pack.table(name)))
    write_workbook(pack, names, folder / WORKBOOK)


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Return a table as CSV: texts guarded against spreadsheets, times in UTC."""
    target = io.BytesIO()
    guarded(as_text(frame)).write_csv(target)
    return target.getvalue()


def refuse_broken_tables(pack: Store) -> None:
    """Let no table out that does not follow from the others.

    Raises:
        StageError: one does not; its first row is named.

    """
    for line in _checked(pack):
        raise StageError(line)


def tables_that_do_not_follow(folder: Path) -> list[str]:
    """Return one line for every table of a pack that no longer follows from the others.

    Parquet is the truth: CSV and workbook are made anew of it and compared; counts, quotes, dates
    and citations are followed from table to table.
    """
    found = []
    with Store() as pack:
        names = []
        for path in sorted(folder.glob("*.parquet")):
            try:
                pack.put(path.stem, pl.read_parquet(path))
                names.append(path.stem)
            except (pl.exceptions.PolarsError, OSError, StageError):
                found.append(f"tables/{path.name}: cannot be read")
        wanted = {"citations"}.union(*(query.reads for query in queries("pack_checks")))
        found += [f"tables/{name}.parquet: missing" for name in sorted(wanted - set(names))]
        if found:
            return found
        for name in names:
            path = folder / f"{name}.csv"
            if path.is_file() and path.read_bytes() != csv_bytes(pack.table(name)):
                found.append(f"tables/{name}.csv: does not follow from {name}.parquet")
        found += _workbook(pack, folder / WORKBOOK)
        return found + _checked(pack)


def _checked(pack: Store) -> list[str]:
    lines = [
        f"tables/{row[0]}: {row[1]} does not follow: {query.purpose}"
        for query in queries("pack_checks")
        for row in pack.rows(query, {}).select("table_name", "row_id").iter_rows()
    ]
    return lines + _uncited(pack)


def _uncited(pack: Store) -> list[str]:
    """Return the citations whose rows are not in the pack."""
    cited = pack.table("citations").filter(pl.col("kind") == "cited")
    lines = []
    for name in sorted(set(cited["cited_table"])):
        rows = cited.filter(pl.col("cited_table") == name)
        if name not in KEYS or name not in pack.tables():
            lines.append(f"tables/citations: cites {name}, which is not in the pack")
            continue
        frame = pack.table(name)
        known = set(row_ids(frame, name))
        for no, one, count in rows.select("sentence_no", "row_id", "rows").iter_rows():
            if (count != frame.height) if one == ALL else (one not in known):
                what = f"{count} rows" if one == ALL else one
                lines.append(f"tables/{name}: lacks {what}, which statement {no} rests on")
    return lines


def _workbook(pack: Store, path: Path) -> list[str]:
    """Compare the workbook's members with a new one: packing differs by machine, cells do not."""
    if not path.is_file():
        return []
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / WORKBOOK
        write_workbook(pack, shown_tables(pack), fresh)
        try:
            same = _cells(path.read_bytes()) == _cells(fresh.read_bytes())
        except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, EOFError):
            same = False
    return [] if same else [f"tables/{path.name}: does not follow from the Parquet tables"]


def _cells(data: bytes) -> Sequence[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [
            (name, archive.read(name))
            for name in sorted(archive.namelist())
            if re.match(r"xl/(worksheets/|sharedStrings|workbook\.xml$)", name)
        ]
