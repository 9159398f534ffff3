"""The flagged and linked events that the timeline draws as links."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.model import SEVERITIES
from pipeline.report.tables import Row, Tables, anchor
from pipeline.report.words import Words

LINKS_AT_MOST = {"messages": 1200, "reviews": 600, "refunds": 600, "notices": 400, "context": 400}
"""Marks of a lane that are links of their own (a browser stays quick); the rest is a crowd."""
_TEXT = 140


@dataclass(frozen=True, slots=True)
class Mark:
    """One event: when, in which words, what it links to; its place once it is laid out."""

    at: datetime
    title: str
    href: str
    kind: str
    weight: int = 0
    x: float = 0.0
    y: float = 0.0
    minute: int = 0
    name: str = ""

    def placed(self, x: float, y: float, minute: int) -> "Mark":
        """Return the mark with its place in the chart."""
        return replace(self, x=x, y=y, minute=minute)


@dataclass(frozen=True, slots=True)
class LaneMarks:
    """The marks of a lane in time order, and the times of those too many to be links."""

    marks: list[Mark] = field(default_factory=list)
    crowd: list[datetime] = field(default_factory=list)


def collect_marks(tables: Tables, hrefs: Mapping[str, str], words: Words) -> dict[str, LaneMarks]:
    """Return the marks by lane; `hrefs` says where each conversation is shown."""
    found = {
        "messages": _messages(tables, hrefs, words),
        "reviews": _steps(tables, hrefs, words, "review"),
        "refunds": _steps(tables, hrefs, words, "refund"),
        "notices": _notices(tables, words),
        "context": _context(tables, words),
    }
    return {lane: _limited(marks, LINKS_AT_MOST[lane]) for lane, marks in found.items()}


def _limited(marks: list[Mark], most: int) -> LaneMarks:
    ranked = sorted(marks, key=lambda mark: (-mark.weight, mark.at, mark.href))
    kept = sorted(ranked[:most], key=lambda mark: (mark.at, mark.href))
    return LaneMarks(kept, sorted(mark.at for mark in ranked[most:]))


def _page(hrefs: Mapping[str, str], thread_id: object) -> str:
    return hrefs.get(str(thread_id), "").partition("#")[0]


def _messages(tables: Tables, hrefs: Mapping[str, str], words: Words) -> list[Mark]:
    best: dict[str, Row] = {}
    for row in tables["findings"]:
        if row["status"] == "dismissed":
            continue
        before = best.get(row["message_id"])
        if before is None or _rank(row) > _rank(before):
            best[row["message_id"]] = row
    return [
        Mark(
            row["sent_at"],
            words(
                "timeline.mark_message",
                at=words.moment(row["sent_at"]),
                text=_short(str(row["matched_text"] or "")),
            ),
            f"{_page(hrefs, row['thread_id'])}#{anchor('M', row['message_id'])}",
            "bad",
            _rank(row),
        )
        for row in best.values()
    ]


def _rank(row: Row) -> int:
    return SEVERITIES.index(row["severity"]) if row["severity"] in SEVERITIES else 0


def _steps(tables: Tables, hrefs: Mapping[str, str], words: Words, kind: str) -> list[Mark]:
    live = {row["thread_id"] for row in tables["threads"]}
    found: dict[str, Mark] = {}
    for row in tables["report_steps"]:
        if row["kind"] != kind or row["shown_in"] not in live or row["step_at"] is None:
            continue
        text = step_text(row, words)
        title = words(f"timeline.mark_{kind}", at=words.moment(row["step_at"]), text=text)
        href = hrefs.get(str(row["shown_in"]), "#threads")
        changed = row["event_type"] in ("updated", "removed")
        found.setdefault(row["ref_id"], Mark(row["step_at"], title, href, "linked", int(changed)))
    return list(found.values())


def step_text(row: Row, words: Words) -> str:
    """Say what happened to a review or to money, such as `changed to 5 stars`."""
    event = row["event_type"]
    if event == "refunded":
        if row["amount"] is None:
            return words("thread.refunded_plain")
        amount = f"{row['amount']:,.2f} {row['currency'] or ''}".strip()
        return words("thread.refunded", amount=amount)
    if event == "removed":
        return words("thread.removed")
    if row["rating"] is None:
        plain = "updated_plain" if event == "updated" else "unrated"
        return words(f"thread.{plain}")
    stars = words("threads.stars", n=round(row["rating"]))
    return words("thread.updated" if event == "updated" else "thread.created", stars=stars)


def _notices(tables: Tables, words: Words) -> list[Mark]:
    found = []
    for row in tables["notices"]:
        name = words.name("kind", row["kind"])
        at = row["received_at"]
        text = f"{name}. {_short(row['subject'] or '')}"
        title = words("timeline.mark_notice", at=words.moment(at), text=text)
        grave = "grave" if row["kind"] in ("warning", "deactivation") else "plain"
        label = f"{name} {words.day_of_year(at)}"
        found.append(
            Mark(
                at, title, "#" + anchor("N", row["notice_id"]), grave, grave == "grave", name=label
            )
        )
    return found


def _context(tables: Tables, words: Words) -> list[Mark]:
    return [
        Mark(
            row["occurred_at"],
            words(
                "timeline.mark_context",
                kind=words.name("kind", row["kind"] if row["kind"] != "other" else "context"),
                at=words.moment(row["occurred_at"]),
                text=_short(row["title"] or ""),
            ),
            f"#C-{number}",
            str(row["kind"] or "other"),
        )
        for number, row in enumerate(tables["context_events"], 1)
    ]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _TEXT else flat[: _TEXT - 1] + "…"
