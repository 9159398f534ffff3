"""The SQL of scans, checks and decisions says truly what it reads."""

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.queries import read_query
from pipeline.resources import resource_dir

FILES = sorted(
    path
    for stage in ("scan", "check", "decisions")
    for path in (resource_dir("sql") / stage).rglob("*.sql")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_header_reads(path: Path) -> None:
    """The tables named under `reads:` are those the query reads, no more and no fewer."""
    query = read_query(path)
    sql = re.sub(r"\$[a-z_]+", "null", query.sql)

    assert sorted(query.reads) == sorted(duckdb.connect().get_table_names(sql))
