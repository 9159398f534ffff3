"""Reads one message: what the grammar finds in it, and what the second reader thinks of it.

Nothing in here needs a table: one short text is read without the libraries for many.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pipeline.signals.candidates import may_hold_signal
from pipeline.signals.grammar import Match, read_matches
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset
from pipeline.text.normalise import Normalised, normalise

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
Own = tuple[tuple[int, int], ...]

_STOPPED_BY = 11
_ENOUGH_CONCEPTS = 3
"""So many different concepts in a message are worth the second reader's look."""
_WORTH_A_WORD, _DOUBT = 0.25, 0.1
"""From the first on the second reader names policies; below the second it doubts what the grammar
found; between them it keeps silent."""


def read_text(text: str, ruleset: Ruleset) -> list[Match]:
    """Return the grammar's matches of one text (offsets of the normalised text)."""
    return read_matches(_reading(normalise(text), ruleset), ruleset)


def reading_of(text: str, ruleset: Ruleset) -> Reading:
    """Return a text as the grammar reads it: concepts found, ranked and masked."""
    return _reading(normalise(text), ruleset)


def _reading(folded: Normalised, ruleset: Ruleset) -> Reading:
    return Reading(folded.text, ruleset.lexicon, ruleset.masks, ruleset.negatable)


class Reader:
    """Reads texts, identical ones once."""

    def __init__(self, ruleset: Ruleset) -> None:
        """Read by these rules."""
        self._ruleset = ruleset
        self._cached = lru_cache(maxsize=20_000)(self._read)

    def __call__(
        self, text: str, own: Own | None, direction: str, *, worth: bool | None = None
    ) -> Sequence[Row]:
        """Return the signals of a text, without `message_id` and `matched_in`.

        `own` are the stretches its sender wrote (None: all of it); `worth` is whether it may hold
        a signal at all, without which the second reader is not asked about it (None: it is found
        out where that matters).
        """
        return self._cached(text, own, direction, worth)

    def _read(
        self, text: str, own: Own | None, direction: str, worth: bool | None
    ) -> tuple[Row, ...]:
        said, pieces = _own_text(text, own)
        folded = normalise(said)
        reading = _reading(folded, self._ruleset)
        matches = read_matches(reading, self._ruleset)
        rows = [_row(match, folded, pieces) for match in matches]
        if direction != "inbound" and (rows or self._enough(text, reading, worth)):
            rows += self._second_opinion(
                reading, direction, rows or [_place(reading, folded, pieces)]
            )
        return tuple(rows)

    def _enough(self, text: str, reading: Reading, worth: bool | None) -> bool:
        if len(reading.hits) < _ENOUGH_CONCEPTS:
            return False
        return may_hold_signal(text, self._ruleset) if worth is None else worth

    def _second_opinion(self, reading: Reading, direction: str, rows: Sequence[Row]) -> list[Row]:
        """Return weak rows: the second reader's policies, or its doubt, at the grammar's place.

        It is asked only where the grammar found something or several concepts stand together.
        """
        opinion = self._ruleset.second_reader.opinion(
            reading.document.text, reading.hits, direction
        )
        if opinion.score < _DOUBT:
            policies: tuple[str, ...] = ("doubt",)
        elif opinion.score < _WORTH_A_WORD:
            return []
        else:
            policies = opinion.policies
        standing = [row for row in rows if row[_STOPPED_BY] is None] or rows
        start, end, sentence = min((row[2], row[3], row[4]) for row in standing)
        blank = ("unclear", "", False, False, "weak", "", None, None, opinion.score)
        return [
            ("second_reader", f"second_reader.{policy}", start, end, sentence, *blank)
            for policy in policies
        ]


def _place(reading: Reading, folded: Normalised, pieces: list[tuple[int, int]]) -> Row:
    """Return the sentence with the most concepts, as a row: where a person should look."""
    counts = Counter(
        reading.document.sentence_at(hit.start) for hits in reading.hits.values() for hit in hits
    )
    number = min(counts, key=lambda sentence: (-counts[sentence], sentence))
    start, end = folded.verbatim(*reading.document.sentence_span(number))
    blank = ("", "", False, False, "weak", "", None, None, None)
    return ("", "", _to_body(start, pieces), _to_body(end - 1, pieces) + 1, number, *blank)


def _own_text(text: str, own: Own | None) -> tuple[str, list[tuple[int, int]]]:
    """Put the own stretches together; `pieces` says where each began: (here, in the body)."""
    if own is None or own == ((0, len(text)),):
        return text, []
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    size = 0
    for start, end in own:
        pieces.append((size, start))
        parts.append(text[start:end])
        size += end - start + 1
    return "\n".join(parts), pieces


def _to_body(place: int, pieces: list[tuple[int, int]]) -> int:
    if not pieces:
        return place
    here, there = pieces[bisect_right(pieces, (place, 1 << 40)) - 1]
    return there + place - here


def _row(match: Match, folded: Normalised, pieces: list[tuple[int, int]]) -> Row:
    start, end = folded.verbatim(match.start, match.end)
    return (
        match.signal,
        match.rule_id,
        _to_body(start, pieces),
        _to_body(end - 1, pieces) + 1,
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


def _overlaps(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(low < end and start < high for low, high in spans)
