"""The second reader is believed by where a message stands and by what a rule is sure of."""

import pytest
from plant import PARAMS, judge, message, planted, signal

from pipeline.config import SECOND_READER

BUYER = message("m1", "2025-02-03 10:00", "inbound")
COLLEAGUE = message("m3", "2025-02-03 12:00", "internal")


@pytest.mark.parametrize(
    ("beside", "direction", "bound"),
    [
        ([BUYER], "outbound", "second_reader_sure_answer"),
        ([], "outbound", "second_reader_sure_alone"),
        ([BUYER], "internal", "second_reader_sure_internal"),
        ([], "internal", "second_reader_sure_internal"),
        ([COLLEAGUE], "internal", "second_reader_sure_opening"),
    ],
)
def test_each_place_has_its_bound(beside: list[dict], direction: str, bound: str) -> None:
    """From its bound on an opinion is a finding by itself; just below it is none."""
    messages = [*beside, message("m2", "2025-02-03 11:00", direction)]
    found = []
    for score in (SECOND_READER[bound], SECOND_READER[bound] - 0.01):
        rule = "second_reader.review-change-request"
        said = signal("m2", "second_reader", rule_id=rule, score=score)
        named = signal("m2", "surroundings", rule_id="surroundings.topic-review")
        judged = judge(planted(messages, [said, named]), {**PARAMS, **SECOND_READER})
        found.append(judged.table("findings")["policy_id"].to_list())

    assert found == [["review-change-request"], []]


def policies(direction: str, name: str, score: float, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what one message is found for: the second reader names `name`, rules match besides."""
    rows = [
        signal("m1", "second_reader", rule_id=f"second_reader.{name}", score=score),
        signal("m1", "surroundings", rule_id="surroundings.topic-contact"),
        *(signal("m1", rule.split(".")[0], rule_id=rule) for rule in rules),
    ]
    store = planted([message("m1", "2025-02-03 11:00", direction)], rows)
    judged = judge(store, {**PARAMS, **SECOND_READER})
    return sorted(judged.table("findings")["policy_id"].to_list())


CONTACT, ASK = "off-platform-contact", "positive-review-request"


@pytest.mark.parametrize(
    ("direction", "rule", "policy", "stands"),
    [
        ("outbound", "outside_payment.payment", CONTACT, True),
        ("internal", "outside_payment.payment", CONTACT, False),
        ("outbound", "compensation_tied.money", "compensated-review", True),
        ("outbound", "positive_rating_asked.five-asked", ASK, False),
    ],
)
def test_what_is_offered_to_a_buyer_needs_little(
    direction: str, rule: str, policy: str, *, stands: bool
) -> None:
    """A sure rule on contact or a benefit stands below the doubt of others, not below its own."""
    plain = SECOND_READER["second_reader_plain"]

    assert policies(direction, policy, plain, (rule,)) == ([policy] if stands else [])
    assert policies(direction, policy, plain - 0.01, (rule,)) == []


def test_staff_who_give_a_number_are_not_named_for_it() -> None:
    """Among staff it takes a rule's word; to a buyer the second reader's own is enough."""
    assert policies("outbound", CONTACT, 0.95) == [CONTACT]
    assert policies("internal", CONTACT, 0.95) == []
    assert policies("internal", CONTACT, 0.95, ("outside_payment.payment",)) == [CONTACT]


@pytest.mark.parametrize("offers", [True, False])
def test_a_change_with_money_in_the_same_message_is_paid(*, offers: bool) -> None:
    """What may read like a paid change is one where the message offers the money itself."""
    change, paid = "review-change-request", "refund-for-review-change"
    rows = [
        signal("m1", "second_reader", rule_id=f"second_reader.{change}", score=0.95),
        signal("m1", "second_reader", rule_id=f"second_reader.{paid}", score=0.95, strength="weak"),
        *([signal("m1", "refund_offered", rule_id="refund_offered.refund")] if offers else []),
    ]
    store = planted([message("m1", "2025-02-03 11:00", "internal")], rows)
    judged = judge(store, {**PARAMS, **SECOND_READER})

    found = sorted(judged.table("findings")["policy_id"].to_list())

    assert found == ([paid, change] if offers else [change])


@pytest.mark.parametrize(("over", "settles"), [(0.0, True), (-0.01, False)])
def test_who_settles_says_hardly_anything_but_not_nothing(over: float, *, settles: bool) -> None:
    """A reply to a buyer's offer counts by its own words, and not where they are mere service."""
    own = SECOND_READER["second_reader_settled"] + over
    rows = [
        signal("m1", "change_offered_by_buyer"),
        signal("m2", "deal_closed", rule_id="deal_closed.as-agreed"),
        signal("m2", "second_reader", rule_id="second_reader.doubt", score=own, strength="weak"),
    ]
    judged = judge(
        planted([BUYER, message("m2", "2025-02-03 11:00")], rows), {**PARAMS, **SECOND_READER}
    )

    assert ("review-change-request" in judged.table("findings")["policy_id"]) is settles


@pytest.mark.parametrize(
    ("heard", "stands"), [("low_review_reported", True), ("review_mentioned", False)]
)
def test_it_is_the_low_review_that_is_answered(heard: str, *, stands: bool) -> None:
    """“Could you take it down?” means the review that the buyer's message has just told of."""
    plain = SECOND_READER["second_reader_plain"]
    found = []
    for score in (plain, plain - 0.01):
        ask = "second_reader.review-change-request"
        rows = [
            signal("m1", heard),
            signal("m2", "removal_asked", rule_id="removal_asked.pronoun", strength="weak"),
            signal("m2", "surroundings", rule_id="surroundings.topic-review"),
            signal("m2", "second_reader", rule_id=ask, score=score, strength="weak"),
        ]
        messages = [BUYER, message("m2", "2025-02-03 11:00")]
        judged = judge(planted(messages, rows), {**PARAMS, **SECOND_READER})
        found.append(judged.table("findings")["policy_id"].to_list())

    assert found == [["review-change-request"] if stands else [], []]
