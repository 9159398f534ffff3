"""The engine for many texts and the plain one for single texts must find the same, everywhere."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.signals import bodies as bodies_module
from pipeline.signals.batch import BatchReader, batch_reader
from pipeline.signals.bodies import Divided
from pipeline.signals.document import Document
from pipeline.signals.engine import scan, scan_columns, scan_reference
from pipeline.signals.hits import Texts
from pipeline.signals.nearness import loosened
from pipeline.signals.opinions import Opinions
from pipeline.signals.reader import reading_of, traits_of
from pipeline.signals.rows import SIGNAL, SUBJECT, SURROUNDINGS
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.second_reader import SPEAKERS, told_by
from pipeline.signals.sentences import all_sentence_starts
from pipeline.signals.surroundings import Surroundings
from pipeline.signals.tokens import Hashes, tokens_of
from pipeline.signals.tongues import NAMES
from pipeline.signals.topics import BEHIND
from pipeline.signals.trait_columns import Question, TraitColumns
from pipeline.signals.traits import around
from pipeline.signals.vocabulary import Vocabulary
from pipeline.signals.words import Words
from pipeline.text.language import identify
from pipeline.text.letters import Letters, fold_all
from pipeline.text.normalise import normalise

LABELLED = Path(__file__).resolve().parents[1] / "labelled"
_SPANS = pl.List(pl.Struct({"start": pl.Int32, "end": pl.Int32}))
ODD = (
    "", " ", "\n", "a", "\x00 review \x00", "x" * 5000 + " review", "Grüße … ½ ﬁ Straße",
    "r e v i e w", "r.e.v.i.e.w r-e-v-i-e-w", "revi3w r3view _5tars é5tar 5tar5 st@r", "feed-back",
    "⭐️⭐️⭐️⭐️⭐️ 5️⃣", "ｆｕｌｌ ｗｉｄｔｈ ﾚﾋﾞｭｰ", "re\u200bview re\u00adview", "rеview (Cyrillic е)",
    "e\u0301toiles", "İstanbul IŞIK ı", "？！…。", ";\n\n- a\n-\n b",
    'a?b=c.d?! (x.) 。"', "星1 星15 5星好评",
    "差评 .. 删 一下 评价", "ゟヿ が か\u3099", "ΣΑΣ οδος",
    "\U0001f600 \U00020000 \U000e0100", "٣٤٥ ²³", "We don't do that here.\n",
    'He wrote "please remove the review", she said 「レビューを消してください」: 5" of it. "open',
    '"" "ok" "five stars please" 『星5お願いします、ね』「」 refund "delete the review now"',
)  # fmt: skip


def labelled() -> Iterator[tuple[str, str]]:
    """Yield every labelled text with its direction."""
    for path in sorted(LABELLED.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for message in json.loads(line)["messages"]:
                yield message["body"], message["direction"]


def examples(ruleset: Ruleset) -> Iterator[str]:
    """Yield every example of the rule files."""
    for part in (*ruleset.rules.values(), *ruleset.guards.values()):
        for cases in (part.hits, part.misses):
            for texts in cases.values():
                yield from texts
    for concept in ruleset.concepts.values():
        for vocabulary in concept.languages.values():
            yield from (*vocabulary.hits, *vocabulary.misses)


def messages(texts: list[tuple[str, str]]) -> pl.DataFrame:
    """Return texts as a batch of the scan, some with a subject, some with quoted parts."""
    chance = random.Random(4)
    own = []
    for text, _ in texts:
        cut = chance.randrange(len(text) + 1)
        half = [{"start": 0, "end": cut // 2}, {"start": cut, "end": len(text)}]
        own.append(half if chance.random() < 0.1 else None)
    return pl.DataFrame(
        {
            "message_id": [f"m{number}" for number in range(len(texts))],
            "subject": [text[:60] if chance.random() < 0.1 else "" for text, _ in texts],
            "body": [text for text, _ in texts],
            "own": pl.Series(own, dtype=_SPANS),
            "direction": [direction for _, direction in texts],
        }
    )


@pytest.fixture(scope="module")
def every(ruleset: Ruleset) -> list[tuple[str, str]]:
    """Odd texts, labelled ones, examples, and mixtures of all of them."""
    chance = random.Random(8)
    found = [*labelled(), *((text, "outbound") for text in (*ODD, *examples(ruleset)))]
    mixed = [
        (
            chance.choice(("\n", " ", ". ", "")).join(text for text, _ in chance.sample(found, 3)),
            "internal",
        )
        for _ in range(300)
    ]
    return [*chance.sample(found, 3_000), *((text, "outbound") for text in ODD), *mixed]


def test_the_engines_agree(ruleset: Ruleset, every: list[tuple[str, str]]) -> None:
    """Same rows, same order, whatever the text."""
    batch = messages(every)
    expected = scan_reference(batch, ruleset)
    assert expected.equals(scan_columns(batch, batch_reader(ruleset)))
    assert expected.height > 3_000


def test_parts_of_any_size_agree(
    ruleset: Ruleset, every: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a batch is cut changes nothing."""
    batch = messages(every[:400])
    whole = scan(batch, ruleset)
    monkeypatch.setattr(bodies_module, "_MOST_LETTERS", 500)
    assert whole.equals(scan(batch, ruleset))


def test_languages_of_divided_bodies_agree(ruleset: Ruleset, every: list[tuple[str, str]]) -> None:
    """Lines counted apart tell the language that the whole body does, disguises and all."""
    chance = random.Random(6)
    mixed = ("жde жla жdes жles", "the and 評価を", "the and", "c\u0327a je un", "d3 f33db4ck")
    texts = [*ODD, *ODD, *mixed * 20, *(text for text, _ in every[:300])]
    pairs = [(chance.choice(texts) + "\n", chance.choice(texts)) for _ in range(600)]
    reader = batch_reader(ruleset)
    read = reader.read([(own, SUBJECT) for own, _ in pairs])
    bodies = {
        own + rest: Divided(one.counts, rest) for (own, rest), one in zip(pairs, read, strict=True)
    }
    assert reader.languages(bodies) == {body: identify(body) for body in bodies}
    assert sum(divided.counts is not None for divided in bodies.values()) > 200


def assert_folded_alike(texts: list[str]) -> Letters:
    """Hold folded letters, the way back and what was disguised against each text folded alone."""
    letters = fold_all(texts)
    for number, text in enumerate(texts):
        alone = normalise(text)
        size = len(alone.text)
        assert alone.text == letters.folded(number)
        assert alone.obfuscated == letters.obfuscated(number)
        for place in range(size):
            back = letters.verbatim(number, place, min(place + 3, size))
            assert alone.verbatim(place, min(place + 3, size)) == back
    return letters


def test_folding_agrees(every: list[tuple[str, str]]) -> None:
    """A text folded among others is what it is folded alone, with the same way back."""
    assert_folded_alike([text for text, _ in every])


_ALPHABET = " \n\tab.?!…;:-*•>\"')」。，5१★☆éßﬁ̈１Ａ评レＸ😀⭐\ufe0f\u200bе@0_/"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(_ALPHABET, max_size=25), max_size=8))
def test_cuts_agree(texts: list[str]) -> None:
    """Folds, words and sentences of any texts are those of each text alone."""
    letters = assert_folded_alike(texts)
    tokens = tokens_of(letters, Hashes(letters.codes))
    starts = all_sentence_starts(letters)
    for number in range(len(texts)):
        document, own = Document(letters.folded(number)), int(letters.starts[number])
        first, after = tokens.first[number], tokens.first[number + 1]
        assert [token.start for token in document.tokens] == (
            tokens.starts[first:after] - own
        ).tolist()
        here = starts[(starts >= own) & (starts <= letters.ends[number])]
        assert document.sentence_starts == (here - own).tolist()


def test_opinions_agree(ruleset: Ruleset, every: list[tuple[str, str]]) -> None:
    """The second reader thinks the same of a text among others, whatever it is asked about."""
    chance = random.Random(2)
    texts = [*ODD, *(text for text, _ in every[:300]), "long words " * 900]
    reader = batch_reader(ruleset)
    concepts = tuple(ruleset.concepts)
    page = Texts(fold_all(texts), Words(ruleset.lexicon, concepts, NAMES))
    questions = [
        Question(
            number,
            chance.choice(("outbound", "internal")),
            [one for one in rows if one[SIGNAL] != SURROUNDINGS],
        )
        for number, (rows, *_) in enumerate(reader.read([(text, SUBJECT) for text in texts]))
    ]
    vocabulary = Vocabulary(ruleset.second_reader, concepts)
    opinions = Opinions(ruleset.second_reader, vocabulary)
    asked = TraitColumns.of(page, range(len(texts)), vocabulary)
    alone = [
        ruleset.second_reader.opinion(traits_of(texts[number], direction, ruleset))
        for number, direction, _ in questions
    ]
    assert [opinion.score for opinion in alone] == opinions.scores(asked, questions)
    assert [(o.policies, o.possible) for o in alone] == opinions.policies(asked, questions)
    assert opinions.scores(asked, []) == []
    after = [
        ruleset.second_reader.after_each(traits_of(texts[number], direction, ruleset))
        for number, direction, _ in questions
    ]
    assert after == opinions.after_each(asked, questions)
    assert all(any(said[topic] for said in after) for topic in BEHIND)


def test_surroundings_agree(ruleset: Ruleset, every: list[tuple[str, str]]) -> None:
    """What a message tells of its neighbours is the same among others, whoever speaks."""
    texts = [*ODD, *(text for text, _ in every[300:500]), "long words " * 900]
    concepts = tuple(ruleset.concepts)
    page = Texts(fold_all(texts), Words(ruleset.lexicon, concepts, NAMES))
    whole = ruleset.second_reader
    vocabulary = Vocabulary(whole, concepts)
    surroundings = Surroundings(vocabulary)
    asked = TraitColumns.of(page, range(len(texts)), vocabulary)
    read = [(normalise(text).text, reading_of(text, ruleset).found) for text in texts]
    for who in (*SPEAKERS, SUBJECT, "unknown"):
        questions = [Question(number, who, ()) for number in range(len(texts))]
        alone = [
            {name: whole.told(name, around(text, found, who), who) for name in told_by(who)}
            for text, found in read
        ]
        assert alone == surroundings.told(asked, questions)
        assert any(any(said.values()) for said in alone) == (who in SPEAKERS)


@pytest.mark.parametrize(
    ("pattern", "looser"),
    [(r"\bgift\b", "gift"), (r"a\\b", r"a\\b"), (r"x[^.\n]{0,160}\?", r"x[^.\n]*\?"),
     (r"a{2}$|\$", r"a+\n?$|\$"), (r"\d{1,4}(?:a){2}", r"\d+(?:a)+"),
     (r"(?P<a>x)(?P=a)", ""), (r"x\{0,3}", r"x\{0,3}")],
)  # fmt: skip
def test_loosened_expressions(pattern: str, looser: str) -> None:
    """Bounds go, repeats open up, and what the other engine cannot read finds everywhere."""
    assert looser == loosened(pattern)


def test_rules_of_ones_own_are_read(ruleset: Ruleset) -> None:
    """Every ruleset gets a reader of its own."""
    assert batch_reader(ruleset) is batch_reader(ruleset)
    assert isinstance(batch_reader(ruleset), BatchReader)
