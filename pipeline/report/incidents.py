"""Incident cards: what was done, by whom, what was new, and what changed afterwards."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.model import POLICIES
from pipeline.report.columns import flat
from pipeline.report.factors import Factor, build_factors, trigger_text
from pipeline.report.pieces import visible
from pipeline.report.tables import Row, Tables, anchor, split
from pipeline.report.verdict import changed_reviews, changes_after
from pipeline.report.words import Words

_REPEATED = 2
_TEXT = 160


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as its card shows it; counts come with the words they count."""

    incident_id: str
    anchor: str
    title: str
    span: str
    label: str
    recurrence: bool
    counts: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    causes: list[Factor]
    first_href: str
    first_text: str
    last_href: str
    last_text: str


@dataclass(frozen=True, slots=True)
class _Findings:
    """What an incident's standing findings come to."""

    first: str = ""
    last: str = ""
    practice: tuple[tuple[str, int], ...] = ()
    repeated: tuple[str, int] | None = None


def build_incidents(tables: Tables, words: Words, pages: Mapping[str, str]) -> list[Incident]:
    """Return the incidents in time order; `pages` says on which page each thread is shown."""
    findings = _findings(tables, pages)
    links = tables.frames["review_links"].partition_by("incident_id", as_dict=True)
    no_links = tables.frames["review_links"].clear()
    factors = tables.by("incident_factors", "incident_id")
    notices = {row["notice_id"]: row for row in tables["notices"]}
    many = len(tables["incidents"]) > 1
    found = []
    for row in tables["incidents"]:
        name = row["incident_id"]
        mine = findings.get(name, _Findings())
        changes = links.get((name,), no_links)
        counts = [
            (row["thread_count"], "threads"),
            (row["message_count"], "messages"),
            (row["buyer_count"], "buyers"),
            (changed_reviews(changes), "reviews"),
        ]
        label = "recurrence" if row["recurrence"] else "first_one" if many else "single"
        first, last = row["started_at"], row["ended_at"]
        found.append(
            Incident(
                incident_id=str(name),
                anchor=anchor("I", name),
                title=incident_title(str(row["title"] or name), words),
                span=words("incidents.span", first=words.day(first), last=words.day(last)),
                label=words(f"incidents.{label}"),
                recurrence=bool(row["recurrence"]),
                counts=[
                    (words.number(n or 0), words(f"incidents.{k}", n=n or 0)) for n, k in counts
                ],
                facts=_facts(row, mine, changes, notices, words),
                causes=build_factors(factors.get(name, []), words),
                first_href=mine.first,
                first_text=words.moment(first),
                last_href=mine.last,
                last_text=words.moment(last),
            )
        )
    return found


def _findings(tables: Tables, pages: Mapping[str, str]) -> dict[str, _Findings]:
    """Sum up the standing findings of each incident."""
    live = tables.frames["findings"].filter(
        (pl.col("status") != "dismissed") & pl.col("incident_id").is_not_null()
    )
    ends = (
        live.sort("second", "message_id")
        .group_by("incident_id")
        .agg(
            first=pl.struct("message_id", "thread_id").first(),
            last=pl.struct("message_id", "thread_id").last(),
        )
    )
    practice: dict[str, list[tuple[str, int]]] = defaultdict(list)
    counted = live.group_by("incident_id", "policy_id").len()
    for name, policy, n in counted.sort("len", "policy_id", descending=[True, False]).iter_rows():
        practice[name].append((policy, n))
    texts = live.select(
        "incident_id", "message_id", text=flat(pl.col("matched_text").fill_null(""))
    )
    alike = texts.unique(["incident_id", "message_id"], keep="last", maintain_order=True)
    alike = alike.filter(pl.col("text") != "").group_by("incident_id", "text").len()
    alike = alike.filter(pl.col("len") >= _REPEATED).sort("len", "text", descending=[True, False])
    repeated = {
        name: (text, n)
        for name, text, n in alike.unique(
            "incident_id", keep="first", maintain_order=True
        ).iter_rows()
    }
    found = {}
    for row in ends.to_dicts():
        first, last = (
            f"{pages.get(end['thread_id'], '')}#{anchor('M', end['message_id'])}"
            for end in (row["first"], row["last"])
        )
        name = row["incident_id"]
        found[name] = _Findings(first, last, tuple(practice[name]), repeated.get(name))
    return found


def incident_title(title: str, words: Words) -> str:
    """Put policy names in the place of policy ids."""
    for policy in POLICIES:
        name = words(f"policy.{policy}.name")
        for written in (policy, policy.replace("-", " ")):
            title = title.replace(f": {written}", f": {name}")
    return visible(title)


def _facts(
    row: Row, findings: _Findings, links: pl.DataFrame, notices: dict[str, Row], words: Words
) -> list[tuple[str, str]]:
    people = [visible(name) for name in split(row["operators"])] or [words("incidents.nobody")]
    named = [f"{words.policy(policy)} {words.number(n)}" for policy, n in findings.practice]
    facts = [
        (words("incidents.practice"), words.listed(named)),
        (words("incidents.people"), words.listed(people)),
        (words("incidents.channels"), words.listed(split(row["channels"]))),
        (
            words("incidents.trigger"),
            trigger_text(str(row["trigger"]), words)
            if row["trigger"]
            else words("incidents.trigger_none"),
        ),
    ]
    notice = notices.get(row["after_notice_id"])
    if notice:
        text = words(
            "incidents.after_notice_text",
            kind=words.name("kind", notice["kind"]),
            day=words.day(notice["received_at"]),
            days=words("count.days", n=(row["started_at"] - notice["received_at"]).days),
        )
        facts.append((words("incidents.after_notice"), text))
    if findings.repeated:
        text, count = findings.repeated
        text = visible(text if len(text) <= _TEXT else text[: _TEXT - 1] + "…")
        facts.append(
            (words("incidents.template"), words("incidents.template_text", text=text, n=count))
        )
    facts.append((words("incidents.changes"), _changes(links, words)))
    return [(name, text) for name, text in facts if text]


def _changes(links: pl.DataFrame, words: Words) -> str:
    after = changes_after(links).unique("event_id", keep="last", maintain_order=True)
    if after.is_empty():
        return words("incidents.changes_none")
    raised = pl.col("rating_after").fill_null(0.0) > pl.col("rating_before").fill_null(5.0)
    kinds = Counter(after.get_column("event_type").to_list())
    return words(
        "incidents.changes_text",
        updated=kinds["updated"],
        removed=kinds["removed"],
        raised=int(after.select(raised.sum()).item()),
    )
