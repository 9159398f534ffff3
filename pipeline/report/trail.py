"""The usual order of such a case, step by step, with what this conversation shows of it."""

from collections.abc import Sequence
from datetime import datetime

from pipeline.report.conversation import Step, TrailStep
from pipeline.report.tables import Row
from pipeline.report.words import Words

ORDER = ("bad_review", "contact", "buyer_accepts", "ask", "refund", "review_changed")
"""The six steps; any order happens, and a missing one is shown as missing."""


def build_trail(
    steps: Sequence[Step], events: Sequence[Row], words: Words, negative_at_most: int
) -> list[TrailStep]:
    """Return the steps that happened in time order with their lags, then the missing ones."""
    found: dict[str, tuple[datetime, str]] = {}
    for step in steps:
        if step.findings:
            found.setdefault("ask", (step.at, step.anchor))
        elif step.kind == "outbound":
            found.setdefault("contact", (step.at, step.anchor))
        elif step.kind == "inbound" and ({"contact", "ask"} & found.keys()):
            found.setdefault("buyer_accepts", (step.at, step.anchor))
    for row in events:
        name = _event_name(row, negative_at_most)
        if name and row["step_at"] and (name != "review_changed" or _after_contact(row, found)):
            found.setdefault(name, (row["step_at"], ""))
    happened = sorted(found, key=lambda name: (found[name][0], ORDER.index(name)))
    trail = []
    before: datetime | None = None
    for name in happened:
        at, anchor = found[name]
        lag = words.lag(at - before) if before else ""
        trail.append(TrailStep(words(f"trail.{name}"), lag, f"#{anchor}" if anchor else "", name))
        before = at
    known = found.keys() | ({"contact"} if "ask" in found else set())  # an ask is a contact too
    trail += [
        TrailStep(words(f"trail.{name}"), "", "", "missing") for name in ORDER if name not in known
    ]
    return trail


def _event_name(row: Row, negative_at_most: int) -> str:
    if row["kind"] == "refund":
        return "refund"
    if row["event_type"] in ("updated", "removed"):
        return "review_changed"
    low = row["rating"] is not None and row["rating"] <= negative_at_most
    return "bad_review" if low else ""


def _after_contact(row: Row, found: dict[str, tuple[datetime, str]]) -> bool:
    times = [found[name][0] for name in ("contact", "ask") if name in found]
    return not times or bool(row["step_at"] >= min(times))
