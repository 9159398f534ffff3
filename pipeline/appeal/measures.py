"""The second and third part of the Plan of Action: what was done, promised, and is missing.

A measure is worded by its status: done is told as done, promised as planned. What the plan needs
and nobody has written down yet is a gap for the owner, never a sentence.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from pipeline.appeal.citations import Sentence, cite, cite_all
from pipeline.appeal.facts import Facts, number

_ACTIONS = "actions"
_PREVENTION = "prevention"
_LASTING = ("sender-restriction", "approval", "monitoring", "kpi", "policy-notice")
_CONTEXT_KINDS = {"training": "training", "policy_update": "policy-notice", "control": "approval"}


def actions_taken(facts: Facts) -> Iterator[Sentence]:
    """Yield what has been done: the audit itself, and measures that are over."""
    archive = facts.table("archive")
    whole = archive.row(0, named=True)
    yield facts.say(
        _ACTIONS,
        "audit",
        cite(archive, "archive"),
        cite_all(facts.table("sources"), "sources"),
        messages=number(whole["messages"]),
        threads=number(whole["threads"]),
        first=facts.day(whole["first_at"]),
        last=facts.day(whole["last_at"]),
        ruleset=facts.ruleset_version,
    )
    yield from _reviewed(facts)
    yield from _since(facts)
    for row in _measures(facts, done=True):
        if row["kind"] not in _LASTING:
            yield _measure(facts, _ACTIONS, "done", row)
    yield facts.ask(_ACTIONS, "stopped_ask")
    if facts.affected["buyer_id"].drop_nulls().len():
        yield facts.ask(_ACTIONS, "buyers_ask")


def prevention(facts: Facts) -> Iterator[Sentence]:
    """Yield what keeps it from happening again: in force, planned, and still to be told."""
    for row in _measures(facts, done=True):
        if row["kind"] in _LASTING:
            yield _measure(facts, _PREVENTION, "done", row)
    for row in _measures(facts, done=False):
        yield _measure(facts, _PREVENTION, "promised", row)
    kinds = set(facts.table("measures")["kind"])
    yield from _counterfactual(facts, kinds)
    for kind, text in facts.texts["prevention_asks"].items():
        if kind not in kinds:
            yield Sentence(_PREVENTION, text, is_gap=True)


def _reviewed(facts: Facts) -> Iterator[Sentence]:
    cleared = facts.table("cleared_threads")
    if cleared.height:
        cited = cite_all(cleared, "cleared_threads")
        yield facts.say(_ACTIONS, "cleared", cited, n=number(cleared.height))
    dismissed = facts.rows("findings", "status", "dismissed")
    if dismissed.height:
        cited = cite(dismissed, "findings")
        yield facts.say(_ACTIONS, "dismissed", cited, n=number(dismissed.height))
    queue = facts.table("queue")
    if queue.height:
        yield facts.say(_ACTIONS, "waiting", cite_all(queue, "queue"), n=number(queue.height))
    gaps = facts.table("coverage").filter(pl.col("status") != "have")
    if gaps.height:
        yield facts.say(_ACTIONS, "gaps", cite(gaps, "coverage"), n=number(gaps.height))


def _since(facts: Facts) -> Iterator[Sentence]:
    """Yield what followed the last notice, where nothing flagged did."""
    notices = facts.table("notice_facts").sort("received_at", "notice_id").tail(1)
    for row in notices.to_dicts():
        if not row["flagged_after"] and row["outbound_after"]:
            yield facts.say(
                _ACTIONS,
                "since",
                cite(notices, "notice_facts"),
                notice_day=facts.day(row["received_at"]),
                n=number(row["outbound_after"]),
            )


def _counterfactual(facts: Facts, kinds: set[str]) -> Iterator[Sentence]:
    """Yield what a measure would have changed; only for one that is taken or promised."""
    checks = (
        ("monitoring", "monthly scan", "scan"),
        ("approval", "check before sending", "check"),
    )
    for kind, mode, text in checks:
        if kind not in kinds:
            continue
        rows = facts.rows("counterfactual", "mode", mode).filter(pl.col("avoidable_threads") > 0)
        for row in rows.sort("scan_from").head(1).to_dicts():
            outbound = facts.affected.filter(pl.col("direction") == "outbound").height
            yield facts.say(
                _PREVENTION,
                text,
                cite(rows.sort("scan_from").head(1), "counterfactual"),
                *([cite(facts.affected, "affected_messages")] if text == "check" else []),
                from_day=facts.day(row["scan_from"]),
                alert_day=facts.day(row["first_alert_at"]),
                n=number(row["avoidable_threads" if text == "scan" else "avoidable_messages"]),
                of_n=number(row["n_threads"] if text == "scan" else outbound),
            )


def _measures(facts: Facts, *, done: bool) -> list[dict[str, Any]]:
    """Return the measures of the settings and those the context records, in order of time.

    What the context records before the last message concerned has not stopped it: it belongs to
    the root cause, not here.
    """
    last = facts.affected["sent_at"].max()
    rows = [
        {"table": "measures", "id": row["measure_id"], "day": row["measured_on"], **row}
        for row in facts.table("measures").to_dicts()
        if (row["status"] == "done") == done
    ]
    known = {(row["day"], row["title"]) for row in rows}
    for row in facts.table("context_events").to_dicts() if done else ():
        day = row["occurred_at"].astimezone(facts.zone).date()
        late = last is None or row["occurred_at"] > last
        if late and row["kind"] in _CONTEXT_KINDS and (day, row["title"]) not in known:
            shown = {"table": "context_events", "day": day, "document": "", **row}
            rows.append(shown | {"kind": _CONTEXT_KINDS[row["kind"]]})
    return sorted(rows, key=lambda row: (row["day"], row["title"]))


def _measure(facts: Facts, section: str, text: str, row: dict[str, Any]) -> Sentence:
    table = facts.table(row["table"])
    if row["table"] == "measures":
        cited = table.filter(pl.col("measure_id") == row["id"])
    else:
        cited = table.filter(
            (pl.col("title") == row["title"]) & (pl.col("occurred_at") == row["occurred_at"])
        )
    extra = {
        name: facts.texts.filled(f"words.{name}", text=row[name].rstrip(".")) if row[name] else ""
        for name in ("detail", "document")
    }
    return facts.say(
        section,
        text,
        cite(cited, row["table"]),
        title=row["title"],
        day=facts.day(row["day"]),
        **extra,
    )
