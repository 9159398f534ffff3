"""The rule catalogue: what there is, what one rule says, and what is wrong with the files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import RuleError
from pipeline.signals.concepts import LANGUAGES
from pipeline.signals.guards import Guard
from pipeline.signals.patterns import Idiom, Pattern, SignalRule
from pipeline.signals.ruleset import Ruleset

_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+](?!\})|\{\d+,\})")
_LOOKS_AROUND = re.compile(r"\(\?[=!<]|\\[1-9]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue."""

    name: str
    kind: str
    why: str
    languages: tuple[str, ...]
    size: int


def entries(ruleset: Ruleset) -> list[Entry]:
    """List signals, guards and concepts; size is the number of patterns or words."""
    listed = [
        Entry(r.name, "signal", r.why, tuple(r.hits), len(r.patterns) + len(r.idioms))
        for r in ruleset.rules.values()
    ]
    listed += [
        Entry(g.name, "guard", g.why, tuple(g.hits), len(g.concepts))
        for g in ruleset.guards.values()
    ]
    listed += [
        Entry(
            c.name,
            "concept",
            c.why,
            tuple(c.languages),
            sum(len(v.words) for v in c.languages.values()),
        )
        for c in ruleset.concepts.values()
    ]
    return listed


def show(ruleset: Ruleset, name: str) -> str:
    """Describe a signal, a rule id (`signal.pattern`), a guard or a concept in plain lines.

    Raises:
        RuleError: there is none of that name.

    """
    signal, _, part = name.partition(".")
    if signal in ruleset.rules:
        return "\n".join(_rule_lines(ruleset.rules[signal], part))
    if name in ruleset.guards:
        return "\n".join(_guard_lines(ruleset.guards[name]))
    if name in ruleset.concepts:
        concept = ruleset.concepts[name]
        lines = [f"concept {concept.name}: {concept.why}"]
        lines += [f"  {lang}: {', '.join(v.words)}" for lang, v in concept.languages.items()]
        return "\n".join(lines)
    raise RuleError(f"there is no rule, guard or concept {name!r}; see `msgaudit rules list`")


def _rule_lines(rule: SignalRule, part: str) -> Iterator[str]:
    yield f"signal {rule.name}: {rule.why}"
    for pattern in rule.patterns:
        if part in ("", pattern.id.partition(".")[2]):
            yield from _pattern_lines(pattern)
    for idiom in rule.idioms:
        if part in ("", idiom.id.partition(".")[2]):
            yield f"  {idiom.id} ({idiom.strength}): {' | '.join(r.pattern for r in idiom.any)}"
            yield from _unless_lines(idiom)
    for title, cases in (("hit", rule.hits), ("miss", rule.misses)):
        for lang, texts in cases.items():
            for text in texts:
                yield f"  {title} [{lang}] {text}"


def _pattern_lines(pattern: Pattern) -> Iterator[str]:
    slots = " + ".join("|".join(slot) for slot in pattern.slots)
    about = f" about {'|'.join(pattern.objects)}" if pattern.objects else ""
    yield f"  {pattern.id} ({pattern.strength}): {slots}{about}, within {pattern.within}"
    yield from _unless_lines(pattern)


def _unless_lines(rule: Pattern | Idiom) -> Iterator[str]:
    if rule.unless:
        yield f"    unless {', '.join(rule.unless)}"


def _guard_lines(guard: Guard) -> Iterator[str]:
    yield f"guard {guard.name}: {guard.why}"
    yield f"  {'|'.join(guard.concepts)}, {guard.scope}"
    for title, cases in (("stops", guard.hits), ("lets stand", guard.misses)):
        for lang, texts in cases.items():
            for text in texts:
                yield f"  {title} [{lang}] {text}"


def lint(ruleset: Ruleset) -> list[str]:
    """Return remarks on the files: what can never match, lacks cases, or may run too long."""
    return [*_lint_concepts(ruleset), *_lint_cases(ruleset), *_lint_idioms(ruleset)]


def _lint_concepts(ruleset: Ruleset) -> Iterator[str]:
    named = {c for r in ruleset.rules.values() for p in (*r.patterns, *r.idioms) for s in p.slots for c in s}
    named |= {c for r in ruleset.rules.values() for p in (*r.patterns, *r.idioms) for c in p.never}
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
    for part in (*ruleset.guards.values(), *ruleset.rules.values()):
        if not part.hits or not part.misses:
            yield f"{part.source}: wants [hits] and [misses]"


def _lint_idioms(ruleset: Ruleset) -> Iterator[str]:
    for rule in ruleset.rules.values():
        for idiom in rule.idioms:
            for regex in idiom.any:
                written = re.sub(r"\[[^\]]*\]", "[]", regex.pattern).replace(r"\*", "")
                if _UNBOUNDED.search(written):
                    yield f"{rule.source}, {idiom.id}: unbounded repetition in {regex.pattern}"
                if _LOOKS_AROUND.search(regex.pattern):
                    yield f"{rule.source}, {idiom.id}: look-around or back-reference"
