"""The first part of the Plan of Action: what happened, how often, on which orders, and why."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from pipeline.appeal.citations import Citation, Sentence, cite, cite_all
from pipeline.appeal.facts import Facts, amounts, days_between, number, only
from pipeline.model import POLICIES

SECTION = "root_cause"
_CONTROLS = ("training", "policy_update", "control")


def root_cause(facts: Facts) -> Iterator[Sentence]:
    """Yield the whole, each series, what was not found, and what only the owner knows."""
    archive = facts.table("archive")
    whole = archive.row(0, named=True)
    if facts.affected.is_empty():
        yield facts.say(
            SECTION,
            "none_found",
            cite(archive, "archive"),
            read=number(whole["messages"]),
            first=facts.day(whole["first_at"]),
            last=facts.day(whole["last_at"]),
        )
    else:
        yield from _whole(facts, number(whole["messages"]))
        for incident in facts.incidents:
            for sentence in _incident(facts, incident):
                yield replace(sentence, group=incident["title"])
    for sentence in _others(facts):
        yield replace(sentence, group=facts.texts["root_cause.others"])


def _whole(facts: Facts, read: str) -> Iterator[Sentence]:
    rows = facts.affected
    yield facts.say(
        SECTION,
        "affected",
        cite(rows, "affected_messages"),
        cite(facts.table("archive"), "archive"),
        **facts.span(rows["sent_at"]),
        messages=number(rows.height),
        read=read,
        threads=number(rows["thread_id"].n_unique()),
        orders=number(rows["order_id"].drop_nulls().n_unique()),
    )
    for policy in POLICIES:
        found = facts.findings.filter(pl.col("policy_id") == policy)
        if found.height:
            what = facts.texts[f"policies.{policy}"]
            yield facts.say(
                SECTION, "policy", cite(found, "findings"), n=number(found.height), what=what
            )
    for name, chosen in (
        ("outside_buyers", pl.col("direction") != "outbound"),
        ("attempted", pl.col("delivered").eq(False)),
    ):
        found = rows.filter(chosen)
        if found.height:
            yield facts.say(SECTION, name, cite(found, "affected_messages"), n=number(found.height))
    yield from _money(facts)
    yield from _reviews(facts)


def _money(facts: Facts) -> Iterator[Sentence]:
    live = facts.affected["thread_id"].unique().to_list()
    money = facts.table("thread_money").filter(pl.col("thread_id").is_in(live))
    paid = money.filter(pl.col("paid") > 0).unique("refund_ids", keep="first", maintain_order=True)
    if paid.height:
        yield facts.say(
            SECTION,
            "money",
            cite(paid, "thread_money"),
            n=number(paid["thread_id"].n_unique()),
            amounts=amounts(paid, "paid"),
        )
    outside = money.filter(pl.col("n_outside") > 0)
    if outside.height:
        n = number(outside["thread_id"].n_unique())
        yield facts.say(SECTION, "money_outside", cite(outside, "thread_money"), n=n)


def _reviews(facts: Facts) -> Iterator[Sentence]:
    rated = facts.table("threads").filter(pl.col("rating_before").is_not_null())
    risen = rated.filter(pl.col("rating_after") > pl.col("rating_before"))
    gone = rated.filter(pl.col("rating_after").is_null())
    if risen.height or gone.height:
        cited = pl.concat([risen, gone]).sort("thread_id")
        yield facts.say(
            SECTION,
            "reviews",
            cite(cited, "threads"),
            n=number(risen.height),
            gone=number(gone.height),
        )


def _incident(facts: Facts, incident: dict[str, Any]) -> Iterator[Sentence]:
    name = incident["incident_id"]
    row = cite(facts.rows("incidents", "incident_id", name), "incidents")
    buyers = incident["buyer_count"]
    yield facts.say(
        SECTION,
        "incident" if buyers else "incident_internal",
        row,
        messages=number(incident["message_count"]),
        threads=number(incident["thread_count"]),
        buyers=number(buyers),
        first=facts.day(incident["started_at"]),
        last=facts.day(incident["ended_at"]),
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
            days=number(days_between(notice["received_at"], incident["started_at"])),
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
            **facts.span(earlier["started_at"], earlier["ended_at"]),
        )


def _causes(facts: Facts, incident: dict[str, Any]) -> Iterator[Sentence]:
    rows = facts.rows("incident_factors", "incident_id", incident["incident_id"])
    for cause in ("template-read-as-licence", "no-review-of-outgoing-text", "warning-not-acted-on"):
        found = rows.filter((pl.col("cause") == cause) & (pl.col("stance") == "for"))
        for row in found.to_dicts():
            notice = only(facts.rows("notices", "notice_id", row["ref_id"] or "").to_dicts())
            cited = found.filter(pl.col("evidence") == row["evidence"])
            day = facts.day(notice["received_at"]) if notice else ""
            counts = {"n": number(row["n"]), "of_n": number(row["of_n"])}
            yield facts.say(
                SECTION, cause, cite(cited, "incident_factors"), notice_day=day, **counts
            )
    unknown = (pl.col("cause") == "no-review-of-outgoing-text") & (pl.col("stance") == "unknown")
    unrecorded = rows.filter(unknown & (pl.col("n") == 0))
    if unrecorded.height:
        yield facts.say(SECTION, "no_control", cite(unrecorded, "incident_factors"))
    new = _new(facts, incident)
    if new is not None:
        yield new
    yield from _measures_before(facts, incident)


def _measures_before(facts: Facts, incident: dict[str, Any]) -> Iterator[Sentence]:
    before = facts.table("context_events").filter(
        (pl.col("occurred_at") < incident["started_at"]) & pl.col("kind").is_in(_CONTROLS)
    )
    for event in before.to_dicts():
        cited = before.filter(pl.col("occurred_at") == event["occurred_at"]).filter(
            pl.col("title") == event["title"]
        )
        row = facts.rows("incidents", "incident_id", incident["incident_id"])
        yield facts.say(
            SECTION,
            "measure_before",
            cite(cited, "context_events"),
            cite(row, "incidents"),
            title=event["title"],
            day=facts.day(event["occurred_at"]),
        )


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
    absent = [policy for policy in POLICIES if policy not in found]
    if absent:
        yield facts.say(
            SECTION,
            "third_parties",
            cite_all(facts.table("findings"), "findings"),
            cite(facts.table("archive"), "archive"),
            policies=", ".join(policy.replace("-", " ") for policy in absent),
        )
    yield facts.ask(SECTION, "third_parties_ask")
