"""Draws the flagged conversations, some at a time, and says what lists and filters show of them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from pipeline.model import POLICIES
from pipeline.report.bands import incident_label
from pipeline.report.boxes import build_boxes, file_hashes, find_alike
from pipeline.report.columns import flat, said, written
from pipeline.report.places import ranked
from pipeline.report.shown import Conversations
from pipeline.report.stencil import Stencils
from pipeline.report.tables import Tables
from pipeline.report.talk import Talk, build_talk, find_anchors
from pipeline.report.trail import build_trails
from pipeline.report.words import Words

_STATUSES = ("open", "confirmed", "dismissed")

MESSAGES_AT_ONCE = 2_000
"""So many messages are drawn together: columns pay by the thousand rows, and memory by each."""

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


class Drawing:
    """The conversations of one report, drawn a few at a time."""

    def __init__(
        self,
        tables: Tables,
        talks: Conversations,
        summaries: pl.DataFrame,
        words: Words,
        stencils: Stencils,
    ) -> None:
        """Say where everything is shown; `summaries` is what `summarise` returned."""
        self._tables = tables
        self._talks = talks
        self._words = words
        self._stencils = stencils
        self._summaries = summaries
        keys = talks.keys
        self._anchors = find_anchors(keys, summaries.select("thread_id", "href"))
        self._sizes = keys.group_by(thread_id="shown_in").agg(messages=pl.len())
        self._alike = find_alike(tables.frames["findings"], talks.wordings)
        self._hashes = file_hashes(tables["sources"])

    def draw(self, page_no: int, start: int) -> Iterator[tuple[pl.DataFrame, list[str]]]:
        """Yield facts and markup of a page's conversations, in time order, some at a time.

        `start` is the second at which the chart begins: conversations carry their minutes on it.
        """
        page = self._summaries.filter(pl.col("page_no") == page_no)
        page = page.join(self._sizes, on="thread_id", how="left", maintain_order="left")
        before = pl.col("messages").fill_null(0).cum_sum().shift(fill_value=0)
        batches = page.with_columns(batch=before // MESSAGES_AT_ONCE).partition_by(
            "batch", maintain_order=True, include_key=False
        )
        for batch in batches:
            facts = _timed(self._drawn(batch.drop("messages")), start)
            html = self._stencils["conversation"].fill(_lists(facts, self._words))
            yield facts.select(*FACTS), html.to_list()

    def _drawn(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Add what the conversations' own rows say: their steps, their trail, their bounds."""
        words, stencils = self._words, self._stencils
        shown = self._talks.read(batch.get_column("thread_id").to_list())
        on = ["shown_in", "message_id"]
        messages = shown.messages.join(self._anchors, on=on, how="left", maintain_order="left")
        findings = self._tables.frames["findings"].join(
            messages.select("message_id"), on="message_id", how="semi", maintain_order="left"
        )
        talk = Talk(
            shown=replace(shown, messages=messages),
            spans=_spans(findings),
            notices=self._tables.frames["notices"],
            boxes=build_boxes(findings, self._alike, self._hashes, words, stencils),
        )
        steps = build_talk(talk, words, stencils)
        anchors = messages.select("shown_in", "message_id", "anchor")
        trails = build_trails(shown.trail, anchors, words, stencils)
        facts = batch.join(
            steps, left_on="thread_id", right_on="shown_in", how="left", maintain_order="left"
        )
        return facts.join(trails, on="thread_id", how="left", maintain_order="left")


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
