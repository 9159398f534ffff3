"""A short reply means what the buyer's message before it says."""

import pytest
from plant import judge, message, planted, signal

MESSAGES = [
    message("offer", "2025-02-03 10:00", "inbound"),
    message("then", "2025-02-03 10:05", "inbound"),
    message("reply", "2025-02-03 11:00"),
    message("later", "2025-02-03 12:00"),
]
POLICY = "insert-incentive"


def beside(who: str, what: str, score: float, size: int = 20) -> dict[str, object]:
    """Return what a message of so many letters says of its conversation."""
    rule = f"surroundings.{what}"
    return signal(who, "surroundings", rule_id=rule, score=score, match_start=0, match_end=size)


OFFER = beside("offer", f"offer.{POLICY}", 0.9)
ANSWER = beside("reply", "answer", 0.2)


def found(*signals: dict[str, object]) -> tuple[set[str], set[str]]:
    """Return the messages with findings and those in the queue."""
    tables = judge(planted(MESSAGES, [*signals]))
    findings = tables.table("findings").filter(policy_id=POLICY)
    return set(findings["message_id"]), set(tables.table("queue")["message_id"])


def test_an_answer_agrees_to_what_it_answers() -> None:
    """The policy is that of the message before it; alone neither of them is anything."""
    assert found(OFFER, ANSWER) == ({"reply"}, set())
    assert found(OFFER) == (set(), set())
    assert found(ANSWER) == (set(), set())


def test_the_last_message_or_the_one_before_it() -> None:
    """Buyers say it in two messages; what the seller's side says between ends it."""
    assert found(beside("then", f"offer.{POLICY}", 0.9), ANSWER) == ({"reply"}, set())
    assert found(OFFER, beside("later", "answer", 0.2)) == (set(), set())


@pytest.mark.parametrize(
    "doubt",
    [
        (OFFER, beside("reply", "brief", 0.2)),
        (beside("offer", f"offer.{POLICY}", 0.6), beside("reply", "answer", 0.02)),
        (beside("offer", f"offer.{POLICY}", 0.4), beside("reply", "answer", 0.4)),
    ],
    ids=["longer or a question", "hardly an answer", "hardly an offer"],
)
def test_what_is_not_sure_is_for_a_person(doubt: tuple[dict[str, object], ...]) -> None:
    """Both together must be sure, the reply a mere answer, the offer likelier than not."""
    assert found(*doubt) == (set(), {"reply"})


@pytest.mark.parametrize("no", ["answered_no", "idea_declined", "review_refused", "teaching"])
def test_a_no_agrees_to_nothing(no: str) -> None:
    """Who declines or teaches is in neither."""
    assert found(OFFER, ANSWER, signal("reply", no))[0] == set()


def test_a_letter_is_no_answer() -> None:
    """From 128 letters on a message says itself what it means."""
    assert found(OFFER, beside("reply", "brief", 0.2, size=127)) == (set(), {"reply"})
    assert found(OFFER, beside("reply", "brief", 0.2, size=128)) == (set(), set())
