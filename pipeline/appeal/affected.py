"""The table of messages concerned: one row has all that an appeal has to say of a message."""

import polars as pl

from pipeline.appeal.audited import Audited, own_rows
from pipeline.store import Store

COLUMNS = (
    "incident_id",
    "policies",
    "severity",
    "marketplace",
    "channel",
    "order_id",
    "order_from",
    "asin",
    "buyer_id",
    "thread_id",
    "message_id",
    "sent_at",
    "sent_at_local",
    "direction",
    "operator",
    "origin",
    "matched_text",
    "matched_in",
    "match_start",
    "match_end",
    "language",
    "translation",
    "rules",
    "ruleset_version",
    "object",
    "condition",
    "compensation",
    "compensation_amount",
    "compensation_currency",
    "compensation_at",
    "review_id",
    "linked_by",
    "reviewed_at",
    "rating_before",
    "rating_after",
    "review_state",
    "changed_at",
    "changed_earliest_at",
    "change_known",
    "buyer_reaction",
    "delivered",
    "after_notice_id",
    "confidence",
    "status",
    "decided_by",
    "decided_at",
    "decision_reason",
    "causes",
    "later_measures",
    "hidden_wording",
    "source_file",
    "source_locator",
    "source_sha256",
    "body_sha256",
)
"""What an evidence table for an appeal holds, in the order in which it is read."""


def affected_messages(source: Store, audited: Audited, reviews: pl.DataFrame) -> pl.DataFrame:
    """Return every flagged message, what was found in it, and what stands beside it.

    `reviews` are the rows of `thread_reviews`. `matched_text` is empty here: it is cut out of the
    redacted text later. `later_measures` are the measures done on a later day than the message.
    """
    facts = own_rows(source, "message_facts", audited)
    joined = (
        facts.join(own_rows(source, "message_verdicts", audited), on="message_id", how="left")
        .join(own_rows(source, "thread_surroundings", audited), on="thread_id", how="left")
        .join(reviews, on="thread_id", how="left")
        .join(own_rows(source, "message_decisions", audited), on="message_id", how="left")
        .with_columns(
            pl.col("sent_at_local")
            .map_elements(lambda at: _later(audited, at), return_dtype=pl.String)
            .alias("later_measures"),
            matched_text=pl.lit(""),
        )
    )
    return joined.select(COLUMNS).sort("sent_at", "message_id")


def _later(audited: Audited, sent_at_local: str) -> str | None:
    """Return the ids of the measures done after the day of a local time, joined by `;`."""
    day = sent_at_local[:10]
    done = [
        f"measure-{number}"
        for number, one in enumerate(audited.measures, 1)
        if one.status == "done" and one.date.isoformat() > day
    ]
    return ";".join(done) or None
