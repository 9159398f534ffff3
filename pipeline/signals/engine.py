"""From a batch of messages to signals: one pure function.

Stage one keeps messages that cannot hold a signal out of Python (`candidates`); stage two runs the
grammar over the rest, once for each different text. `scan_reference` runs the grammar over all of
them and must return the same rows.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import polars as pl

from pipeline.signals.candidates import may_hold_signals
from pipeline.signals.grammar import Match, read_matches
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset, load_ruleset
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
}
"""The columns of `sql/schema/signals.sql`, in order."""

_WORTH_SIEVING = 2_000
"""Below this many messages the sieve costs more to set up than it saves."""

_Row = tuple[str, str, int, int, int, str, str, bool, bool, str, str, str | None, str | None]
_Own = tuple[tuple[int, int], ...]


def scan(batch: pl.DataFrame, ruleset: Ruleset) -> pl.DataFrame:
    """Return the signals of a batch with the columns of `sql/schema/signals.sql`.

    `batch` has `message_id`, `subject`, `body` and `own`: the stretches of `body` (code points)
    that the sender wrote, null for all of it.
    """
    if batch.height < _WORTH_SIEVING:
        return scan_reference(batch, ruleset)
    keep = may_hold_signals(batch["body"], ruleset) | may_hold_signals(batch["subject"], ruleset)
    return scan_reference(batch.filter(keep), ruleset)


def scan_reference(batch: pl.DataFrame, ruleset: Ruleset) -> pl.DataFrame:
    """Return what `scan` returns, with the grammar run over every message."""
    read = _Reader(ruleset)
    rows: list[tuple[Any, ...]] = []
    columns = batch.select("message_id", "subject", "body", "own")
    for message_id, subject, body, own in columns.iter_rows():
        if subject:
            rows.extend((message_id, *row[:2], "subject", *row[2:]) for row in read(subject, None))
        if body:
            spans = None if own is None else tuple((s["start"], s["end"]) for s in own)
            rows.extend((message_id, *row[:2], "body", *row[2:]) for row in read(body, spans))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def read_text(text: str, ruleset: Ruleset) -> list[Match]:
    """Return the grammar's matches of one text (offsets of the normalised text)."""
    return read_matches(_reading(normalise(text), ruleset), ruleset)


def _reading(folded: Normalised, ruleset: Ruleset) -> Reading:
    return Reading(folded.text, ruleset.lexicon, ruleset.masks, ruleset.negatable)


class _Reader:
    """Reads texts, identical ones once."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._cached = lru_cache(maxsize=20_000)(self._read)

    def __call__(self, text: str, own: _Own | None) -> Sequence[_Row]:
        return self._cached(text, own)

    def _read(self, text: str, own: _Own | None) -> tuple[_Row, ...]:
        said, pieces = _own_text(text, own)
        folded = normalise(said)
        matches = read_matches(_reading(folded, self._ruleset), self._ruleset)
        return tuple(_row(match, folded, pieces) for match in matches)


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
    )


def _overlaps(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(low < end and start < high for low, high in spans)
