"""What is wrong with rule files that load: dead words, missing cases, expressions that run away."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.signals.cases import Outcome
from pipeline.signals.concepts import LANGUAGES
from pipeline.signals.dead_guards import Collision, Collisions, dead_guard, stands_aside
from pipeline.signals.dead_words import dead_words
from pipeline.signals.guards import Guard
from pipeline.signals.patterns import Idiom, Pattern, SignalRule, Slot
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.topics import TOPICS

_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+](?!\})|\{\d+,\})")
_LOOKS_AROUND = re.compile(r"\(\?[=!<]|\\[1-9]")


@dataclass(frozen=True, slots=True)
class Remarks(Outcome):
    """What is wrong, and what a person may want to know and leave as it is."""

    notes: tuple[object, ...] = ()


def lint(ruleset: Ruleset, own: Path | None = None) -> Remarks:
    """Look for what can never match, lacks cases, or may run too long; counts the files.

    With `own`, a folder of the user's rules, only notes on its files are given: what is wrong
    anywhere is told, for a user's file may break a built-in one.
    """
    wrong = (
        *_lint_concepts(ruleset),
        *_lint_guards(ruleset),
        *_lint_cases(ruleset),
        *_lint_idioms(ruleset),
    )
    words, collisions = [*_dead_words(ruleset)], [*_lint_collisions(ruleset)]
    told = [*words, *collisions]
    notes = [*(text for text, is_wrong in told if not is_wrong), *_uncovered(ruleset)]
    return Remarks(
        (*wrong, *(text for text, is_wrong in told if is_wrong)),
        len(ruleset.concepts) + len(ruleset.guards) + len(ruleset.rules),
        tuple(note for note in notes if own is None or note.startswith(str(own))),
    )


def _lint_concepts(ruleset: Ruleset) -> Iterator[str]:
    parts: list[Pattern | Idiom] = []
    for rule in ruleset.rules.values():
        parts += rule.parts
    named = {concept for part in parts for slot in part.slots for concept in slot}
    named |= {concept for part in parts for concept in part.never}
    named |= {
        c for g in ruleset.guards.values() for c in g.concepts + g.cancelled_by + g.blocked_by
    }
    named |= {concept for topic in TOPICS.values() for concept in topic}
    for concept in ruleset.concepts.values():
        if concept.name not in named and not concept.masks and not concept.object:
            yield f"{concept.source}: no rule, guard or topic uses this concept"
        for lang, vocabulary in concept.languages.items():
            for word, times in Counter(vocabulary.words).items():
                if times > 1:
                    yield f"{concept.source}, {lang}: {word!r} is listed twice"


def _dead_words(ruleset: Ruleset) -> Iterator[tuple[str, bool]]:
    """Yield each dead word; masked ones are no error, for the second reader counts them."""
    for concept in ruleset.concepts.values():
        for dead in dead_words(concept, ruleset):
            text = f"{concept.source}, {dead.lang}: dead word {dead.word!r}: {dead.why}"
            yield text, not dead.masked


def _lint_guards(ruleset: Ruleset) -> Iterator[str]:
    for guard in ruleset.guards.values():
        why = dead_guard(guard, ruleset)
        if why:
            yield f"{guard.source}: dead guard: {why}"
    for source, part, name in stands_aside(ruleset):
        yield f"{source}, {part}: dead guard {name}: `never` holds its concepts already"


def _lint_collisions(ruleset: Ruleset) -> Iterator[tuple[str, bool]]:
    """Yield each collision of a guard with a rule, and whether it leaves a concept no word."""
    known = Collisions(ruleset)
    for rule in ruleset.rules.values():
        ids: dict[Collision, list[str]] = {}
        for pattern in rule.patterns:
            for collision in known.of(pattern):
                ids.setdefault(collision, []).append(pattern.id)
        for collision, stopped in ids.items():
            guard, concept, lang, words, whole = collision
            what = "every word" if whole else ", ".join(map(repr, words))
            where = f"{rule.source}, {', '.join(dict.fromkeys(stopped))}"
            yield f"{where}: guard {guard} always stops {what} of {concept} [{lang}]", whole


def _uncovered(ruleset: Ruleset) -> Iterator[str]:
    """Yield the guards and rules that have words in languages that no example of theirs is in."""
    for guard in ruleset.guards.values():
        slots = (guard.concepts,)
        yield from _untold(guard, {lang for lang in LANGUAGES if speaks(ruleset, slots, lang)})
    for rule in ruleset.rules.values():
        spoken = {
            lang
            for pattern in rule.patterns
            for lang in LANGUAGES
            if speaks(ruleset, pattern.slots, lang)
        }
        yield from _untold(rule, spoken)


def _untold(part: Guard | SignalRule, spoken: set[str]) -> Iterator[str]:
    missing: dict[tuple[str, ...], list[str]] = {}
    for title, cases in (("hits", part.hits), ("misses", part.misses)):
        langs = tuple(lang for lang in LANGUAGES if lang in spoken and not cases.get(lang))
        if cases and langs:
            missing.setdefault(langs, []).append(title)
    for langs, titles in missing.items():
        yield f"{part.source}: words, but no {' and '.join(titles)} in {', '.join(langs)}"


def speaks(ruleset: Ruleset, slots: Iterable[Slot], lang: str) -> bool:
    """Tell whether each slot has a word in a language, of its own or one shared by all."""
    return all(
        any({lang, "any"} & ruleset.concepts[name].languages.keys() for name in slot)
        for slot in slots
    )


def _lint_cases(ruleset: Ruleset) -> Iterator[str]:
    for concept in ruleset.concepts.values():
        for lang, vocabulary in concept.languages.items():
            if lang in LANGUAGES and not (vocabulary.hits and vocabulary.misses):
                yield f"{concept.source}, {lang}: wants hits and misses"
    for guard in ruleset.guards.values():
        if not guard.hits or not guard.misses:
            yield f"{guard.source}: wants [hits] and [misses]"
    for rule in ruleset.rules.values():
        if not rule.hits or not rule.misses:
            yield f"{rule.source}: wants [hits] and [misses]"


def _lint_idioms(ruleset: Ruleset) -> Iterator[str]:
    for rule in ruleset.rules.values():
        for idiom in rule.idioms:
            for regex in idiom.any:
                written = re.sub(r"\[[^\]]*\]", "[]", regex.pattern).replace(r"\*", "")
                if _UNBOUNDED.search(written):
                    yield f"{rule.source}, {idiom.id}: unbounded repetition in {regex.pattern}"
                if _LOOKS_AROUND.search(regex.pattern):
                    yield f"{rule.source}, {idiom.id}: look-around or back-reference"
