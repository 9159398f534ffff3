"""What an act is about: the nearest noun decides, free of language and word order."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from pipeline.signals.lexicon import Hit
from pipeline.signals.reading import FEW, FIRST, START, Reading

_CLAUSE_PENALTY = 5
_PRONOUN_PENALTY = 6
_REVIEW_BONUS = 2
_REACH = 14
_FARTHEST = 2 * (_REACH + 1 + _REVIEW_BONUS)
"""From so many words on no noun is near, of whatever kind and script."""
_OF_WORDS = 3
_OF_TEXT = """
    of for about van voor over der des von fur zu zum zur de du pour sur di del della per su la el
    para sobre do da o om pa av till
"""
_OF = frozenset(_OF_TEXT.split())


@dataclass(frozen=True, slots=True)
class Object:
    """The thing an act is about: its kind, and the noun that says so (none where it is guessed)."""

    kind: str
    hit: Hit | None


class Nouns:
    """The nouns of one reading that can be an object, by kind."""

    def __init__(self, reading: Reading, kinds: Mapping[str, str]) -> None:
        """Take the concepts that name a thing (concept -> kind of object)."""
        self._reading = reading
        self._kinds = kinds

    @cached_property
    def _hits(self) -> list[Hit]:
        return sorted(
            (hit for concept in self._kinds for hit in self._reading.of(concept)),
            key=lambda hit: (hit.start, -hit.end),
        )

    @cached_property
    def _lasts(self) -> list[int]:
        """The last word that each noun, or one before it, reaches."""
        return [*accumulate((hit.last for hit in self._hits), max)]

    @cached_property
    def _named(self) -> list[Hit]:
        """The nouns that are no pronouns."""
        return [hit for hit in self._hits if self._kinds[hit.concept] != "pronoun"]

    def _between(self, first: int, last: int) -> list[Hit]:
        """Return the nouns that may stand between two words; all of them where they are few."""
        if len(self._hits) <= FEW:
            return self._hits
        low = bisect_left(self._lasts, first)
        return self._hits[low : bisect_right(self._hits, last, key=FIRST)]

    def of(self, act: Hit) -> Object:
        """Return what `act` is about; kind `unclear` with no noun where only a pronoun stands."""
        best = self._nearest(act)
        if best is None:
            return Object("", None)
        kind = self._kinds[best.concept]
        if kind == "other" and best.end <= act.start:
            head = self._head(best)
            if head is not None:
                return Object(self._kinds[head.concept], head)
        if kind != "pronoun":
            return Object(kind, best)
        earlier = self._antecedent(best)
        return earlier or Object("pronoun", best)

    def _head(self, noun: Hit) -> Hit | None:
        """Return the review that `noun` only belongs to: "uw review van de lamp"."""
        document = self._reading.document
        for hit in self._between(noun.first - _OF_WORDS - 1, noun.first):
            if hit.end > noun.start or hit.sentence != noun.sentence:
                continue
            between = document.tokens[hit.last + 1 : noun.first]
            joined = len(between) <= _OF_WORDS and any(token.text in _OF for token in between)
            if joined and self._kinds[hit.concept] == "product_review":
                return hit
        return None

    def _nearest(self, act: Hit) -> Hit | None:
        found: Hit | None = None
        least = float(_REACH + 1)
        for hit in self._between(act.first - _FARTHEST, act.last + _FARTHEST):
            if hit.sentence != act.sentence:
                continue
            cost = self._distance(act, hit)
            if cost < least:
                found, least = hit, cost
        return found

    def _distance(self, act: Hit, noun: Hit) -> float:
        document = self._reading.document
        if noun.start >= act.end:
            words = float(noun.first - act.last)
            gap = (act.end, noun.start)
        elif noun.end <= act.start:
            words = float(act.first - noun.last)
            gap = (noun.end, act.start)
        else:
            words, gap = 0.0, (act.end, act.end)
        if gap[1] > gap[0] and document.text[gap[0]].isascii() is False:
            words /= 2
        if document.has_break(*gap):
            words += _CLAUSE_PENALTY
        kind = self._kinds[noun.concept]
        if kind == "pronoun":
            words += _PRONOUN_PENALTY
        if kind in ("product_review", "seller_feedback"):
            words -= _REVIEW_BONUS
        return words

    def _antecedent(self, pronoun: Hit) -> Object | None:
        """Return the last noun before a pronoun, at most two sentences back."""
        place = bisect_left(self._named, pronoun.start, key=START) - 1
        if place < 0 or pronoun.sentence - self._named[place].sentence > 2:  # noqa: PLR2004
            return None
        return Object(self._kinds[self._named[place].concept], self._named[place])
