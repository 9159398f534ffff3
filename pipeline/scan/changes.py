"""What is new, still open, dismissed, expired or gone since the last scan: pure bookkeeping."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

REPORTED: dict[str, type[pl.DataType]] = {
    "finding_id": pl.String,
    "month": pl.String,
    "status": pl.String,
    "flagged_in": pl.String,
}
"""The columns of `reported`: each finding ever reported, its month, its last status, and the month
whose scan reported it last as new or expired."""

CHANGES: dict[str, type[pl.DataType]] = {
    "finding_id": pl.String,
    "change": pl.String,
    "month": pl.String,
    "due_to": pl.String,
}


@dataclass(frozen=True, slots=True)
class Current:
    """One finding as the state has it now; `first_seen` is the scan that first saw its message."""

    finding_id: str
    message_id: str
    month: str
    severity: str
    status: str
    first_seen: int


@dataclass(frozen=True, slots=True)
class Reported:
    """One finding as a scan last reported it."""

    finding_id: str
    month: str
    status: str
    flagged_in: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row of `changes.csv`."""

    finding_id: str
    change: str
    month: str
    due_to: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows of one month's scan, what is known after it, and whether it has news."""

    rows: Sequence[Change]
    reported: Mapping[str, Reported]
    news: bool


def changes_of(
    month: str,
    current: Sequence[Current],
    reported: Mapping[str, Reported],
    scanned: frozenset[str],
    rules_since: int,
) -> Changes:
    """Compare what stands now with what was reported, for the scan of one month.

    The scan speaks of its month, of everything reported before of earlier months, and of late
    findings: those of earlier months that were scanned without them. `rules_since` is the scan
    that first used today's rules and settings: a message known before it, in a month scanned
    before, is news because of them.
    """
    after = dict(reported)
    rows: list[Change] = []
    news = False
    for finding in current:
        known = reported.get(finding.finding_id)
        if not _in_scope(finding, month, known, scanned):
            continue
        change = _change(finding, known)
        fresh = change in ("new", "expired")
        news |= fresh or known is None or known.status != finding.status
        due = _due_to(finding, change, scanned, rules_since)
        rows.append(Change(finding.finding_id, change, finding.month, due))
        after[finding.finding_id] = Reported(
            finding.finding_id,
            finding.month,
            finding.status,
            month if fresh or known is None else known.flagged_in,
        )
    there = {finding.finding_id for finding in current}
    for known in reported.values():
        if known.finding_id not in there and known.month <= month and known.status != "gone":
            rows.append(Change(known.finding_id, "gone", known.month))
            after[known.finding_id] = replace(known, status="gone")
            news = True
    rows.sort(key=lambda row: (row.month, row.finding_id))
    return Changes(rows, after, news)


def _in_scope(
    finding: Current, month: str, known: Reported | None, scanned: frozenset[str]
) -> bool:
    if finding.month == month:
        return True
    return finding.month < month and (known is not None or finding.month in scanned)


def _change(finding: Current, known: Reported | None) -> str:
    if finding.status == "dismissed":
        return "dismissed"
    if known is None:
        return "new"
    return "expired" if known.status == "dismissed" else "open"


def _due_to(finding: Current, change: str, scanned: frozenset[str], rules_since: int) -> str:
    if change in ("dismissed", "expired"):
        return "decision"
    if change != "new":
        return ""
    by_rules = finding.month in scanned and finding.first_seen < rules_since
    return "rules" if by_rules else "messages"
