"""The second and third part of the Plan of Action: what was done, promised, and is missing.

A measure is worded by its status: done is told as done, promised as planned. What the plan needs
and nobody has written down yet is a gap for the owner, never a sentence.
"""

from collections.abc import Iterator

import polars as pl

from pipeline.appeal.citations import Sentence, cite, cite_all
from pipeline.appeal.facts import Facts
from pipeline.appeal.measured import Stated, measures_of

_ACTIONS = "actions"
_PREVENTION = "prevention"
_LASTING = ("sender-restriction", "approval", "monitoring", "kpi", "policy-notice")


def actions_taken(facts: Facts) -> Iterator[Sentence]:
    """Yield what has been done: the audit itself, and measures that are over."""
    archive = facts.table("archive")
    whole = facts.whole
    yield facts.say(
        _ACTIONS,
        "audit",
        cite(archive, "archive"),
        cite_all(facts.table("sources"), "sources"),
        messages=whole["messages"],
        threads=whole["threads"],
        span=facts.span(whole["first_at"], whole["last_at"]),
        ruleset=whole["ruleset_version"],
    )
    if whole["since"] or whole["until"]:
        since, until = (facts.day(day) if day else "" for day in (whole["since"], whole["until"]))
        yield facts.say(
            _ACTIONS,
            "period",
            cite(archive, "archive"),
            since=since or facts.texts["words.the_beginning"],
            until=until or facts.texts["words.the_end"],
        )
    yield from _reviewed(facts)
    yield from _since(facts)
    for measure in _still_told(facts):
        if measure.done and measure.kind not in _LASTING:
            yield _told(facts, _ACTIONS, measure)
    yield facts.ask(_ACTIONS, "stopped_ask")
    if facts.affected["buyer_id"].drop_nulls().len():
        yield facts.ask(_ACTIONS, "buyers_ask")


def prevention(facts: Facts) -> Iterator[Sentence]:
    """Yield what keeps it from happening again: in force, planned, and still to be told."""
    measures = _still_told(facts)
    for measure in measures:
        if measure.done and measure.kind in _LASTING:
            yield _told(facts, _PREVENTION, measure)
    for measure in measures:
        if not measure.done:
            yield _told(facts, _PREVENTION, measure)
    kinds = {measure.kind for measure in measures}
    yield from _counterfactual(facts, kinds)
    for kind, text in facts.texts["prevention_asks"].items():
        if kind not in kinds:
            yield Sentence(_PREVENTION, text, is_gap=True)


def _reviewed(facts: Facts) -> Iterator[Sentence]:
    cleared = facts.table("cleared_threads")
    for name, by in (("cleared", "rules"), ("cleared_by_person", "person")):
        rows = cleared.filter(pl.col("cleared_by") == by)
        if rows.height:
            alone = rows.height == cleared.height
            cited = cite_all(rows, "cleared_threads") if alone else cite(rows, "cleared_threads")
            yield facts.say(_ACTIONS, name, cited, n=rows.height)
    findings = facts.table("findings")
    for name, status in (("confirmed", "confirmed"), ("dismissed", "dismissed")):
        rows = findings.filter(pl.col("status") == status)
        if rows.height:
            cited = cite(rows, "findings")
            yield facts.say(_ACTIONS, name, cited, n=rows.height, of_n=findings.height)
    unread = findings.filter(pl.col("status") == "open").height
    if unread:
        yield facts.ask(_ACTIONS, "confirm_ask", n=unread)
    queue = facts.table("queue").height
    if queue:
        yield facts.ask(_ACTIONS, "queue_ask", n=queue)
    gaps = facts.table("coverage").filter(pl.col("status") != "have")
    if gaps.height:
        yield facts.say(_ACTIONS, "gaps", cite(gaps, "coverage"), n=gaps.height)


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
                n=row["outbound_after"],
            )


def _counterfactual(facts: Facts, kinds: set[str]) -> Iterator[Sentence]:
    """Yield what a measure would have changed; only for one that is taken or promised."""
    if "monitoring" in kinds:
        rows = facts.rows("counterfactual", "mode", "monthly scan")
        first = rows.filter(pl.col("avoidable_threads") > 0).sort("scan_from").head(1)
        for row in first.to_dicts():
            yield facts.say(
                _PREVENTION,
                "scan",
                cite(first, "counterfactual"),
                from_day=facts.day(row["scan_from"]),
                alert_day=facts.day(row["first_alert_at"]),
                n=row["avoidable_threads"],
                of_n=row["n_threads"],
            )
    outbound = facts.affected.filter(pl.col("direction") == "outbound")
    if "approval" in kinds and outbound.height:
        first = facts.rows("counterfactual", "mode", "check before sending").sort("scan_from")
        for row in first.head(1).to_dicts():
            yield facts.say(
                _PREVENTION,
                "check",
                cite(first.head(1), "counterfactual"),
                cite(outbound, "affected_messages"),
                n=row["avoidable_messages"],
                of_n=outbound.height,
            )


def _still_told(facts: Facts) -> list[Stated]:
    """Return the measures that are told in these parts.

    What the context records before the last message concerned has not stopped it: it belongs to
    the root cause alone.
    """
    over = facts.sent[-1].astimezone(facts.zone).date() if facts.sent else None
    return [
        measure
        for measure in measures_of(facts)
        if over is None or measure.day > over or measure.cited.table == "measures"
    ]


def _told(facts: Facts, section: str, measure: Stated) -> Sentence:
    words = {
        name: facts.texts.filled(f"words.{name}", text=text.rstrip(".")) if text else ""
        for name, text in (("detail", measure.detail), ("document", measure.document))
    }
    said = {"title": measure.title, "day": facts.day(measure.day), **words}
    if not measure.done:
        return facts.say(section, "promised", measure.cited, **said)
    local = pl.col("sent_at").dt.convert_time_zone(facts.zone.key).dt.date()
    later = facts.affected.filter(local > measure.day)
    after = facts.texts.filled("words.after", n=later.height) if later.height else ""
    cited = [measure.cited, *([cite(later, "affected_messages")] if later.height else [])]
    return facts.say(section, "done", *cited, after=after, **said)
