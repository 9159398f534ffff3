"""The flagged and linked events that the timeline draws as links."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from pipeline.report.places import ranked
from pipeline.report.tables import Tables, anchor
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
    crowd: pl.Series = field(
        default_factory=lambda: pl.Series("at", [], dtype=pl.Datetime("us", "UTC"))
    )


def collect_marks(tables: Tables, hrefs: Mapping[str, str], words: Words) -> dict[str, LaneMarks]:
    """Return the marks by lane; `hrefs` says where each conversation is shown."""
    return {
        "messages": _messages(tables, hrefs, words),
        "reviews": _steps(tables, hrefs, words, "review"),
        "refunds": _steps(tables, hrefs, words, "refund"),
        "notices": LaneMarks(_notices(tables, words)[: LINKS_AT_MOST["notices"]]),
        "context": LaneMarks(_context(tables, words)[: LINKS_AT_MOST["context"]]),
    }


def _in_time(marks: list[Mark], crowd: pl.DataFrame, column: str) -> LaneMarks:
    marks.sort(key=lambda mark: (mark.at, mark.href))
    return LaneMarks(marks, crowd.get_column(column).dt.convert_time_zone("UTC").sort())


def _turn() -> pl.Expr:
    """Order rows in time so that the first of them, however many, lie evenly over it."""
    return pl.int_range(pl.len()) * 0.618034 % 1


def _page(hrefs: Mapping[str, str], thread_id: object) -> str:
    return hrefs.get(str(thread_id), "").partition("#")[0]


def _messages(tables: Tables, hrefs: Mapping[str, str], words: Words) -> LaneMarks:
    live = tables.frames["findings"].filter(pl.col("status") != "dismissed")
    found = (
        live.with_columns(rank=ranked())
        .sort("rank", "sent_at", "message_id", descending=[True, False, False])
        .unique("message_id", keep="first", maintain_order=True)
        .sort("sent_at", "message_id")
        .with_columns(turn=_turn())
        .sort("rank", "turn", descending=[True, False], maintain_order=True)
    )
    most = LINKS_AT_MOST["messages"]
    marks = [
        Mark(
            row["sent_at"],
            words(
                "timeline.mark_message",
                at=words.moment(row["sent_at"]),
                text=_short(str(row["matched_text"] or "")),
            ),
            f"{_page(hrefs, row['thread_id'])}#{anchor('M', row['message_id'])}",
            "bad",
        )
        for row in found.head(most).to_dicts()
    ]
    return _in_time(marks, found.slice(most), "sent_at")


def _steps(tables: Tables, hrefs: Mapping[str, str], words: Words, kind: str) -> LaneMarks:
    live = tables.frames["threads"].select(shown_in="thread_id")
    found = (
        tables.frames["report_steps"]
        .filter((pl.col("kind") == kind) & pl.col("step_at").is_not_null())
        .join(live, on="shown_in", how="semi", maintain_order="left")
        .unique("ref_id", keep="first", maintain_order=True)
        .sort("step_at", "ref_id")
        .with_columns(changed=pl.col("event_type").is_in(["updated", "removed"]), turn=_turn())
        .sort("changed", "turn", descending=[True, False], maintain_order=True)
    )
    most = LINKS_AT_MOST[f"{kind}s"]
    marks = [
        Mark(
            row["step_at"],
            words(
                f"timeline.mark_{kind}",
                at=words.moment(row["step_at"]),
                text=step_text(
                    words, row["event_type"], row["rating"], row["amount"], row["currency"]
                ),
            ),
            hrefs.get(str(row["shown_in"]), "#threads"),
            "linked",
        )
        for row in found.head(most).to_dicts()
    ]
    return _in_time(marks, found.slice(most), "step_at")


def step_text(
    words: Words, event: str, rating: float | None, amount: float | None, currency: str | None
) -> str:
    """Say what happened to a review or to money, such as `changed to 5 stars`."""
    if event == "refunded":
        if amount is None:
            return words("thread.refunded_plain")
        return words("thread.refunded", amount=f"{amount:,.2f} {currency or ''}".strip())
    if event == "removed":
        return words("thread.removed")
    if rating is None:
        plain = "updated_plain" if event == "updated" else "unrated"
        return words(f"thread.{plain}")
    stars = words("threads.stars", n=round(rating))
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
        found.append(Mark(at, title, "#" + anchor("N", row["notice_id"]), grave, name=label))
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
