"""What is wrong with rule files that load: dead words, missing cases, expressions that run away."""

import re
from collections.abc import Iterator

from pipeline.signals.cases import Outcome
from pipeline.signals.concepts import LANGUAGES
from pipeline.signals.patterns import Idiom, Pattern
from pipeline.signals.ruleset import Ruleset

_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+](?!\})|\{\d+,\})")
_LOOKS_AROUND = re.compile(r"\(\?[=!<]|\\[1-9]")


def lint(ruleset: Ruleset) -> Outcome:
    """Look for what can never match, lacks cases, or may run too long; counts the files."""
    remarks = (*_lint_concepts(ruleset), *_lint_cases(ruleset), *_lint_idioms(ruleset))
    files = len(ruleset.concepts) + len(ruleset.guards) + len(ruleset.rules)
    return Outcome(remarks, files)


def _lint_concepts(ruleset: Ruleset) -> Iterator[str]:
    parts: list[Pattern | Idiom] = []
    for rule in ruleset.rules.values():
        parts += rule.parts
    named = {concept for part in parts for slot in part.slots for concept in slot}
    named |= {concept for part in parts for concept in part.never}
    named |= {
        c for g in ruleset.guards.values() for c in g.concepts + g.cancelled_by + g.blocked_by
    }
    for concept in ruleset.concepts.values():
        if concept.name not in named and not concept.masks and not concept.object:
            yield f"{concept.source}: no rule or guard uses this concept"
        for lang, vocabulary in concept.languages.items():
            twice = {w for w in vocabulary.words if vocabulary.words.count(w) > 1}
            for word in sorted(twice):
                yield f"{concept.source}, {lang}: {word!r} is listed twice"


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
