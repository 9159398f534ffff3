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
    "reviewed_at",
    "rating_before",
    "rating_after",
    "review_changed_at",
    "buyer_reaction",
    "delivered",
    "after_notice_id",
    "confidence",
    "status",
    "decided_by",
    "decided_at",
    "causes",
    "hidden_wording",
    "source_file",
    "source_locator",
    "source_sha256",
    "body_sha256",
)
"""What an evidence table for an appeal holds, in the order in which it is read."""


def affected_messages(source: Store, audited: Audited) -> pl.DataFrame:
    """Return every flagged message, what was found in it, and what stands beside it.

    `matched_text` is empty here: it is cut out of the redacted text later.
    """
    facts = own_rows(source, "message_facts", audited)
    joined = (
        facts.join(own_rows(source, "message_verdicts", audited), on="message_id", how="left")
        .join(own_rows(source, "thread_surroundings", audited), on="thread_id", how="left")
        .join(own_rows(source, "message_decisions", audited), on="message_id", how="left")
        .with_columns(matched_text=pl.lit(""))
    )
    return joined.select(COLUMNS).sort("sent_at", "message_id")
