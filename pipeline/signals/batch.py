"""Read many texts together: columns, then the rules that may match, then the second reader."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from pipeline.memory import building
from pipeline.signals.bodies import BodyLanguages, Divided, parts
from pipeline.signals.document import Document
from pipeline.signals.grammar import run_rules
from pipeline.signals.hits import Texts
from pipeline.signals.kept import kept
from pipeline.signals.lexicon import Hit
from pipeline.signals.nearness import Flags, Nearness
from pipeline.signals.opinions import Opinions
from pipeline.signals.reading import Reading
from pipeline.signals.rows import (
    BUYER,
    DOUBTS,
    ENOUGH_CONCEPTS,
    OFFERED_AS,
    SIGNAL,
    WORTH_A_TOPIC,
    WORTH_TELLING,
    Policies,
    Row,
    after_rows,
    brief_rows,
    is_brief,
    is_sellers,
    is_worth_a_word,
    offer_rows,
    opinion_rows,
    row,
    told_rows,
    topic_rows,
)
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.stretches import (
    CONVINCED,
    MOST_SURE,
    UNSURE,
    convincing,
    rows_at,
    stretches,
)
from pipeline.signals.surroundings import Surroundings
from pipeline.signals.tokens import char_tables, use_char_tables
from pipeline.signals.tongues import NAMES, Scores
from pipeline.signals.topics import TOPICS
from pipeline.signals.trait_columns import Question, TraitColumns
from pipeline.signals.vocabulary import Vocabulary
from pipeline.signals.words import Words
from pipeline.text.letters import Letters, fold_all
from pipeline.text.letters import table as letter_table
from pipeline.text.letters import use_table as use_letter_table

_MOST_CLOSER = 20_000
"""So many stretches are remembered."""

_HIT = partial(tuple.__new__, Hit)
"""Makes a hit of its parts, at half the cost of naming them: a page has ten thousand."""

Asked = tuple[str, str]
"""A text and its direction."""


class Read(NamedTuple):
    """What a text says."""

    rows: list[Row]
    language: str
    counts: Scores | None
    """As `Cut.counts`."""


class BatchReader:
    """A ruleset ready to read columns of texts."""

    def __init__(self, rules: Ruleset) -> None:
        """Take the rules apart."""
        self.rules = rules.without_words()
        self._concepts = tuple(rules.concepts)
        self._words = Words(rules.lexicon, self._concepts, NAMES)
        self._nearness = Nearness(rules)
        self._vocabulary = Vocabulary(rules.second_reader, self._concepts)
        self._opinions = Opinions(rules.second_reader, self._vocabulary)
        self._surroundings = Surroundings(self._vocabulary)
        self._closer: dict[Asked, _Closer] = {}
        self._bodies = BodyLanguages(self._words)

    def __getstate__(self) -> dict[str, Any]:
        """Return all of it, and the tables of letters that a new process has to make otherwise."""
        return vars(self) | {"letters": (letter_table(), char_tables())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take it up, the tables too."""
        letters, chars = state.pop("letters")
        use_letter_table(letters)
        use_char_tables(chars)
        vars(self).update(state)

    def read(self, asked: Sequence[Asked]) -> list[Read]:
        """Return what every text says, in the order of the texts."""
        return [
            read
            for part in parts(asked, [len(text) for text, _ in asked])
            for read in self._read(part)
        ]

    def languages(self, bodies: Mapping[str, Divided]) -> dict[str, str]:
        """Return the likeliest language of bodies whose own part has been read."""
        return self._bodies.languages(bodies)

    def _read(self, asked: Sequence[Asked]) -> Iterator[Read]:
        numbers: dict[str, int] = {}
        where = [numbers.setdefault(text, len(numbers)) for text, _ in asked]
        page = self._page(list(numbers))
        of_seller = np.zeros(page.size, np.bool_)
        of_seller[[at for at, (_, who) in zip(where, asked, strict=True) if who != BUYER]] = True
        found = self._run_rules(page, of_seller)
        said = [
            self._of_buyer(found[number]) if who == BUYER and of_seller[number] else found[number]
            for number, (_, who) in zip(where, asked, strict=True)
        ]
        ask = _Questions()
        enough = (page.concept_counts >= ENOUGH_CONCEPTS).tolist()
        for place, (number, (text, who)) in enumerate(zip(where, asked, strict=True)):
            ask.about(place, Question(number, who, said[place]), text, worth=enough[number])
        scored = ask.of_seller | ask.brief | ask.offers
        traits = TraitColumns.of(page.texts, [q.number for q in scored.values()], self._vocabulary)
        chances = self._opinions.scores(traits, [*scored.values()])
        scores = dict(zip(scored, chances, strict=True))
        sizes = [len(text) for text, _ in asked]
        opinions = self._ask(page, traits, ask, scores, sizes)
        told = self._surroundings.told(traits, [*ask.telling.values()], WORTH_TELLING)
        beside = dict(zip(ask.telling, told, strict=True))
        topics = page.topics()
        languages, counts = page.texts.languages(), page.texts.counts()
        for place, (number, (text, _)) in enumerate(zip(where, asked, strict=True)):
            rows = [*said[place], *opinions.get(place, ())]
            if beside.get(place):
                rows += told_rows(beside[place], sizes[place])
            rows += topic_rows(topics.get(number), sizes[place])
            if place in ask.brief:
                rows += brief_rows(text, scores[place])
            if place in ask.offers:
                rows += offer_rows(sizes[place], scores[place])
            yield Read(rows, languages[number], counts[number])

    def _of_buyer(self, rows: list[Row]) -> list[Row]:
        """Return what counts where the buyer writes what the seller's side wrote as well."""
        return [one for one in rows if one[SIGNAL] not in self.rules.seller_only]

    def _run_rules(self, page: "_Page", of_seller: Flags) -> list[list[Row]]:
        """Return the rows of every text, of those not `of_seller` without the seller's signals."""
        found: list[list[Row]] = [[] for _ in range(page.size)]
        for number, patterns, idioms in self._nearness.rules_by_text(page.texts, of_seller):
            reading = page.reading(number)
            matches = run_rules(reading, self.rules, patterns, idioms)
            if matches:
                folded = page.folded(number)
                found[number] = [row(match, folded) for match in matches]
        return found

    def _ask(
        self,
        page: "_Page",
        traits: TraitColumns,
        ask: "_Questions",
        scores: Mapping[int, float],
        sizes: Sequence[int],
    ) -> dict[int, list[Row]]:
        """Return the second reader's rows by place, of what the seller's side may have said."""
        questions = ask.of_seller
        scored = {place: scores[place] for place in questions}
        unsure = {place: score for place, score in scored.items() if score < UNSURE}
        closer = self._look_closer(page, questions, unsure)
        near = [at for at, score in scored.items() if score >= WORTH_A_TOPIC and at not in closer]
        changes = self._opinions.after_each(traits, [questions[place] for place in near])
        after = dict(zip(near, changes, strict=True))
        worth = [
            place
            for place, score in scored.items()
            if place not in closer
            and is_worth_a_word(score, after.get(place, {}), known=place in ask.telling)
        ]
        policies = self._opinions.policies(traits, [questions[place] for place in worth])
        says = {
            place: _Said(questions[place].rows, DOUBTS, score)
            for place, score in scored.items()
            if questions[place].rows
        }
        for place, said in zip(worth, policies, strict=True):
            says[place] = _Said(questions[place].rows, said, scored[place])
        return {
            place: [
                *opinion_rows(
                    said.rows,
                    page.reading(questions[place].number),
                    page.folded(questions[place].number),
                    said.policies,
                    said.score,
                ),
                *after_rows(after.get(place, {}), sizes[place]),
            ]
            for place, said in (says | closer).items()
        }

    def _look_closer(
        self, page: "_Page", questions: Mapping[int, Question], scores: Mapping[int, float]
    ) -> dict[int, "_Said"]:
        """Return what is said of a stretch where the message as a whole says too little.

        `scores` are those of the messages that are to be looked at.
        """
        wanted: dict[int, dict[int, Asked]] = defaultdict(dict)
        for place in scores:
            question = questions[place]
            if question.rows:
                document = page.reading(question.number).document
                for stretch in stretches(question.rows, document):
                    wanted[place][stretch.sentence] = stretch.text, question.direction
        self._read_closer({asked: None for some in wanted.values() for asked in some.values()})
        found = {}
        for place, asked in wanted.items():
            seen = {sentence: self._closer[one] for sentence, one in asked.items()}
            sentence = convincing({at: one.score for at, one in seen.items()}, scores[place])
            if sentence is not None:
                policies, score = seen[sentence]
                rows = rows_at(questions[place].rows, sentence)
                found[place] = _Said(rows, policies, min(score, MOST_SURE))
        return found

    def _read_closer(self, asked: Iterable[Asked]) -> None:
        """Read stretches that were not met before: the same ask stands in many messages."""
        if len(self._closer) > _MOST_CLOSER:
            self._closer.clear()
        new = [one for one in asked if one not in self._closer]
        if not new:
            return
        page = self._page([text for text, _ in new])
        found = self._run_rules(page, np.ones(page.size, np.bool_))
        questions = [
            Question(number, direction, found[number]) for number, (_, direction) in enumerate(new)
        ]
        traits = TraitColumns.of(page.texts, range(page.size), self._vocabulary)
        scores = self._opinions.scores(traits, questions)
        sure = [number for number, score in enumerate(scores) if score >= CONVINCED]
        policies = self._opinions.policies(traits, [questions[number] for number in sure])
        said = dict(zip(sure, policies, strict=True))
        for number, (one, score) in enumerate(zip(new, scores, strict=True)):
            self._closer[one] = _Closer(said.get(number, DOUBTS), score)

    def _page(self, texts: Sequence[str]) -> "_Page":
        return _Page(Texts(fold_all(texts), self._words), self._concepts, self.rules)


class _Questions:
    """What the second reader is asked about a page, by place."""

    def __init__(self) -> None:
        self.of_seller: dict[int, Question] = {}
        self.brief: dict[int, Question] = {}
        self.offers: dict[int, Question] = {}
        self.telling: dict[int, Question] = {}
        """What may tell something of the messages beside it."""

    def about(self, place: int, question: Question, text: str, *, worth: bool) -> None:
        """Ask what there is to ask; `worth` says that the text has concepts enough."""
        worth = worth or bool(question.rows)
        if question.direction == BUYER:
            if worth:
                self.telling[place] = question
                self.offers[place] = Question(question.number, OFFERED_AS, question.rows)
        elif is_sellers(question.direction):
            if worth:
                self.telling[place] = question
            if is_brief(text):
                self.brief[place] = question
            if worth or place in self.brief:
                self.of_seller[place] = question


class _Closer(NamedTuple):
    """What the second reader says of a stretch; no policies where it is not convinced."""

    policies: Policies
    score: float


class _Said(NamedTuple):
    """What the second reader says, and about which rows."""

    rows: Sequence[Row]
    policies: Policies
    score: float


class _Page:
    """Texts read together, and the reading of any one of them."""

    def __init__(self, texts: Texts, concepts: Sequence[str], rules: Ruleset) -> None:
        self.texts = texts
        self.size = texts.letters.starts.size
        self._rules = rules
        self._readings: dict[int, Reading] = {}
        self._names = concepts
        hits = texts.hits
        new = np.ones(hits.text.size, np.bool_)
        new[1:] = (hits.text[1:] != hits.text[:-1]) | (hits.concept[1:] != hits.concept[:-1])
        self.concept_counts = np.bincount(hits.text[new], minlength=self.size)
        self._concepts = np.array(concepts, object)[hits.concept]
        self._languages = np.array(NAMES, object)[hits.lang]
        sentence = hits.sentence - texts.first_sentence[hits.text]
        self._places = np.stack([hits.start, hits.end, hits.first, hits.last, sentence])
        groups = np.flatnonzero(new)
        self._cuts = np.append(groups, hits.text.size)
        self._bounds = tuple(
            bounds.tolist()
            for bounds in (
                np.searchsorted(hits.text[groups], np.arange(self.size + 1)),
                texts.tokens.first,
                texts.first_sentence,
            )
        )

    def topics(self) -> dict[int, str]:
        """Return what each text is about, of those that name a topic."""
        found: dict[int, str] = {}
        hits = self.texts.hits
        for topic, named in reversed([*TOPICS.items()]):
            numbers = [at for at, concept in enumerate(self._names) if concept in named]
            texts = np.unique(hits.text[np.isin(hits.concept, numbers)])
            found |= dict.fromkeys(texts.tolist(), topic)
        return found

    def folded(self, number: int) -> "_Folded":
        """Return the way back to a text."""
        return _Folded(self.texts.letters, number)

    def reading(self, number: int) -> Reading:
        """Return the reading of a text, as `Reading` makes it."""
        if number not in self._readings:
            self._readings[number] = self._read(number)
        return self._readings[number]

    def _read(self, number: int) -> Reading:
        texts = self.texts
        (group, after), words, sentences = (bounds[number : number + 2] for bounds in self._bounds)
        own = texts.letters.starts[number]
        document = Document(
            texts.letters.folded(number),
            (texts.sentences[slice(*sentences)] - own).tolist(),
            (texts.tokens.starts[slice(*words)] - own).tolist(),
        )
        cuts = self._cuts[group : after + 1].tolist()
        here = slice(cuts[0], cuts[-1])
        concepts = self._concepts[here].tolist()
        columns = concepts, self._languages[here].tolist(), *self._places[:, here].tolist()
        hits = list(map(_HIT, zip(*columns, strict=True)))
        by_concept = {
            concepts[start - cuts[0]]: hits[start - cuts[0] : end - cuts[0]]
            for start, end in pairwise(cuts)
        }
        language = int(self.texts.language[number])
        return Reading.of_hits(
            document, NAMES[language] if language >= 0 else "", by_concept,
            self._rules.masks, self._rules.negatable,
        )  # fmt: skip


class _Folded(NamedTuple):
    letters: Letters
    number: int

    @property
    def obfuscated(self) -> tuple[tuple[int, int], ...]:
        return self.letters.obfuscated(self.number)

    def verbatim(self, start: int, end: int) -> tuple[int, int]:
        return self.letters.verbatim(self.number, start, end)


@lru_cache(maxsize=2)
def batch_reader(rules: Ruleset) -> BatchReader:
    """Return the reader of a ruleset, made once and kept for the next run."""
    with building():
        return kept(rules, BatchReader, lambda known: BatchReader(known.whole()))
