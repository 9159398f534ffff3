"""Puts the view models of all sections together for the report's template."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from markupsafe import Markup

from pipeline.model import POLICIES, SEVERITIES
from pipeline.report.causes import build_causes
from pipeline.report.conversation import Conversation
from pipeline.report.incidents import Incident, build_incidents
from pipeline.report.meta import ReportMeta
from pipeline.report.pieces import visible
from pipeline.report.sections import (
    QUARANTINE_SHOWN,
    QUEUE_SHOWN,
    build_coverage,
    build_policies,
    checkable,
    fired_rules,
    settings_rows,
)
from pipeline.report.tables import Row, Tables, anchor
from pipeline.report.timeline import Timeline
from pipeline.report.verdict import build_verdict
from pipeline.report.words import Words

_AROUND = 80
_COUNTED = ("rows_read", "rows_loaded", "rows_duplicate", "rows_quarantined")


class Book(Protocol):
    """What this module needs to know of the report being written."""

    meta: ReportMeta
    words: Words
    redacted: bool

    def data(self, values: Mapping[str, object]) -> Markup:
        """Return the script's data."""


def report_context(
    tables: Tables,
    shown: list[Conversation],
    pages: Mapping[str, list[Conversation]],
    timeline: Timeline | None,
    book: Book,
) -> dict[str, Any]:
    """Return every name the report's template uses."""
    meta, words = book.meta, book.words
    disabled = frozenset(str(item) for item in _items(meta.settings.get("disabled")))
    everyone = [*shown, *(item for items in pages.values() for item in items)]
    by_thread = tables.by("findings", "thread_id")
    hrefs = {
        row["message_id"]: f"{item.page}#{anchor('M', row['message_id'])}"
        for item in everyone
        for row in by_thread[item.thread_id]
    }
    incidents = build_incidents(tables, words, hrefs)
    period = _period(tables, meta, words)
    return {
        "title": words("page.title", period=period),
        "meta": meta,
        "redacted": book.redacted,
        "period": period,
        "made": words(
            "page.made",
            day=words.moment(meta.generated_at),
            version=meta.version,
            ruleset=meta.ruleset_version or "–",
        ),
        "verdict": build_verdict(tables, words, checkable(tables, disabled)),
        "timeline": timeline,
        "events": _events(tables, words),
        "incidents": incidents,
        "gap_days": int(str(meta.settings.get("gap_days") or 14)),
        "conversations": shown,
        "choices": _choices(shown, incidents, words),
        "pages": [_page(name, items, words) for name, items in pages.items()],
        "causes": build_causes(tables, words),
        "queue": [_queued(row, words) for row in tables["report_queue"][:QUEUE_SHOWN]],
        "queue_total": len(tables["queue"]),
        "coverage": build_coverage(tables, words),
        "policies": build_policies(tables, words, disabled),
        "rules": fired_rules(tables),
        "settings": settings_rows(meta, words),
        "sources": tables["sources"],
        "source_totals": {key: sum(row[key] or 0 for row in tables["sources"]) for key in _COUNTED},
        "quarantine": [_clean(row) for row in tables["quarantine"][:QUARANTINE_SHOWN]],
        "quarantine_total": len(tables["quarantine"]),
        "data": book.data(
            {
                "chart": timeline.data if timeline else None,
                "zone": meta.zone,
                "run": _run_id(tables),
                "bands": {
                    item.anchor: [band.first, band.last]
                    for item, band in zip(
                        incidents, timeline.bands if timeline else [], strict=False
                    )
                },
            }
        ),
    }


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _run_id(tables: Tables) -> str:
    """Name the data, so that marks kept in a browser belong to these findings only."""
    return anchor("run", "".join(str(row["sha256"]) for row in tables["sources"]) + " ")


def _period(tables: Tables, meta: ReportMeta, words: Words) -> str:
    since, until = meta.period
    totals = tables.totals
    first, last = totals.get("first_at"), totals.get("last_at")
    if since:
        first = datetime(since.year, since.month, since.day, tzinfo=meta.timezone)
    if until:
        last = datetime(until.year, until.month, until.day, tzinfo=meta.timezone)
    if first is None or last is None:
        return words("page.no_period")
    return words("page.period", first=words.day(first), last=words.day(last))


def _events(tables: Tables, words: Words) -> list[dict[str, str]]:
    """Return notices and context events as one list in time order: the chart in words."""
    found = []
    for row in tables["notices"]:
        kind = str(row["kind"] or "other")
        found.append(
            _event(row["received_at"], anchor("N", row["notice_id"]), kind, words)
            | {"title": visible(row["subject"] or ""), "detail": visible(row["body"] or "")}
        )
    for number, row in enumerate(tables["context_events"], 1):
        kind = str(row["kind"] or "other")
        kind = "context" if kind == "other" else kind
        found.append(
            _event(row["occurred_at"], f"C-{number}", kind, words)
            | {"title": visible(row["title"] or ""), "detail": visible(row["detail"] or "")}
        )
    return sorted(found, key=lambda event: (event["iso"], event["anchor"]))


def _event(at: datetime, name: str, kind: str, words: Words) -> dict[str, str]:
    return {
        "anchor": name,
        "iso": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "day": words.day(at),
        "kind": kind,
        "kind_name": words.name("kind", kind),
    }


def _page(name: str, items: list[Conversation], words: Words) -> dict[str, str]:
    label = words(
        "threads.page_link",
        first=words.day(items[0].flagged_at),
        last=words.day(items[-1].flagged_at),
        n=words("count.threads", n=len(items)),
    )
    return {"href": name, "label": label}


def _queued(row: Row, words: Words) -> dict[str, str]:
    return {
        "anchor": anchor("Q", row["queue_id"]),
        "score": f"{row['score'] or 0:.2f}",
        "day": words.day(row["sent_at"]) if row["sent_at"] else "",
        "who": visible(str(row["operator"] or "")),
        "before": _around(row["words_before"], cut_left=True),
        "text": visible(str(row["matched_text"] or "")),
        "after": _around(row["words_after"], cut_left=False),
        "reason": visible(str(row["reason"] or "")),
        "place": f"{row['source_file']}, {row['source_locator']}",
    }


def _around(text: str | None, *, cut_left: bool) -> str:
    """Return neighbouring words on one line, with an ellipsis where the message goes on."""
    flat = visible(" ".join(f"|{text or ''}|".split())[1:-1])
    if len(text or "") < _AROUND:
        return flat
    return f"…{flat}" if cut_left else f"{flat}…"


def _clean(row: Row) -> Row:
    return {key: visible(str(value or "")) for key, value in row.items()}


def _choices(
    shown: list[Conversation], incidents: list[Incident], words: Words
) -> list[dict[str, object]]:
    """Return the filters worth having: those with more than one value to choose from."""
    titles = {item.incident_id: item.title for item in incidents}
    order = {value: number for number, value in enumerate((*SEVERITIES[::-1], *POLICIES))}
    wanted: tuple[tuple[str, Callable[[Conversation], list[str]], Callable[[str], str]], ...] = (
        (
            "policy",
            lambda c: c.policy_ids,
            lambda v: words(f"policy.{v}.name") if v in POLICIES else v,
        ),
        ("incident", lambda c: [c.incident_id], lambda v: titles.get(v, v)),
        ("operator", lambda c: c.operators, visible),
        ("channel", lambda c: c.channels, visible),
        ("severity", lambda c: [c.severity], lambda v: words.name("severity", v)),
        ("status", lambda c: [c.status], lambda v: words.name("threads", v)),
    )
    found: list[dict[str, object]] = []
    for name, values, label in wanted:
        counts = Counter(value for item in shown for value in values(item) if value)
        if len(counts) > 1:
            ranked = sorted(counts.items(), key=lambda pair: (order.get(pair[0], 0), pair[0]))
            options = [(value, label(value), words.number(n)) for value, n in ranked]
            found.append({"name": name, "label": words(f"threads.{name}"), "options": options})
    return found
