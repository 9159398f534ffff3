"""Run the examples that every concept, guard and signal file carries."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.signals.engine import read_text
from pipeline.signals.grammar import Match
from pipeline.signals.guards import Guard
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset
from pipeline.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class Failure:
    """One example that did not come out as its file says."""

    source: str
    kind: str
    language: str
    text: str
    message: str

    def __str__(self) -> str:
        """Name the file, the kind, the language, the text and what came out."""
        return f"{self.source}: {self.kind} [{self.language}] {self.text!r}: {self.message}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What failed, and how many were looked at."""

    failures: tuple[object, ...]
    count: int


def run_cases(ruleset: Ruleset, name: str = "") -> Outcome:
    """Run all hits and misses, or those of the concept, guard or signal called `name`."""
    failures = (
        *_concept_cases(ruleset, name),
        *_guard_cases(ruleset, name),
        *_rule_cases(ruleset, name),
    )
    return Outcome(failures, _count(ruleset, name))


def _count(ruleset: Ruleset, name: str) -> int:
    words = [
        (*v.hits, *v.misses)
        for c in ruleset.concepts.values()
        if name in ("", c.name)
        for v in c.languages.values()
    ]
    guards = [
        (*g.hits.values(), *g.misses.values())
        for g in ruleset.guards.values()
        if name in ("", g.name)
    ]
    rules = [
        (*r.hits.values(), *r.misses.values())
        for r in ruleset.rules.values()
        if name in ("", r.name)
    ]
    listed = [texts for part in (*guards, *rules) for texts in part]
    return sum(map(len, words)) + sum(map(len, listed))


def _concept_cases(ruleset: Ruleset, name: str) -> Iterator[Failure]:
    for concept in ruleset.concepts.values():
        if name not in ("", concept.name):
            continue
        for lang, words in concept.languages.items():
            for texts, wanted in ((words.hits, True), (words.misses, False)):
                for text in texts:
                    if _tagged(ruleset, concept.name, text) != wanted:
                        said = "is not tagged" if wanted else "is tagged"
                        kind = "hit" if wanted else "miss"
                        yield Failure(concept.source, kind, lang, text, f"{said} {concept.name}")


def _tagged(ruleset: Ruleset, concept: str, text: str) -> bool:
    reading = Reading(normalise(text).text, ruleset.lexicon, {})
    return bool(reading.of(concept))


def _guard_cases(ruleset: Ruleset, name: str) -> Iterator[Failure]:
    for guard in ruleset.guards.values():
        if name not in ("", guard.name):
            continue
        for wanted, cases in ((True, guard.hits), (False, guard.misses)):
            for lang, texts in cases.items():
                for text in texts:
                    failure = _guard_case(ruleset, guard, text, wanted=wanted)
                    if failure:
                        kind = "hit" if wanted else "miss"
                        yield Failure(guard.source, kind, lang, text, failure)


def _guard_case(ruleset: Ruleset, guard: Guard, text: str, *, wanted: bool) -> str:
    """Say what is wrong: a hit must stop a signal by this guard, a miss must let one stand."""
    matches = read_text(text, ruleset)
    stopped = [match for match in matches if match.stopped_by == guard.name]
    if wanted and not stopped:
        return f"nothing is stopped by {guard.name}: {_shown(matches)}"
    if not wanted and (stopped or all(match.stopped_by for match in matches)):
        return f"no signal stands: {_shown(matches)}"
    return ""


def _rule_cases(ruleset: Ruleset, name: str) -> Iterator[Failure]:
    for rule in ruleset.rules.values():
        if name not in ("", rule.name):
            continue
        for wanted, cases in ((True, rule.hits), (False, rule.misses)):
            for lang, texts in cases.items():
                for text in texts:
                    matches = read_text(text, ruleset)
                    stands = any(m.signal == rule.name and not m.stopped_by for m in matches)
                    if stands != wanted:
                        kind = "hit" if wanted else "miss"
                        yield Failure(rule.source, kind, lang, text, _shown(matches))


def _shown(matches: list[Match]) -> str:
    parts = [
        match.rule_id + (f" (stopped by {match.stopped_by})" if match.stopped_by else "")
        for match in matches
    ]
    return ", ".join(parts) or "no signal at all"
