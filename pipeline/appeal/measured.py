"""The seller's own measures, from the settings and from what the context records."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from pipeline.appeal.citations import Citation, cite
from pipeline.appeal.facts import Facts

_CONTEXT_KINDS = {"training": "training", "policy_update": "policy-notice", "control": "approval"}


@dataclass(frozen=True, slots=True)
class Stated:
    """One measure as it is told: done on a day, or promised for one; where it is recorded."""

    kind: str
    day: date
    title: str
    detail: str
    document: str
    done: bool
    cited: Citation


def measures_of(facts: Facts) -> list[Stated]:
    """Return every measure in order of time; the settings win over the same row of the context."""
    found = [_from_settings(facts, row) for row in _rows(facts.table("measures"))]
    known = {(one.day, one.title) for one in found}
    for row in _rows(facts.table("context_events")):
        event = row.row(0, named=True)
        day = event["occurred_at"].astimezone(facts.zone).date()
        if event["kind"] in _CONTEXT_KINDS and (day, event["title"]) not in known:
            found.append(
                Stated(
                    kind=_CONTEXT_KINDS[event["kind"]],
                    day=day,
                    title=event["title"],
                    detail=event["detail"] or "",
                    document="",
                    done=True,
                    cited=cite(row, "context_events"),
                )
            )
    return sorted(found, key=lambda one: (one.day, one.title))


def kind_of(facts: Facts, written: str) -> str:
    """Return the kind that a person means: `Sender_Restriction` is `sender-restriction`."""
    flat = "-".join(written.casefold().replace("_", " ").replace("-", " ").split())
    for kind, synonyms in facts.texts["measure_kinds"].items():
        if flat == kind or flat in synonyms:
            return str(kind)
    return flat


def _from_settings(facts: Facts, row: pl.DataFrame) -> Stated:
    values = row.row(0, named=True)
    return Stated(
        kind=kind_of(facts, values["kind"]),
        day=values["measured_on"],
        title=values["title"],
        detail=values["detail"] or "",
        document=values["document"] or "",
        done=values["status"] == "done",
        cited=cite(row, "measures"),
    )


def _rows(frame: pl.DataFrame) -> list[pl.DataFrame]:
    return [frame.slice(number, 1) for number in range(frame.height)]
