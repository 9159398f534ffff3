"""Reads one message: what the grammar finds in it, and what the second reader thinks of it.

Nothing in here needs a table: one short text is read without the libraries for many.
"""

from collections.abc import Sequence
from functools import lru_cache

from pipeline.signals.grammar import Match, read_matches
from pipeline.signals.reading import Reading
from pipeline.signals.rows import (
    DOUBTS,
    ENOUGH_CONCEPTS,
    WORTH_A_WORD,
    Own,
    Row,
    in_body,
    opinion_rows,
    own_text,
    row,
)
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.traits import Block, blocks
from pipeline.text.normalise import Normalised, normalise


def read_text(text: str, ruleset: Ruleset) -> list[Match]:
    """Return the grammar's matches of one text (offsets of the normalised text)."""
    return read_matches(_reading(normalise(text), ruleset), ruleset)


def reading_of(text: str, ruleset: Ruleset) -> Reading:
    """Return a text as the grammar reads it: concepts found, ranked and masked."""
    return _reading(normalise(text), ruleset)


def _reading(folded: Normalised, ruleset: Ruleset) -> Reading:
    return Reading(folded.text, ruleset.lexicon, ruleset.masks, ruleset.negatable)


def traits_of(text: str, direction: str, ruleset: Ruleset) -> list[Block]:
    """Return what the second reader sees of a text."""
    folded = normalise(text)
    reading = _reading(folded, ruleset)
    rows = [row(match, folded) for match in read_matches(reading, ruleset)]
    return blocks(folded.text, reading.found, rows, direction)


class Reader:
    """Reads texts, identical ones once."""

    def __init__(self, ruleset: Ruleset) -> None:
        """Read by these rules."""
        self._ruleset = ruleset
        self._cached = lru_cache(maxsize=20_000)(self._read)

    def __call__(self, text: str, own: Own | None, direction: str) -> Sequence[Row]:
        """Return the signals of a text, without `message_id` and `matched_in`.

        `own` are the stretches its sender wrote, None for all of it.
        """
        return self._cached(text, own, direction)

    def _read(self, text: str, own: Own | None, direction: str) -> tuple[Row, ...]:
        said, pieces = own_text(text, own)
        folded = normalise(said)
        reading = _reading(folded, self._ruleset)
        rows = [row(match, folded) for match in read_matches(reading, self._ruleset)]
        if direction != "inbound" and (rows or len(reading.found) >= ENOUGH_CONCEPTS):
            rows += self._second_opinion(reading, folded, direction, rows)
        return tuple(in_body(one, pieces) for one in rows)

    def _second_opinion(
        self, reading: Reading, folded: Normalised, direction: str, rows: Sequence[Row]
    ) -> list[Row]:
        """Return the second reader's rows.

        It is asked only where the grammar found something or several concepts stand together.
        """
        seen = blocks(folded.text, reading.found, rows, direction)
        opinion = self._ruleset.second_reader.opinion(seen)
        if opinion.score >= WORTH_A_WORD:
            says = opinion.policies, opinion.possible
        elif rows:
            says = DOUBTS
        else:
            return []
        return opinion_rows(rows, reading, folded, says, opinion.score)
