"""The rule catalogue: what there is, and what one rule says."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from pipeline.errors import RuleError
from pipeline.queries import queries
from pipeline.signals.guards import Guard
from pipeline.signals.patterns import Idiom, Pattern, SignalRule
from pipeline.signals.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue."""

    name: str
    kind: str
    why: str
    languages: tuple[str, ...]
    size: int

    def as_dict(self) -> dict[str, object]:
        """Return the line for JSON output."""
        return asdict(self)


def list_rules(ruleset: Ruleset) -> list[Entry]:
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


def show_rule(ruleset: Ruleset, name: str) -> str:
    """Describe a signal, a rule id (`signal.pattern`), a guard, a concept or a policy.

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
    policy = next((q for q in queries("verdicts") if q.table == name.replace("-", "_")), None)
    if policy is not None:
        return f"policy {name}: {policy.purpose}\n  {policy.why}"
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
