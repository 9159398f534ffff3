"""Every SQL file of the appeal says what it reads and emits, and a sound pack passes all checks."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.appeal.audited import open_audit, own_rows
from pipeline.appeal.citations import citation_rows
from pipeline.appeal.plan import facts_of, make_plan
from pipeline.appeal.pseudonyms import passing_key
from pipeline.appeal.tables import load_pack
from pipeline.queries import queries, read_query
from pipeline.resources import resource_dir
from pipeline.store import Store

FOLDERS = ("appeal", "rehearsal", "pack_checks")
FILES = sorted(p for folder in FOLDERS for p in (resource_dir("sql") / folder).glob("*.sql"))


@pytest.fixture(scope="module")
def store(shop: Path) -> Iterator[Store]:
    """Return the pack's tables of the planted shop, citations included."""
    audited = open_audit(shop / "audit")
    with audited.store() as source, Store() as pack:
        load_pack(source, pack, audited, passing_key())
        pack.put("citations", citation_rows(make_plan(facts_of(pack))))
        yield pack


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_header_reads(path: Path) -> None:
    """The tables named under `reads:` are those the query reads."""
    query = read_query(path)
    sql = re.sub(r"\$[a-z_]+", "null", query.sql)

    assert sorted(query.reads) == sorted(duckdb.connect().get_table_names(sql))


@pytest.mark.parametrize("folder", ["rehearsal", "pack_checks"])
def test_header_emits(store: Store, folder: str) -> None:
    """The columns named under `emits:` are those that come out."""
    for query in queries(folder):
        assert list(query.emits) == store.rows(query, {}).columns, query.path


@pytest.mark.parametrize("name", sorted(p.stem for p in FILES if p.parent.name == "appeal"))
def test_own_tables_emit(shop: Path, name: str) -> None:
    """The columns of the tables made of an audit are those of their headers."""
    audited = open_audit(shop / "audit")
    query = read_query(resource_dir("sql") / "appeal" / f"{name}.sql")

    with audited.store() as source:
        assert list(query.emits) == own_rows(source, name, audited).columns


def test_sound_pack_passes_every_check(store: Store) -> None:
    """No check names a row of tables that nobody touched."""
    for query in queries("pack_checks"):
        assert store.rows(query, {}).is_empty(), query.path
