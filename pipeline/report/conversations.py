"""Builds the flagged conversations, ranks them, and says on which page each is shown."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.model import POLICIES, SEVERITIES
from pipeline.report.bands import incident_label
from pipeline.report.conversation import Conversation, Step
from pipeline.report.names import Names, Redactor
from pipeline.report.steps import StepMaker
from pipeline.report.tables import Row, Tables, anchor, split
from pipeline.report.trail import build_trail
from pipeline.report.words import Words

PAGE_SIZE = 2000
"""Conversations on one page; beyond it they go to numbered pages beside the report."""


@dataclass(frozen=True)
class _Groups:
    """Rows by the thread or message they belong to."""

    messages: dict[str, list[Row]]
    steps: dict[str, list[Row]]
    segments: dict[str, list[Row]]
    findings: dict[str, list[Row]]
    by_message: dict[str, list[Row]]
    threads: dict[str, Row]
    incidents: dict[str, Row]


def page_of(tables: Tables, pages_dir: str, size: int = PAGE_SIZE) -> dict[str, str]:
    """Say where each shown thread is found: `#T-1`, or `<pages_dir>/0001.html#T-1`.

    The gravest threads, then the earliest, stay in the report; the others follow in time order.
    """
    first: dict[str, datetime] = {}
    worst: dict[str, int] = {}
    for row in tables["findings"]:
        thread = str(row["thread_id"])
        first[thread] = min(first.get(thread, row["sent_at"]), row["sent_at"])
        rank = -1 if row["status"] == "dismissed" else _rank(row["severity"])
        worst[thread] = max(worst.get(thread, -1), rank)
    ranked = sorted(first, key=lambda thread: (-worst[thread], first[thread], thread))
    rest = sorted(ranked[size:], key=lambda thread: (first[thread], thread))
    places = {thread: "#" + anchor("T", thread) for thread in ranked[:size]}
    for number, thread in enumerate(rest):
        places[thread] = f"{pages_dir}/{number // size + 1:04d}.html#{anchor('T', thread)}"
    return places


def build_conversations(
    tables: Tables,
    places: dict[str, str],
    words: Words,
    redactor: Redactor | None,
    negative_at_most: int,
) -> list[Conversation]:
    """Return every conversation with a finding, in time order of its first flagged message."""
    groups = _Groups(
        messages=tables.by("report_messages", "shown_in"),
        steps=tables.by("report_steps", "shown_in"),
        segments=tables.by("report_segments", "message_id"),
        findings=tables.by("findings", "thread_id"),
        by_message=tables.by("findings", "message_id"),
        threads={str(row["thread_id"]): row for row in tables["threads"]},
        incidents={str(row["incident_id"]): row for row in tables["incidents"]},
    )
    hashes = {str(row["source_file"]): str(row["sha256"] or "") for row in tables["sources"]}
    maker = StepMaker(words, places, hashes, redactor)
    notices = sorted(tables["notices"], key=lambda row: row["received_at"])
    found = [
        _conversation(thread, places[thread], groups, notices, maker, negative_at_most)
        for thread in sorted(places)
    ]
    return sorted(found, key=lambda c: (c.flagged_at, c.thread_id))


def _conversation(
    thread: str,
    place: str,
    groups: _Groups,
    notices: list[Row],
    maker: StepMaker,
    negative_at_most: int,
) -> Conversation:
    findings = groups.findings[thread]
    live = [row for row in findings if row["status"] != "dismissed"] or findings
    steps = _steps(thread, groups, notices, maker)
    lead = min(live, key=lambda row: (-_rank(row["severity"]), row["sent_at"], row["finding_id"]))
    known = groups.threads.get(thread, {})
    incident = groups.incidents.get(str(lead["incident_id"] or known.get("incident_id")), {})
    words, flagged = maker.words, min(row["sent_at"] for row in live)
    policy_ids = sorted({str(row["policy_id"]) for row in live}, key=_policy_order)
    order = str(known.get("order_id") or lead["order_id"] or "")
    excerpt = " ".join(str(lead["matched_text"] or "").split())
    return Conversation(
        thread_id=thread,
        anchor=anchor("T", thread),
        first_at=steps[0].at if steps else flagged,
        last_at=steps[-1].at if steps else flagged,
        flagged_at=flagged,
        day=words.day(flagged),
        clock=words.clock(flagged),
        severity=str(lead["severity"]),
        status=_status(findings),
        policy_ids=policy_ids,
        policies=[
            words.name("policy", p) if p not in POLICIES else words(f"policy.{p}.name")
            for p in policy_ids
        ],
        operators=_several(row["operator"] for row in live),
        channels=_several(row["channel"] for row in live),
        order_id=order if thread != f"order:{order}" else "",
        stars=_stars(known, words),
        incident_id=str(incident.get("incident_id") or ""),
        incident_anchor=anchor("I", incident["incident_id"]) if incident else "",
        incident=incident_label(incident, words) if incident else "",
        excerpt=excerpt,
        steps=steps,
        trail=build_trail(steps, groups.steps.get(thread, []), words, negative_at_most),
        finding_ids=sorted(str(row["finding_id"]) for row in findings),
        page=place.partition("#")[0],
    )


def _steps(thread: str, groups: _Groups, notices: list[Row], maker: StepMaker) -> list[Step]:
    rows = groups.messages.get(thread, [])
    names = Names(rows if maker.redactor else ())
    found = [
        maker.message(
            row,
            groups.by_message.get(row["message_id"], []) if row["thread_id"] == thread else [],
            groups.segments.get(row["message_id"], []),
            names,
        )
        for row in rows
    ]
    found += [maker.event(row, names) for row in groups.steps.get(thread, []) if row["step_at"]]
    if found:
        first, last = min(s.at for s in found), max(s.at for s in found)
        found += [maker.notice(row) for row in notices if first < row["received_at"] < last]
    found.sort(key=lambda step: (step.at, step.kind, step.anchor))
    return [
        _with_lag(step, found[n - 1] if n else None, maker.words) for n, step in enumerate(found)
    ]


def _with_lag(step: Step, before: Step | None, words: Words) -> Step:
    subject = step.subject
    if before is None:
        return step
    if before.subject == subject:
        subject = "" if not step.subject_marked else subject
    return replace(step, lag=words.lag(step.at - before.at), subject=subject)


def _status(findings: list[Row]) -> str:
    states = {str(row["status"]) for row in findings}
    return next((s for s in ("open", "confirmed", "dismissed") if s in states), "open")


def _several(values: Iterable[object]) -> list[str]:
    return sorted({part for value in values for part in split(value)})


def _stars(thread: Row, words: Words) -> str:
    before, after = thread.get("rating_before"), thread.get("rating_after")
    if before is None:
        return ""
    if after is None:
        return words("threads.removed_or_unknown", before=f"{before:g}")
    if after == before:
        return words("threads.stars", n=round(before))
    return words("threads.stars_from_to", before=f"{before:g}", after=f"{after:g}")


def _rank(severity: object) -> int:
    return SEVERITIES.index(str(severity)) if severity in SEVERITIES else 0


def _policy_order(policy: str) -> tuple[int, str]:
    return (POLICIES.index(policy) if policy in POLICIES else len(POLICIES), policy)
