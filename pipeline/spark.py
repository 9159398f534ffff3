"""The scan and the verdicts on Spark: the same function and SQL, on as many machines as there are.

The messages are laid down as Parquet where driver and executors both reach them, `mapInArrow` runs
`read_batch` over them, and segments, languages and signals come back as Parquet. `spark_sql` does
the same for the SQL from the facts to the verdicts; the other SQL stages stay with DuckDB. Nothing
distributed is of our own making, and what comes out is what one machine finds.
"""

import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import StageError, UsageError
from pipeline.signals.batch import BatchReader, batch_reader
from pipeline.signals.engine import SCHEMA, read_batch
from pipeline.signals.ruleset import Ruleset
from pipeline.spark_sql import judge_with
from pipeline.store import Params, Store

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

COLUMNS = ("message_id", "subject", "body", "direction")
_BATCH = 20_000
_TASKS_A_CORE = 4
_PART = "part"
_TABLES: dict[str, dict[str, Any]] = {
    "segments": {
        "message_id": pl.String,
        "segment_start": pl.Int32,
        "segment_end": pl.Int32,
        "kind": pl.String,
    },
    "message_languages": {"message_id": pl.String, "language": pl.String},
    "signals": SCHEMA,
}
"""What a batch yields, in the order of `Scanned`."""

_FIELDS: dict[str, Any] = {_PART: pl.String}
for _columns in _TABLES.values():
    _FIELDS |= _columns
"""One row of any of the three tables; what a table lacks is null."""

_SQL_TYPES = {pl.String: "string", pl.Int32: "int", pl.Boolean: "boolean", pl.Float64: "double"}
_ARROW_TYPES = {
    pl.String: pa.string(),
    pl.Int32: pa.int32(),
    pl.Boolean: pa.bool_(),
    pl.Float64: pa.float64(),
}
_DDL = ", ".join(f"`{name}` {_SQL_TYPES[kind]}" for name, kind in _FIELDS.items())
_ARROW = pa.schema([(name, _ARROW_TYPES[kind]) for name, kind in _FIELDS.items()])


@dataclass(frozen=True, slots=True)
class SparkSettings:
    """Where Spark runs and how."""

    master: str = "local[*]"
    options: Mapping[str, str] = field(default_factory=dict)
    """Spark's own configuration, passed through."""
    folder: Path | None = None
    """A folder that driver and executors both reach; none: beside the output."""


def scan_on_spark(
    store: Store,
    ruleset: Ruleset,
    settings: SparkSettings,
    beside: Path,
    source: str = "messages_base",
    into: Sequence[str] = ("segments", "message_languages", "signals"),
) -> None:
    """Scan the messages of `source` on Spark and fill the three tables of `into`.

    Raises:
        UsageError: Spark is not installed, or finds no Java.
        StageError: the job failed.

    """
    with (
        _folder(settings.folder or beside) as folder,
        _session(settings) as spark,
    ):
        messages = folder / "messages.parquet"
        _lay_down(store, source, messages)
        try:
            _run(spark, ruleset, messages, folder / "scanned")
        except Exception as error:  # Spark has its own kinds, and Java's
            raise StageError(_cause(error), source="spark") from error
        for table, part in zip(into, _TABLES, strict=True):
            for file in sorted((folder / "scanned" / f"{_PART}={part}").glob("*.parquet")):
                store.insert(table, pl.read_parquet(file, columns=list(_TABLES[part])))


def judge_on_spark(store: Store, params: Params, settings: SparkSettings, beside: Path) -> None:
    """Make the tables from the facts to the verdicts on Spark, from the same SQL files.

    Raises:
        UsageError: Spark is not installed, or finds no Java.
        StageError: the job failed.

    """
    with (
        _folder(settings.folder or beside) as folder,
        _session(settings) as spark,
    ):
        try:
            judge_with(spark, store, params, folder)
        except StageError:
            raise
        except Exception as error:  # Spark has its own kinds, and Java's
            raise StageError(_cause(error), source="spark") from error


def _lay_down(store: Store, source: str, file: Path) -> None:
    """Write what the scan reads of the messages, in row groups of a task's size."""
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in store.table_batches(source, _BATCH, columns=COLUMNS):
            writer.write_table(batch.to_arrow().cast(schema))


def _run(spark: "SparkSession", ruleset: Ruleset, messages: Path, out: Path) -> None:
    reader = spark.sparkContext.broadcast(pickle.dumps(batch_reader(ruleset)))

    def scan(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # one Python process may run several tasks: the rules are unpacked once in it
        for batch in batches:
            yield from scan_arrow(batch, _unpacked(reader.value))

    frame: DataFrame = spark.read.parquet(str(messages.resolve().as_uri())).select(*COLUMNS)
    tasks = spark.sparkContext.defaultParallelism * _TASKS_A_CORE
    scanned = frame.repartition(tasks, "message_id").mapInArrow(scan, _DDL)
    scanned.write.partitionBy(_PART).parquet(str(out.resolve().as_uri()))


_UNPACKED: dict[int, BatchReader] = {}


def _unpacked(reader: bytes) -> BatchReader:
    key = hash(reader)
    if key not in _UNPACKED:
        _UNPACKED.clear()
        _UNPACKED[key] = pickle.loads(reader)  # noqa: S301 - from the driver
    return _UNPACKED[key]


def scan_arrow(batch: pa.RecordBatch, reader: BatchReader) -> Iterator[pa.RecordBatch]:
    """Yield what the scan says of a batch: rows of all three tables, told apart by `part`."""
    scanned = read_batch(pl.DataFrame(batch), reader)
    for (name, own), frame in zip(_TABLES.items(), scanned, strict=True):
        lacking = [pl.lit(None, kind).alias(n) for n, kind in _FIELDS.items() if n not in own]
        whole = (
            frame.cast(pl.Schema(own)).with_columns(lacking).with_columns(pl.lit(name).alias(_PART))
        )
        yield from whole.select(list(_FIELDS)).to_arrow().cast(_ARROW).to_batches()


@contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=".spark-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _session(settings: SparkSettings) -> Iterator["SparkSession"]:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise UsageError(
            "--engine spark needs Spark: pip install 'msgaudit[spark]', and Java 17 or later"
        ) from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("msgaudit").master(settings.master)
    for name, value in (_defaults(settings.master) | dict(settings.options)).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise UsageError(f"Spark does not start at {settings.master}: {_cause(error)}") from error
    session.sparkContext.setLogLevel("OFF")
    try:
        yield session
    finally:
        session.stop()


def _defaults(master: str) -> dict[str, str]:
    chosen = {
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(_BATCH),
        "spark.ui.showConsoleProgress": "false",
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
    }
    if master.startswith("local"):
        chosen |= {
            "spark.sql.shuffle.partitions": str(_TASKS_A_CORE * (os.cpu_count() or 1)),
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
        }
    return chosen


def _cause(error: Exception) -> str:
    """Return the line of a Spark error that says what went wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("Caused by", "pyspark.errors", "pipeline."))]
    return (told or lines or [type(error).__name__])[-1]
