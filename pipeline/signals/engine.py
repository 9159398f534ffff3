"""From a batch of messages to signals: one pure function.

Stage one keeps messages that cannot hold a signal out of Python (`candidates`); stage two runs the
grammar over the rest, once for each different text. `scan_reference` runs the grammar over all of
them and must return the same rows.
"""

from typing import Any

import polars as pl

from pipeline.signals.candidates import may_hold_signals
from pipeline.signals.reader import Reader, read_text
from pipeline.signals.ruleset import Ruleset, load_ruleset

__all__ = ["Ruleset", "load_ruleset", "read_text", "scan", "scan_reference"]

SCHEMA: dict[str, Any] = {
    "message_id": pl.String,
    "signal": pl.String,
    "rule_id": pl.String,
    "matched_in": pl.String,
    "match_start": pl.Int32,
    "match_end": pl.Int32,
    "sentence_no": pl.Int32,
    "object": pl.String,
    "polarity": pl.String,
    "conditional": pl.Boolean,
    "obfuscated": pl.Boolean,
    "strength": pl.String,
    "matched_language": pl.String,
    "stopped_by": pl.String,
    "stop_text": pl.String,
    "score": pl.Float64,
}
"""The columns of `sql/schema/signals.sql`, in order."""

_WORTH_SIEVING = 2_000
"""Below this many messages the sieve costs more to set up than it saves."""


def scan(batch: pl.DataFrame, ruleset: Ruleset) -> pl.DataFrame:
    """Return the signals of a batch with the columns of `sql/schema/signals.sql`.

    `batch` has `message_id`, `subject`, `body` and `own`: the stretches of `body` (code points)
    that the sender wrote, null for all of it; `direction`, if it is there, tells the second
    reader who speaks (outbound without it; inbound messages are none of its business).
    """
    if batch.height < _WORTH_SIEVING:
        return scan_reference(batch, ruleset)
    keep = may_hold_signals(batch["body"], ruleset) | may_hold_signals(batch["subject"], ruleset)
    return scan_reference(batch.filter(keep), ruleset)


def scan_reference(batch: pl.DataFrame, ruleset: Ruleset) -> pl.DataFrame:
    """Return what `scan` returns, with the grammar run over every message."""
    read = Reader(ruleset)
    rows: list[tuple[Any, ...]] = []
    if "direction" not in batch.columns:
        batch = batch.with_columns(direction=pl.lit("outbound"))
    worth_reading = may_hold_signals(batch["body"], ruleset).alias("worth")
    columns = batch.select("message_id", "subject", "body", "own", "direction", worth_reading)
    for message_id, subject, body, own, direction, worth in columns.iter_rows():
        if subject:
            found = read(subject, None, "inbound", worth=False)
            rows.extend((message_id, *row[:2], "subject", *row[2:]) for row in found)
        if body:
            spans = None if own is None else tuple((s["start"], s["end"]) for s in own)
            found = read(body, spans, direction, worth=worth)
            rows.extend((message_id, *row[:2], "body", *row[2:]) for row in found)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
