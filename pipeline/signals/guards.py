"""Guards: what makes the same words innocent. One file a guard, named and shared by the rules.

Keys: `guard`, `why`, `concepts` that fire it, `scope` (covering | before | after | around |
sentence | near | message; `[scope_by_language]` overrides it by the language of the words that
fired), `reach` in words for before, after and around (`[reach_by_language]` where verbs stand far
away), `cancelled_by` (concepts standing between the guard's words and the act take its force),
`blocked_by` (concepts in the act's own sentence that do the same), `at_least` (how many different
words of the concepts the message must hold), `over_clauses` (a comma or colon in between does not
end its force), `[hits]` and `[misses]` by language.
"""

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.signals.files import Fields, read_fields
from pipeline.signals.lexicon import Hit
from pipeline.signals.reading import Reading

SCOPES = ("covering", "before", "after", "around", "sentence", "near", "message")
_NEAR_CHARS = 220
_CJK_REACH = 2


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard as its file says it."""

    name: str
    why: str
    source: str
    concepts: tuple[str, ...]
    scope: str
    reach: int
    cancelled_by: tuple[str, ...]
    blocked_by: tuple[str, ...]
    at_least: int = 1
    over_clauses: bool = False
    scope_by_language: dict[str, str] = field(default_factory=dict)
    reach_by_language: dict[str, int] = field(default_factory=dict)
    hits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    misses: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def stops(self, reading: Reading, act: Hit) -> Hit | None:
        """Return the words that stop a signal, or None where it stands.

        `act` is the stretch of the rule's first concept.
        """
        if self.at_least > 1 and self._different(reading) < self.at_least:
            return None
        for concept in self.concepts:
            for hit in reading.of(concept):
                scope = self.scope_by_language.get(hit.lang, self.scope)
                if self._reaches(reading, hit, scope, act) and not self._cancelled(
                    reading, hit, act
                ):
                    return hit
        return None

    def _different(self, reading: Reading) -> int:
        text = reading.document.text
        return len({text[hit.start : hit.end] for hit in reading.of_any(self.concepts)})

    def _reaches(self, reading: Reading, hit: Hit, scope: str, act: Hit) -> bool:
        if scope == "message":
            return True
        if scope == "near":
            return self._is_near(reading, hit, act)
        if scope == "covering":
            return hit.start < act.end and act.start < hit.end
        same_sentence = hit.sentence == act.sentence
        if scope == "sentence" or not same_sentence:
            return same_sentence
        return self._is_beside(reading, hit, scope, act)

    def _is_beside(self, reading: Reading, hit: Hit, scope: str, act: Hit) -> bool:
        """Tell whether the words stand on the right side of the act, within reach."""
        latin = reading.document.text[hit.start].isascii()
        reach = self.reach_by_language.get(hit.lang, self.reach) * (1 if latin else _CJK_REACH)
        if hit.end <= act.start:
            near = act.first - hit.last <= reach and not self._cut(reading, hit.end, act.start)
            return scope != "after" and near
        if hit.start >= act.end:
            near = hit.first - act.last <= reach and not self._cut(reading, act.end, hit.start)
            return scope != "before" and near
        return hit.start < act.start or hit.end > act.end

    def _cut(self, reading: Reading, start: int, end: int) -> bool:
        return not self.over_clauses and reading.document.has_break(start, end)

    @staticmethod
    def _is_near(reading: Reading, hit: Hit, act: Hit) -> bool:
        """Tell whether they share a sentence, or the words stand in a short one beside it."""
        gap = abs(hit.sentence - act.sentence)
        if gap <= 1:
            start, end = reading.document.sentence_span(hit.sentence)
            return gap == 0 or end - start <= _NEAR_CHARS
        return False

    def _cancelled(self, reading: Reading, hit: Hit, act: Hit) -> bool:
        low, high = min(hit.end, act.end), max(hit.start, act.start)
        if reading.has(self.cancelled_by, low, high):
            return True
        start, end = reading.document.sentence_span(act.sentence)
        return reading.has(self.blocked_by, start, end)


def read_guard(path: Path) -> Guard:
    """Read one guard file.

    Raises:
        RuleError: it is not well formed.

    """
    fields = read_fields(path)
    name = fields.text("guard")
    if name != path.stem:
        raise fields.error("guard", f"{name!r} is not the file's name {path.stem!r}")
    guard = Guard(
        name=name,
        why=fields.text("why"),
        source=str(path),
        concepts=fields.texts("concepts"),
        scope=_scope(fields, "scope"),
        reach=fields.number("reach", 8),
        cancelled_by=fields.texts("cancelled_by"),
        blocked_by=fields.texts("blocked_by"),
        at_least=fields.number("at_least", 1),
        over_clauses=fields.flag("over_clauses"),
        scope_by_language=_scopes(fields.table("scope_by_language")),
        reach_by_language=_numbers(fields.table("reach_by_language")),
        hits=fields.by_language("hits"),
        misses=fields.by_language("misses"),
    )
    fields.finish()
    return guard


def _scope(fields: Fields, key: str) -> str:
    scope = fields.text(key)
    if scope not in SCOPES:
        raise fields.error(key, f"{scope!r} is not one of {', '.join(SCOPES)}")
    return scope


def _numbers(fields: Fields) -> dict[str, int]:
    return {lang: fields.number(lang, 0) for lang in fields.keys()}  # noqa: SIM118


def _scopes(fields: Fields) -> dict[str, str]:
    return {lang: _scope(fields, lang) for lang in fields.keys()}  # noqa: SIM118
