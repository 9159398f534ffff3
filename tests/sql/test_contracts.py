"""Every SQL file says truly what it reads and what it emits."""

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.model import POLICIES
from pipeline.queries import queries, read_query
from pipeline.resources import resource_dir

STAGES = (
    "staging",
    "facts",
    "verdicts",
    "correlate",
    "incidents",
    "evidence",
    "root_cause",
    "conclusions",
    "checks",
)
ASKED = ("explain", "sample")
"""Folders of questions to a finished audit."""
FILES = sorted(
    path for stage in (*STAGES, *ASKED) for path in (resource_dir("sql") / stage).glob("*.sql")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_header_reads(path: Path) -> None:
    """The tables named under `reads:` are those the query reads, no more and no fewer."""
    query = read_query(path)
    sql = re.sub(r"\$[a-z_]+", "null", query.sql)

    assert sorted(query.reads) == sorted(duckdb.connect().get_table_names(sql))


@pytest.mark.parametrize("stage", STAGES)
def test_reads_only_from_the_left(stage: str) -> None:
    """A stage reads only what stands to its left or in itself."""
    place = STAGES.index(stage)
    later = {
        path.stem
        for other in STAGES[place + 1 :]
        for path in (resource_dir("sql") / other).glob("*.sql")
    }

    for query in queries(stage):
        assert not set(query.reads) & later - {"verdicts"}, query.path


def test_one_verdict_a_policy() -> None:
    """Every policy has its verdict, and every verdict its policy."""
    verdicts = {
        path.stem.replace("_", "-") for path in (resource_dir("sql") / "verdicts").glob("*.sql")
    }

    assert set(POLICIES) == verdicts


def test_order_is_dependency_order() -> None:
    """Inside a stage a table is made after those it reads."""
    made: set[str] = set()
    own = {query.table for query in queries("correlate")}
    for query in queries("correlate"):
        assert set(query.reads) & own <= made
        made.add(query.table)


@pytest.mark.parametrize("stage", ["facts", "verdicts"])
def test_what_spark_runs_is_what_spark_reads(stage: str) -> None:
    """Clauses that sqlglot passes on as they are, and Spark does not know, stay out."""
    for query in queries(stage):
        assert not re.search(r"\bby name\b|\* exclude\b|\basof\b", query.sql), query.path
