"""Incident cards: what was done, by whom, what was new, and what changed afterwards."""

from collections import Counter
from dataclasses import dataclass

from pipeline.model import POLICIES
from pipeline.report.pieces import visible
from pipeline.report.tables import Row, Tables, anchor, split
from pipeline.report.verdict import changed_reviews
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
    first_href: str
    first_text: str
    last_href: str
    last_text: str


def build_incidents(tables: Tables, words: Words, hrefs: dict[str, str]) -> list[Incident]:
    """Return the incidents in time order; `hrefs` says where each flagged message is shown."""
    findings = {
        key: [row for row in rows if row["status"] != "dismissed"]
        for key, rows in tables.by("findings", "incident_id").items()
    }
    links = tables.by("review_links", "incident_id")
    notices = {row["notice_id"]: row for row in tables["notices"]}
    many = len(tables["incidents"]) > 1
    return [
        _incident(row, findings.get(row["incident_id"], []), links, notices, (words, hrefs, many))
        for row in tables["incidents"]
    ]


def _incident(
    row: Row,
    findings: list[Row],
    links: dict[str, list[Row]],
    notices: dict[str, Row],
    style: tuple[Words, dict[str, str], bool],
) -> Incident:
    words, hrefs, many = style
    mine = links.get(row["incident_id"], [])
    label = "recurrence" if row["recurrence"] else "first_one" if many else "single"
    counts = [
        (row["thread_count"], "threads"),
        (row["message_count"], "messages"),
        (row["buyer_count"], "buyers"),
        (changed_reviews(mine), "reviews"),
    ]
    ordered = sorted(findings, key=lambda f: (f["sent_at"], f["message_id"]))
    first, last = row["started_at"], row["ended_at"]
    return Incident(
        incident_id=str(row["incident_id"]),
        anchor=anchor("I", row["incident_id"]),
        title=_title(str(row["title"] or row["incident_id"]), words),
        span=words("incidents.span", first=words.day(first), last=words.day(last)),
        label=words(f"incidents.{label}"),
        recurrence=bool(row["recurrence"]),
        counts=[(words.number(n or 0), words(f"incidents.{key}", n=n or 0)) for n, key in counts],
        facts=_facts(row, findings, mine, notices, words),
        first_href=hrefs.get(ordered[0]["message_id"], "") if ordered else "",
        first_text=words.moment(first),
        last_href=hrefs.get(ordered[-1]["message_id"], "") if ordered else "",
        last_text=words.moment(last),
    )


def _title(title: str, words: Words) -> str:
    """Put policy names in the place of policy ids."""
    for policy in POLICIES:
        name = words(f"policy.{policy}.name")
        for written in (policy, policy.replace("-", " ")):
            title = title.replace(f": {written}", f": {name}")
    return visible(title)


def _facts(
    row: Row, findings: list[Row], links: list[Row], notices: dict[str, Row], words: Words
) -> list[tuple[str, str]]:
    people = [visible(name) for name in split(row["operators"])] or [words("incidents.nobody")]
    practice = Counter(row["policy_id"] for row in findings).most_common()
    named = [f"{words('policy.' + p + '.name') if p in POLICIES else p} {n}" for p, n in practice]
    facts = [
        (words("incidents.practice"), words.listed(named)),
        (words("incidents.people"), words.listed(people)),
        (words("incidents.channels"), words.listed(split(row["channels"]))),
        (
            words("incidents.trigger"),
            visible(str(row["trigger"])) if row["trigger"] else words("incidents.trigger_none"),
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
    repeated = _repeated(findings)
    if repeated:
        text, count = repeated
        facts.append(
            (words("incidents.template"), words("incidents.template_text", text=text, n=count))
        )
    facts.append((words("incidents.changes"), _changes(links, words)))
    return [(name, text) for name, text in facts if text]


def _repeated(findings: list[Row]) -> tuple[str, int] | None:
    texts = {
        row["message_id"]: " ".join(str(row["matched_text"] or "").split()) for row in findings
    }
    counts = Counter(text for text in texts.values() if text)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < _REPEATED:
        return None
    text = ranked[0][0]
    return visible(text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"), ranked[0][1]


def _changes(links: list[Row], words: Words) -> str:
    after = {
        row["event_id"]: row
        for row in links
        if row["event_type"] in ("updated", "removed") and (row["lag_hours"] or 0) >= 0
    }.values()
    if not after:
        return words("incidents.changes_none")
    raised = sum((row["rating_after"] or 0) > (row["rating_before"] or 5) for row in after)
    kinds = Counter(row["event_type"] for row in after)
    return words(
        "incidents.changes_text",
        updated=kinds["updated"],
        removed=kinds["removed"],
        raised=raised,
    )
