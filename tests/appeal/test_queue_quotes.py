"""A queue entry's neighbourhood in the pack's report is cut from the redacted text."""

import polars as pl

from pipeline.appeal.redaction import _applied
from pipeline.appeal.tables import _reframed

BODY = "Good day Bodhild, the refund is out. Please think of us, Bodhild."
QUEUE = pl.DataFrame(
    {"queue_id": ["q1"], "message_id": ["m1"], "matched_in": ["body"], "match_start": [22],
     "match_end": [28]}
)  # fmt: skip
SHOWN = pl.DataFrame(
    {"queue_id": ["q1"], "words_before": [BODY[:22]], "matched_text": ["refund"],
     "words_after": [BODY[28:]]}
)  # fmt: skip


def test_names_around_a_queue_entry_are_masked() -> None:
    """Words before and after hold no name that the text's own redaction took out."""
    places = [(9, 16, "[person-1]"), (57, 64, "[person-1]")]
    texts = {("m1", "body"): _applied(BODY, places)}
    row = _reframed(SHOWN, QUEUE, texts).row(0, named=True)

    assert row["words_before"] == "Good day [person-1], the "
    assert row["matched_text"] == "refund"
    assert row["words_after"] == " is out. Please think of us, [person-1]."
