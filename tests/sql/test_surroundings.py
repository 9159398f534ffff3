"""What stands beside a message in its conversation raises or lowers its score."""

import pytest
from plant import judge, message, planted, signal

MESSAGES = [
    message("buyer", "2025-02-03 10:00", "inbound"),
    message("earlier", "2025-02-03 11:00"),
    message("asked", "2025-02-03 12:00"),
    message("answer", "2025-02-03 13:00", "inbound"),
    message("later", "2025-02-03 14:00"),
]
OPINION = signal("asked", "second_reader", rule_id="second_reader.review-change-request", score=0.5)
NAMED = signal("asked", "surroundings", rule_id="surroundings.topic-contact")
"""What names something is not silent."""


def told(who: str, target: str, odds: float) -> dict[str, object]:
    """Return what a message tells of one beside it."""
    return signal(who, "surroundings", rule_id=f"surroundings.{target}", score=odds)


def score(*signals: dict[str, object], named: bool = True) -> float:
    """Return the score of the message that was asked about, which names something itself."""
    said = [OPINION, *([NAMED] if named else []), *signals]
    rows = judge(planted(MESSAGES, said)).table("opinions")
    found: float = rows.filter(message_id="asked")["score"][0]
    return found


def test_alone_it_is_what_it_is() -> None:
    """Without a word of the neighbours the message's own score stands."""
    assert score() == 0.5


@pytest.mark.parametrize(
    "neighbour",
    [told("buyer", "following", 1.0), told("earlier", "following", 1.0),
     told("later", "preceding", 1.0)],
    ids=["buyer before", "seller before", "seller after"],
)  # fmt: skip
def test_neighbours_count(neighbour: dict[str, object]) -> None:
    """One log odds more makes 0.50 0.73; two neighbours add up."""
    assert score(neighbour) == 0.7311
    assert score(neighbour, told("earlier", "following", 0.0)) == 0.7311


@pytest.mark.parametrize(
    "elsewhere",
    [told("later", "following", 1.0), told("earlier", "preceding", 1.0),
     told("answer", "following", 1.0), told("asked", "following", 1.0)],
    ids=["of what follows later", "of what came before", "of the next answer", "of itself"],
)  # fmt: skip
def test_what_is_told_of_others_does_not_count(elsewhere: dict[str, object]) -> None:
    """What a message tells of another neighbour is not this one's."""
    assert score(elsewhere) == 0.5


def test_only_the_nearest_counts() -> None:
    """Of several earlier messages of the seller's side the last one speaks."""
    first = message("first", "2025-02-03 09:00")
    rows = [told("first", "following", 1.0), OPINION, NAMED]
    found = judge(planted([first, *MESSAGES], rows)).table("opinions")

    assert found.filter(message_id="asked")["score"].to_list() == [0.5]


def test_bounds() -> None:
    """Neighbours never decide alone, and service around an ask excuses it but little."""
    assert score(told("buyer", "following", 3.0), told("earlier", "following", 3.0)) == 0.8176
    assert score(told("buyer", "following", -3.0), told("later", "preceding", -3.0)) == 0.4256


def test_a_brief_message_means_what_its_conversation_is_about() -> None:
    """Service around it takes nearly all of what a brief message seems to say by itself."""
    around = told("buyer", "following", -1.0), told("later", "preceding", -3.0)
    assert score(*around, told("asked", "brief", 0.0)) == 0.1192
    assert score(*around, told("earlier", "brief", 0.0)) == 0.4256


ODDS = {"another": -2.0, "review": 1.0, "rating": 1.5, "contact": 2.0, "other": -1.0}
AFTER = [told("asked", f"after-{topic}", odds) for topic, odds in ODDS.items()]


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("another", 0.1192),
        ("review", 0.7311),
        ("rating", 0.8176),
        ("contact", 0.8808),
        (None, 0.2689),
    ],
)
def test_words_mean_what_the_conversation_is_about(topic: str | None, expected: float) -> None:
    """“Change it”, after a message that speaks of the review, and after one that does not."""
    named = [told("buyer", f"topic-{topic}", 0.0)] if topic else []
    assert score(*AFTER, *named) == expected


def test_the_plainest_topic_counts() -> None:
    """Of all that was said before, the review is what is meant; bounds are for neighbours."""
    named = told("buyer", "topic-review", 0.0), told("earlier", "topic-contact", 0.0)
    assert score(*AFTER, *named) == 0.7311
    assert score(*AFTER, *named, told("earlier", "following", 3.0)) == 0.9241


@pytest.mark.parametrize("namer", ["answer", "later"])
def test_what_is_named_later_is_not_meant(namer: str) -> None:
    """What comes later was not yet said."""
    assert score(*AFTER, told(namer, "topic-review", 0.0)) == 0.2689


def test_a_message_that_names_the_review_means_it() -> None:
    """Amid service too; what it means after a review it means the more."""
    own = told("asked", "topic-review", 0.0)
    assert score(*AFTER, own) == 0.4256
    assert score(*AFTER, own, told("buyer", "topic-review", 0.0)) == 0.7311


def test_after_a_film_even_a_review_may_be_the_films() -> None:
    """Where reviews of another kind were spoken of, naming one says less."""
    own = told("asked", "topic-review", 0.0)
    assert score(*AFTER, own, told("buyer", "topic-another", 0.0)) == 0.1192
    assert score(told("asked", "short", 0.0), told("buyer", "topic-another", 0.0), named=False) == (
        score(told("asked", "short", 0.0), named=False)
    )


@pytest.mark.parametrize("namer", ["asked", "buyer", "answer", "later"])
def test_where_nothing_is_named_more_must_be_said(namer: str) -> None:
    """A review, a rating or a way to write elsewhere, anywhere in the conversation."""
    short = told("asked", "short", 0.0)
    assert score(short, told(namer, "topic-rating", 0.0), named=False) == 0.5
    assert score(short, named=False) == 0.2142


@pytest.mark.parametrize(
    ("size", "expected"), [("answer", 0.2142), ("short", 0.2142), ("brief", 0.343)]
)
def test_a_longer_message_says_more_of_what_it_means(size: str, expected: float) -> None:
    """What leans on a conversation needs one that names what it leans on twice as much."""
    assert score(told("asked", size, 0.0), named=False) == expected


def test_a_low_review_that_is_known_names_it() -> None:
    """Where the case's review is in the data, nobody has to speak of it."""
    low = signal("buyer", "low_review_reported")
    assert score(told("asked", "short", 0.0), low, named=False) == 0.5


def test_the_first_message_means_what_it_says() -> None:
    """Where nothing was said before, nothing changes."""
    alone = judge(planted(MESSAGES[2:4], [*AFTER, OPINION, NAMED])).table("opinions")
    assert alone.filter(message_id="asked")["score"].to_list() == [0.5]


def test_a_first_message_may_be_about_anything() -> None:
    """Where nothing is named in the whole conversation it must say more as well, if not as much."""
    rows = [OPINION, told("asked", "short", 0.0)]
    alone = judge(planted(MESSAGES[2:], rows)).table("opinions")
    assert alone.filter(message_id="asked")["score"].to_list() == [0.3543]


def test_the_raised_score_decides() -> None:
    """What is not sure by itself is a finding in the conversation that makes it sure."""
    lifted = judge(planted(MESSAGES, [OPINION, NAMED, told("buyer", "following", 1.5)]))
    alone = judge(planted(MESSAGES, [OPINION, NAMED]))

    assert lifted.table("findings")["policy_id"].to_list() == ["review-change-request"]
    assert alone.table("findings").is_empty()
