"""A finished audit as the appeal reads it: its summary, its database, the measures taken."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.config import Config, Measure
from pipeline.errors import UsageError
from pipeline.finished import opened
from pipeline.queries import read_query
from pipeline.report.meta import ReportMeta, build_time
from pipeline.resources import resource_dir
from pipeline.store import Store

_SHOWN = ("gap_days", "marketplaces", "negative_at_most", "timezone", "window_days", "disabled")
"""The settings that bear on what is found; names, addresses and paths stay at home."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What `summary.json` of a finished audit says, with the settings of the appeal itself."""

    folder: Path
    version: str
    ruleset_version: str
    generated_at: datetime
    period: tuple[date | None, date | None]
    settings: Mapping[str, Any]
    measures: tuple[Measure, ...]
    key_file: Path
    font_dir: Path | None

    @property
    def zone(self) -> str:
        """The zone of local times."""
        return str(self.settings.get("timezone") or "UTC")

    def meta(self) -> ReportMeta:
        """Return what the redacted report says about the run."""
        return ReportMeta(
            version=self.version,
            settings={name: self.settings[name] for name in _SHOWN if name in self.settings},
            ruleset_version=self.ruleset_version,
            period=self.period,
            generated_at=self.generated_at,
            zone=self.zone,
        )

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the audit's database for reading."""
        with opened(self.folder) as store:
            yield store


def open_audit(folder: Path, config: Config | None = None) -> Audited:
    """Read the summary of a finished audit.

    Measures, key file and fonts come from `config` where one is given, since measures are often
    written down after the audit; else the measures are those the audit knew, and the key file is
    the one of that name in the working folder. The time the pack is dated with is
    `SOURCE_DATE_EPOCH`, else when the audit was made: making a pack again changes nothing.

    Raises:
        UsageError: the folder holds no finished audit.

    """
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        since, until = (date.fromisoformat(day) if day else None for day in summary["period"])
        settings = summary["settings"]
        made = datetime.fromisoformat(summary["generated_at"]).astimezone(UTC)
        measures = tuple(_measure(row) for row in settings.get("measures") or ())
        if not (folder / "audit.duckdb").exists():
            raise UsageError("holds no audit.duckdb; run the audit again", source=str(folder))
        return Audited(
            folder=folder,
            version=summary["version"],
            ruleset_version=summary["ruleset_version"],
            generated_at=build_time() if os.environ.get("SOURCE_DATE_EPOCH") else made,
            period=(since, until),
            settings=settings,
            measures=config.measures if config else measures,
            key_file=config.key_file if config else Path(settings["key_file"]),
            font_dir=config.font_dir if config else None,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError("holds no finished audit", source=str(folder)) from error


def own_rows(source: Store, name: str, audited: Audited) -> pl.DataFrame:
    """Return the rows of one file of `sql/appeal/`, which reads the audit's tables."""
    query = read_query(resource_dir("sql") / "appeal" / f"{name}.sql")
    params = {"timezone": audited.zone, "ruleset_version": audited.ruleset_version}
    return source.rows(query, params)


def _measure(row: Mapping[str, str]) -> Measure:
    return Measure(
        kind=row["kind"],
        date=date.fromisoformat(row["date"]),
        title=row["title"],
        detail=row["detail"],
        document=row["document"],
        status=row["status"],
    )
