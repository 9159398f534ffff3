"""The pack's own store: every table of the audit that it shows, without personal data.

Texts are redacted once, here; report, tables and documents are made from what stands here, so
nothing of a buyer can reach them. Offsets of quotes point into the redacted text.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from pipeline import __version__
from pipeline.appeal.affected import affected_messages
from pipeline.appeal.audited import Audited, own_rows
from pipeline.appeal.people import gather_people
from pipeline.appeal.pseudonyms import Pseudonyms
from pipeline.appeal.redaction import Redacted, Redactor
from pipeline.config import Measure
from pipeline.evidence import TABLES
from pipeline.store import Store

REPORT_TABLES = (
    "notices",
    "context_events",
    "totals",
    "report_messages",
    "report_segments",
    "report_steps",
    "report_totals",
    "report_queue",
    "report_points",
    "elusion",
)

PACK_TABLES = (
    "affected_messages",
    "findings",
    "threads",
    "conversations",
    "review_links",
    "incidents",
    "queue",
    "cleared_threads",
    "thread_reviews",
    "notices",
    "context_events",
    "measures",
    "citations",
    *(
        table
        for table in TABLES
        if table not in ("findings", "threads", "review_links", "incidents", "queue")
    ),
    "totals",
    "elusion",
    "archive",
)
"""The pack's tables, in the order of the workbook's sheets."""

_MEASURES = {
    "measure_id": pl.String,
    "kind": pl.String,
    "measured_on": pl.Date,
    "title": pl.String,
    "detail": pl.String,
    "document": pl.String,
    "status": pl.String,
}
_AROUND = 80
"""So many letters around a queue entry's words are shown, as in `sql/evidence/report_queue.sql`."""
_QUOTES = ("findings", "queue", "affected_messages")


def load_pack(source: Store, target: Store, audited: Audited, pseudonyms: Pseudonyms) -> Redactor:
    """Put every table that the pack shows into `target`, redacted; return what redacted it."""
    redactor = _redactor(source, audited, pseudonyms)
    bodies = own_rows(source, "shown_bodies", audited)
    texts = _redacted_bodies(bodies, redactor)
    thread_of = dict(bodies.select("message_id", "thread_id").iter_rows())
    reviews = own_rows(source, "thread_reviews", audited)
    frames = {
        "affected_messages": affected_messages(source, audited, reviews),
        "cleared_threads": own_rows(source, "cleared_threads", audited),
        "thread_reviews": reviews,
    }
    present = source.tables()
    for name in (*TABLES, *REPORT_TABLES):
        if name in present:
            frames[name] = source.table(name)
    for name, frame in frames.items():
        shown = _with_sides(frame, name, redactor)
        if name in _QUOTES:
            shown = _requoted(shown, texts)
        elif name == "report_queue":
            shown = _reframed(shown, source.table("queue"), texts)
        shown = _with_bodies(shown, name, texts)
        target.put(name, redactor.table(shown, thread_of))
    measures = [_measure_row(number, one) for number, one in enumerate(audited.measures, 1)]
    target.put("measures", redactor.table(pl.DataFrame(measures, schema=_MEASURES, orient="row")))
    target.put("archive", _archive(target.table("report_totals"), audited))
    conversations = target.table("report_messages").drop("shown_in").unique(maintain_order=True)
    target.put("conversations", conversations.sort("sent_at", "message_id"))
    return redactor


def _archive(totals: pl.DataFrame, audited: Audited) -> pl.DataFrame:
    """Return the one row that says what was read, when, with which rules and settings."""
    since, until = audited.period
    return totals.select(
        pl.lit("archive").alias("archive_id"),
        pl.all(),
        pl.lit(since, dtype=pl.Date).alias("since"),
        pl.lit(until, dtype=pl.Date).alias("until"),
        pl.lit(audited.zone).alias("timezone"),
        pl.lit(__version__).alias("msgaudit_version"),
        pl.lit(audited.ruleset_version).alias("ruleset_version"),
        pl.lit(";".join(sorted(audited.settings.get("disabled") or ()))).alias("disabled"),
        pl.lit(audited.generated_at.date(), dtype=pl.Date).alias("made_on"),
    )


def _redactor(source: Store, audited: Audited, pseudonyms: Pseudonyms) -> Redactor:
    staff = own_rows(source, "staff", audited).get_column("operator").to_list()
    addresses = [str(one) for one in audited.settings.get("addresses") or ()]
    people = gather_people(
        own_rows(source, "people", audited),
        own_rows(source, "order_details", audited),
        staff,
        addresses,
    )
    known = {
        one
        for table, column in (
            ("report_messages", "message_id"),
            ("queue", "message_id"),
            ("notices", "notice_id"),
            ("thread_steps", "source_id"),
        )
        if table in source.tables()
        for one in source.table(table).get_column(column).drop_nulls()
    }
    return Redactor(people, pseudonyms, frozenset(known))


def _redacted_bodies(bodies: pl.DataFrame, redactor: Redactor) -> dict[tuple[str, str], Redacted]:
    texts = {}
    for row in bodies.iter_rows(named=True):
        for part in ("subject", "body"):
            place = (row["message_id"], part)
            texts[place] = redactor.text(
                row[part] or "", row["thread_id"], row["marketplace"] or "", row["direction"]
            )
    return texts


def _with_sides(frame: pl.DataFrame, name: str, redactor: Redactor) -> pl.DataFrame:
    """Replace the buyer's side of a message by the buyer's pseudonym, the other by its address."""
    if name != "report_messages":
        return frame
    rows = []
    for row in frame.iter_rows(named=True):
        theirs = {"inbound": "sender", "outbound": "recipient"}.get(row["direction"], "")
        if theirs and row["buyer_id"]:
            row[theirs] = redactor.buyer(row["buyer_id"])
        if row["operator"] and theirs != "sender":
            row["sender"] = redactor.staff(row["operator"])
        rows.append(row)
    return pl.DataFrame(rows, schema=frame.schema, orient="row")


def _reframed(
    frame: pl.DataFrame, queue: pl.DataFrame, texts: Mapping[tuple[str, str], Redacted]
) -> pl.DataFrame:
    """Let quotes and the words around them be stretches of the redacted text."""
    quoted = {row["queue_id"]: row for row in queue.iter_rows(named=True)}
    rows = []
    for row in frame.iter_rows(named=True):
        place = quoted[row["queue_id"]]
        text = texts[place["message_id"], place.get("matched_in") or "body"]
        start, end = text.start(place["match_start"]), text.end(place["match_end"])
        around = {
            "words_before": text.text[max(0, start - _AROUND) : start],
            "matched_text": text.text[start:end],
            "words_after": text.text[end : end + _AROUND],
        }
        rows.append(row | around)
    return pl.DataFrame(rows, schema=frame.schema, orient="row")


def _requoted(frame: pl.DataFrame, texts: Mapping[tuple[str, str], Redacted]) -> pl.DataFrame:
    """Let quotes be stretches of the redacted text."""
    rows = []
    for row in frame.iter_rows(named=True):
        text = texts[row["message_id"], row.get("matched_in") or "body"]
        start, end = text.start(row["match_start"]), text.end(row["match_end"])
        rows.append(
            row | {"matched_text": text.text[start:end], "match_start": start, "match_end": end}
        )
    return pl.DataFrame(rows, schema=frame.schema, orient="row")


def _with_bodies(
    frame: pl.DataFrame, name: str, texts: Mapping[tuple[str, str], Redacted]
) -> pl.DataFrame:
    if name == "report_messages":
        return _mapped(frame, lambda row: _bodies(row, texts))
    if name == "report_segments":
        return _mapped(frame, lambda row: _segment(row, texts))
    return frame


def _bodies(row: dict[str, Any], texts: Mapping[tuple[str, str], Redacted]) -> dict[str, Any]:
    shown = {part: texts[row["message_id"], part].text for part in ("subject", "body")}
    return row | {part: text if row[part] else row[part] for part, text in shown.items()}


def _segment(row: dict[str, Any], texts: Mapping[tuple[str, str], Redacted]) -> dict[str, Any]:
    text = texts[row["message_id"], "body"]
    start, end = text.start(row["segment_start"]), text.end(row["segment_end"])
    return row | {"segment_start": start, "segment_end": end}


def _mapped(frame: pl.DataFrame, change: Any) -> pl.DataFrame:  # noqa: ANN401 - row -> row
    rows = [change(row) for row in frame.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=frame.schema, orient="row")


def _measure_row(number: int, measure: Measure) -> tuple[object, ...]:
    return (
        f"measure-{number}",
        measure.kind,
        measure.date,
        measure.title,
        measure.detail,
        measure.document,
        measure.status,
    )


def shown_tables(store: Store, names: Iterable[str] = PACK_TABLES) -> Sequence[str]:
    """Return those of the pack's tables that are there."""
    present = store.tables()
    return [name for name in names if name in present]
