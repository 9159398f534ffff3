"""A row of the signals table, and how what was found in one text becomes rows."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pipeline.signals.grammar import Match
from pipeline.signals.reading import Reading

COLUMNS = (
    "message_id",
    "signal",
    "rule_id",
    "matched_in",
    "match_start",
    "match_end",
    "sentence_no",
    "object",
    "polarity",
    "conditional",
    "obfuscated",
    "strength",
    "matched_language",
    "stopped_by",
    "stop_text",
    "score",
)
"""The columns of `sql/schema/signals.sql`, in order."""

Row = tuple[Any, ...]
"""A row without `message_id` and `matched_in`; its places are those of the own text."""

Own = tuple[tuple[int, int], ...]
"""The stretches of a body that its sender wrote."""

Pieces = list[tuple[int, int]]


class Folded(Protocol):
    """A folded text as far as rows need it: the way back, and what was disguised."""

    @property
    def obfuscated(self) -> tuple[tuple[int, int], ...]:
        """The folded stretches where a word was hidden on purpose."""

    def verbatim(self, start: int, end: int) -> tuple[int, int]:
        """Return the verbatim code points of a folded stretch."""


ENOUGH_CONCEPTS = 1
"""So many different concepts in a message are worth the second reader's look."""

WORTH_A_WORD = 0.1
"""From here on the second reader names policies; below it doubts what the grammar found."""

BUYER, SUBJECT = "inbound", "subject"
"""Who speaks where the second reader is not asked: the buyer, or the seller's side in a subject."""

Policies = tuple[tuple[str, ...], tuple[str, ...]]
"""The policies the second reader names, and those it holds possible."""

DOUBTS: Policies = (("doubt",), ())
"""What it says of what the grammar found and it does not believe; of nothing it says nothing."""
SIGNAL, SENTENCE, OBJECT, STRENGTH, STOPPED_BY, SCORE = 0, 4, 5, 9, 11, 13
"""Places in a row."""
_START, _END = 2, 3


def row(match: Match, folded: Folded) -> Row:
    """Return a match as a row."""
    start, end = folded.verbatim(match.start, match.end)
    return (
        match.signal,
        match.rule_id,
        start,
        end,
        match.sentence,
        match.object,
        match.polarity,
        match.conditional,
        _overlaps(folded.obfuscated, match.start, match.end),
        match.strength,
        match.lang if match.lang != "any" else "",
        match.stopped_by or None,
        match.stop_text or None,
        None,
    )


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    before = bisect_left(spans, (end, 0))
    return before > 0 and spans[before - 1][1] > start


def opinion_rows(
    rows: Sequence[Row], reading: Reading, folded: Folded, policies: Policies, score: float
) -> list[Row]:
    """Return the second reader's rows, at the grammar's place.

    Policies it names are sure, those it holds possible are weak; a doubt is a policy of its own.
    Where the grammar found nothing they stand at the sentence with the most concepts.
    """
    standing = [row for row in rows if row[STOPPED_BY] is None] or rows
    if standing:
        start, end, sentence = min((row[_START], row[_END], row[SENTENCE]) for row in standing)
    else:
        start, end, sentence = _place(reading, folded)
    return [
        ("second_reader", f"second_reader.{policy}", start, end, sentence,
         "unclear", "", False, False, strength, "", None, None, score)
        for strength, names in zip(("sure", "weak"), policies, strict=True)
        for policy in names
    ]  # fmt: skip


SURROUNDINGS = "surroundings"
WORTH_TELLING = 0.5
"""Log odds; what changes the opinion of a neighbour by less is not written down."""
BRIEF = 256
"""Letters; a shorter message has its meaning from its conversation as much as from itself. Among
labelled messages those beside one tell the more of it the shorter it is; a letter holds its ask."""


def told_rows(told: Mapping[str, float], size: int, opinions: Sequence[Row]) -> list[Row]:
    """Return what a message of so many letters says of those beside it, by target.

    With it, whether the message is brief where `opinions` name policies: then those beside it
    may say that it means something else.
    """
    says = [(target, odds) for target, odds in told.items() if abs(odds) >= WORTH_TELLING]
    if size < BRIEF and any((one[SCORE] or 0) >= WORTH_A_WORD for one in opinions):
        says.append(("brief", 0.0))
    return [
        (SURROUNDINGS, f"{SURROUNDINGS}.{target}", 0, size, 0,
         "unclear", "", False, False, "weak", "", None, None, odds)
        for target, odds in says
    ]  # fmt: skip


def _place(reading: Reading, folded: Folded) -> tuple[int, int, int]:
    """Return the sentence with the most concepts: where a person should look."""
    counts = Counter(
        reading.document.sentence_at(hit.start) for hits in reading.hits.values() for hit in hits
    )
    number = min(counts, key=lambda sentence: (-counts[sentence], sentence), default=0)
    return *folded.verbatim(*reading.document.sentence_span(number)), number


def own_text(text: str, own: Own | None) -> tuple[str, Pieces]:
    """Put the own stretches together; the pieces say where each began: (here, in the body)."""
    if own is None or own == ((0, len(text)),):
        return text, []
    parts: list[str] = []
    pieces: Pieces = []
    size = 0
    for start, end in own:
        pieces.append((size, start))
        parts.append(text[start:end])
        size += end - start + 1
    return "\n".join(parts), pieces


def in_body(found: Row, pieces: Pieces) -> Row:
    """Return a row with the places of the whole body."""
    if not pieces:
        return found
    start, end = _to_body(found[_START], pieces), _to_body(found[_END] - 1, pieces) + 1
    return (*found[:_START], start, end, *found[SENTENCE:])


def _to_body(place: int, pieces: Pieces) -> int:
    here, there = pieces[bisect_right(pieces, (place, 1 << 40)) - 1]
    return there + place - here


def message_rows(message_id: str, subject: Sequence[Row], body: Sequence[Row]) -> list[Row]:
    """Return the rows of a message; a subject alone tells nothing of those beside it."""
    head = [one for one in subject if one[SIGNAL] != SURROUNDINGS]
    return [(message_id, *one[:2], part, *one[2:])
            for part, rows in (("subject", head), ("body", body)) for one in rows]  # fmt: skip
