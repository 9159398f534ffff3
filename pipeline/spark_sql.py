"""The verdicts on Spark: the same SQL files, carried over by sqlglot's Spark dialect.

Facts and verdicts are the SQL stages that look at every message's signals. What they read is laid
down as Parquet where driver and executors both reach it, Spark makes their tables, and these come
back into DuckDB, in the types that DuckDB itself would have given them. There is no second copy of
any query.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq

from pipeline.errors import StageError
from pipeline.queries import Query, queries
from pipeline.store import Params, Store

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

AT_HOME = frozenset({"messages"})
"""Tables that DuckDB makes: a join by id, whose bodies need not travel and come back."""

_TEXTS = frozenset({"subject", "body"})
"""Columns that no fact is made of; they stay at home."""

_BATCH = 50_000


def in_spark(query: Query) -> str:
    """Return a query in Spark's SQL.

    Raises:
        StageError: sqlglot does not carry it over.

    """
    import sqlglot  # noqa: PLC0415 - comes with the extra
    from sqlglot import exp  # noqa: PLC0415

    def named(node: exp.Expression) -> exp.Expression:
        return exp.Placeholder(this=node.name) if isinstance(node, exp.Parameter) else node

    try:
        tree = sqlglot.parse_one(query.sql, read="duckdb")
        carried = tree.transform(named)
        return str(carried.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE))
    except sqlglot.errors.SqlglotError as error:
        source = f"sql/{query.path.parent.name}/{query.path.name}"
        raise StageError(f"not in Spark's SQL: {error}", source=source) from error


def judge_with(spark: "SparkSession", store: Store, params: Params, folder: Path) -> None:
    """Make the tables of `sql/facts` and `sql/verdicts` on Spark, and put them into the store."""
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    facts, verdicts = queries("facts"), queries("verdicts")
    made = {query.table for query in facts}
    for query in facts:
        if query.table in AT_HOME:
            store.create(query.table, query, params)
    read = {
        name for query in (*facts, *verdicts) if query.table not in AT_HOME for name in query.reads
    }
    for name in sorted(read - (made - AT_HOME)):
        file = folder / f"{name}.parquet"
        _lay_down(store, name, file)
        spark.read.parquet(_uri(file)).createOrReplaceTempView(name)
    for query in facts:
        if query.table not in AT_HOME:
            made_there = folder / query.table
            _asked(spark, query, params).write.parquet(_uri(made_there))
            spark.read.parquet(_uri(made_there)).createOrReplaceTempView(query.table)
            store.create_shape(query.table, query, params)
            _fetch(store, query.table, made_there)
    parts = {f"verdict_{query.table}": query for query in verdicts}
    frames = [_asked(spark, query, params) for query in verdicts]
    found = frames[0]
    for frame in frames[1:]:
        found = found.unionByName(frame, allowMissingColumns=True)
    found.write.parquet(_uri(folder / "verdicts"))
    _shape_union(store, "verdicts", parts, params)
    _fetch(store, "verdicts", folder / "verdicts")


def _asked(spark: "SparkSession", query: Query, params: Params) -> "DataFrame":
    return spark.sql(in_spark(query), args={name: params[name] for name in query.parameters})


def _shape_union(store: Store, table: str, parts: Mapping[str, Query], params: Params) -> None:
    for name, query in parts.items():
        store.create_shape(name, query, params)
    store.union(table, list(parts))
    store.drop(list(parts))


def _lay_down(store: Store, table: str, file: Path) -> None:
    columns = [name for name in store.columns(table) if name not in _TEXTS]
    schema = store.empty(table).select(columns).to_arrow().schema
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in store.table_batches(table, _BATCH, columns=columns):
            writer.write_table(batch.to_arrow().cast(schema))


def _fetch(store: Store, table: str, folder: Path) -> None:
    for file in sorted(folder.glob("*.parquet")):
        store.insert(table, pl.read_parquet(file))


def _uri(path: Path) -> str:
    return path.resolve().as_uri()
