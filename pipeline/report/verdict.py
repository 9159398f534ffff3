"""The first lines of the report: what was found, in plain words, and the key figures."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from pipeline.report.bands import incident_label
from pipeline.report.tables import Row, Tables
from pipeline.report.words import Words

_SURE_FROM = 0.6
"""Findings below this confidence were named by likelihood and need a person."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure: the number, what it counts, and a word to put it in proportion."""

    value: str
    label: str
    note: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, what must be known beside it, and whether it is a clean one."""

    state: str
    headline: str
    sentences: list[str]
    caveats: list[str]
    figures: list[Figure]


def build_verdict(tables: Tables, words: Words, checkable: int) -> Verdict:
    """Say what the audit came to; `checkable` counts the policies this archive allows to check."""
    threads, incidents = tables["threads"], tables["incidents"]
    messages = int(tables.totals["messages"])
    judged = int(tables.totals["outbound"]) + int(tables.totals.get("internal") or 0)
    sentences: list[str] = []
    if threads:
        state = "found"
        headline = words("verdict.found", n=len(threads))
        if incidents:
            months = list(dict.fromkeys(incident_label(row, words) for row in incidents))
            sentences.append(
                words("verdict.in_incidents", n=len(incidents), list=words.listed(months))
            )
        warning = _last_warning_recurred(tables)
        if warning:
            sentences.append(words("verdict.recurred", day=words.day(warning, short=False)))
    elif messages and not judged:
        state, headline = "nothing", words("verdict.unjudged")
    elif messages:
        state = "partly" if _unseen(tables) else "clean"
        headline = words("verdict.none", messages=words("count.messages", n=messages))
        policies = words("count.policies", n=checkable)
        channels = sorted({str(row["channel"]) for row in tables["coverage"] if _sent(row)})
        covered = words("verdict.none_covered", policies=policies)
        if channels:
            covered = words(
                "verdict.none_covered_in", policies=policies, list=words.listed(channels)
            )
        sentences.append(covered)
    else:
        state, headline = "nothing", words("verdict.nothing")
    return Verdict(state, headline, sentences, _caveats(tables, words), _figures(tables, words))


def _sent(row: Row) -> bool:
    """Whether a row of the coverage has messages of the seller side."""
    return bool(row["channel"] and row["messages_out"])


def _gaps(tables: Tables) -> int:
    return sum(row["status"] in ("partial", "none") for row in tables["coverage"])


def _unread(tables: Tables) -> int:
    return len({row["source_file"] for row in tables["sources"] if not row["reader"]})


def _unseen(tables: Tables) -> bool:
    """Whether something could not be judged: such an archive is not called clean in green."""
    return bool(tables.totals.get("unknown") or _unread(tables) or _gaps(tables))


def _caveats(tables: Tables, words: Words) -> list[str]:
    counts = {
        "verdict.unknown": int(tables.totals.get("unknown") or 0),
        "verdict.unread": _unread(tables),
        "verdict.gaps": _gaps(tables),
    }
    said = [words(key, n=count) for key, count in counts.items() if count]
    if tables.counts["quarantine"]:
        said.append(words("verdict.quarantine", n=tables.counts["quarantine"]))
    said += _reviewed(tables.frames["findings"], words)
    if tables.counts["queue"]:
        said.append(words("verdict.queue", n=tables.counts["queue"]))
    return said


def _reviewed(findings: pl.DataFrame, words: Words) -> list[str]:
    """Say what people have decided of the findings, and how many rest on likelihood alone."""
    if findings.is_empty():
        return []
    states = dict(findings.group_by("status").len().iter_rows())
    confirmed, dismissed = states.get("confirmed", 0), states.get("dismissed", 0)
    live = findings.filter(pl.col("status") != "dismissed")
    likely = live.filter((pl.col("status") == "open") & (pl.col("confidence") < _SURE_FROM)).height
    said = []
    if confirmed:
        said.append(words("verdict.confirmed", n=confirmed, total=live.height))
    elif live.height:
        said.append(words("verdict.unconfirmed"))
    if dismissed:
        said.append(words("verdict.only_dismissed", n=dismissed))
    if likely:
        said.append(words("verdict.likely", n=likely))
    return said


def _last_warning_recurred(tables: Tables) -> datetime | None:
    """Return the time of the warning that an incident counts as a recurrence of."""
    notices = {row["notice_id"]: row["received_at"] for row in tables["notices"]}
    times = [
        notices[row["after_notice_id"]]
        for row in tables["incidents"]
        if row["recurrence"] and row["after_notice_id"] in notices
    ]
    return min(times) if times else None


def _first(tables: Tables, kind: str) -> datetime | None:
    times = [row["received_at"] for row in tables["notices"] if row["kind"] == kind]
    return min(times) if times else None


def _figures(tables: Tables, words: Words) -> list[Figure]:
    threads, incidents = tables["threads"], tables["incidents"]
    totals = tables.totals
    recurring = sum(bool(row["recurrence"]) for row in incidents)
    recur_note = (
        words("key.incidents_recur", n=recurring) if recurring else words("key.incidents_none")
    )
    return [
        Figure(
            words.number(len(threads)),
            words("key.threads"),
            words("key.threads_of", n=int(totals["threads"])),
            grave=bool(threads),
        ),
        Figure(
            words.number(len(incidents)),
            words("key.incidents"),
            recur_note if incidents else "",
            grave=recurring > 0,
        ),
        _after_warning(tables, words),
        Figure(
            words.number(int(totals["messages"])),
            words("key.messages"),
            words("key.messages_out", n=int(totals["outbound"])),
        ),
        Figure(
            words.number(changed_reviews(tables.frames["review_links"])),
            words("key.reviews"),
            words("key.reviews_note"),
        ),
        _dates(tables, words),
    ]


def _after_warning(tables: Tables, words: Words) -> Figure:
    first = _first(tables, "warning")
    live = tables.frames["findings"].filter(pl.col("status") != "dismissed")
    sent = live.unique("message_id").get_column("sent_at")
    if first is None:
        return Figure("–", words("key.after"), words("key.after_none"))
    after = int((sent > first).sum())
    before = words("key.after_before", n=len(sent) - after)
    return Figure(words.number(after), words("key.after"), before, grave=after > 0)


def _dates(tables: Tables, words: Words) -> Figure:
    last, first = _first(tables, "deactivation"), _first(tables, "warning")
    if last is not None:
        label = words("key.deactivation")
        note = f"{words('key.warning')} {words.day(first)}" if first else ""
        return Figure(words.day(last), label, note)
    if first is not None:
        return Figure(words.day(first), words("key.warning"), words("key.deactivation_none"))
    return Figure("–", words("key.warning"), words("key.warning_none"))


def changes_after(links: pl.DataFrame) -> pl.DataFrame:
    """Return the reviews' updates and removals that came after a flagged message."""
    return links.filter(
        pl.col("event_type").is_in(["updated", "removed"])
        & (pl.col("lag_hours").fill_null(0.0) >= 0)
    )


def changed_reviews(links: pl.DataFrame) -> int:
    """Count the reviews updated or removed after a flagged message."""
    review = pl.coalesce(pl.when(pl.col("review_id") != "").then("review_id"), "event_id")
    return changes_after(links).select(review.n_unique()).item()  # type: ignore[no-any-return]
