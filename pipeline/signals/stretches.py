"""The sentence of a match: what the second reader looks at when a long message drowns it.

An ask amid the business of a long letter is one sentence of ten, and the letter as a whole reads
like service. Where the grammar is sure of an ask and the second reader is not, it reads the ask's
sentence as a message of its own, and goes by that if it is convinced. What neighbours take away
from it (a quotation, a no) the grammar's guards have taken away before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.signals.document import Document
from pipeline.signals.rows import SENTENCE, SIGNAL, STOPPED_BY, STRENGTH, Row

LONG = 4
"""A message of fewer sentences is read as a whole only."""
UNSURE, CONVINCED = 0.6, 0.34
"""A whole message below the first is looked at again, a stretch from the second on counts where it
says more than the whole. The first was chosen by leaving authors out of the training, the second on
letters with a planted ask (`tests/benchmarks/archive.py`) and on rounds that nobody had learned:
from .6 to .34 it finds 24 more of 223 asks, and no more ordinary letters are flagged."""
MOST_STRETCHES = 8
"""So many of a message are looked at; it bounds the work a single message costs."""
ASKS = frozenset({
    "account_used", "change_asked", "club_offered", "compensation_tied", "competitor_targeted",
    "contact_moved", "diverted", "happy_only_asked", "insert_planned", "insider_asked",
    "outside_payment", "positive_rating_asked", "posed_as_buyer", "removal_asked",
    "variation_merged", "vote_asked",
})  # fmt: skip
"""Signals that are a violation by themselves; a mention or a refund is no reason to look again."""
MOST_SURE = 0.66
"""A sentence is never as sure as a message: its score goes no higher."""


class Stretch(NamedTuple):
    """A sentence as a text of its own, and its number."""

    sentence: int
    text: str


def stretches(rows: Iterable[Row], document: Document) -> Iterator[Stretch]:
    """Yield each sentence of a long message that holds a sure ask."""
    size = len(document.sentence_starts)
    if size < LONG:
        return
    matched = {
        row[SENTENCE]
        for row in rows
        if row[SIGNAL] in ASKS and row[STOPPED_BY] is None and row[STRENGTH] == "sure"
    }
    for sentence in sorted(matched)[:MOST_STRETCHES]:
        start, end = document.sentence_span(sentence)
        yield Stretch(sentence, document.text[start:end])


def convincing(scores: Mapping[int, float], whole: float) -> int | None:
    """Return the sentence whose stretch is the most convincing, None where none is enough.

    `whole` is the score of the message as a whole.
    """
    sentence = min(scores, key=lambda sentence: (-scores[sentence], sentence), default=None)
    enough = max(CONVINCED, whole)
    return sentence if sentence is not None and scores[sentence] >= enough else None


def rows_at(rows: Sequence[Row], sentence: int) -> list[Row]:
    """Return the rows of one sentence."""
    return [row for row in rows if row[SENTENCE] == sentence]
