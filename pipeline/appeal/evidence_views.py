"""What `evidence.pdf` shows, as plain values: the template holds no logic, this no markup."""

import tomllib
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import polars as pl

from pipeline.appeal.audited import Audited
from pipeline.appeal.facts import Facts, number
from pipeline.appeal.shown_text import showable
from pipeline.appeal.timeline_view import Row, timeline
from pipeline.resources import resource_dir

_LONGEST = 6_000
_MOST_ROWS = 500
_SCRIPTS = {"zh-Hans": "sc", "zh-Hant": "tc", "ko": "kr"}
"""The letter forms of Han by language; Japanese ones where none is known."""


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
    gaps = [
        [row[name] or words["none"] for name in _COVERAGE]
        for row in facts.table("coverage").filter(pl.col("status") != "have").to_dicts()
    ]
    sources = [
        [
            showable(row["source_file"]),
            row["record_kind"] or words["none"],
            row["sha256"],
            number(row["rows_read"] or 0),
        ]
        for row in facts.table("sources").to_dicts()
    ]
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
        **_capped("coverage", gaps, words),
        **_capped("sources", sources, words),
    }


def _capped(name: str, rows: list[list[str]], words: Mapping[str, Any]) -> Row:
    """Return the first rows and how many more there are: the tables of the pack hold them all."""
    more = len(rows) - _MOST_ROWS
    text = words[f"{name}_more"].format(n=number(more)) if more > 0 else ""
    return {name: rows[:_MOST_ROWS], f"{name}_more": text}


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
    talks: list[Row] = []
    seen: set[tuple[str, ...]] = set()
    for thread, row in first.items():
        ids = tuple(one["message_id"] for one in by_thread[thread])
        if ids in seen:
            continue  # threads of one case are shown with all of it, so the second shows no more
        seen.add(ids)
        talks.append(
            {
                "title": row["order_id"] or thread,
                "facts": _thread_facts(facts, row, words),
                "messages": [_message(facts, one, concerned, words) for one in by_thread[thread]],
            }
        )
    return talks


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
        "subject": showable(row["subject"] or ""),
        "body": showable((row["body"] or "").strip()[:_LONGEST]),
    }


def _registered(facts: Facts, row: Row, words: Mapping[str, Any]) -> Row:
    money = words["none"]
    if row["compensation_amount"]:
        money = f"{row['compensation_currency']} {row['compensation_amount']:,.2f}"
    return {
        "message_id": row["message_id"],
        "cells": [
            facts.time(row["sent_at"]),
            row["order_id"] or words["none"],
            f"“{showable(row['matched_text'])}”",
            facts.practices(row["policies"].split(";")),
            money,
            facts.stars(row),
        ],
    }


def _thread_facts(facts: Facts, row: Row, words: Mapping[str, Any]) -> str:
    said = [row["buyer_id"] or words["none"], row["asin"] or "", row["channel"] or ""]
    said += [f"{words['practices']} {facts.practices(row['policies'].split(';'))}"]
    if row["compensation_at"]:
        given = words["compensations"].get(row["compensation"], row["compensation"])
        said.append(f"{given} {facts.time(row['compensation_at'])}")
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
    pieces = [(body, False)]
    if flagged and flagged["matched_in"] == "body" and flagged["match_end"] <= len(body):
        start, end = flagged["match_start"], flagged["match_end"]
        pieces = [(body[:start], False), (body[start:end], True), (body[end:], False)]
    elif flagged:
        quote = showable(flagged["matched_text"])
        note = f"{words['concerned']} “{quote}” {note}".strip()
    return {
        "message_id": row["message_id"],
        "script": _SCRIPTS.get(row["language"] or "", "jp"),
        "head": showable(" · ".join(part for part in head if part)),
        "subject": showable(row["subject"] or ""),
        "pieces": [{"text": showable(text), "marked": marked} for text, marked in pieces if text],
        "note": note,
        "concerned": [showable(flagged["matched_text"])] if flagged else [],
    }
