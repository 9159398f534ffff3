"""Guards: what makes the same words innocent. One file a guard, named and shared by the rules.

Keys: `guard`, `why`, `concepts` that fire it, `scope` (covering | before | after | around |
sentence | near | message; `[scope_by_language]` overrides it by the language of the words that
fired), `reach` in words for before, after and around (`[reach_by_language]` where verbs stand far
away), `cancelled_by` (concepts standing between the guard's words and the act take its force),
`blocked_by` (concepts in the act's own sentence that do the same), `at_least` (how many different
words of the concepts the message must hold), `over_clauses` (a comma or colon in between does not
end its force), `[hits]` and `[misses]` by language.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.signals.files import Fields, read_fields
from pipeline.signals.lexicon import Hit
from pipeline.signals.reading import END, FEW, FIRST, LAST, START, Reading

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
        if self.at_least > 1 and reading.wordings(self.concepts) < self.at_least:
            return None
        for concept in self.concepts:
            hits = reading.of(concept)
            place, after = self._not_too_far(reading, hits, act)
            while place < after:
                hit = hits[place]
                scope = self.scope_by_language.get(hit.lang, self.scope)
                if not self._reaches(reading, hit, scope, act):
                    place += 1
                elif self._blocked(reading, act):
                    return None
                elif not self._cancelled(reading, hit, act):
                    return hit
                elif hit.end <= act.start:
                    cancelling = reading.last_before(self.cancelled_by, act.start)
                    place = bisect_right(hits, cancelling, key=END)
                else:
                    break
        return None

    def _not_too_far(self, reading: Reading, hits: list[Hit], act: Hit) -> tuple[int, int]:
        """Return between which of a concept's hits those stand that may reach the act."""
        if len(hits) <= FEW:
            return 0, len(hits)
        scopes = {self.scope, *self.scope_by_language.values()}
        bounds = [self._bounds(reading, hits, scope, act) for scope in scopes]
        return min(low for low, _ in bounds), max(high for _, high in bounds)

    def _bounds(self, reading: Reading, hits: list[Hit], scope: str, act: Hit) -> tuple[int, int]:
        if scope == "message":
            return 0, len(hits)
        if scope == "covering":
            return bisect_right(hits, act.start, key=END), bisect_left(hits, act.end, key=START)
        if scope in ("near", "sentence"):
            start, end = reading.document.sentence_span(act.sentence)
            if scope == "near":
                start, end = max(start - _NEAR_CHARS, 0), end + _NEAR_CHARS
            return bisect_left(hits, start, key=START), bisect_left(hits, end, key=START)
        reach = max(self.reach, *self.reach_by_language.values(), 0) * _CJK_REACH
        low = bisect_left(hits, act.first - reach, key=LAST)
        return low, bisect_right(hits, act.last + reach, key=FIRST)

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
        return not _is_own(hit, act)

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
        return reading.has(self.cancelled_by, low, high)

    def _blocked(self, reading: Reading, act: Hit) -> bool:
        start, end = reading.document.sentence_span(act.sentence)
        return reading.has(self.blocked_by, start, end)


def _is_own(hit: Hit, act: Hit) -> bool:
    """Tell whether a guard's words are words of the act: "no longer shown" is a removal, no denial.

    An act begins with its own words; what stands further on may fill a gap between them, or end a
    word that is denied by its ending.
    """
    return hit.start == act.start and hit.end <= act.end


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
