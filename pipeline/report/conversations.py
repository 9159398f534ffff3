"""Draws the flagged conversations, page by page, and keeps what lists and filters say of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from pipeline.model import POLICIES
from pipeline.report.bands import incident_label
from pipeline.report.boxes import build_boxes
from pipeline.report.columns import flat, said, written
from pipeline.report.places import ranked
from pipeline.report.stencil import Stencils
from pipeline.report.tables import Tables
from pipeline.report.talk import Talk, anchored, build_talk
from pipeline.report.trail import build_trails
from pipeline.report.words import Words

_STATUSES = ("open", "confirmed", "dismissed")

PAGES_AT_ONCE = 4
"""Pages drawn together: columns pay by the thousand rows, and memory by the page."""

FACTS: dict[str, Any] = {
    "thread_id": pl.String,
    "page": pl.String,
    "policies": pl.List(pl.String),
    "operators": pl.List(pl.String),
    "channels": pl.List(pl.String),
    "severity": pl.String,
    "status": pl.String,
    "incident_id": pl.String,
    "day": pl.String,
    "first_minute": pl.Int64,
    "last_minute": pl.Int64,
}
"""What lists and filters need of a conversation."""


def draw_conversations(
    tables: Tables, summaries: pl.DataFrame, words: Words, stencils: Stencils, start: int
) -> Iterator[tuple[pl.DataFrame, list[str]]]:
    """Yield page by page the conversations' facts and their markup, in time order.

    `start` is the second at which the chart begins: conversations carry their minutes on it.
    """
    places = summaries.select("thread_id", "page_no", "href")
    boxes = build_boxes(tables, words, stencils)
    messages = anchored(tables.frames["report_messages"], places)
    anchors = messages.select("shown_in", "message_id", "anchor")
    trails = build_trails(tables.frames["thread_steps"], anchors, words, stencils)
    batch = pl.col("page_no") // PAGES_AT_ONCE
    shown = places.select(batch.alias("batch"), shown_in="thread_id")
    there = _Batches(shown, messages.join(shown, on="shown_in").select("batch", "message_id"))
    parts = {
        "messages": there.of_threads(messages),
        "segments": there.of_messages(tables.frames["report_segments"]),
        "spans": there.of_messages(_spans(tables.frames["findings"])),
        "events": there.of_threads(tables.frames["report_steps"]),
        "boxes": there.of_messages(boxes),
        "pieces": {} if tables.pieces is None else there.of_threads(tables.pieces),
        "trails": there.of_threads(trails.rename({"thread_id": "shown_in"})),
    }
    for number, batch_of in sorted(_parts(summaries.with_columns(batch=batch)).items()):
        talk = Talk(
            messages=parts["messages"].get(number, messages.clear()),
            segments=parts["segments"].get(number, tables.frames["report_segments"].clear()),
            spans=parts["spans"].get(number, _spans(tables.frames["findings"]).clear()),
            events=parts["events"].get(number, tables.frames["report_steps"].clear()),
            notices=tables.frames["notices"],
            boxes=parts["boxes"].get(number, boxes.clear()),
            pieces=parts["pieces"].get(number, tables.pieces),
        )
        steps = build_talk(talk, words, stencils)
        facts = batch_of.join(steps, left_on="thread_id", right_on="shown_in", how="left")
        mine = parts["trails"].get(number, trails.clear().rename({"thread_id": "shown_in"}))
        facts = facts.join(mine, left_on="thread_id", right_on="shown_in", how="left")
        facts = _timed(facts.sort("page_no", "flagged_second", "thread_id"), start)
        facts = facts.with_columns(html=stencils["conversation"].fill(_lists(facts, words))).select(
            *FACTS, "html"
        )
        for page in facts.partition_by("page", maintain_order=True):
            yield page.select(*FACTS), page.get_column("html").to_list()


@dataclass(frozen=True)
class _Batches:
    """Which batch of pages shows each thread and message; rows are dealt out once."""

    threads: pl.DataFrame
    messages: pl.DataFrame

    def of_threads(self, frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
        """Deal out rows by the thread they are shown in."""
        return _parts(frame.join(self.threads, on="shown_in", maintain_order="left"))

    def of_messages(self, frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
        """Deal out rows by their message; one that is shown twice goes to both."""
        shown = self.messages.unique()
        return _parts(frame.join(shown, on="message_id", maintain_order="left"))


def _parts(frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    parts = frame.partition_by("batch", as_dict=True, maintain_order=True, include_key=False)
    return {int(number): part for (number,), part in parts.items()}


def _spans(findings: pl.DataFrame) -> pl.DataFrame:
    """Return the flagged stretches of message texts."""
    in_body = (pl.col("matched_in") != "subject") & pl.col("match_start").is_not_null()
    return findings.filter(in_body).select("message_id", "match_start", "match_end")


def _timed(facts: pl.DataFrame, start: int) -> pl.DataFrame:
    first, last = (
        pl.coalesce(f"{name}_second", "flagged_second") - start for name in ("first", "last")
    )
    return facts.with_columns(
        first_minute=first // 60, last_minute=last // 60, gone=pl.col("html_steps").is_null()
    )


def _lists(facts: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Write the lists out: with `;` for the filters, in words for the reader."""
    names = {key: own["name"] for key, own in words.entry("policy").items()}
    return facts.with_columns(
        policy_list=pl.col("policies").list.join(";"),
        operator_list=pl.col("operators").list.join(";"),
        channel_list=pl.col("channels").list.join(";"),
        policies=pl.col("policies").list.eval(pl.element().replace(names)).list.join(" · "),
        operators=pl.col("operators").list.join(", "),
    )


def summarise(tables: Tables, places: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return a row for each conversation: what its closed line says, and what it is found by."""
    findings = tables.frames["findings"].with_columns(rank=ranked())
    standing = pl.col("status") != "dismissed"
    live = findings.filter(standing | ~standing.any().over("thread_id"))
    order = {policy: number for number, policy in enumerate(POLICIES)}
    policies = (
        live.select("thread_id", "policy_id")
        .unique()
        .with_columns(
            place=pl.col("policy_id").replace_strict(
                order, default=len(order), return_dtype=pl.Int64
            )
        )
        .sort("thread_id", "place", "policy_id")
        .group_by("thread_id", maintain_order=True)
        .agg(policies=pl.col("policy_id"))
    )
    lead = live.sort("rank", "second", "finding_id", descending=[True, False, False])
    leads = lead.group_by("thread_id").agg(
        pl.col("severity", "matched_text", "order_id", "incident_id").first(),
        **{name: _named(column) for name, column in _PEOPLE.items()},
    )
    first = (
        live.sort("second", "finding_id")
        .group_by("thread_id")
        .agg(pl.col("day", "clock", "iso").first())
    )
    states = {status: number for number, status in enumerate(_STATUSES)}
    status = findings.group_by("thread_id").agg(
        status=pl.col("status").replace_strict(states, default=0, return_dtype=pl.Int64).min()
    )
    found = places.join(policies, on="thread_id").join(leads, on="thread_id")
    found = found.join(first, on="thread_id").join(status, on="thread_id")
    return (
        _known(found, tables, words)
        .with_columns(
            status=pl.col("status").replace_strict(
                dict(enumerate(_STATUSES)), return_dtype=pl.String
            ),
            excerpt=flat(pl.col("matched_text").fill_null("")),
        )
        .sort("flagged_second", "thread_id")
    )


_PEOPLE = {"operators": "operator", "channels": "channel"}


def _named(column: str) -> pl.Expr:
    return pl.col(column).filter(pl.col(column) != "").unique().sort()


def _known(found: pl.DataFrame, tables: Tables, words: Words) -> pl.DataFrame:
    """Add what the thread's and the incident's own rows say."""
    known = tables.frames["threads"].select(
        "thread_id",
        "rating_before",
        "rating_after",
        known_order="order_id",
        known_incident="incident_id",
    )
    labels = {str(row["incident_id"]): incident_label(row, words) for row in tables["incidents"]}
    found = found.join(known, on="thread_id", how="left").with_columns(
        order_id=pl.coalesce("known_order", "order_id").fill_null(""),
        incident_id=pl.coalesce("incident_id", "known_incident").fill_null(""),
    )
    found = written(found, ["rating_before", "rating_after"], "stars", partial(_stars, words))
    own = pl.concat_str(pl.lit("order:"), "order_id")
    told = (pl.col("order_id") != "") & (pl.col("thread_id") != own)
    is_known = pl.col("incident_id").is_in(list(labels))
    return found.with_columns(
        order=pl.when(told).then(said(words, "threads.order", id=pl.col("order_id"))),
        incident=pl.col("incident_id").replace_strict(labels, default=""),
        incident_id=pl.when(is_known).then("incident_id").otherwise(pl.lit("")),
    )


def _stars(words: Words, before: float | None, after: float | None) -> str:
    if before is None:
        return ""
    stars = words("threads.stars", n=round(before))
    if after is None:
        return words("threads.removed_or_unknown", before=stars)
    if after == before:
        return stars
    return words("threads.stars_from_to", before=f"{before:g}", after=f"{after:g}")
