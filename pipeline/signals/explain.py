"""Why a text has the signals it has, and which rules nearly matched."""

from dataclasses import dataclass

from pipeline.signals.grammar import Match, read_matches
from pipeline.signals.patterns import Pattern
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset
from pipeline.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class Tag:
    """One concept's words in the verbatim text."""

    concept: str
    language: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A pattern that lacked one slot."""

    rule_id: str
    found: tuple[str, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was tagged, what stands, what was stopped and by what, what nearly matched."""

    normalised: str
    language: str
    tags: tuple[Tag, ...]
    standing: tuple[Match, ...]
    stopped: tuple[Match, ...]
    near: tuple[NearMiss, ...]


def explain(text: str, ruleset: Ruleset) -> Explanation:
    """Explain one verbatim text; the matches' offsets are those of `normalised`."""
    folded = normalise(text)
    reading = Reading(folded.text, ruleset.lexicon, ruleset.masks, ruleset.negatable)
    matches = read_matches(reading, ruleset)
    tags = []
    for hits in reading.hits.values():
        for hit in hits:
            start, end = folded.verbatim(hit.start, hit.end)
            tags.append(Tag(hit.concept, hit.lang, start, end, text[start:end]))
    return Explanation(
        normalised=folded.text,
        language=reading.language,
        tags=tuple(sorted(tags, key=lambda tag: (tag.start, tag.end, tag.concept))),
        standing=tuple(match for match in matches if not match.stopped_by),
        stopped=tuple(match for match in matches if match.stopped_by),
        near=tuple(_near_misses(reading, ruleset, {match.rule_id for match in matches})),
    )


def _near_misses(reading: Reading, ruleset: Ruleset, matched: set[str]) -> list[NearMiss]:
    """Return the patterns of two slots and more of which the text lacks just one."""
    found = []
    for pattern in ruleset.patterns:
        if pattern.id in matched or len(pattern.slots) < 2:  # noqa: PLR2004
            continue
        missing = [slot for slot in pattern.slots if not any(map(reading.of, slot))]
        if len(missing) == 1:
            found.append(_near_miss(reading, pattern, missing[0]))
    return found


def _near_miss(reading: Reading, pattern: Pattern, missing: tuple[str, ...]) -> NearMiss:
    present = tuple(
        next(concept for concept in slot if reading.of(concept))
        for slot in pattern.slots
        if slot != missing
    )
    return NearMiss(pattern.id, present, "|".join(missing))
