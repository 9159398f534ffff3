"""`decisions.csv`: what people decided of findings and queue entries."""

import csv
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.errors import ConfigError, StageError
from pipeline.sheets import Sheet, read_sheet
from pipeline.times import parse_time

COLUMNS = (
    "finding_id",
    "decision",
    "reason",
    "note",
    "decided_by",
    "decided_at",
    "expires_on",
)
DECISIONS = ("confirmed", "dismissed")
REASONS = ("false-positive", "neutral-request", "duplicate", "not-ours", "other")

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}\b")
"""Where days are written with full stops, they come first."""

_SCHEMA: dict[str, Any] = {
    "finding_id": pl.String,
    "decision": pl.String,
    "reason": pl.String,
    "note": pl.String,
    "decided_by": pl.String,
    "decided_at": pl.Datetime("us", "UTC"),
    "expires_on": pl.Date,
    "row_no": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a person, as it is written into the file."""

    decision: str
    decided_by: str
    decided_at: datetime | None
    """None: a row by hand that does not say it."""
    reason: str = ""
    note: str = ""
    policy: str = ""
    expires_on: date | None = None
    finding_id: str = ""

    def of(self, finding_id: str, *, following: str = "") -> "Decision":
        """Return this decision for one id; `following` names the id whose wording it shares."""
        said = [f"policy={self.policy}"] if self.policy else []
        said += [f"same text as {following}"] if following else []
        said += [self.note] if self.note else []
        return replace(self, finding_id=finding_id, note="; ".join(said))

    def cells(self) -> dict[str, str]:
        """Return the row of the file."""
        return {
            "finding_id": self.finding_id,
            "decision": self.decision,
            "reason": self.reason,
            "note": self.note,
            "decided_by": self.decided_by,
            "decided_at": (
                f"{self.decided_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if self.decided_at else ""
            ),
            "expires_on": self.expires_on.isoformat() if self.expires_on else "",
        }


def as_rows(decisions: Sequence[Decision], *, after: int) -> pl.DataFrame:
    """Return decisions as rows of the `decisions` table, numbered on from `after`."""
    rows = [
        (d.finding_id, d.decision, d.reason, d.note, d.decided_by, d.decided_at, d.expires_on, n)
        for n, d in enumerate(decisions, after + 1)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def as_decisions(rows: pl.DataFrame) -> list[Decision]:
    """Return rows of the `decisions` table as decisions; a note keeps its `policy=ID`."""
    return [
        Decision(
            decision=row["decision"],
            decided_by=row["decided_by"],
            decided_at=row["decided_at"],
            reason=row["reason"],
            note=row["note"],
            policy=_policy(row["note"]),
            expires_on=row["expires_on"],
            finding_id=row["finding_id"],
        )
        for row in rows.to_dicts()
    ]


def _policy(note: str) -> str:
    """Return the policy that a note begins with (`policy=ID; …`), if it does."""
    first, _, _ = note.partition(";")
    return first.strip().removeprefix("policy=") if first.startswith("policy=") else ""


def unrecorded(rows: Sequence[Decision], held: Sequence[Decision], by: Decision) -> list[Decision]:
    """Return the rows that are not recorded yet.

    Those that do not say who decided, or when, are signed as `by` is; what they decide is held
    against what is recorded, whoever recorded it.
    """
    known = {tuple(row.cells().values()) for row in held}
    decided = {replace(row, decided_by="", decided_at=None) for row in held}
    new = []
    for row in rows:
        signed = replace(
            row,
            decided_by=row.decided_by or by.decided_by,
            decided_at=row.decided_at or by.decided_at,
        )
        told = row.decided_at and tuple(signed.cells().values()) in known
        if not told and (row.decided_at or replace(row, decided_by="") not in decided):
            new.append(signed)
    return new


def append_decisions(path: Path, decisions: Sequence[Decision]) -> None:
    """Append rows to the file, or begin it; what it held stays, byte for byte.

    The file is replaced as a whole, so that it holds all of the rows or none of them.

    Raises:
        ConfigError: the file lacks a column that is needed.
        StageError: it cannot be written.

    """
    try:
        held = path.read_bytes() if path.exists() else b""
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if held else 0o600
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise StageError(f"cannot be written: {error.strerror}", source=str(path)) from None
    try:
        with open(number, "wb") as handle:  # noqa: PTH123 - a descriptor, not a path
            handle.write(_appended(path, held, decisions))
            handle.flush()
            os.fsync(handle.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _appended(path: Path, held: bytes, decisions: Sequence[Decision]) -> bytes:
    """Return the file with the new rows, written as its own are, in the order of its columns."""
    sheet = read_sheet(held)
    if not sheet.header():
        sheet = Sheet(",".join(COLUMNS) + "\n")
        held = sheet.text.encode()
    missing = [name for name in COLUMNS if name not in sheet.header()]
    if missing:
        raise ConfigError(f"lacks the column {missing[0]}; add it to its header", source=str(path))
    rows = [decision.cells() for decision in decisions]
    try:
        return held + sheet.added(rows)
    except UnicodeEncodeError:  # a note in letters that the file's encoding does not have
        return sheet.anew(rows)


def read_decisions(*paths: Path) -> pl.DataFrame:
    """Read the files, one after the other, into rows of the `decisions` table.

    A missing file holds none. Rows are numbered as they follow each other in time: the last one of
    an id counts. One without a time was written after those above it.

    Raises:
        ConfigError: a column is missing or a row is not understood; the line is named.

    """
    rows = [row for path in dict.fromkeys(path.resolve() for path in paths) for row in _read(path)]
    rows.sort(key=lambda row: row[0])
    numbered = [(*cells, number) for number, (_, cells) in enumerate(rows, 1)]
    return pl.DataFrame(numbered, schema=_SCHEMA, orient="row")


def _read(path: Path) -> Iterator[tuple[datetime, tuple[object, ...]]]:
    """Yield the rows of a file, each with the time by which it has its place."""
    if not path.exists():
        return
    place = _NEVER
    try:
        sheet = read_sheet(path.read_bytes())
        missing = {"finding_id", "decision"} - set(sheet.header())
        if missing:
            raise ConfigError(f"lacks the column {min(missing)}", source=str(path))
        for line, value in sheet.records():
            decided_at, cells = _row(f"{path}:{line}", value)
            place = decided_at or place
            yield place, cells
    except (OSError, csv.Error) as error:
        raise ConfigError(f"cannot be read: {error}", source=str(path)) from None


def _row(place: str, value: dict[str, str]) -> tuple[datetime | None, tuple[object, ...]]:
    """Return when a row says it was decided, and its cells."""
    value = dict.fromkeys(COLUMNS, "") | value
    decision, reason = value["decision"].casefold(), value["reason"].casefold()
    if not value["finding_id"]:
        raise ConfigError("finding_id is empty", source=place)
    if decision not in DECISIONS:
        known = ", ".join(DECISIONS)
        raise ConfigError(f"decision {value['decision']!r} is not one of {known}", source=place)
    if reason and reason not in REASONS:
        known = ", ".join(REASONS)
        raise ConfigError(f"reason {value['reason']!r} is not one of {known}", source=place)
    decided_at = _moment(value["decided_at"], f"{place}: decided_at", "2025-03-01T09:00:00Z")
    ends = _moment(value["expires_on"], f"{place}: expires_on", "2025-03-01")
    cells = (value["finding_id"], decision, reason, value["note"], value["decided_by"])
    return decided_at, (*cells, decided_at, ends.date() if ends else None)


def _moment(text: str, place: str, example: str) -> datetime | None:
    """Read a time as it is written here, or as a spreadsheet program makes it of that."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        order = "dmy" if _DOTTED.match(text) else ""
        found = parse_time(text, ZoneInfo("UTC"), order=order).at
        if found is None:
            raise ConfigError(f"{text!r} is no time; write {example}", source=place) from None
        return found
