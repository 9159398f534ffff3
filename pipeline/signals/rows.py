"""A row of the signals table, and how what was found in one text becomes rows."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pipeline.signals.entries import CJK
from pipeline.signals.grammar import Match
from pipeline.signals.reading import Reading
from pipeline.signals.second_reader import AFTER, lifted

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
WORTH_A_GUESS = 0.3
"""The same for a brief message without a known word."""
WORTH_A_TOPIC = 0.006
"""A message whose score is lower means nothing by what was said before it either."""

BUYER, SUBJECT = "inbound", "subject"
"""Who speaks where the second reader is not asked: the buyer, or the seller's side in a subject."""


def is_sellers(direction: str) -> bool:
    """Say whether the second reader is asked about what is written in a direction."""
    return direction not in (BUYER, SUBJECT)


OFFERED_AS = "outbound"
"""A buyer's message is read as if the seller had written it to see what a yes to it would be."""

Policies = tuple[tuple[str, ...], tuple[str, ...]]
"""The policies the second reader names, and those it holds possible."""

DOUBTS: Policies = (("doubt",), ())
"""What it says of what the grammar found and it does not believe; of nothing it says nothing."""
SIGNAL, SENTENCE, OBJECT, STRENGTH, STOPPED_BY = 0, 4, 5, 9, 11
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
_TOPIC, _AFTER = f"{SURROUNDINGS}.topic-", f"{SURROUNDINGS}.after-"
WORTH_TELLING = 0.5
"""Log odds; what changes the opinion of a neighbour by less is not written down."""
BRIEF = 256
"""Letters; a shorter message has its meaning from its conversation as much as from itself. Among
labelled messages those beside one tell the more of it the shorter it is; a letter holds its ask."""
SHORT, ANSWER, IDEOGRAM = 90, 60, 1.5
"""Letters; Chinese and Japanese ones count for so many more. A longer message names what it means,
as labelled ones show, and a shorter one leans on what was said. Labelled replies to what would
break a rule in the seller's mouth agreed below the second much oftener than above."""
_IDEOGRAMS, _QUESTION = re.compile(f"[{CJK}]"), re.compile("[?？؟]")
WORTH_AN_ANSWER = 0.012
"""A brief message whose score is lower says "no, thank you" whatever it answers."""
OFFERED = 0.25
"""From here on a buyer's message is one that the seller's side should not say yes to."""


def told_rows(told: Mapping[str, float], size: int) -> list[Row]:
    """Return what a message of so many letters says of those beside it, by target."""
    return [
        _beside(target, size, odds) for target, odds in told.items() if abs(odds) >= WORTH_TELLING
    ]


def topic_rows(topic: str | None, size: int) -> list[Row]:
    """Return what a message of so many letters is about, for those after it."""
    return [_beside(f"topic-{topic}", size, None)] if topic else []


def after_rows(after: Mapping[str, float], size: int) -> list[Row]:
    """Return what the log odds of a message change by after messages about each topic."""
    return [_beside(AFTER[topic], size, odds) for topic, odds in after.items() if odds]


def is_worth_a_word(score: float, after: Mapping[str, float], *, known: bool) -> bool:
    """Say whether the second reader names policies of a text of which a word is `known`, or none.

    Where one is, what the conversation may be about counts; a bare "yes" means nothing after all.
    """
    return lifted(score, after) >= WORTH_A_WORD if known else score >= WORTH_A_GUESS


def is_of_neighbours(rule_id: str) -> bool:
    """Say whether a row is about what messages beside one say, and not about topics."""
    return rule_id.startswith(f"{SURROUNDINGS}.") and not rule_id.startswith((_TOPIC, _AFTER))


def is_brief(text: str) -> bool:
    """Say whether a text has its meaning from its conversation as much as from itself."""
    return 0 < len(text) < BRIEF


def brief_rows(text: str, score: float) -> list[Row]:
    """Return how a brief message of the seller's side reads by itself, known words or not.

    What is shorter leans on what was said before; what is shorter still and no question may be an
    answer and no more.
    """
    if score < WORTH_AN_ANSWER:
        return []
    letters = len(text) + IDEOGRAM * len(_IDEOGRAMS.findall(text))
    what = "short" if letters < SHORT else "brief"
    if letters < ANSWER and not _QUESTION.search(text):
        what = "answer"
    return [_beside(what, len(text), score)]


def offer_rows(size: int, score: float) -> list[Row]:
    """Return how surely a buyer's message would break a rule in the seller's mouth."""
    return [_beside("offer", size, score)] if score >= OFFERED else []


def _beside(what: str, size: int, score: float | None) -> Row:
    return (SURROUNDINGS, f"{SURROUNDINGS}.{what}", 0, size, 0,
            "unclear", "", False, False, "weak", "", None, None, score)  # fmt: skip


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


def other_text(text: str, own: Own) -> str:
    """Put together what lies between the own stretches."""
    edges = [0, *(edge for stretch in own for edge in stretch), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def in_body(found: Row, pieces: Pieces) -> Row:
    """Return a row with the places of the whole body."""
    if not pieces:
        return found
    start, end = _to_body(found[_START], pieces), _to_body(found[_END] - 1, pieces) + 1
    return (*found[:_START], start, end, *found[SENTENCE:])


def _to_body(place: int, pieces: Pieces) -> int:
    here, there = pieces[bisect_right(pieces, (place, 1 << 40)) - 1]
    return there + place - here


def of_subject(rows: Sequence[Row]) -> list[Row]:
    """Return what counts of a subject's rows: it tells those after it the topic, no more."""
    return [one for one in rows if one[SIGNAL] != SURROUNDINGS or one[1].startswith(_TOPIC)]


def message_rows(message_id: str, subject: Sequence[Row], body: Sequence[Row]) -> list[Row]:
    """Return the rows of a message."""
    return [(message_id, *one[:2], part, *one[2:])
            for part, rows in (("subject", of_subject(subject)), ("body", body))
            for one in rows]  # fmt: skip
