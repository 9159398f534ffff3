"""A text as the grammar reads it: its concept hits after ranking languages and masking."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Self

from pipeline.signals.document import Document
from pipeline.signals.lexicon import Found, Hit, Lexicon
from pipeline.text.language import main_language, plausible, scores

SHORT = 7
VERY_SHORT = 3
START, END, FIRST, LAST = map(attrgetter, ("start", "end", "first", "last"))
"""What the hits of one concept rise by, as none lies inside another: to look one up by."""
FEW = 16
"""So many hits are gone through faster than looked up."""
_NEGATION_REACH = 2
_NEGATION_AFTER = frozenset({"tr", "ja"})


class Reading:
    """Concept hits of one text, by concept, in order of place."""

    def __init__(
        self,
        text: str,
        lexicon: Lexicon,
        masks: Mapping[str, tuple[str, ...]],
        negatable: tuple[str, ...] = (),
    ) -> None:
        """Find, rank and mask the hits of a normalised text."""
        document = Document(text)
        ranking = Ranking(document)
        self.language = ranking.language
        self._set(document, ranking.longest(lexicon.find(document)), masks, negatable)

    @classmethod
    def of_hits(
        cls,
        document: Document,
        language: str,
        hits: dict[str, list[Hit]],
        masks: Mapping[str, tuple[str, ...]],
        negatable: tuple[str, ...] = (),
    ) -> Self:
        """Return the reading of a text whose hits are found and ranked already."""
        reading = cls.__new__(cls)
        reading.language = language
        reading._set(document, hits, masks, negatable)  # noqa: SLF001 - its own
        return reading

    def _set(
        self,
        document: Document,
        hits: dict[str, list[Hit]],
        masks: Mapping[str, tuple[str, ...]],
        negatable: tuple[str, ...],
    ) -> None:
        self.document = document
        self.hits = hits
        self.found = dict(hits)
        """The hits before masks and negations took any away."""
        self._mask(masks)
        self._negate(negatable)
        self._starts: dict[str, list[int]] = {}
        self._wordings: dict[tuple[str, ...], int] = {}

    def of(self, concept: str) -> list[Hit]:
        """Return a concept's hits."""
        return self.hits.get(concept, [])

    def of_any(self, concepts: tuple[str, ...]) -> Iterator[Hit]:
        """Yield the hits of several concepts."""
        for concept in concepts:
            yield from self.hits.get(concept, ())

    def within(self, concepts: tuple[str, ...], start: int, end: int) -> list[Hit]:
        """Return the hits of several concepts that start between two places."""
        found: list[Hit] = []
        for concept in concepts:
            hits = self.hits.get(concept)
            if hits:
                low, high = self._between(concept, hits, start, end)
                found += hits[low:high]
        return found

    def nearest(self, concepts: tuple[str, ...], act: Hit, start: int, end: int) -> list[Hit]:
        """Return the hits between two places, of many only those that may be nearest to `act`."""
        found: list[Hit] = []
        for concept in concepts:
            hits = self.hits.get(concept)
            if not hits:
                continue
            low, high = self._between(concept, hits, start, end)
            if high - low <= FEW:
                found += hits[low:high]
                continue
            after = bisect_left(hits, act.first, low, high, key=LAST)
            if after > low:
                last = hits[after - 1].last
                found.append(hits[bisect_left(hits, last, low, after, key=LAST)])
            found += hits[after : min(after + 1, high)]
        return found

    def last_before(self, concepts: tuple[str, ...], place: int) -> int:
        """Return where the last hit of several concepts starts before a place, -1 for none."""
        found = -1
        for concept in concepts:
            hits = self.hits.get(concept, ())
            before = bisect_left(hits, place, key=START)
            if before:
                found = max(found, hits[before - 1].start)
        return found

    def wordings(self, concepts: tuple[str, ...]) -> int:
        """Return how many different words of several concepts the text has."""
        if concepts not in self._wordings:
            text = self.document.text
            different = {text[hit.start : hit.end] for hit in self.of_any(concepts)}
            self._wordings[concepts] = len(different)
        return self._wordings[concepts]

    def has(self, concepts: tuple[str, ...], start: int, end: int) -> bool:
        """Tell whether a hit of one of several concepts starts between two places."""
        for concept in concepts:
            hits = self.hits.get(concept)
            if hits:
                low, high = self._between(concept, hits, start, end)
                if low < high:
                    return True
        return False

    def _between(self, concept: str, hits: list[Hit], start: int, end: int) -> tuple[int, int]:
        starts = self._starts.get(concept)
        if starts is None:
            starts = self._starts[concept] = [hit.start for hit in hits]
        return bisect_left(starts, start), bisect_left(starts, end)

    def _negate(self, negatable: tuple[str, ...]) -> None:
        """Void hits that a negation stands right beside: "no gift cards", "hediye yok"."""
        negations = self.hits.get("negation")
        if not negations:
            return
        for name in negatable:
            hits = self.hits.get(name)
            if hits:
                self.hits[name] = [hit for hit in hits if not self._negated(hit, negations)]

    def _negated(self, hit: Hit, negations: list[Hit]) -> bool:
        if len(negations) > FEW:
            reach = _NEGATION_REACH * 2
            low = bisect_left(negations, hit.first - reach, key=LAST)
            negations = negations[low : bisect_right(negations, hit.last + reach, key=FIRST)]
        return any(self._negates(negation, hit) for negation in negations)

    def _negates(self, negation: Hit, hit: Hit) -> bool:
        if negation.sentence != hit.sentence:
            return False
        if negation.lang in _NEGATION_AFTER:
            between = hit.end, negation.start
            words = negation.first - hit.last
        else:
            between = negation.end, hit.start
            words = hit.first - negation.last
        near = _NEGATION_REACH if self.document.text[hit.start].isascii() else _NEGATION_REACH * 2
        return 0 < words <= near and not self.document.has_break(*between)

    def _mask(self, masks: Mapping[str, tuple[str, ...]]) -> None:
        for concept, voided in masks.items():
            covers = self.hits.get(concept)
            if not covers:
                continue
            for name in voided:
                hits = self.hits.get(name)
                if hits:
                    self.hits[name] = [hit for hit in hits if not _voided(hit, covers)]


def _voided(hit: Hit, covers: list[Hit]) -> bool:
    """Tell whether a mask overlaps `hit`, unless the mask is only a part of it."""
    if len(covers) > FEW:
        low = bisect_right(covers, hit.start, key=END)
        covers = covers[low : bisect_left(covers, hit.end, key=START)]
    return any(
        cover.start < hit.end
        and hit.start < cover.end
        and (cover.start <= hit.start or cover.end > hit.end)
        for cover in covers
    )


class Ranking:
    """Which of a text's finds count, by the languages it may be in."""

    def __init__(self, document: Document) -> None:
        """Tell the languages of the text."""
        self._document = document
        found = scores(document.text, (token.text for token in document.tokens))
        self.language = main_language(found)
        self._plausible = plausible(found)
        self._hinted = frozenset(found)
        self._by_sentence: dict[int, frozenset[str]] = {}

    def _believed(self, found: Found) -> str:
        """Return the language to count a match for, empty where it is none of the text's.

        Short words of one language mean other things in others: they count only in languages
        that the text, or the sentence, may be in.
        """
        langs = found.langs
        if self.language in langs:
            return self.language
        text = self._document.text[found.start : found.end]
        latin = text.isascii() and not text.isdigit()
        if self._plausible is None:
            believed = self._hinted
            short = bool(believed) and latin and len(text) <= VERY_SHORT
        else:
            believed = self._plausible
            short = latin and found.last == found.first and len(text) <= SHORT
        likely = next((lang for lang in langs if lang in believed), "")
        if likely or not short or "en" in langs or "any" in langs:
            return likely or langs[0]
        here = self._likely_in(self._document.sentence_at(found.start))
        return next((lang for lang in langs if lang in here), "")

    def _likely_in(self, sentence: int) -> frozenset[str]:
        if sentence not in self._by_sentence:
            start, end = self._document.sentence_span(sentence)
            places = self._document.token_starts
            inside = slice(bisect_left(places, start), bisect_left(places, end))
            words = (token.text for token in self._document.tokens[inside])
            self._by_sentence[sentence] = plausible(scores("", words)) or frozenset()
        return self._by_sentence[sentence]

    def longest(self, found: list[Found]) -> dict[str, list[Hit]]:
        """Keep, for each concept, one hit a stretch and no hit inside another."""
        kept: dict[str, list[Hit]] = defaultdict(list)
        reach: dict[str, int] = defaultdict(int)
        for match in found:
            if match.end <= reach[match.concept]:
                continue
            lang = self._believed(match)
            if not lang:
                continue
            reach[match.concept] = match.end
            sentence = self._document.sentence_at(match.start)
            kept[match.concept].append(
                Hit(match.concept, lang, match.start, match.end, match.first, match.last, sentence)
            )
        return dict(kept)
