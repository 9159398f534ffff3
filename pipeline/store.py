"""The only door to DuckDB: opens the store, loads Parquet, runs the SQL folders."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pipeline.errors import StageError
from pipeline.lazy import deferred
from pipeline.queries import Query, queries
from pipeline.resources import resource_dir
from pipeline.sizes import parse_size

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    import pyarrow as pa
else:  # slow to import, and a check of one text does without
    duckdb, pl = deferred("duckdb"), deferred("polars")

_AT_ONCE = 100
_A_THREAD = 128 << 20
"""Bytes of a memory limit for each thread: with half of it four million messages did not pass."""

FEW = 20_000
"""Below so many rows one thread is faster: DuckDB gives a thread 122,880 rows at a time, and more
threads than it has work for only wait for each other, at every one of some 300 statements."""

_SHUT: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}
"""Nothing is fetched, and no variable of the program is taken for a table."""

Params = Mapping[str, object]


class Store:
    """One DuckDB database and the few ways in and out of it."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        memory_limit: str = "",
        read_only: bool = False,
        threads: int = 0,
    ) -> None:
        """Open `path`, or a database in memory.

        Raises:
            StageError: the file is not a database, or another process holds it.

        """
        config = _SHUT | ({"threads": threads} if threads else {})
        self._limited = bool(memory_limit)
        try:  # an absolute path: `md:x` would be taken for a service, and looked for on the network
            self._con = duckdb.connect(
                str(path.absolute()) if path else ":memory:", read_only=read_only, config=config
            )
        except duckdb.Error as error:
            raise StageError(_told(error), source=str(path)) from None
        if self._locked():  # this process has it open already
            return
        self.do("set global timezone = 'UTC'")
        self.do("set preserve_insertion_order = true")
        if path is None:
            room = Path(tempfile.gettempdir()) / f"msgaudit-{os.getpid()}"
            self.do("set temp_directory = $room", {"room": str(room)})
        if memory_limit:
            self._bound(memory_limit)

    def __enter__(self) -> Self:
        """Use as a context, so that the file is closed whatever happens."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database."""
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._con.close()

    def lock_down(self, *folders: Path) -> None:
        """Let no query reach the network or files outside `folders` from here on: inputs are in."""
        if self._locked():
            return
        named = {f"{path}/" for one in folders for path in (one.absolute(), one.resolve())}
        self.do("set allowed_directories = $folders", {"folders": sorted(named)})
        self.do("set enable_external_access = false")
        self.do("set lock_configuration = true")

    def _bound(self, memory_limit: str) -> None:
        """Bound the memory, and the threads by it: what each holds for itself is not spilled."""
        self.do("set memory_limit = $limit", {"limit": memory_limit})
        most = max(1, parse_size(memory_limit) // _A_THREAD)
        rows = self._con.execute("select current_setting('threads')").fetchall()
        self.do("set threads = $threads", {"threads": min(int(rows[0][0]), most)})

    def suit(self, rows: int) -> None:
        """Use as many threads as so many rows of the largest table are worth, until it is shut."""
        if rows < FEW and not self._locked():
            self.do("set threads = 1")

    def _locked(self) -> bool:
        found = self._con.execute("select current_setting('lock_configuration')").fetchall()
        return bool(found[0][0])

    def create_schema(self) -> None:
        """(Re)create the empty tables that input arrives in (`sql/schema/`)."""
        for path in sorted((resource_dir("sql") / "schema").glob("*.sql")):
            self._execute(path.read_text(encoding="utf-8"), {}, path)

    def load_parquet(self, table: str, files: Sequence[Path]) -> int:
        """Append Parquet files to a table of the schema by column name; return its row count."""
        if files:
            names = ", ".join(f"'{str(file).replace(chr(39), chr(39) * 2)}'" for file in files)
            self.do(
                f"insert into {identifier(table)} by name select * from read_parquet([{names}])"
            )
        return self.count(table)

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append a frame to a table of the schema by column name."""
        self._con.register("incoming", frame.to_arrow())
        try:
            self.do(f"insert into {identifier(table)} by name select * from incoming")
        finally:
            self._con.unregister("incoming")

    def insert_rows(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Append a few rows of the same columns; a frame is for many."""
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            names = list(part[0])
            listed = ", ".join(map(identifier, names))
            marks = ", ".join(["(" + ", ".join("?" * len(names)) + ")"] * len(part))
            self._con.execute(
                f"insert into {identifier(table)} ({listed}) values {marks}",
                [row[name] for row in part for name in names],
            ).fetchall()

    def dicts(self, table: str, columns: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return the rows of a small table (or some columns of it) that holds no times."""
        chosen = ", ".join(map(identifier, columns)) or "*"
        found = self._con.execute(f"select {chosen} from {identifier(table)}")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def put(self, table: str, frame: pl.DataFrame) -> None:
        """(Re)create a table from a frame."""
        self._con.register("incoming", frame.to_arrow())
        try:
            self.do(f"create or replace table {self.place(table)} as select * from incoming")
        finally:
            self._con.unregister("incoming")

    def place(self, table: str) -> str:
        """Return where a table of this name is made."""
        return identifier(table)

    def run(
        self, folder: str, params: Params, *, prefix: str = "", without: Collection[str] = ()
    ) -> list[str]:
        """Run a stage: every SQL file of the folder (re)creates its table. Returns the tables."""
        made = []
        with self.at_once():
            for query in queries(folder):
                if query.table not in without:
                    self.create(prefix + query.table, query, params)
                    made.append(prefix + query.table)
        return made

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make all tables in one transaction: the disk is waited for once, not after each.

        Under a memory limit each is its own: what a transaction made stays in memory until its end.
        """
        if self._limited:
            yield
            return
        self.do("begin transaction")
        try:
            yield
        except BaseException:
            with suppress(StageError):  # a database that is broken has no transaction left
                self.do("rollback")
            raise
        self.do("commit")

    def create(self, table: str, query: Query, params: Params) -> None:
        """(Re)create one table from one query."""
        wanted = {name: params[name] for name in query.parameters}
        sql = f"create or replace table {self.place(table)} as\n{query.sql}"
        self._execute(sql, wanted, query.path)

    def create_shape(self, table: str, query: Query, params: Params) -> None:
        """(Re)create the table of one query without rows: its columns and their types."""
        wanted = {name: params[name] for name in query.parameters}
        sql = f"create or replace table {identifier(table)} as\n{query.sql}\nwith no data"
        self._execute(sql, wanted, query.path)

    def rows(self, query: Query, params: Params) -> pl.DataFrame:
        """Return the rows of one SQL file, without a table of its own.

        Raises:
            StageError: the query fails.

        """
        wanted = {name: params[name] for name in query.parameters}
        try:
            return self.frame(query.sql, wanted)
        except duckdb.Error as error:
            source = f"sql/{query.path.parent.name}/{query.path.name}"
            raise StageError(_told(error), source=source) from error

    def columns(self, table: str) -> dict[str, str]:
        """Return the columns of a table and their types."""
        rows = self._con.execute(f"describe {identifier(table)}").fetchall()
        return {row[0]: row[1] for row in rows}

    def create_empty(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        """(Re)create empty tables of these columns, which `columns` returned."""
        statements = []
        for table, columns in tables.items():
            listed = ", ".join(f"{identifier(c)} {_type(kind)}" for c, kind in columns.items())
            statements.append(f"create or replace table {identifier(table)} ({listed})")
        self.do("; ".join(statements))

    def union(self, table: str, parts: Sequence[str]) -> None:
        """(Re)create a table that holds the rows of all `parts`, matched by column name."""
        body = "\nunion all by name\n".join(f"select * from {identifier(part)}" for part in parts)
        self._execute(f"create or replace table {self.place(table)} as\n{body}", {}, Path(table))

    def frame(self, sql: str, params: Params | None = None) -> pl.DataFrame:
        """Return the rows of a query."""
        rows = self._con.sql(sql, params=dict(params or {})).to_arrow_table()
        return pl.DataFrame(rows)

    def table(self, name: str, *, columns: Sequence[str] = ()) -> pl.DataFrame:
        """Return a whole table, or some columns of it."""
        chosen = ", ".join(map(identifier, columns)) or "*"
        return self.frame(f"select {chosen} from {identifier(name)}")

    def matching(self, table: str, column: str, values: Sequence[str]) -> pl.DataFrame:
        """Return the rows of a table that have one of the values, in the table's order."""
        wanted = "(select unnest(cast($values as varchar[])))"
        sql = f"from {identifier(table)} where {identifier(column)} in {wanted} order by rowid"
        return self.frame(f"select * {sql}", {"values": list(values)})

    def empty(self, name: str) -> pl.DataFrame:
        """Return the columns of a table, without rows."""
        return self.frame(f"select * from {identifier(name)} limit 0")

    def table_batches(
        self, name: str, size: int, *, columns: Sequence[str] = ()
    ) -> Iterator[pl.DataFrame]:
        """Stream a table (or some columns of it) in its order, in frames of about `size` rows."""
        chosen = ", ".join(map(identifier, columns)) or "*"
        return self.batches(f"select {chosen} from {identifier(name)}", size)

    def batches(self, sql: str, size: int) -> Iterator[pl.DataFrame]:
        """Stream the rows of a query in frames of about `size` rows, on a cursor of its own."""
        cursor = self._con.cursor()
        try:
            reader: pa.RecordBatchReader = cursor.sql(sql).to_arrow_reader(size)
            for batch in reader:
                yield pl.DataFrame(batch)
        finally:
            cursor.close()

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        rows = self._con.execute(f"select count(*) from {identifier(table)}").fetchall()
        return int(rows[0][0])

    def tables(self) -> frozenset[str]:
        """Return the names of the tables there are."""
        rows = self._con.execute("select table_name from information_schema.tables").fetchall()
        return frozenset(row[0] for row in rows)

    def copy(self, table: str, path: Path) -> None:
        """Write a table as Parquet (zstd), in its order."""
        target = str(path).replace("'", "''")
        self.do(f"copy {identifier(table)} to '{target}' (format parquet, compression zstd)")

    def drop(self, tables: Sequence[str]) -> None:
        """Drop tables that nothing further reads."""
        for table in tables:
            self.do(f"drop table if exists {identifier(table)}")

    def create_view(self, name: str, query: Query) -> None:
        """(Re)create one view from one query without parameters."""
        self._execute(f"create or replace view {identifier(name)} as\n{query.sql}", {}, query.path)

    def checkpoint(self) -> None:
        """Write everything into the database file itself."""
        self.do("checkpoint")

    def _execute(self, sql: str, params: Params, path: Path) -> None:
        self.do(sql, params, source=f"sql/{path.parent.name}/{path.name}")

    def do(self, sql: str, params: Params | None = None, *, source: str = "") -> None:
        """Run a statement to its end: an unfetched result would block the connection.

        Raises:
            StageError: the statement fails; `source` is the file it stands in.

        """
        try:
            self._con.execute(sql, dict(params or {})).fetchall()
        except duckdb.Error as error:
            raise StageError(_told(error), source=source) from error


def _told(error: Exception) -> str:
    """Return what the database said: of errors in a value the kind alone, for they quote it."""
    first = str(error).strip().splitlines()[0]
    full = os.strerror(errno.ENOSPC)
    if full in str(error):
        return full
    of_names = duckdb.CatalogException, duckdb.BinderException, duckdb.PermissionException
    if isinstance(error, (duckdb.OperationalError, *of_names)):
        return first
    return f"{first.partition(':')[0]} (what it says may quote a message, so it is not shown)"


def identifier(name: str) -> str:
    """Return a table's or column's name, quoted.

    Raises:
        StageError: it is no plain name.

    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise StageError(f"not a table name: {name!r}")
    return f'"{name}"'


def _type(name: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9 (),]*", name):
        raise StageError(f"not a type: {name!r}")
    return name
