"""The scan on Spark finds what one machine finds; without Spark one clear line says so."""

import importlib.util
import shutil
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import StageError
from pipeline.queries import queries, read_query
from pipeline.signals.batch import batch_reader
from pipeline.signals.engine import read_batch
from pipeline.signals.ruleset import Ruleset, load_ruleset
from pipeline.spark import scan_arrow
from pipeline.spark_sql import in_spark

HAS_SQLGLOT = importlib.util.find_spec("sqlglot") is not None
HAS_SPARK = (
    HAS_SQLGLOT
    and importlib.util.find_spec("pyspark") is not None
    and shutil.which("java") is not None
)
STAGES = ("staging", "facts", "verdicts", "correlate", "incidents", "evidence", "root_cause",
          "conclusions", "accounts", "checks")  # fmt: skip
BODIES = (
    "Please change your review to five stars.",
    "Der Paketdienst kommt am Montag.\n\nViele Grüße\nTom",
    "麻烦您修改一下评价。",
    "> Please delete your review\nNo.",
    "",
)


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    """Load the built-in rules."""
    return load_ruleset()


def test_a_batch_over_arrow(ruleset: Ruleset) -> None:
    """All three tables come through one schema, and apart again."""
    batch = pl.DataFrame(
        {
            "message_id": list("abcde"),
            "subject": ["", "Re: review", "", "", "x"],
            "body": BODIES,
            "direction": ["outbound", "outbound", "internal", "inbound", "inbound"],
        }
    )
    reader = batch_reader(ruleset)
    arrow = batch.to_arrow().to_batches()[0]
    rows = pl.DataFrame(pa.Table.from_batches(list(scan_arrow(arrow, reader))))
    for part, expected in read_batch(batch, reader)._asdict().items():
        found = rows.filter(part=part).select(expected.columns)
        assert expected.cast(found.schema).equals(found)


@pytest.mark.skipif(not HAS_SPARK, reason="needs the spark extra and Java")
def test_spark_finds_the_same(tmp_path: Path) -> None:
    """The sample archive, audited with either engine: every table is the same, types too."""
    sample = Path(__file__).resolve().parents[1] / "sample_data"
    found = []
    for engine in ("duckdb", "spark"):
        out = tmp_path / engine
        arguments = ["audit", str(sample / "exports"), "--out", str(out), "--engine", engine]
        arguments += ["--config", str(sample / "audit.toml"), "--spark-master", "local[2]"]
        run = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert run.exit_code == 0, run.stderr
        with duckdb.connect(str(out / "audit.duckdb"), read_only=True) as con:
            found.append(
                {
                    table: (kinds, con.sql(f'from "{table}" order by all').fetchall())
                    for table, kinds in con.sql(
                        "select table_name, list((column_name, data_type) order by column_index)"
                        " from duckdb_columns() where not internal and schema_name = 'main'"
                        " group by all"
                    ).fetchall()
                }
            )
    assert found[0] == found[1]
    assert all(found[0][table][1] for table in ("findings", "signals", "said", "verdicts"))
    assert not list(tmp_path.glob(".spark-*"))


@pytest.mark.skipif(not HAS_SQLGLOT, reason="needs the spark extra")
@pytest.mark.parametrize("stage", STAGES)
def test_every_query_is_carried_over(stage: str) -> None:
    """From the files themselves: one statement each, no flag or parameter lost on the way."""
    for query in queries(stage):
        said = in_spark(query)
        assert query.sql.count("(?i)") == said.count("(?i)"), query.table
        assert all(f":{name}" in said for name in query.parameters), query.table


@pytest.mark.skipif(not HAS_SQLGLOT, reason="needs the spark extra")
def test_what_is_not_carried_over(tmp_path: Path) -> None:
    """A query that sqlglot cannot carry over is named; none is silently another one in Spark."""
    file = tmp_path / "odd.sql"
    file.write_text(
        "-- odd: a query.\n-- why: none.\n-- reads: -\n-- emits: n\nselect from where\n"
    )
    with pytest.raises(StageError, match=r"odd\.sql.*not in Spark's SQL"):
        in_spark(read_query(file))


def test_without_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line names what to install."""
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    (tmp_path / "messages.csv").write_text("sent_at,body\n2024-01-01T10:00:00Z,Hello\n")
    run = CliRunner().invoke(
        app, ["audit", str(tmp_path / "messages.csv"), "--out", str(tmp_path / "out"),
              "--engine", "spark"],
    )  # fmt: skip
    assert run.exit_code == 2
    assert "pip install 'msgaudit[spark]'" in run.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "flink"], "not one of duckdb, spark"),
        (["--engine", "spark", "--spark-conf", "x"], "not KEY=VALUE"),
        (["--engine", "spark", "--spark-folder", "/no/such/folder"], "no folder"),
    ],
)
def test_wrong_options(tmp_path: Path, options: list[str], said: str) -> None:
    """What is wrong is said before anything is read."""
    run = CliRunner().invoke(app, ["audit", str(tmp_path), "--out", str(tmp_path / "o"), *options])
    assert run.exit_code == 2
    assert said in run.stderr
