"""Puts the view models of all sections together for the report's template."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from markupsafe import Markup

from pipeline.model import POLICIES, SEVERITIES
from pipeline.queries import queries
from pipeline.report.causes import build_causes
from pipeline.report.incidents import build_incidents, incident_title
from pipeline.report.meta import ReportMeta
from pipeline.report.monthly import build_monthly
from pipeline.report.pieces import visible
from pipeline.report.sections import (
    QUEUE_FIRST,
    build_coverage,
    build_policies,
    checkable,
    fired_rules,
    settings_rows,
)
from pipeline.report.tables import Row, Tables, anchor, minutes
from pipeline.report.timeline import Timeline
from pipeline.report.verdict import build_verdict
from pipeline.report.words import Words

FILTERS = {
    "policy": "policies",
    "incident": "incident_id",
    "operator": "operators",
    "channel": "channels",
    "severity": "severity",
    "status": "status",
}
"""The filters of the conversations, and the facts they look at."""

_AROUND = 80
_COUNTED = ("rows_read", "rows_loaded", "rows_duplicate", "rows_quarantined")


class Book(Protocol):
    """What this module needs to know of the report being written."""

    path: Path
    meta: ReportMeta
    words: Words
    redacted: bool

    def data(self, values: Mapping[str, object]) -> Markup:
        """Return the script's data."""


def report_context(
    tables: Tables,
    summaries: pl.DataFrame,
    facts: pl.DataFrame,
    timeline: Timeline | None,
    book: Book,
) -> dict[str, Any]:
    """Return every name the report's template uses but the conversations and their filters.

    `summaries` says of every conversation on which page it is, `facts` of those on numbered pages
    what they are found by.
    """
    meta, words = book.meta, book.words
    disabled = frozenset(str(item) for item in _items(meta.settings.get("disabled")))
    pages = dict(summaries.select("thread_id", "page").iter_rows())
    incidents = build_incidents(tables, words, pages)
    period = _period(tables, meta, words)
    return {
        "title": words("page.title", period=period),
        "run": run_id(tables),
        "meta": meta,
        "redacted": book.redacted,
        "period": period,
        "made": words(
            "page.made",
            day=words.moment(meta.generated_at),
            version=meta.version,
            ruleset=meta.ruleset_version or "–",
            run=run_id(tables),
        ),
        "verdict": build_verdict(tables, words, checkable(tables, disabled)),
        "timeline": timeline,
        "events": _events(tables, words),
        "incidents": incidents,
        "gap_days": int(str(meta.settings.get("gap_days") or 14)),
        "pages": _pages(facts, words),
        "monthly": build_monthly(tables, words),
        "causes": build_causes(tables, words),
        "queue": [_queued(row, timeline, words) for row in tables["report_queue"]],
        "queue_first": QUEUE_FIRST,
        "queue_entries": sum(row["uses"] for row in tables["report_queue"]),
        "queue_total": tables.counts["queue"],
        "coverage": build_coverage(tables, words),
        "policies": build_policies(tables, words, disabled),
        "rules": fired_rules(tables),
        "settings": settings_rows(meta, words),
        "sources": tables["sources"],
        "source_totals": {key: sum(row[key] or 0 for row in tables["sources"]) for key in _COUNTED},
        "accounts": tables["accounts"],
        "elusion": [row["reading"] for row in tables["elusion"]],
        "invariants": [query.table for stage in ("checks", "written") for query in queries(stage)],
        "quarantine": [_clean(row) for row in tables["quarantine"]],
        "quarantine_total": tables.counts["quarantine"],
        "data": book.data(
            {
                "chart": timeline.data if timeline else None,
                "index": _index(facts),
                "zone": meta.zone,
                "run": run_id(tables),
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


def run_id(tables: Tables) -> str:
    """Name the data: marks kept in a browser and pages of paper belong to these files only."""
    files = "".join(sorted(f"{row['source_file']} {row['sha256']}\n" for row in tables["sources"]))
    return sha256(files.encode("utf-8", "surrogatepass")).hexdigest()[:12]


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


def page_context(
    tables: Tables, shown: pl.DataFrame, offered: list[dict[str, object]], book: Book
) -> dict[str, Any]:
    """Return every name that the template of a numbered page uses but the conversations."""
    heading = book.words("page.title_side", first=shown["day"][0], last=shown["day"][-1])
    return {
        "title": heading,
        "heading": heading,
        "run": run_id(tables),
        "report_name": book.path.name,
        "redacted": book.redacted,
        "choices": offered,
        "data": book.data({"run": run_id(tables)}),
    }


def _index(facts: pl.DataFrame) -> dict[str, object] | None:
    """Return what the filters need of conversations on numbered pages: columns of small numbers."""
    beyond = facts.filter(pl.col("page") != "")
    if beyond.is_empty():
        return None
    pages = beyond.get_column("page").unique().sort().to_list()
    found: dict[str, object] = {
        "page": beyond.get_column("page")
        .replace_strict({page: number for number, page in enumerate(pages)}, return_dtype=pl.Int64)
        .to_list(),
        "a": beyond.get_column("first_minute").to_list(),
        "b": beyond.get_column("last_minute").to_list(),
    }
    for name, column in FILTERS.items():
        values = beyond.get_column(column)
        values = values.list.join(";") if values.dtype == pl.List else values
        words = values.unique().sort().to_list()
        codes = values.replace_strict(
            {word: n for n, word in enumerate(words)}, return_dtype=pl.Int64
        )
        found[name] = {"words": words, "codes": codes.to_list()}
    return found


def _pages(facts: pl.DataFrame, words: Words) -> list[dict[str, str]]:
    """Return the numbered pages: where each is, from which day to which, how much it holds."""
    held = (
        facts.filter(pl.col("page") != "")
        .group_by("page")
        .agg(first=pl.col("day").first(), last=pl.col("day").last(), n=pl.len())
    )
    return [
        {
            "href": row["page"],
            "label": words(
                "threads.page_link",
                first=row["first"],
                last=row["last"],
                n=words("count.threads", n=row["n"]),
            ),
        }
        for row in held.sort("page").to_dicts()
    ]


def _queued(row: Row, timeline: Timeline | None, words: Words) -> dict[str, object]:
    at = row["sent_at"]
    return {
        "anchor": anchor("Q", row["queue_id"]),
        "queue_id": str(row["queue_id"]),
        "minute": minutes(timeline.start, at) if timeline and at else 0,
        "score": f"{row['score'] or 0:.2f}",
        "day": words.day(at) if at else "",
        "who": visible(str(row["operator"] or "")),
        "before": _around(row["words_before"], cut_left=True),
        "text": visible(str(row["matched_text"] or "")),
        "after": _around(row["words_after"], cut_left=False),
        "reason": visible(str(row["reason"] or "")),
        "place": f"{row['source_file']}, {row['source_locator']}",
        "uses": words("queue.uses", n=row["uses"]) if row["uses"] > 1 else "",
        "others": str(row["others"] or ""),
    }


def _around(text: str | None, *, cut_left: bool) -> str:
    """Return neighbouring words on one line, with an ellipsis where the message goes on."""
    flat = visible(" ".join(f"|{text or ''}|".split())[1:-1])
    if len(text or "") < _AROUND:
        return flat
    return f"…{flat}" if cut_left else f"{flat}…"


def _clean(row: Row) -> Row:
    return {key: visible(str(value or "")) for key, value in row.items()}


def choices(tables: Tables, summaries: pl.DataFrame, words: Words) -> list[dict[str, object]]:
    """Return the filters worth having: those with more than one value to choose from."""
    titles = {str(row["incident_id"]): str(row["title"]) for row in tables["incidents"]}
    order = {value: number for number, value in enumerate((*SEVERITIES[::-1], *POLICIES))}
    labels: dict[str, Callable[[str], str]] = {
        "policy": words.policy,
        "incident": lambda value: incident_title(titles.get(value, value), words),
        "severity": lambda value: words.name("severity", value),
        "status": lambda value: words.name("threads", value),
    }
    found: list[dict[str, object]] = []
    for name, column in FILTERS.items():
        label = labels.get(name, visible)
        values = summaries.get_column(column)
        values = values.explode() if values.dtype == pl.List else values
        counted = values.drop_nulls().value_counts(name="n")
        counts = {value: int(n) for value, n in counted.iter_rows() if value}
        if len(counts) > 1:
            ranked = sorted(counts.items(), key=lambda pair: (order.get(pair[0], 0), pair[0]))
            options = [(value, label(value), words.number(n)) for value, n in ranked]
            found.append({"name": name, "label": words(f"threads.{name}"), "options": options})
    return found
