"""Reads one message: what the grammar finds in it, and what the second reader thinks of it.

Nothing in here needs a table: one short text is read without the libraries for many.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from pipeline.signals.grammar import Match, read_matches
from pipeline.signals.reading import Reading
from pipeline.signals.rows import (
    BUYER,
    DOUBTS,
    ENOUGH_CONCEPTS,
    OFFERED_AS,
    WORTH_A_TOPIC,
    Own,
    Row,
    after_rows,
    brief_rows,
    in_body,
    is_brief,
    is_sellers,
    is_worth_a_word,
    offer_rows,
    opinion_rows,
    own_text,
    row,
    told_rows,
    topic_rows,
)
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.second_reader import Opinion, told_by
from pipeline.signals.stretches import MOST_SURE, UNSURE, convincing, rows_at, stretches
from pipeline.signals.topics import topic_of
from pipeline.signals.traits import Block, around, blocks
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
    folded, reading, rows = _read_by_rules(text, ruleset)
    return blocks(folded.text, reading.found, rows, direction)


def around_of(text: str, direction: str, ruleset: Ruleset) -> Block | None:
    """Return what tells of the seller messages beside a text, None where nothing is known in it."""
    buyer = direction == BUYER
    folded, reading, rows = _read_by_rules(text, ruleset, of_buyer=buyer)
    if not _is_known(reading, rows):
        return None
    return around(folded.text, reading.found, direction)


def stretches_of(text: str, ruleset: Ruleset) -> list[str]:
    """Return the stretches of a long text that the second reader may look at by themselves."""
    _, reading, rows = _read_by_rules(text, ruleset)
    return [stretch.text for stretch in stretches(rows, reading.document)]


def _is_known(reading: Reading, rows: Sequence[Row]) -> bool:
    """Say whether the grammar found something or a concept stands."""
    return bool(rows) or len(reading.found) >= ENOUGH_CONCEPTS


def _read_by_rules(
    text: str, ruleset: Ruleset, *, of_buyer: bool = False
) -> tuple[Normalised, Reading, list[Row]]:
    folded = normalise(text)
    reading = _reading(folded, ruleset)
    matches = read_matches(reading, ruleset, of_buyer=of_buyer)
    return folded, reading, [row(match, folded) for match in matches]


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
        buyer = direction == BUYER
        folded, reading, rows = _read_by_rules(said, self._ruleset, of_buyer=buyer)
        found = list(rows)
        brief = is_sellers(direction) and is_brief(said)
        known = _is_known(reading, rows)
        if is_sellers(direction) and (known or brief):
            found += self._second_opinion(reading, folded, direction, rows, len(said))
        if known:
            found += told_rows(self._told(reading, folded, direction), len(said))
            found += topic_rows(topic_of(reading.found), len(said))
            if buyer:
                offer = self._opinion(reading, folded, OFFERED_AS, rows)
                found += offer_rows(len(said), offer.score)
        if brief:
            found += brief_rows(said, self._opinion(reading, folded, direction, rows).score)
        return tuple(in_body(one, pieces) for one in found)

    def _told(self, reading: Reading, folded: Normalised, direction: str) -> dict[str, float]:
        """Return what the text says of the seller messages beside it."""
        said = around(folded.text, reading.found, direction)
        reader = self._ruleset.second_reader
        return {name: reader.told(name, said, direction) for name in told_by(direction)}

    def _second_opinion(
        self, reading: Reading, folded: Normalised, direction: str, rows: Sequence[Row], size: int
    ) -> list[Row]:
        """Return the second reader's rows.

        It is asked where the grammar found something, a concept stands or the text is brief.
        """
        seen = blocks(folded.text, reading.found, rows, direction)
        reader = self._ruleset.second_reader
        opinion = reader.opinion(seen)
        after = reader.after_each(seen) if opinion.score >= WORTH_A_TOPIC else {}
        if opinion.score < UNSURE:
            closer = {
                stretch.sentence: self._opinion_of(stretch.text, direction)
                for stretch in stretches(rows, reading.document)
            }
            sentence = convincing(
                {place: seen.score for place, seen in closer.items()}, opinion.score
            )
            if sentence is not None:
                opinion = closer[sentence]
                opinion = replace(opinion, score=min(opinion.score, MOST_SURE))
                rows, after = rows_at(rows, sentence), {}
        if is_worth_a_word(opinion.score, after, known=_is_known(reading, rows)):
            says = opinion.policies, opinion.possible
        elif rows:
            says = DOUBTS
        else:
            return []
        return [
            *opinion_rows(rows, reading, folded, says, opinion.score),
            *after_rows(after, size),
        ]

    def _opinion_of(self, text: str, direction: str) -> Opinion:
        folded, reading, rows = _read_by_rules(text, self._ruleset)
        return self._opinion(reading, folded, direction, rows)

    def _opinion(
        self, reading: Reading, folded: Normalised, direction: str, rows: Sequence[Row]
    ) -> Opinion:
        seen = blocks(folded.text, reading.found, rows, direction)
        return self._ruleset.second_reader.opinion(seen)
