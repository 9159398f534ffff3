"""What `evidence.pdf` shows, as plain values: the template holds no logic, this no markup."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from pipeline.appeal.audited import Audited
from pipeline.appeal.facts import Facts, number
from pipeline.resources import resource_dir

Row = dict[str, Any]

_LONGEST = 6_000
_LEVELS = 8


def evidence_words() -> Mapping[str, Any]:
    """Return `reports/appeal/evidence.toml`."""
    path = resource_dir("reports") / "appeal" / "evidence.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def front_matter(facts: Facts, audited: Audited) -> Row:
    """Return everything before the conversations."""
    words = evidence_words()
    archive = facts.table("archive").row(0, named=True)
    made = audited.generated_at.astimezone(UTC)
    has_times = archive["first_at"] is not None
    days = {"first": "", "last": ""}
    if has_times:
        days = {name: facts.day(archive[f"{name}_at"]) for name in days}
    return {
        "words": words,
        "made": [made.year, made.month, made.day],
        "period": words["period"].format(**days),
        "made_with": words["made"].format(
            day=facts.day(made.date()), version=audited.version, ruleset=audited.ruleset_version
        ),
        "privacy": words["privacy"].format(zone=facts.zone.key),
        "summary": _summary(facts, archive, words),
        "timeline": timeline(facts, archive),
        "incidents": [_incident(facts, row) for row in facts.incidents],
        "notices": [_notice(facts, row) for row in facts.table("notices").to_dicts()],
        "register": [_registered(facts, row, words) for row in facts.affected.to_dicts()],
        "coverage": [
            [row[name] or words["none"] for name in _COVERAGE]
            for row in facts.table("coverage").filter(pl.col("status") != "have").to_dicts()
        ],
        "sources": [
            [row["source_file"], row["sha256"], number(row["rows_read"] or 0)]
            for row in facts.table("sources").to_dicts()
        ],
    }


_COVERAGE = ("channel", "marketplace", "month", "status", "note")


def conversations(facts: Facts) -> list[Row]:
    """Return each conversation with a message concerned, in order of its first such message."""
    words = evidence_words()
    concerned = {row["message_id"]: row for row in facts.affected.to_dicts()}
    shown = facts.table("report_messages").sort("sent_at", "message_id").to_dicts()
    by_thread: dict[str, list[Row]] = {}
    for row in shown:
        by_thread.setdefault(row["shown_in"], []).append(row)
    first: dict[str, Row] = {}
    for row in concerned.values():
        first.setdefault(row["thread_id"], row)
    return [
        {
            "title": row["order_id"] or thread,
            "thread_id": thread,
            "facts": _thread_facts(facts, row, words),
            "count": sum(1 for one in by_thread[thread] if one["message_id"] in concerned),
            "messages": [_message(facts, one, concerned, words) for one in by_thread[thread]],
        }
        for thread, row in first.items()
    ]


def _summary(facts: Facts, archive: Row, words: Mapping[str, Any]) -> list[list[str]]:
    affected = facts.affected
    counts = (
        ("messages", archive["messages"], "archive"),
        ("threads", archive["threads"], "archive"),
        ("affected", affected.height, "affected_messages"),
        ("affected_threads", affected["thread_id"].n_unique(), "affected_messages"),
        ("orders", affected["order_id"].drop_nulls().n_unique(), "affected_messages"),
        ("cleared", facts.table("cleared_threads").height, "cleared_threads"),
        ("queue", facts.table("queue").height, "queue"),
    )
    return [[words[name], number(n), table] for name, n, table in counts]


def _incident(facts: Facts, row: Row) -> list[str]:
    notice = facts.rows("notices", "notice_id", row["after_notice_id"] or "").to_dicts()
    return [
        row["title"],
        facts.day(row["started_at"]),
        facts.day(row["ended_at"]),
        number(row["thread_count"]),
        number(row["message_count"]),
        number(row["buyer_count"]),
        facts.day(notice[0]["received_at"]) if notice else str(evidence_words()["none"]),
    ]


def _notice(facts: Facts, row: Row) -> Row:
    return {
        "head": f"{facts.day(row['received_at'])}: {row['kind']}",
        "id": row["notice_id"],
        "subject": row["subject"] or "",
        "body": (row["body"] or "").strip()[:_LONGEST],
    }


def _registered(facts: Facts, row: Row, words: Mapping[str, Any]) -> list[str]:
    money = words["none"]
    if row["compensation_amount"]:
        money = f"{row['compensation_currency']} {row['compensation_amount']:,.2f}"
    return [
        facts.time(row["sent_at"]),
        row["order_id"] or words["none"],
        f"“{row['matched_text']}”",
        facts.practices(row["policies"].split(";")),
        money,
        facts.stars(row),
    ]


def _thread_facts(facts: Facts, row: Row, words: Mapping[str, Any]) -> str:
    said = [row["buyer_id"] or words["none"], row["asin"] or "", row["channel"] or ""]
    said += [f"{words['practices']} {facts.practices(row['policies'].split(';'))}"]
    if row["compensation_at"]:
        said.append(f"{row['compensation']} {facts.time(row['compensation_at'])}")
    return " · ".join(part for part in said if part)


def _message(facts: Facts, row: Row, concerned: Mapping[str, Row], words: Mapping[str, Any]) -> Row:
    flagged = concerned.get(row["message_id"])
    head = [facts.time(row["sent_at"]), words["sides"].get(row["direction"], ""), row["channel"]]
    head += [row["message_id"], f"{row['source_file']}, {row['source_locator']}"]
    if row["delivered"] is False:
        head.append(words["undelivered"])
    body = row["body"].rstrip()
    note = ""
    if len(body) > _LONGEST:
        note, body = words["long"].format(n=number(len(body))), body[:_LONGEST]
    pieces = [{"text": body, "marked": False}]
    if flagged and flagged["matched_in"] == "body" and flagged["match_end"] <= len(body):
        start, end = flagged["match_start"], flagged["match_end"]
        cut = ((body[:start], False), (body[start:end], True), (body[end:], False))
        pieces = [{"text": text, "marked": marked} for text, marked in cut if text]
    elif flagged:
        note = f"{words['concerned']} “{flagged['matched_text']}” {note}".strip()
    return {
        "head": " · ".join(part for part in head if part),
        "pieces": pieces,
        "note": note,
        "concerned": [flagged["matched_text"]] if flagged else [],
    }


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
