"""A short reply means what the buyer's message before it says."""

import pytest
from plant import judge, message, planted, signal

MESSAGES = [
    message("offer", "2025-02-03 10:00", "inbound"),
    message("then", "2025-02-03 10:05", "inbound"),
    message("reply", "2025-02-03 11:00"),
    message("later", "2025-02-03 12:00"),
]


def beside(who: str, what: str, score: float, size: int = 20) -> dict[str, object]:
    """Return what a message of so many letters says of its conversation."""
    rule = f"surroundings.{what}"
    return signal(who, "surroundings", rule_id=rule, score=score, match_start=0, match_end=size)


OFFER = beside("offer", "offer", 0.9)
ANSWER = beside("reply", "answer", 0.2)


def queued(*signals: dict[str, object]) -> set[str]:
    """Return the messages in the queue; nothing of this is ever a finding."""
    tables = judge(planted(MESSAGES, [*signals]))
    assert tables.table("findings").is_empty()
    return set(tables.table("queue")["message_id"])


def test_an_answer_agrees_to_what_it_answers() -> None:
    """Both together are worth a person's look; alone neither of them is anything."""
    assert queued(OFFER, ANSWER) == {"reply"}
    assert queued(OFFER) == set()
    assert queued(ANSWER) == set()


def test_the_last_message_or_the_one_before_it() -> None:
    """Buyers say it in two messages; what the seller's side says between ends it."""
    assert queued(beside("then", "offer", 0.9), ANSWER) == {"reply"}
    assert queued(OFFER, beside("later", "answer", 0.2)) == set()


@pytest.mark.parametrize(
    ("what", "seen"), [("answer", {"reply"}), ("short", set()), ("brief", set())]
)
def test_what_is_longer_or_a_question_needs_more(what: str, seen: set[str]) -> None:
    """A weak offer is enough for a mere answer."""
    weak = beside("offer", "offer", 0.4), beside("reply", what, 0.05)
    assert queued(*weak) == seen


@pytest.mark.parametrize("no", ["answered_no", "idea_declined", "review_refused", "teaching"])
def test_a_no_agrees_to_nothing(no: str) -> None:
    """Who declines or teaches does not answer with a yes."""
    assert queued(OFFER, ANSWER, signal("reply", no)) == set()


def test_a_letter_is_no_answer() -> None:
    """From 128 letters on a message says itself what it means."""
    assert queued(OFFER, beside("reply", "short", 0.2)) == {"reply"}
    assert queued(OFFER, beside("reply", "brief", 0.2, size=127)) == {"reply"}
    assert queued(OFFER, beside("reply", "brief", 0.2, size=128)) == set()
