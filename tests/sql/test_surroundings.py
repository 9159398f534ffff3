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


def told(who: str, target: str, odds: float) -> dict[str, object]:
    """Return what a message tells of one beside it."""
    return signal(who, "surroundings", rule_id=f"surroundings.{target}", score=odds)


def score(*signals: dict[str, object]) -> float:
    """Return the score of the message that was asked about."""
    rows = judge(planted(MESSAGES, [OPINION, *signals])).table("opinions")
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
    rows = [told("first", "following", 1.0), OPINION]
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


def test_what_names_no_review_leans_on_what_does() -> None:
    """“It”, after a message that speaks of the review; the more where a change is asked for."""
    named = signal("buyer", "review_mentioned")
    assert score(named) == 0.7311
    assert score(named, signal("asked", "removal_asked", strength="weak")) == 0.8176
    assert score(named, told("buyer", "following", 3.0)) == 0.9241


@pytest.mark.parametrize("namer", ["asked", "answer", "later"])
def test_who_names_the_review_or_speaks_first_leans_on_nothing(namer: str) -> None:
    """A message that names the review says itself what it means; what comes later is no help."""
    assert score(signal(namer, "review_mentioned")) == 0.5


def test_the_raised_score_decides() -> None:
    """What is not sure by itself is a finding in the conversation that makes it sure."""
    lifted = judge(planted(MESSAGES, [OPINION, told("buyer", "following", 1.5)]))
    alone = judge(planted(MESSAGES, [OPINION]))

    assert lifted.table("findings")["policy_id"].to_list() == ["review-change-request"]
    assert alone.table("findings").is_empty()
