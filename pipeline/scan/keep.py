"""The store of the scans: rows that stay, and tables of which a part is made anew.

A part lies in a schema of its own, `part`, that is looked into first: the very same SQL files then
make the tables of the part, and read everything else where it always lies.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from pipeline.resources import resource_dir
from pipeline.store import Store, identifier

_WITH_BODIES = ("messages", "messages_base")


class KeepingStore(Store):
    """A store with the few ways in which a scan changes what an earlier one left."""

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
        self.do("set search_path = 'part,main'")
        wanted = self.columns(table)
        self.do("set search_path = 'main'")
        for column in wanted.keys() - self.columns(f"kept_{table}").keys():
            kind = wanted[column]
            self.do(f"alter table main.{kept} add column {identifier(column)} {kind}")

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
        rows = _rows(table, (key,), keys) if key else f"main.{identifier(table)} as whole"
        self.do(
            f"create or replace table {identifier(into)}.{identifier(table)} as"
            f" select whole.* from {rows}"
        )

    @contextmanager
    def part(self) -> Iterator[None]:
        """Make every table within the block in the schema `part`, and look there first."""
        self.do("create schema if not exists part")
        self.do("set search_path = 'part,main'")
        try:
            yield
        finally:
            self.do("set search_path = 'main'")

    def drop_part(self) -> None:
        """Drop all tables of the part."""
        self.do("drop schema if exists part cascade")

    def narrow(
        self,
        table: str,
        keys: Sequence[str],
        among: str,
        *,
        named: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> None:
        """Put the rows of a table whose keys are those of a row of `among` into the part.

        `named` are the keys' names there, where they have others; `without` are columns to leave.
        """
        name = identifier(table)
        left = f" exclude ({', '.join(map(identifier, without))})" if without else ""
        self.do("create schema if not exists part")
        self.do(
            f"create or replace table part.{name} as"
            f" select whole.*{left} from {_rows(table, keys, among, named)}"
        )

    def excerpt(self, name: str, table: str, keys: Sequence[str], among: str) -> None:
        """Copy the rows of a table whose keys are those of a row of `among` beside it."""
        self.do(
            f"create or replace table main.{identifier(name)} as"
            f" select whole.* from {_rows(table, keys, among)}"
        )

    def call(self, name: str, table: str) -> None:
        """Let a table be read under another name in the part."""
        self.do("create schema if not exists part")
        self.do(f"create or replace view part.{identifier(name)} as select * from {_place(table)}")

    def lift(self, table: str, name: str = "") -> None:
        """Copy a table of the part beside the others, perhaps under another name."""
        target = identifier(name or table)
        self.do(f"create or replace table main.{target} as select * from part.{identifier(table)}")

    def replace_part(
        self, table: str, keys: Sequence[str], among: str, *, more: bool = False
    ) -> None:
        """Put the part's rows in the place of the whole's, where keys are those of `among`.

        `more` says that the part holds rows of other keys, too: these are left.
        """
        name, same = identifier(table), _same("whole", keys, keys)
        self.do(f"delete from main.{name} as whole using {_place(among)} as keys where {same}")
        only = f" semi join {_place(among)} as keys on {same}" if more else ""
        self.do(f"insert into main.{name} by name select whole.* from part.{name} as whole{only}")

    def rename(self, table: str, name: str) -> None:
        """Give a table another name, in the place of whatever has that name."""
        self.do(f"drop table if exists {identifier(name)}")
        self.do(f"alter table {identifier(table)} rename to {identifier(name)}")


def _rows(table: str, keys: Sequence[str], among: str, named: Sequence[str] = ()) -> str:
    """Return what to select from: rows of a table (`whole`) whose keys are of a row of `among`.

    Where bodies are among the columns, rows are told by their keys first: bodies of other rows are
    not read.
    """
    same = _same("whole", keys, named or keys)
    rows = f"main.{identifier(table)} as whole semi join {_place(among)} as keys on {same}"
    if table in _WITH_BODIES:
        return f"main.{identifier(table)} as whole where rowid in (select whole.rowid from {rows})"
    return rows


def _same(table: str, keys: Sequence[str], named: Sequence[str]) -> str:
    """Return the condition that keys are the same; a comparison of tuples reads every row."""
    pairs = zip(keys, named, strict=True)
    return " and ".join(f"{table}.{identifier(a)} = keys.{identifier(b)}" for a, b in pairs)


def _place(table: str) -> str:
    """Return a table's name, quoted, perhaps with the schema before it."""
    return ".".join(identifier(name) for name in table.split("."))
