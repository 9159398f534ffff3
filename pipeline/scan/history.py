"""What the month folders say was reported: a state that is lost takes up where it ended."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import StageError
from pipeline.scan.changes import REPORTED
from pipeline.scan.keep import KeepingStore
from pipeline.scan.layout import SCANS

_FRESH = ("new", "expired")


def take_up(store: KeepingStore, out: Path) -> int:
    """Fill `reported` and `scan_log` of an empty state from the month folders; count the folders.

    Of each finding the latest folder that names it counts. What a folder was made from is not
    known any more, so a scan that is asked for its month writes it anew.

    Raises:
        StageError: a folder's table of changes cannot be read.

    """
    log: list[dict[str, Any]] = []
    reported: dict[str, dict[str, Any]] = {}
    for folder in sorted(path for path in out.glob("[0-9]*-[0-9]*") if path.is_dir()):
        summary = _summary(folder)
        if summary is None:
            continue
        log.append(_scan(folder.name, summary))
        for row in _changes(folder).to_dicts():
            before = reported.get(row["finding_id"])
            status = {"dismissed": "dismissed", "gone": "gone"}.get(row["change"], "open")
            flagged = folder.name if row["change"] in _FRESH else row["month"]
            reported[row["finding_id"]] = {
                "finding_id": row["finding_id"],
                "month": row["month"],
                "status": status,
                "flagged_in": before["flagged_in"] if before else flagged,
            }
    store.put("scan_log", pl.DataFrame(log, schema=SCANS, orient="row"))
    rows = sorted(reported.values(), key=lambda row: str(row["finding_id"]))
    store.put("reported", pl.DataFrame(rows, schema=REPORTED, orient="row"))
    return len(log)


def read_before(out: Path) -> dict[str, str]:
    """Return the files that the month folders in `out` were made from: sha256 and name."""
    summaries = (_summary(path) for path in sorted(out.glob("[0-9]*-[0-9]*")) if path.is_dir())
    return {
        str(file["sha256"]): str(file["source_file"])
        for summary in summaries
        for file in (summary or {}).get("inputs", ())
    }


def _summary(folder: Path) -> dict[str, Any] | None:
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        return summary if summary["scan"]["month"] == folder.name else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _scan(month: str, summary: dict[str, Any]) -> dict[str, Any]:
    made = datetime.fromisoformat(str(summary["generated_at"]))
    return {
        "month": month,
        "issue": int(summary["scan"]["issue"]),
        "digest": "",
        "ruleset_version": str(summary["scan"].get("rules", "")),
        "closed": month < f"{made:%Y-%m}",
    }


def _changes(folder: Path) -> pl.DataFrame:
    path = folder / "evidence" / "changes.parquet"
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StageError(f"cannot be read: {error}", source=str(path)) from None
