"""The store of the scans: rows that stay, and tables of which a part is made anew.

A part lies in memory, in a schema `part` that is looked into first: the very same SQL files then
make the tables of the part, and read everything else where it always lies. What passes with the
scan lies in memory, too, in a schema `passing`: it is never compressed, written and copied.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from pipeline.queries import Query
from pipeline.resources import resource_dir
from pipeline.store import Params, Store, identifier

_ASIDE = ("part", "passing")
_NOT_YET = "1 TB"
"""What is written goes into the database file when the scan says so, once, and not on the way."""


class KeepingStore(Store):
    """A store with the few ways in which a scan changes what an earlier one left."""

    def __init__(
        self, path: Path, *, memory_limit: str = "", passing: Collection[str] = ()
    ) -> None:
        """Open `path`, and beside it room in memory for a part and for the tables `passing`.

        Raises:
            StageError: the file is not a database, or another process holds it.

        """
        super().__init__(path, memory_limit=memory_limit)
        self._whole = identifier(self.frame("select current_database() as name").item())
        self._passing = frozenset(passing)
        self._in_part = False
        self._quoting: frozenset[str] = frozenset()
        self._instead: dict[str, Callable[[Query], None]] = {}
        self.do("set checkpoint_threshold = $size", {"size": _NOT_YET})
        self.do("attach ':memory:' as aside")
        for schema in _ASIDE:
            self.do(f"create schema aside.{schema}")
        self._look()

    def _look(self, first: str = "") -> None:
        """Say what is looked into first, and made in: `part`, `passing`, or what stays."""
        places = [f"{self._whole}.main", *(f"aside.{schema}" for schema in _ASIDE)]
        places.sort(key=lambda place: place != f"aside.{first}")
        self.do(f"set search_path = '{','.join(places)}'")
        self._in_part = first == "part"

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make each table by itself: a transaction writes to one of the databases only."""
        yield

    def passes(self, table: str) -> bool:
        """Tell whether a table of this name passes with the scan."""
        return table in self._passing

    def place(self, table: str) -> str:
        """Return where a table of this name is made: in the part, in passing, or to stay."""
        if self._in_part:
            return identifier(table)
        return f"{'passing' if table in self._passing else 'main'}.{identifier(table)}"

    def create(self, table: str, query: Query, params: Params) -> None:
        """(Re)create one table from one query; those of `quote` look into their excerpt first."""
        if not self._in_part and query.table in self._instead:
            self._instead.pop(query.table)(query)
            return
        if self._in_part or query.table not in self._quoting:
            super().create(table, query, params)
            return
        self._look("passing")
        try:
            super().create(table, query, params)
        finally:
            self._look()

    def instead(self, table: str, make: Callable[[Query], None]) -> None:
        """Have a table made by a function the next time, which gets its query."""
        self._instead[table] = make

    def quote(self, by: Collection[str]) -> None:
        """Have the queries `by` read the excerpts there are in passing before the whole tables.

        They read nothing of other rows, so they make the same of it.
        """
        self._quoting = frozenset(by)

    def leave_groups(self) -> None:
        """Write what is new beside what is there, without joining small groups of rows to larger.

        Joining them writes rows anew that nothing has changed of.
        """
        self.do("set max_vacuum_tasks = 0")

    def create_schema_aside(self) -> dict[str, pl.DataFrame]:
        """Make the empty tables that input arrives in within the part; return them."""
        with self.part():
            self.create_schema()
            names = {path.stem for path in (resource_dir("sql") / "schema").glob("*.sql")}
            return {name: self.empty(name) for name in sorted(names)}

    def keep(self, table: str) -> None:
        """Make a lasting empty twin `kept_<table>` of the part's table, if there is none.

        Columns that an older twin lacks are added to it, without a value in the rows it has.
        """
        kept, part = identifier(f"kept_{table}"), f"part.{identifier(table)}"
        self.do(f"create table if not exists main.{kept} as select * from {part} limit 0")
        with self.part():
            wanted = self.columns(table)
        for column in wanted.keys() - self.columns(f"kept_{table}").keys():
            kind = wanted[column]
            self.do(f"alter table main.{kept} add column {identifier(column)} {kind}")

    def retype(self, table: str, column: str, kind: str, value: str) -> None:
        """Give a column another type, and the values of an expression cast to it."""
        name, kind = identifier(column), kind.upper()
        self.do(
            f"alter table main.{identifier(table)} alter column {name}"
            f" set data type {kind} using cast({value} as {kind})"
        )

    def clear(self, table: str) -> None:
        """Leave nothing of a table but its columns and their types."""
        name = identifier(table)
        self.do(f"create or replace table main.{name} as select * from main.{name} limit 0")

    def renumber(self, view: str, kept: str, numbers: str) -> None:
        """(Re)create a view of kept rows whose files get their numbers of today from `numbers`."""
        self.do(
            f"create or replace view {identifier(view)} as"
            " select kept.* replace (numbers.source_no as source_no)"
            f" from {identifier(kept)} as kept inner join {identifier(numbers)} as numbers"
            " on kept.source_no = numbers.file_no"
        )

    def forget(self, table: str, column: str, values: Sequence[int]) -> None:
        """Delete the rows of a table whose column holds one of the values."""
        self.do(
            f"delete from {identifier(table)} where list_contains($values, {identifier(column)})",
            {"values": list(values)},
        )

    def attach(self, path: Path, name: str) -> None:
        """Open another database file beside this one, to cut rows into."""
        target = str(path).replace("'", "''")
        self.do(f"attach '{target}' as {identifier(name)}")

    def detach(self, name: str) -> None:
        """Close a database opened with `attach`."""
        self.do(f"detach {identifier(name)}")

    def cut(self, into: str, table: str, key: str = "", keys: str = "") -> None:
        """Copy a table into an attached database, or those rows whose `key` is in table `keys`."""
        rows = self._rows(table, (key,), keys) if key else f"main.{identifier(table)} as whole"
        self.do(
            f"create or replace table {identifier(into)}.{identifier(table)} as"
            f" select whole.* from {rows}"
        )

    @contextmanager
    def part(self) -> Iterator[None]:
        """Make every table within the block in the schema `part`, and look there first."""
        self._look("part")
        try:
            yield
        finally:
            self._look()

    def drop_part(self, *, but: Collection[str] = ()) -> None:
        """Drop all tables of the part, but perhaps some."""
        if not but:
            self._empty("part")
            return
        found = self.frame("select table_name from duckdb_tables() where schema_name = 'part'")
        for table in found["table_name"]:
            if table not in but:
                self.do(f"drop table part.{identifier(table)}")

    def drop_passing(self) -> None:
        """Drop all tables that pass with the scan."""
        self._quoting = frozenset()
        self._empty("passing")

    def _empty(self, schema: str) -> None:
        self.do(f"drop schema aside.{schema} cascade")
        self.do(f"create schema aside.{schema}")

    def narrow(
        self,
        table: str,
        keys: Sequence[str],
        among: str,
        *,
        named: Sequence[str] = (),
        only: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> None:
        """Put the rows of a table whose keys are those of a row of `among` into the part.

        `named` are the keys' names there, where they have others; `only` these columns are put
        there, and the texts in the columns `without` are left out.
        """
        name = identifier(table)
        chosen = ", ".join(f"whole.{identifier(column)}" for column in only) or "whole.*"
        if without:
            empty = ", ".join("'' as " + identifier(column) for column in without)
            chosen += f" replace ({empty})"
        self.do(
            f"create or replace table part.{name} as"
            f" select {chosen} from {self._rows(table, keys, among, named)}"
        )

    def excerpt(
        self, name: str, table: str, keys: Sequence[str], among: str, columns: Sequence[str] = ()
    ) -> None:
        """Copy the rows of a table whose keys are those of a row of `among`, in passing."""
        chosen = ", ".join(f"whole.{identifier(column)}" for column in columns) or "whole.*"
        self.do(
            f"create or replace table passing.{identifier(name)} as"
            f" select {chosen} from {self._rows(table, keys, among)}"
        )

    def sketch(self, name: str, table: str, columns: Sequence[str]) -> None:
        """Make a lasting empty table of some columns of another, if there is none."""
        chosen = ", ".join(map(identifier, columns))
        self.do(
            f"create table if not exists main.{identifier(name)} as"
            f" select {chosen} from main.{identifier(table)} limit 0"
        )

    def pick(self, name: str, table: str, keys: Sequence[str], among: str) -> None:
        """Copy the rows of a table in passing whose keys are those of a row of `among`, there."""
        self.do(
            f"create or replace table passing.{identifier(name)} as"
            f" select whole.* from passing.{identifier(table)} as whole"
            f" semi join {_place(among)} as keys on {_same('whole', keys, keys)}"
        )

    def append(self, table: str, more: str) -> None:
        """Add the rows of one table in passing to another."""
        self.do(
            f"insert into passing.{identifier(table)} by name"
            f" select * from passing.{identifier(more)}"
        )

    def settle(self, table: str, name: str) -> None:
        """Let a table in passing stay, under a name."""
        self.do(
            f"create or replace table main.{identifier(name)} as"
            f" select * from passing.{identifier(table)}"
        )

    def call(self, name: str, table: str, *, passing: bool = False) -> None:
        """Let a table be read under another name in the part, or in passing."""
        view = f"{'passing' if passing else 'part'}.{identifier(name)}"
        self.do(f"create or replace view {view} as select * from {_place(table)}")

    def lift(self, table: str, name: str = "") -> None:
        """Copy a table of the part beside the others, perhaps under another name."""
        target = self.place(name or table)
        self.do(f"create or replace table {target} as select * from part.{identifier(table)}")

    def replace_part(
        self,
        table: str,
        keys: Sequence[str],
        among: str,
        *,
        more: bool = False,
        before: str = "",
    ) -> None:
        """Put the part's rows in the place of the whole's, where keys are those of `among`.

        `more` says that the part holds rows of other keys, too: these are left. `before` are those
        of `among` that the whole has rows of, where that is known.
        """
        name, same = identifier(table), _same("whole", keys, keys)
        gone = _place(before or among)
        self.do(f"delete from main.{name} as whole using {gone} as keys where {same}")
        only = f" semi join {_place(among)} as keys on {same}" if more else ""
        self.do(f"insert into main.{name} by name select whole.* from part.{name} as whole{only}")

    def move(self, table: str, keys: Sequence[str], columns: Sequence[str], among: str) -> None:
        """Give columns of a table the values they have in the rows of `among` with its keys."""
        name, same = identifier(table), _same("whole", keys, keys)
        values = ", ".join(f"{identifier(c)} = keys.{identifier(c)}" for c in columns)
        self.do(
            f"update main.{name} as whole set {values} from {_place(among)} as keys where {same}"
        )

    def _rows(self, table: str, keys: Sequence[str], among: str, named: Sequence[str] = ()) -> str:
        """Return what to select from: rows of a table (`whole`) with keys of a row of `among`.

        Rows are told by their keys first, then fetched by their numbers: nothing else is read of
        other rows.
        """
        same = _same("whole", keys, named or keys)
        rows = f"main.{identifier(table)} as whole semi join {_place(among)} as keys on {same}"
        if self._is_view(table):
            return rows
        return f"main.{identifier(table)} as whole where rowid in (select whole.rowid from {rows})"

    def _is_view(self, table: str) -> bool:
        found = self.frame(
            "select view_name from duckdb_views() where schema_name = 'main' and view_name = $name",
            {"name": table},
        )
        return found.height > 0

    def rename(self, table: str, name: str) -> None:
        """Give a table another name, in the place of whatever has that name."""
        self.do(f"drop table if exists main.{identifier(name)}")
        self.do(f"alter table main.{identifier(table)} rename to {identifier(name)}")


def _same(table: str, keys: Sequence[str], named: Sequence[str]) -> str:
    """Return the condition that keys are the same; a comparison of tuples reads every row."""
    pairs = zip(keys, named, strict=True)
    return " and ".join(f"{table}.{identifier(a)} = keys.{identifier(b)}" for a, b in pairs)


def _place(table: str) -> str:
    """Return a table's name, quoted, perhaps with the schema before it."""
    return ".".join(identifier(name) for name in table.split("."))
