"""Read many texts together: columns, then the rules that may match, then the second reader."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import starmap

import numpy as np

from pipeline.signals.arrays import Numbers
from pipeline.signals.document import Document
from pipeline.signals.grammar import run_rules
from pipeline.signals.hits import NAMES, Texts
from pipeline.signals.lexicon import Hit
from pipeline.signals.nearness import Nearness
from pipeline.signals.opinions import MOST_TEXTS, Floats, Opinions
from pipeline.signals.reading import Reading
from pipeline.signals.rows import (
    DOUBT,
    DOUBTS,
    ENOUGH_CONCEPTS,
    WORTH_A_WORD,
    Row,
    opinion_rows,
    row,
)
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.second_reader import concept_features
from pipeline.signals.words import Words
from pipeline.text.letters import fold_all
from pipeline.text.normalise import Normalised

_MOST_LETTERS = 1_000_000
"""So many letters are read together: the columns stay small enough for the processor's caches."""

Asked = tuple[str, str]
"""A text and its direction."""


class BatchReader:
    """A ruleset ready to read columns of texts."""

    def __init__(self, rules: Ruleset) -> None:
        """Take the rules apart."""
        self.rules = rules
        self._concepts = tuple(rules.concepts)
        self._words = Words(rules.lexicon, self._concepts, NAMES)
        self._nearness = Nearness(rules)
        self._reader = rules.second_reader
        self._opinions = Opinions(self._reader, self._concepts)

    def read(self, asked: Sequence[Asked]) -> list[tuple[Row, ...]]:
        """Return the rows of every text, in the order of the texts."""
        rows: list[tuple[Row, ...]] = []
        for part in _parts(asked):
            rows += self._read(part)
        return rows

    def _read(self, asked: Sequence[Asked]) -> Iterator[tuple[Row, ...]]:
        numbers: dict[str, int] = {}
        for text, _ in asked:
            numbers.setdefault(text, len(numbers))
        page = _Page(Texts(fold_all(list(numbers)), self._words), self._concepts, self.rules)
        found = self._run_rules(page)
        opinions = self._ask(page, found, [(numbers[text], who) for text, who in asked])
        for place, (text, _) in enumerate(asked):
            rows = found[numbers[text]]
            yield (*rows, *opinions.get(place, ()))

    def _run_rules(self, page: "_Page") -> list[list[Row]]:
        found: list[list[Row]] = [[] for _ in range(page.size)]
        for number, patterns, idioms in self._nearness.rules_by_text(page.texts):
            reading = page.reading(number)
            matches = run_rules(reading, self.rules, patterns, idioms)
            if matches:
                folded = page.texts.letters.normalised(number)
                found[number] = [row(match, folded) for match in matches]
        return found

    def _ask(
        self, page: "_Page", found: Sequence[list[Row]], asked: Sequence[tuple[int, str]]
    ) -> dict[int, list[Row]]:
        """Return the second reader's rows by place in `asked`."""
        enough = page.concept_counts >= ENOUGH_CONCEPTS
        places = [
            place
            for place, (number, direction) in enumerate(asked)
            if direction != "inbound" and (found[number] or enough[number])
        ]
        opinions = {}
        for place, score in zip(places, self._scores(page, asked, places), strict=True):
            number, direction = asked[place]
            if score < DOUBT:
                if found[number]:
                    opinions[place] = opinion_rows(
                        found[number], page.reading(number), page.normalised(number), DOUBTS, score
                    )
            elif score >= WORTH_A_WORD:
                tagged = concept_features(page.concepts_of(number), direction)
                opinions[place] = opinion_rows(
                    found[number], page.reading(number), page.normalised(number),
                    self._reader.policies(tagged), score,
                )  # fmt: skip
        return opinions

    def _scores(
        self, page: "_Page", asked: Sequence[tuple[int, str]], places: Sequence[int]
    ) -> list[float]:
        numbers = np.array([asked[place][0] for place in places], np.int64)
        chosen, where = np.unique(numbers, return_inverse=True)
        if not chosen.size:
            return []
        letters = np.concatenate(
            [
                self._opinions.by_letters(page.texts.letters, chosen[start : start + MOST_TEXTS])
                for start in range(0, chosen.size, MOST_TEXTS)
            ]
        )[where]
        concepts: Floats = np.zeros(numbers.size)
        directions = np.array([asked[place][1] for place in places])
        for direction in set(directions.tolist()):
            these = directions == direction
            by_text = self._opinions.by_concepts(*page.text_concepts, page.size, direction)
            concepts[these] = by_text[numbers[these]]
        scores: list[float] = self._opinions.scores(concepts, letters).tolist()
        return scores


class _Page:
    """Texts read together, and the reading of any one of them."""

    def __init__(self, texts: Texts, concepts: Sequence[str], rules: Ruleset) -> None:
        self.texts = texts
        self.size = texts.letters.starts.size
        self._concepts = concepts
        self._rules = rules
        self._readings: dict[int, Reading] = {}
        hits = texts.hits
        new = np.ones(hits.text.size, np.bool_)
        new[1:] = (hits.text[1:] != hits.text[:-1]) | (hits.concept[1:] != hits.concept[:-1])
        self.text_concepts: tuple[Numbers, Numbers] = hits.text[new], hits.concept[new]
        self.concept_counts = np.bincount(self.text_concepts[0], minlength=self.size)

    def concepts_of(self, number: int) -> list[str]:
        """Return the concepts found in a text, masked ones included."""
        text, concept = self.text_concepts
        low, high = np.searchsorted(text, [number, number + 1])
        return [self._concepts[place] for place in concept[low:high].tolist()]

    def normalised(self, number: int) -> Normalised:
        """Return a text, folded, with the way back."""
        return self.texts.letters.normalised(number)

    def reading(self, number: int) -> Reading:
        """Return the reading of a text, as `Reading` makes it."""
        if number not in self._readings:
            self._readings[number] = self._read(number)
        return self._readings[number]

    def _read(self, number: int) -> Reading:
        texts = self.texts
        sentences = slice(texts.first_sentence[number], texts.first_sentence[number + 1])
        words = slice(texts.tokens.first[number], texts.tokens.first[number + 1])
        own = texts.letters.starts[number]
        document = Document(
            texts.letters.folded(number),
            (texts.sentences[sentences] - own).tolist(),
            (texts.tokens.starts[words] - own).tolist(),
        )
        hits = texts.hits
        here = slice(hits.rows[number], hits.rows[number + 1])
        sentence = hits.sentence[here] - texts.first_sentence[number]
        names = [self._concepts[place] for place in hits.concept[here].tolist()]
        langs = [NAMES[place] for place in hits.lang[here].tolist()]
        rows = zip(names, langs, hits.start[here].tolist(), hits.end[here].tolist(),
                   hits.first[here].tolist(), hits.last[here].tolist(), sentence.tolist(),
                   strict=True)  # fmt: skip
        by_concept: dict[str, list[Hit]] = {}
        for hit in starmap(Hit, rows):
            by_concept.setdefault(hit.concept, []).append(hit)
        language = int(texts.language[number])
        return Reading.of_hits(
            document, NAMES[language] if language >= 0 else "", by_concept,
            self._rules.masks, self._rules.negatable,
        )  # fmt: skip


def _parts(asked: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    """Cut the texts into parts of a size that is read together; a giant one stands alone."""
    start = size = 0
    for place, (text, _) in enumerate(asked):
        if place > start and (size + len(text) > _MOST_LETTERS or place - start >= MOST_TEXTS):
            yield asked[start:place]
            start, size = place, 0
        size += len(text)
    if start < len(asked):
        yield asked[start:]


@lru_cache(maxsize=2)
def batch_reader(rules: Ruleset) -> BatchReader:
    """Return the reader of a ruleset, made once."""
    return BatchReader(rules)
