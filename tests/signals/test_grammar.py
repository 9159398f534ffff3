"""Guards by example: what the same words mean in another setting."""

import pytest

from pipeline.signals.engine import read_text
from pipeline.signals.ruleset import Ruleset

_ASKS = {"change_asked", "removal_asked"}


def _asks(text: str, ruleset: Ruleset) -> set[str]:
    return {m.signal for m in read_text(text, ruleset) if not m.stopped_by} & _ASKS


@pytest.mark.parametrize(
    "text",
    [
        "Your review helped us. Please change the battery twice a year.",
        "We will review your request and update the order tomorrow.",
        "Please never change a review because of us.",
        "Bitte ändern Sie Ihre Bewertung nicht unseretwegen.",
        "Keep the review or change it, the choice is entirely yours.",
        "We have changed the supplier after reading your review.",
        "Thank you for updating your review!",
    ],
)
def test_innocent_neighbours_of_an_ask(ruleset: Ruleset, text: str) -> None:
    """Another object, a refusal, a free choice, the seller's own act and thanks are no ask."""
    assert set() == _asks(text, ruleset)


@pytest.mark.parametrize(
    "text",
    [
        "No hurry at all, but could you change your review?",
        "We cannot make you, however please delete the review.",
        "Unless your review is removed by Friday our lawyer takes over.",
        "Can we ask you to edit the review?",
        "Wir sind nicht nur schnell, bitte passen Sie auch die Bewertung an.",
    ],
)
def test_a_guard_that_is_taken_back(ruleset: Ruleset, text: str) -> None:
    """A but, a threat, or the seller asking as `we` leaves the ask standing."""
    assert _asks(text, ruleset)


def test_a_condition_with_money_is_conditional(ruleset: Ruleset) -> None:
    """The tie between refund and deletion is written down with the ask."""
    text = "As soon as the review is deleted we refund you."
    [ask] = [m for m in read_text(text, ruleset) if m.signal == "removal_asked"]
    assert ask.conditional
