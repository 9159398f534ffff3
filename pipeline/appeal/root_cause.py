"""The first part of the Plan of Action: what happened, how often, on which orders, and why."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from pipeline.appeal.citations import Citation, Sentence, cite, cite_all
from pipeline.appeal.facts import Facts, amounts, days_between, only
from pipeline.appeal.measured import measures_of
from pipeline.model import POLICIES

SECTION = "root_cause"
_WORDING = "one wording"
"""What the table of causes says of a repeated text; the cause itself is the same."""


def root_cause(facts: Facts) -> Iterator[Sentence]:
    """Yield the whole, each series, what was not found, and what only the owner knows."""
    archive = facts.table("archive")
    whole = archive.row(0, named=True)
    if facts.affected.is_empty():
        yield facts.say(
            SECTION,
            "none_found",
            cite(archive, "archive"),
            read=whole["messages"],
            span=facts.span(whole["first_at"], whole["last_at"]),
        )
    else:
        yield from _whole(facts, whole["messages"])
        for incident in facts.incidents:
            for sentence in _incident(facts, incident):
                yield replace(sentence, group=incident["title"])
    for sentence in _others(facts):
        yield replace(sentence, group=facts.texts["root_cause.others"])


def _whole(facts: Facts, read: int) -> Iterator[Sentence]:
    rows = facts.affected
    yield facts.say(
        SECTION,
        "affected",
        cite(rows, "affected_messages"),
        cite(facts.table("archive"), "archive"),
        span=facts.span(facts.sent[0], facts.sent[-1]),
        messages=rows.height,
        read=read,
        threads=rows["thread_id"].n_unique(),
        orders=rows["order_id"].drop_nulls().n_unique(),
    )
    for policy in POLICIES:
        found = facts.findings.filter(pl.col("policy_id") == policy)
        if found.height:
            what = facts.texts.filled(f"policies.{policy}", n=found.height)
            yield facts.say(SECTION, "policy", cite(found, "findings"), n=found.height, what=what)
    for name, chosen in (
        ("outside_buyers", pl.col("direction") != "outbound"),
        ("attempted", pl.col("delivered").eq(False)),
    ):
        found = rows.filter(chosen)
        if found.height:
            yield facts.say(SECTION, name, cite(found, "affected_messages"), n=found.height)
    yield from _money(facts)
    yield from _reviews(facts)


def _money(facts: Facts) -> Iterator[Sentence]:
    live = facts.affected["thread_id"].unique().to_list()
    money = facts.table("thread_money").filter(pl.col("thread_id").is_in(live))
    paid = money.filter(pl.col("paid") > 0)
    if paid.height:
        once = paid.unique(("refund_ids", "currency"), keep="first", maintain_order=True)
        yield facts.say(
            SECTION,
            "money",
            cite(paid, "thread_money"),
            n=paid["thread_id"].n_unique(),
            amounts=amounts(once, "paid"),
        )
    outside = money.filter(pl.col("n_outside") > 0)
    if outside.height:
        n = outside["thread_id"].n_unique()
        yield facts.say(SECTION, "money_outside", cite(outside, "thread_money"), n=n)


def _reviews(facts: Facts) -> Iterator[Sentence]:
    live = facts.affected["thread_id"].unique().to_list()
    reviews = facts.table("thread_reviews").filter(pl.col("thread_id").is_in(live))
    changed = pl.col("review_state").is_in(["raised", "removed"])
    for name, chosen in (
        ("reviews_raised", pl.col("review_state") == "raised"),
        ("reviews_removed", pl.col("review_state") == "removed"),
        ("reviews_interval", changed & (pl.col("change_known") == "unordered")),
    ):
        found = reviews.filter(chosen)
        if found.height:
            yield facts.say(SECTION, name, cite(found, "thread_reviews"), n=found.height)


def _incident(facts: Facts, incident: dict[str, Any]) -> Iterator[Sentence]:
    name = incident["incident_id"]
    row = cite(facts.rows("incidents", "incident_id", name), "incidents")
    buyers = incident["buyer_count"]
    yield facts.say(
        SECTION,
        "incident" if buyers else "incident_internal",
        row,
        messages=incident["message_count"],
        threads=incident["thread_count"],
        buyers=buyers,
        span=facts.span(incident["started_at"], incident["ended_at"]),
    )
    yield from _history(facts, incident, row)
    yield from _causes(facts, incident)
    yield facts.ask(SECTION, "cause_ask", title=incident["title"])


def _history(facts: Facts, incident: dict[str, Any], row: Citation) -> Iterator[Sentence]:
    earlier = facts.table("incidents").filter(pl.col("started_at") < incident["started_at"])
    if incident["after_notice_id"]:
        cited = facts.rows("notices", "notice_id", incident["after_notice_id"])
        citation = Citation("notices", (incident["after_notice_id"],), 1)
        notice = only(cited.to_dicts()) or {"received_at": incident["started_at"], "subject": ""}
        yield facts.say(
            SECTION,
            "after_notice",
            row,
            citation,
            days=days_between(notice["received_at"], incident["started_at"]),
            notice_day=facts.day(notice["received_at"]),
            subject=notice["subject"] or "",
        )
        yield facts.ask(SECTION, "notice_ask", notice_day=facts.day(notice["received_at"]))
    else:
        yield facts.say(SECTION, "before_notice", row, cite_all(facts.table("notices"), "notices"))
    if earlier.height:
        yield facts.say(
            SECTION,
            "again",
            cite(earlier, "incidents"),
            span=facts.span(
                min(earlier["started_at"].to_list()), max(earlier["ended_at"].to_list())
            ),
        )


def _causes(facts: Facts, incident: dict[str, Any]) -> Iterator[Sentence]:
    rows = facts.rows("incident_factors", "incident_id", incident["incident_id"])
    backed = rows.filter(pl.col("stance") == "for")
    for cause in ("template-read-as-licence", "no-review-of-outgoing-text", "warning-not-acted-on"):
        for row in backed.filter(pl.col("cause") == cause).to_dicts():
            notice = only(facts.rows("notices", "notice_id", row["ref_id"] or "").to_dicts())
            yield facts.say(
                SECTION,
                "repeated-wording" if _WORDING in row["evidence"] else cause,
                cite(backed.filter(pl.col("evidence") == row["evidence"]), "incident_factors"),
                notice_day=facts.day(notice["received_at"]) if notice else "",
                n=row["n"],
                of_n=row["of_n"],
            )
    earlier = list(_measures_before(facts, incident))
    unknown = (pl.col("cause") == "no-review-of-outgoing-text") & (pl.col("stance") == "unknown")
    unrecorded = rows.filter(unknown & (pl.col("n") == 0))
    if unrecorded.height and not any(kind == "approval" for kind, _ in earlier):
        yield facts.say(SECTION, "no_control", cite(unrecorded, "incident_factors"))
    new = _new(facts, incident)
    if new is not None:
        yield new
    for _, sentence in earlier:
        yield sentence


def _measures_before(facts: Facts, incident: dict[str, Any]) -> Iterator[tuple[str, Sentence]]:
    """Yield what was in force before a series, with its kind: it has not prevented it."""
    row = cite(facts.rows("incidents", "incident_id", incident["incident_id"]), "incidents")
    start = incident["started_at"].astimezone(facts.zone).date()
    for measure in measures_of(facts):
        if measure.done and measure.day < start:
            said = {"title": measure.title, "day": facts.day(measure.day)}
            yield measure.kind, facts.say(SECTION, "measure_before", measure.cited, row, **said)


def _new(facts: Facts, incident: dict[str, Any]) -> Sentence | None:
    """Return what was new at the start: a function or a channel, never a person."""
    first = facts.table("context_events").filter(
        (pl.col("kind") == "feature_launch")
        & (pl.col("occurred_at") <= incident["started_at"])
        & (pl.col("occurred_at") > incident["started_at"] - pl.duration(days=14))
    )
    if first.is_empty():
        return None
    what = facts.texts["words.and"].join(f"“{title}”" for title in first["title"])
    row = facts.rows("incidents", "incident_id", incident["incident_id"])
    cited = (cite(first, "context_events"), cite(row, "incidents"))
    return facts.say(SECTION, "new-function", *cited, what=what)


def _others(facts: Facts) -> Iterator[Sentence]:
    found = set(facts.findings["policy_id"])
    archive = cite(facts.table("archive"), "archive")
    off = [name for name in facts.disabled if name]
    absent = [policy for policy in POLICIES if policy not in found and policy not in off]
    if absent:
        yield facts.say(
            SECTION,
            "third_parties",
            cite_all(facts.table("findings"), "findings"),
            archive,
            policies=facts.practices(absent),
        )
    if off:
        yield facts.say(SECTION, "not_looked_for", archive, names=facts.practices(off))
    yield facts.ask(SECTION, "third_parties_ask")
