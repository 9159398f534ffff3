"""From a batch of messages to signals: one pure function.

Stage one keeps messages that cannot hold a signal out of Python (`candidates`); stage two runs the
grammar over the rest, once for each different text. `scan_reference` runs the grammar over all of
them and must return the same rows.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import polars as pl

from pipeline.signals.candidates import may_hold_signals
from pipeline.signals.grammar import Match, read_matches
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset, load_ruleset
from pipeline.signals.second_reader import load_second_reader
from pipeline.text.normalise import Normalised, normalise

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

_Row = tuple[Any, ...]
_STOPPED_BY = 11
_ENOUGH_CONCEPTS = 3
"""So many different concepts in a message are worth the second reader's look."""
_WORTH_A_WORD, _DOUBT = 0.25, 0.1
"""From the first on the second reader names policies; below the second it doubts what the grammar
found; between them it keeps silent."""
_Own = tuple[tuple[int, int], ...]


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
    read = _Reader(ruleset)
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


def read_text(text: str, ruleset: Ruleset) -> list[Match]:
    """Return the grammar's matches of one text (offsets of the normalised text)."""
    return read_matches(_reading(normalise(text), ruleset), ruleset)


def reading_of(text: str, ruleset: Ruleset) -> Reading:
    """Return a text as the grammar reads it: concepts found, ranked and masked."""
    return _reading(normalise(text), ruleset)


def _reading(folded: Normalised, ruleset: Ruleset) -> Reading:
    return Reading(folded.text, ruleset.lexicon, ruleset.masks, ruleset.negatable)


class _Reader:
    """Reads texts, identical ones once."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._cached = lru_cache(maxsize=20_000)(self._read)

    def __call__(
        self, text: str, own: _Own | None, direction: str, *, worth: bool
    ) -> Sequence[_Row]:
        return self._cached(text, own, direction, worth)

    def _read(self, text: str, own: _Own | None, direction: str, worth: bool) -> tuple[_Row, ...]:
        said, pieces = _own_text(text, own)
        folded = normalise(said)
        reading = _reading(folded, self._ruleset)
        matches = read_matches(reading, self._ruleset)
        rows = [_row(match, folded, pieces) for match in matches]
        enough = worth and len(reading.hits) >= _ENOUGH_CONCEPTS
        if direction != "inbound" and (rows or enough):
            rows += _second_opinion(reading, direction, rows or [_place(reading, folded, pieces)])
        return tuple(rows)


def _place(reading: Reading, folded: Normalised, pieces: list[tuple[int, int]]) -> _Row:
    """Return the sentence with the most concepts, as a row: where a person should look."""
    counts = Counter(
        reading.document.sentence_at(hit.start) for hits in reading.hits.values() for hit in hits
    )
    number = min(counts, key=lambda sentence: (-counts[sentence], sentence))
    start, end = folded.verbatim(*reading.document.sentence_span(number))
    blank = ("", "", False, False, "weak", "", None, None, None)
    return ("", "", _to_body(start, pieces), _to_body(end - 1, pieces) + 1, number, *blank)


def _second_opinion(reading: Reading, direction: str, rows: Sequence[_Row]) -> list[_Row]:
    """Return weak rows: the policies the second reader names, or its doubt, at the grammar's place.

    It is asked only where the grammar found something or several concepts stand together.
    """
    opinion = load_second_reader().opinion(reading.document.text, reading.hits, direction)
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


def _own_text(text: str, own: _Own | None) -> tuple[str, list[tuple[int, int]]]:
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


def _row(match: Match, folded: Normalised, pieces: list[tuple[int, int]]) -> _Row:
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
