"""What a decision on a month's folder touches beyond it: the same wording in other months."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipeline.config import Config
from pipeline.scan.run import MonthScan, report_again
from pipeline.scan.state import State


def wordings_of(config: Config) -> Path | None:
    """Return the database that holds every month's messages, or None before the first scan."""
    database = State(config.scan_state).database
    return database if database.exists() else None


def scan_again(config: Config, month: str, ids: Iterable[str]) -> list[MonthScan]:
    """Make anew the folder of a month and of each other one that holds a decided id; return them.

    Exports that nobody has scanned yet stay so: their news belongs to the next scan.

    Raises:
        AuditError: see `report_again`; months that were made anew by then stay so.

    """
    months = sorted({month, *_months(config, list(ids))})
    return [done for touched in months for done in report_again(config, touched).written]


def _months(config: Config, ids: list[str]) -> list[str]:
    """Return the months that were scanned and hold one of the findings or queue entries."""
    with State(config.scan_state).opened(read_only=True) as store:
        tables = (("findings", "finding_id"), ("queue", "queue_id"))
        sent = [
            store.table(table).filter(pl.col(key).is_in(ids)).select("sent_at")
            for table, key in tables
        ]
        scanned = store.table("scan_log")["month"].to_list()
    zoned = pl.concat(sent)["sent_at"].dt.convert_time_zone(config.timezone)
    return [name for name in zoned.dt.strftime("%Y-%m").unique() if name in scanned]
