"""Writes the pack's tables, reads them back, and says which no longer follow from the others."""

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipeline import __version__
from pipeline.appeal.archives import read_zip, zip_bytes
from pipeline.appeal.citations import ALL, KEYS, citation_rows, row_ids
from pipeline.appeal.plan import facts_of, make_plan
from pipeline.appeal.plan_document import PLAN, shown_statement, statements_in
from pipeline.appeal.tables import shown_tables
from pipeline.errors import AuditError, StageError
from pipeline.evidence.cells import as_text, guarded
from pipeline.evidence.workbook import write_workbook
from pipeline.queries import queries
from pipeline.store import Store

WORKBOOK = "evidence.xlsx"
_FIRST = ("[Content_Types].xml",)


def write_tables(pack: Store, folder: Path) -> None:
    """Write every table as CSV and Parquet, and all of them as sheets of one workbook."""
    folder.mkdir(parents=True)
    names = shown_tables(pack)
    for name in names:
        pack.copy(name, folder / f"{name}.parquet")
        (folder / f"{name}.csv").write_bytes(csv_bytes(pack.table(name)))
    workbook = folder / WORKBOOK
    write_workbook(pack, names, workbook)
    workbook.write_bytes(zip_bytes(read_zip(workbook.read_bytes()), first=_FIRST))


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Return a table as CSV: texts guarded against spreadsheets, times in UTC."""
    target = io.BytesIO()
    as_text(guarded(frame)).write_csv(target)
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
        pack.lock_down()
        names = []
        for path in sorted(folder.glob("*.parquet")):
            try:
                pack.put(path.stem, pl.read_parquet(path))
                names.append(path.stem)
            except (pl.exceptions.PolarsError, OSError, StageError):
                found.append(f"tables/{path.name}: cannot be read")
        wanted = {"archive", "citations"}.union(*(query.reads for query in queries("pack_checks")))
        found += [f"tables/{name}.parquet: missing" for name in sorted(wanted - set(names))]
        if found:
            return found
        for name in names:
            path = folder / f"{name}.csv"
            if path.is_file() and path.read_bytes() != csv_bytes(pack.table(name)):
                found.append(f"tables/{name}.csv: does not follow from {name}.parquet")
        found += _workbook(pack, folder / WORKBOOK)
        return found + _checked(pack) + statements_that_do_not_follow(pack, folder.parent)


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


def statements_that_do_not_follow(pack: Store, folder: Path) -> list[str]:
    """Return the statements of the plan that the tables do not bear out, or the DOCX words else.

    They are made anew of the tables, which only the same version does in the same words; that the
    document says what the citations say is looked up in any case.
    """
    cited = pack.table("citations")
    found = []
    if pack.table("archive").get_column("msgaudit_version").item() == __version__:
        try:
            made = citation_rows(make_plan(facts_of(pack)))
            found = _differences(cited, made)
        except (AuditError, pl.exceptions.PolarsError, KeyError, ValueError) as error:
            found = [f"tables/citations: cannot be followed: {error}"]
    path = folder / PLAN
    if not path.is_file():
        return found
    try:
        written = statements_in(path.read_bytes())
    except ValueError:
        return [*found, f"{PLAN}: cannot be read"]
    said = cited.filter(pl.col("kind") == "cited").unique("sentence_no", maintain_order=True)
    return found + [
        f"{PLAN}: statement {no} is not worded as in tables/citations"
        for no, sentence in said.select("sentence_no", "sentence").iter_rows()
        if shown_statement(sentence) not in written
    ]


def _differences(cited: pl.DataFrame, made: pl.DataFrame) -> list[str]:
    """Return one line for every statement that comes out otherwise, or does not come out."""
    pairs = [
        dict(frame.filter(pl.col("kind") == "cited").select("sentence_no", "sentence").iter_rows())
        for frame in (cited, made)
    ]
    return [
        f"tables/citations: statement {no} does not follow from the tables, which say"
        f" {pairs[1].get(no, 'nothing of it')!r}"
        for no in sorted(pairs[0].keys() | pairs[1].keys())
        if pairs[0].get(no) != pairs[1].get(no)
    ]


def _workbook(pack: Store, path: Path) -> list[str]:
    """Compare the cells of the workbook with those of a new one."""
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
