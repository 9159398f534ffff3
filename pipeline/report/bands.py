"""Stretches of the timeline with a name: incidents, and months whose archive has a gap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipeline.report.scale import Scale
from pipeline.report.tables import Row, Tables, anchor, minutes
from pipeline.report.words import Words

_LABEL_AT_MOST = 24
_LETTER = 7.2
_GAP_STRIP = 12


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of time with a name: an incident, or a month with a gap."""

    x: float
    width: float
    label: str
    href: str
    first: int
    last: int
    named: bool = True
    height: int = 0


def build_bands(tables: Tables, scale: Scale, words: Words) -> list[Band]:
    """Return the incidents; a name that would lie over the one before is not drawn."""
    found: list[Band] = []
    edge = float("-inf")
    for row in tables["incidents"]:
        left, right = scale.x(row["started_at"]), scale.x(row["ended_at"])
        width = max(right - left, 3.0)
        label = incident_label(row, words)
        half = len(label) * _LETTER / 2
        named = left + width / 2 - half > edge
        if named:
            edge = left + width / 2 + half
        found.append(
            Band(
                left,
                round(width, 1),
                label,
                "#" + anchor("I", row["incident_id"]),
                minutes(scale.start, row["started_at"]),
                minutes(scale.start, row["ended_at"]),
                named,
            )
        )
    return found


def incident_label(row: Row, words: Words) -> str:
    """Return an incident's short name: the month in its title, else that of its middle."""
    head, colon, _ = str(row["title"] or "").partition(":")
    if colon and len(head) <= _LABEL_AT_MOST:
        return head
    return words.month(row["started_at"] + (row["ended_at"] - row["started_at"]) / 2)


def months_between(named: Iterable[str]) -> list[str]:
    """Return every month (2026-02) from the first named to the last."""
    ends = sorted(named)
    if not ends:
        return []
    first, last = (int(m[:4]) * 12 + int(m[5:7]) - 1 for m in (ends[0], ends[-1]))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]


def build_gaps(tables: Tables, scale: Scale, words: Words, height: int) -> list[Band]:
    """Return the months with a gap; a strip where only some of the month's channels have one.

    A month between others of which the coverage knows nothing is a gap as a whole.
    """
    months: dict[str, list[Row]] = {}
    for row in tables["coverage"]:
        if row["month"]:
            months.setdefault(str(row["month"])[:7], []).append(row)
    found = []
    for month in months_between(months):
        rows = months.get(month) or [{"status": "none", "channel": ""}]
        lacking = [row for row in rows if row["status"] in ("partial", "none")]
        year, number = int(month[:4]), int(month[5:7])
        start = datetime(year, number, 1, tzinfo=words.zone)
        end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=words.zone)
        if not lacking or end <= scale.start or start >= scale.end:
            continue
        channels = words.listed(
            sorted({str(row["channel"] or words("coverage.unnamed")) for row in lacking})
        )
        left = scale.x(start)
        found.append(
            Band(
                left,
                round(scale.x(end) - left, 1),
                words("timeline.gap", month=words.month(start), channels=channels),
                "#coverage",
                minutes(scale.start, start),
                minutes(scale.start, end),
                height=height if len(lacking) == len(rows) else _GAP_STRIP,
            )
        )
    return found
