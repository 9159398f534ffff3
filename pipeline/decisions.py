"""`decisions.csv`: what people decided of findings and queue entries (CONTRACT section 6)."""

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import ConfigError, StageError

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
    decided_at: datetime
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
            "decided_at": f"{self.decided_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
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
            handle.write(held + _appended(path, held, decisions))
            handle.flush()
            os.fsync(handle.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _appended(path: Path, held: bytes, decisions: Sequence[Decision]) -> bytes:
    """Return the new rows in the order of the file's own columns."""
    text = held.decode("utf-8-sig")
    columns = next(csv.reader(io.StringIO(text)), None) or list(COLUMNS)
    columns = [name.strip() for name in columns]
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise ConfigError(f"lacks the column {missing[0]}; add it to its header", source=str(path))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    if not held:
        writer.writeheader()
    elif not text.endswith("\n"):
        out.write("\n")
    writer.writerows(decision.cells() for decision in decisions)
    return out.getvalue().encode("utf-8")


def read_decisions(*paths: Path) -> pl.DataFrame:
    """Read the files, one after the other, into rows of the `decisions` table.

    A missing file holds none. Rows are numbered through, so that of two of the same time the
    later counts.

    Raises:
        ConfigError: a column is missing or a row is not understood; the line is named.

    """
    parts = [_read(path) for path in dict.fromkeys(path.resolve() for path in paths)]
    read = pl.concat([pl.DataFrame(schema=_SCHEMA), *parts])
    return read.with_columns(row_no=pl.int_range(1, read.height + 1, dtype=pl.Int64))


def _read(path: Path) -> pl.DataFrame:
    if not path.exists():
        return pl.DataFrame(schema=_SCHEMA)
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            reader = csv.DictReader(handle)
            missing = {"finding_id", "decision"} - set(reader.fieldnames or ())
            if missing:
                raise ConfigError(f"lacks the column {min(missing)}", source=str(path))
            rows = [_row(path, n, row) for n, row in enumerate(reader, 1)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"cannot be read: {error}", source=str(path)) from None
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _row(path: Path, number: int, row: dict[str, str]) -> tuple[object, ...]:
    place = f"{path}:{number + 1}"
    value = {key: (row.get(key) or "").strip() for key in COLUMNS}
    if not value["finding_id"]:
        raise ConfigError("finding_id is empty", source=place)
    if value["decision"] not in DECISIONS:
        known = ", ".join(DECISIONS)
        raise ConfigError(f"decision {value['decision']!r} is not one of {known}", source=place)
    if value["reason"] and value["reason"] not in REASONS:
        known = ", ".join(REASONS)
        raise ConfigError(f"reason {value['reason']!r} is not one of {known}", source=place)
    return (
        value["finding_id"],
        value["decision"],
        value["reason"],
        value["note"],
        value["decided_by"],
        _moment(value["decided_at"], place),
        _day(value["expires_on"], place),
        number,
    )


def _moment(text: str, place: str) -> datetime:
    if not text:
        return datetime(1970, 1, 1, tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"decided_at {text!r} is no time; write 2025-03-01T09:00:00Z", source=place
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(text: str, place: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ConfigError(
            f"expires_on {text!r} is no day; write 2025-03-01", source=place
        ) from None
