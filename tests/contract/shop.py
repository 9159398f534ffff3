"""What the contract tests share: small exports to write, the command to run, its output to read."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
from typer.testing import CliRunner

from pipeline.cli import app

Row = Mapping[str, object]

ASK = "Please change your review to five stars."
"""A sentence that nobody may send: it has to be found wherever the tests put it."""

REMOVE = "Please remove your review."
"""Another one."""

PLAIN = "Your parcel left our warehouse this morning."
"""Ordinary service."""


@dataclass(frozen=True)
class Run:
    """One run of the command line, and what stands in the output folder after it."""

    code: int
    stdout: str
    stderr: str
    out: Path

    def rows(self, table: str) -> list[dict[str, str]]:
        """Return the CSV of an evidence table as texts."""
        with (self.out / "evidence" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def header(self, table: str) -> list[str]:
        """Return the columns of an evidence table's CSV."""
        with (self.out / "evidence" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file))

    def parquet(self, table: str) -> pl.DataFrame:
        """Return an evidence table's Parquet file."""
        return pl.read_parquet(self.out / "evidence" / f"{table}.parquet")

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database; times come as text in UTC so that they compare plainly."""
        with duckdb.connect(str(self.out / "audit.duckdb"), read_only=True) as con:
            con.execute("set timezone = 'UTC'")
            return con.execute(query).fetchall()

    def messages(self, *columns: str) -> dict[str, Any]:
        """Return one column (or a tuple of several) of `messages` by message id."""
        query = f"select message_id, {', '.join(columns)} from messages"  # noqa: S608
        found = self.sql(query)
        return {row[0]: row[1] if len(columns) == 1 else row[1:] for row in found}

    @cached_property
    def workbook(self) -> openpyxl.Workbook:
        """The evidence workbook."""
        return openpyxl.load_workbook(self.out / "evidence" / "evidence.xlsx")

    def sheet(self, table: str) -> list[tuple[Any, ...]]:
        """Return a sheet's rows, the header first."""
        return list(self.workbook[table].iter_rows(values_only=True))

    @property
    def summary(self) -> dict[str, Any]:
        """What `summary.json` holds."""
        return json.loads((self.out / "summary.json").read_text(encoding="utf-8"))

    @property
    def answer(self) -> dict[str, Any]:
        """What `--json` printed."""
        return json.loads(self.stdout)


def msgaudit(*arguments: object, out: Path = Path()) -> Run:
    """Run the command in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.stdout, result.stderr, out)


def audit(folder: Path, *arguments: object, config: str = "", inputs: Sequence[Path] = ()) -> Run:
    """Audit `folder/in` (or the inputs given) into `folder/out`, with the settings' text."""
    options: list[object] = []
    if config:
        settings = folder / "audit.toml"
        settings.write_text(config, encoding="utf-8")
        options = ["--config", settings]
    out = folder / "out"
    some = inputs or [folder / "in"]
    return msgaudit("audit", *some, "--out", out, *options, *arguments, out=out)


def table(path: Path, rows: Sequence[Row], *, sep: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows as a delimited table; the columns are those of all rows, in order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=sep, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def jsonl(path: Path, rows: Sequence[Row]) -> Path:
    """Write rows as JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def sheet_file(path: Path, rows: Sequence[Row]) -> Path:
    """Write rows as the first sheet of a workbook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    sheet = book.active
    assert sheet is not None
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(name) for name in columns])
    book.save(path)
    return path


def said(message_id: str, sent_at: str, body: str, **more: object) -> dict[str, object]:
    """Return a message of the seller to a buyer, as a row of a generic table."""
    return {"message_id": message_id, "sent_at": sent_at, "body": body} | (
        {"direction": "outbound", "thread_id": "t-" + message_id} | more
    )


def below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder with their bytes, hidden ones too."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
