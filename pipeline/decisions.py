"""`decisions.csv`: what people decided of findings and queue entries (CONTRACT section 6)."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import ConfigError

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


def read_decisions(path: Path) -> pl.DataFrame:
    """Read the file into rows of the `decisions` table; a missing file holds none.

    Raises:
        ConfigError: a column is missing or a row is not understood; the line is named.

    """
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
