"""What a conversation is about: the plainest topic that any of its messages names."""

import polars as pl
import pytest

from pipeline.signals.engine import scan
from pipeline.signals.rows import is_worth_a_word
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.second_reader import lifted
from pipeline.signals.topics import BEHIND, OTHER, TOPICS, plainest, topic_of


def test_every_topic_is_made_of_concepts(ruleset: Ruleset) -> None:
    """A concept that is renamed must not take its topic away."""
    assert {name for named in TOPICS.values() for name in named} <= set(ruleset.concepts)
    assert BEHIND == (*TOPICS, OTHER)


def test_the_plainest_topic_counts() -> None:
    """One of another kind decides; a review is plainer than a rating, anything than nothing."""
    assert topic_of({"stars", "review_noun", "refund"}) == "review"
    assert topic_of({"another_kind", "review_noun"}) == "another"
    assert topic_of({"refund"}) is None
    assert plainest(["rating", None, "contact"]) == "rating"
    assert plainest([None]) == OTHER


@pytest.mark.parametrize(
    ("body", "topic"),
    [("Your review mentions a crack.", "review"), ("Find us on WhatsApp.", "contact"),
     ("The jury gave our choir five stars.", "another"), ("Your parcel left today.", None)],
)  # fmt: skip
@pytest.mark.parametrize("direction", ["inbound", "outbound", "internal", "unknown"])
def test_a_message_tells_what_it_is_about(
    ruleset: Ruleset, body: str, topic: str | None, direction: str
) -> None:
    """Whoever wrote it, in its text or its subject."""
    batch = pl.DataFrame(
        {"message_id": ["a", "b"], "subject": ["", body], "body": [body, "Hello."],
         "own": [None, None], "direction": [direction] * 2}
    )  # fmt: skip
    told = scan(batch, ruleset).filter(pl.col("rule_id").str.starts_with("surroundings.topic-"))
    assert told.select("message_id", "rule_id", "matched_in").rows() == (
        [("a", f"surroundings.topic-{topic}", "body"),
         ("b", f"surroundings.topic-{topic}", "subject")] if topic else []
    )  # fmt: skip


def test_the_topic_that_raises_most_says_whether_to_ask() -> None:
    """What no conversation makes likely is not worth a word."""
    assert lifted(0.5, {}) == 0.5
    assert lifted(0.5, {"review": -1.0, "other": 0.0}) == 0.5
    assert lifted(0.5, {"review": 1.0, "other": -2.0}) == pytest.approx(0.7311, abs=1e-4)


def test_a_bare_yes_is_not_lifted() -> None:
    """Where a word is known the conversation counts; where none is the reply must say it itself."""
    assert is_worth_a_word(0.05, {"review": 2.0}, known=True)
    assert not is_worth_a_word(0.05, {"review": -1.0}, known=True)
    assert is_worth_a_word(0.3, {}, known=False)
    assert not is_worth_a_word(0.2, {"review": 4.0}, known=False)


def test_a_reply_brings_along_what_it_would_mean(ruleset: Ruleset) -> None:
    """More after a review than after nothing of the kind."""
    reply = "Change it, please, and tell us when it is done."
    batch = pl.DataFrame(
        {"message_id": ["m"], "subject": [""], "body": [reply], "own": [None],
         "direction": ["outbound"]}
    )  # fmt: skip
    found = scan(batch, ruleset)
    after = dict(found.filter(signal="surroundings").select("rule_id", "score").rows())
    assert after["surroundings.after-review"] > after["surroundings.after-other"]
