"""An offer of reviews in the conversation, and the reply that takes it up."""

import pytest
from plant import judge, message, planted, signal

CLUB = {"review-club", "compensated-review"}
MESSAGES = [message("m1", "2025-02-03 10:00", "inbound"), message("m2", "2025-02-03 11:00")]
OFFER = signal("m1", "club_offered")


def opinion(score: float) -> dict[str, object]:
    """Return what the second reader holds of the reply."""
    return signal("m2", "second_reader", rule_id="second_reader.review-change-request", score=score)


def found(*signals: dict[str, object]) -> set[str]:
    """Return the policies of the reply."""
    named = signal("m1", "surroundings", rule_id="surroundings.topic-review")
    rows = judge(planted(MESSAGES, [named, *signals])).table("findings")
    return set(rows.filter(message_id="m2", status="open")["policy_id"].to_list())


def test_accepting_joins_the_club() -> None:
    """“Deal, 25 of the mugs” says nothing of reviews; what it accepts does."""
    assert found(OFFER, signal("m2", "refund_accepted")) == CLUB
    assert not found(signal("m2", "refund_accepted"))


def test_a_word_of_consent_in_a_refusal_joins_nothing() -> None:
    """“Non, pas d'accord”: the word is there, the second reader reads the whole as harmless."""
    assert found(OFFER, signal("m2", "refund_accepted"), opinion(0.06)) == CLUB
    assert not found(OFFER, signal("m2", "refund_accepted"), opinion(0.03))


def test_a_reply_that_is_not_read_as_harmless() -> None:
    """The offer speaks for a reply that would not be sure enough alone, and for the policies."""
    assert found(OFFER, opinion(0.3)) == CLUB
    assert not found(opinion(0.3))
    assert not found(OFFER, opinion(0.05))
    assert found(OFFER, opinion(0.95)) == CLUB


@pytest.mark.parametrize("no", ["answered_no", "idea_declined", "review_refused", "teaching"])
def test_declining_is_no_violation(no: str) -> None:
    """Who declines may name the refund and the price."""
    assert not found(OFFER, signal("m2", "refund_accepted"), opinion(0.3), signal("m2", no))


def test_a_buyer_who_asks_about_reviews_offers_nothing() -> None:
    """Only a review tied to goods or money is an offer."""
    asks = signal("m1", "review_asked")
    assert not found(asks, signal("m2", "refund_accepted"))
    assert found(asks, signal("m1", "refund_offered"), signal("m2", "refund_accepted")) == CLUB
