"""The sections after the conversations: policies, coverage, queue, method, sources."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.model import POLICIES
from pipeline.report.bands import months_between
from pipeline.report.meta import ReportMeta
from pipeline.report.pieces import visible
from pipeline.report.tables import Row, Tables, anchor
from pipeline.report.words import Words

NOT_IN_MESSAGES = frozenset(
    {"variation-manipulation", "insert-incentive", "review-vote-manipulation"}
)
"""Policies that are broken outside messages: silence about them proves nothing."""

QUEUE_FIRST = 20
"""Queue entries that are seen at once; the others are folded."""
MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy, and what the search for it came to."""

    policy_id: str
    anchor: str
    name: str
    clause: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class Clump:
    """Policies with the same outcome."""

    key: str
    title: str
    policies: list[Policy]


@dataclass(frozen=True, slots=True)
class Cell:
    """One channel in one month."""

    status: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The grid of channels and months, and the notes on what is missing."""

    months: list[str]
    rows: list[tuple[str, list[Cell]]]
    notes: list[tuple[str, str, str]]


def checkable(tables: Tables, disabled: frozenset[str]) -> int:
    """Count the policies that this archive can speak about."""
    return sum(
        len(c.policies) for c in build_policies(tables, None, disabled) if c.key != "not_checkable"
    )


def build_policies(tables: Tables, words: Words | None, disabled: frozenset[str]) -> list[Clump]:
    """Sort the policies into found, none found, and not checkable."""
    live = pl.col("status") != "dismissed"
    counted = (
        tables.frames["findings"]
        .group_by("policy_id")
        .agg(
            found=live.sum(),
            threads=pl.col("thread_id").filter(live).n_unique(),
            dismissed=(~live).sum(),
        )
    )
    found = Counter(dict(counted.select("policy_id", "found").iter_rows()))
    threads = Counter(dict(counted.select("policy_id", "threads").iter_rows()))
    dismissed = Counter(dict(counted.select("policy_id", "dismissed").iter_rows()))
    outbound = int(tables.totals["outbound"]) + int(tables.totals.get("internal") or 0)
    clumps: dict[str, list[Policy]] = {"found": [], "none": [], "not_checkable": []}
    for policy in (*POLICIES, *sorted(set(found) - set(POLICIES))):
        if found[policy]:
            key = "found"
        elif policy in NOT_IN_MESSAGES or policy in disabled or not outbound:
            key = "not_checkable"
        else:
            key = "none"
        counts = (found[policy], threads[policy], dismissed[policy], outbound)
        clumps[key].append(_policy(policy, key, counts, words, policy in disabled))
    return [
        Clump(key, words(f"policies.{key}") if words else key, policies)
        for key, policies in clumps.items()
    ]


def _policy(
    policy: str, key: str, counts: tuple[int, int, int, int], words: Words | None, off: bool
) -> Policy:
    if words is None:
        return Policy(policy, "", "", "", "", "")
    findings, threads, dismissed, outbound = counts
    known = policy in POLICIES
    if key == "found":
        outcome = words(
            "policies.found_text",
            findings=words("count.findings", n=findings),
            threads=words("count.threads", n=threads),
        )
    elif off:
        outcome = words("policies.disabled")
    elif key == "none":
        outcome = words("policies.none_text", messages=words("count.messages", n=outbound))
    else:
        outcome = words(f"policies.{'why_not' if outbound else 'none_text_no_messages'}")
    return Policy(
        policy,
        anchor("P", policy),
        words(f"policy.{policy}.name") if known else policy,
        words(f"policy.{policy}.clause") if known else "",
        outcome,
        words("policies.dismissed_text", n=dismissed) if dismissed else "",
    )


def build_coverage(tables: Tables, words: Words) -> Coverage:
    """Lay out the coverage table as a grid; the latest months where there are very many."""
    rows = [row for row in tables["coverage"] if row["month"]]
    months = months_between(str(row["month"])[:7] for row in rows)[-MONTHS_SHOWN:]
    blank = set(months) - {str(row["month"])[:7] for row in rows}
    lines: dict[str, dict[str, Row]] = {}
    for row in rows:
        name = " · ".join(str(part) for part in (_channel(row, words), row["marketplace"]) if part)
        lines.setdefault(name, {})[str(row["month"])[:7]] = row
    grid = [
        (
            visible(name),
            [_cell(name, month, cells.get(month), words, month in blank) for month in months],
        )
        for name, cells in sorted(lines.items())
    ]
    notes = [
        (
            str(row["month"])[:7],
            visible(_channel(row, words)),
            visible(str(row["note"] or words("coverage.missing"))),
        )
        for row in rows
        if row["status"] in ("partial", "none")
    ]
    return Coverage([_month_label(month, words) for month in months], grid, notes)


def _channel(row: Row, words: Words) -> str:
    return str(row["channel"] or words("coverage.unnamed"))


def _month_label(month: str, words: Words) -> str:
    return f"{words.entry('months_short')[int(month[5:7]) - 1]} {month[2:4]}"


def _cell(name: str, month: str, row: Row | None, words: Words, blank: bool) -> Cell:
    if row is None and blank:
        row = {"status": "none", "messages_in": 0, "messages_out": 0}
    if row is None:
        return Cell("blank", "", words("coverage.blank"))
    status = {"have": "have", "partial": "partial"}.get(row["status"], "missing")
    sent, came = row["messages_out"] or 0, row["messages_in"] or 0
    label = words(
        "coverage.cell",
        channel=name,
        month=_month_label(month, words),
        status=words(f"coverage.{status}"),
        n_in=came,
        n_out=sent,
    )
    return Cell(status, words.number(sent + came) if sent + came else "–", label)


def settings_rows(meta: ReportMeta, words: Words) -> list[tuple[str, str]]:
    """Return the settings in the order of their names, as text."""
    return [(name, _setting(value, words)) for name, value in sorted(meta.settings.items())]


def _setting(value: Any, words: Words) -> str:  # noqa: ANN401 - settings are plain values of any kind
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_setting(item, words)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_setting(item, words) for item in value) or words("method.empty_value")
    if isinstance(value, bool):
        return str(value).lower()
    return visible(str(value)) if value not in (None, "") else words("method.empty_value")


def fired_rules(tables: Tables) -> list[tuple[str, int]]:
    """Return the rules with findings and how many each has."""
    counted = tables.frames["findings"].group_by("rule_id").len().sort("rule_id")
    return [(str(rule), int(n)) for rule, n in counted.iter_rows()]
