"""The archive's timeline as shares of its width: bars, dots, bands and lines, for PDF and PNG."""

from datetime import datetime, timedelta
from typing import Any

from pipeline.appeal.facts import Facts

Row = dict[str, Any]

_LEVELS = 8


def timeline(facts: Facts, archive: Row) -> Row:
    """Return bars, dots, bands and lines as shares of the archive's width."""
    first, last = archive["first_at"], archive["last_at"]
    empty: Row = {"bars": [], "dots": [], "bands": [], "notices": [], "months": []}
    if first is None or last <= first:
        return empty
    notices = facts.table("notices").sort("received_at", "notice_id").to_dicts()
    last = max([last, *(row["received_at"] for row in notices)])
    width = (last - first).total_seconds()

    def x(at: datetime) -> float:
        share: float = (at - first).total_seconds() / width
        return round(min(max(share, 0.0), 1.0), 5)

    return {
        "bars": _bars(facts, first, last),
        "dots": _dots([x(row["sent_at"]) for row in facts.affected.to_dicts()]),
        "bands": [
            {"x": x(row["started_at"]), "w": round(x(row["ended_at"]) - x(row["started_at"]), 5)}
            for row in facts.incidents
        ],
        "notices": [
            {
                "x": x(row["received_at"]),
                "level": no % 2,
                "label": f"{facts.day(row['received_at'])}: {row['kind']}",
            }
            for no, row in enumerate(notices)
        ],
        "months": _months(facts, first, last, x),
    }


def _bars(facts: Facts, first: datetime, last: datetime) -> list[Row]:
    """Return the messages of each week, as shares of the fullest week."""
    chosen = facts.rows("report_points", "lane", "messages").to_dicts()
    week = timedelta(days=7).total_seconds()
    counts: dict[int, int] = {}
    for row in chosen:
        place = int((row["point_at"] - first).total_seconds() // week)
        counts[place] = counts.get(place, 0) + row["n"]
    width, top = (last - first).total_seconds(), max(counts.values(), default=1)
    return [
        {
            "x": round(no * week / width, 5),
            "w": round(min(week, width - no * week) / width, 5),
            "h": round(n / top, 4),
        }
        for no, n in sorted(counts.items())
        if 0 <= no * week < width
    ]


def _dots(places: list[float]) -> list[Row]:
    """Stack dots that would cover each other."""
    dots: list[Row] = []
    for place in sorted(places):
        near = [dot["level"] for dot in dots[-_LEVELS:] if abs(dot["x"] - place) < 0.006]  # noqa: PLR2004
        level = next((one for one in range(_LEVELS) if one not in near), 0)
        dots.append({"x": place, "level": level})
    return dots


def _months(facts: Facts, first: datetime, last: datetime, x: Any) -> list[Row]:  # noqa: ANN401
    marks = []
    year, month = first.astimezone(facts.zone).year, first.astimezone(facts.zone).month
    total = (last.year - year) * 12 + last.month - month + 1
    step = max(1, total // 14)
    for no in range(1, total + 1):
        place = month - 1 + no
        at = datetime(year + place // 12, place % 12 + 1, 1, tzinfo=facts.zone)
        if at < last:
            label = f"{at:%Y-%m}" if no % step == 0 else ""
            marks.append({"x": x(at), "label": label})
    return marks
