"""Guards that never stop anything, and guards that stop what their own rule looks for."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.signals.dead_words import spoken
from pipeline.signals.document import Document
from pipeline.signals.entries import parse_entry
from pipeline.signals.guards import Guard
from pipeline.signals.lexicon import Hit, Lexicon
from pipeline.signals.patterns import Pattern
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset

_FILLING = "qx"
"""Letters for the open ends of a word: with them it is no other word than the entry's own."""

_IN_REACH = {"sentence": ("sentence", "near", "message"), "neighbours": ("message",),
             "message": ("message",)}  # fmt: skip
"""By a pattern's `within`: the scopes of guards that see each of its words wherever it stands."""


def dead_guard(guard: Guard, rules: Ruleset) -> str:
    """Say why a guard never stops a signal, empty where it may."""
    if not any(guard.name in part.unless for rule in rules.rules.values() for part in rule.parts):
        return "no rule names this guard"
    words = sum(
        len(vocabulary.words)
        for name in guard.concepts
        for vocabulary in rules.concepts[name].languages.values()
    )
    if not words:
        return "it can never fire: its concepts have no words"
    if words < guard.at_least:
        return f"it can never fire: it wants {guard.at_least} words, its concepts have {words}"
    scopes = {guard.scope, *guard.scope_by_language.values()}
    if scopes == {"sentence"} and set(guard.concepts) <= set(guard.blocked_by):
        return "it can never fire: each of its concepts is in blocked_by"
    return ""


def stands_aside(rules: Ruleset) -> Iterator[tuple[str, str, str]]:
    """Yield (file, rule id, guard) where the rule's own `never` leaves its guard nothing to do."""
    for rule in rules.rules.values():
        for part in rule.parts:
            for name in part.unless:
                guard = rules.guards[name]
                if {guard.scope, *guard.scope_by_language.values()} <= {
                    "sentence",
                    "covering",
                } and (set(guard.concepts) <= set(part.never)):
                    yield rule.source, part.id, name


class Collision(NamedTuple):
    """A guard that stops a pattern by the words of one of its concepts in a language."""

    guard: str
    concept: str
    lang: str
    words: tuple[str, ...]
    whole: bool
    """Whether those are all words it has there: none is left that the pattern may stand by."""


class Collisions:
    """Which guards stop a rule by the very words that make it match."""

    def __init__(self, rules: Ruleset) -> None:
        """Take the rules; words are read once, and only those that hold a guard's words."""
        self._rules = rules
        concepts = {name for guard in rules.guards.values() for name in guard.concepts}
        entries = (entry for name in concepts for entry in rules.concepts[name].entries())
        self._guarding = Lexicon(entries)
        self._known: dict[tuple[str, str], list[Collision]] = {}
        self._read: dict[str, list[tuple[str, str, Reading]]] = {}

    def of(self, pattern: Pattern) -> Iterator[Collision]:
        """Yield the collisions of a pattern with its own guards.

        A word collides where the guard stops a pattern that the word is all of: for the act by
        any scope, for the other slots where the guard sees the whole stretch that they may be in.
        """
        for place, slot in enumerate(pattern.slots):
            for name in pattern.unless:
                if not place or self._rules.guards[name].scope in _IN_REACH[pattern.within]:
                    for concept in slot:
                        yield from self._between(name, concept)

    def _between(self, name: str, concept: str) -> list[Collision]:
        if (name, concept) not in self._known:
            guard, taken = self._rules.guards[name], defaultdict[str, list[str]](list)
            for lang, word, reading in self._readings(concept):
                act = _whole(reading, concept)
                if act is not None and guard.stops(reading, act) is not None:
                    taken[lang].append(word)
            languages = self._rules.concepts[concept].languages
            self._known[name, concept] = [
                Collision(name, concept, lang, tuple(words), set(words) == {*languages[lang].words})
                for lang, words in taken.items()
            ]
        return self._known[name, concept]

    def _readings(self, concept: str) -> list[tuple[str, str, Reading]]:
        """Return the concept's words that hold words of some guard, as the grammar reads them."""
        rules = self._rules
        if concept not in self._read:
            self._read[concept] = [
                (lang, word, Reading(text, rules.lexicon, rules.masks, rules.negatable))
                for lang, vocabulary in rules.concepts[concept].languages.items()
                for word in vocabulary.words
                for text in (spoken(parse_entry(word)[0], _FILLING),)
                if self._guarding.find(Document(text))
            ]
        return self._read[concept]


def _whole(reading: Reading, concept: str) -> Hit | None:
    """Return the hit of a concept that the whole text is."""
    hits = reading.of(concept)
    return hits[0] if len(hits) == 1 and hits[0].start == 0 else None
