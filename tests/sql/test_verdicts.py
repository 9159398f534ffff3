"""The reading rules, case by case: the same signals, another thread, another verdict."""

import re

import pytest
from plant import at, judge, message, planted, signal

from pipeline.queries import queries
from pipeline.resources import resource_dir

ASK = signal("m3", "change_asked")


def policies(store) -> dict[str, set[str]]:  # noqa: ANN001
    """Return the undismissed policies of each message."""
    rows = store.table("findings").filter(status="open").select("message_id", "policy_id").rows()
    found: dict[str, set[str]] = {}
    for message_id, policy_id in rows:
        found.setdefault(message_id, set()).add(policy_id)
    return found


def thread(*, money: bool = False, low: bool = False) -> tuple[list, list]:
    """Return a thread: a buyer, an answer, a later answer; with a refund or a low review in it."""
    messages = [
        message("m1", "2025-02-03 10:00", "inbound"),
        message("m2", "2025-02-03 11:00"),
        message("m3", "2025-02-05 09:00"),
    ]
    signals = []
    if money:
        signals.append(signal("m2", "refund_offered", object=""))
    if low:
        signals.append(signal("m1", "low_review_reported"))
    return messages, signals


def test_ask_alone() -> None:
    """An ask to change is review-change-request, and nothing more without money."""
    messages, signals = thread()

    assert {"m3": {"review-change-request"}} == policies(judge(planted(messages, [*signals, ASK])))


def test_refund_first_ask_later() -> None:
    """The founding case: a refund first, the ask two days later; the refund is not flagged."""
    messages, signals = thread(money=True)

    expected = {"m3": {"review-change-request", "refund-for-review-change"}}
    assert expected == policies(judge(planted(messages, [*signals, ASK])))


def test_ask_first_refund_later() -> None:
    """The order of ask and money does not matter."""
    messages, _ = thread()
    signals = [signal("m2", "removal_asked"), signal("m3", "refund_offered", object="")]

    expected = {"m2": {"review-change-request", "refund-for-review-change"}}
    assert expected == policies(judge(planted(messages, signals)))


def test_booked_refund_counts() -> None:
    """A refund that only the refunds table knows is money in the thread."""
    messages, _ = thread()
    for row in messages:
        row["order_id"] = "202-1111111-1111111"
    refund = {"refund_id": "r1", "order_id": "202-1111111-1111111", "refunded_at": at("2025-02-04")}

    found = policies(judge(planted(messages, [ASK], refunds=[refund])))
    assert {"m3": {"review-change-request", "refund-for-review-change"}} == found


def test_other_buyers_refund_does_not_count() -> None:
    """A refund of another order is no money in this thread."""
    messages, _ = thread()
    for row in messages:
        row["order_id"] = "202-1111111-1111111"
    refund = {"refund_id": "r1", "order_id": "202-2222222-2222222", "refunded_at": at("2025-02-04")}

    assert {"m3": {"review-change-request"}} == policies(
        judge(planted(messages, [ASK], refunds=[refund]))
    )


@pytest.mark.parametrize(
    ("money", "low", "expected"),
    [
        (False, False, {"positive-review-request"}),
        (True, False, {"positive-review-request"}),
        (False, True, {"positive-review-request", "review-change-request"}),
        (
            True,
            True,
            {"positive-review-request", "review-change-request", "refund-for-review-change"},
        ),
    ],
)
def test_five_stars_asked(money: bool, low: bool, expected: set[str]) -> None:
    """Five stars asked of a buyer with a known low review is also a request to change it."""
    messages, signals = thread(money=money, low=low)

    found = policies(judge(planted(messages, [*signals, signal("m3", "positive_rating_asked")])))
    assert {"m3": expected} == found


@pytest.mark.parametrize("direction", ["inbound", "unknown"])
def test_only_the_seller_side_violates(direction: str) -> None:
    """What a buyer writes, or somebody whose side is unknown, never is a finding."""
    store = judge(planted([message("m3", "2025-02-05 09:00", direction)], [ASK]))

    assert policies(store) == {}


def test_unknown_side_goes_to_the_queue() -> None:
    """A message of an unknown side that would violate is queued, and says why."""
    store = judge(planted([message("m3", "2025-02-05 09:00", "unknown")], [ASK]))

    assert store.table("queue").item(0, "reason") == "change asked; direction unknown"


def test_stopped_signal_decides_nothing() -> None:
    """A signal that a guard took away is no finding and no queue entry."""
    messages, _ = thread(money=True)
    store = judge(planted(messages, [signal("m3", "change_asked", stopped_by="negation")]))

    assert policies(store) == {}
    assert store.table("queue").is_empty()


def test_weak_signal_is_queued() -> None:
    """A weak match alone makes no finding; it is queued."""
    store = judge(
        planted(
            [message("m3", "2025-02-05 09:00")], [signal("m3", "change_asked", strength="weak")]
        )
    )

    assert {} == policies(store)
    assert ["m3"] == store.table("queue").get_column("message_id").to_list()


def test_weak_signal_with_a_case_behind_it() -> None:
    """After money and with a low review known, an oblique ask is a finding of lower confidence."""
    messages, signals = thread(money=True, low=True)
    store = judge(planted(messages, [*signals, signal("m3", "hinted", strength="weak")]))

    assert {"m3": {"review-change-request", "refund-for-review-change"}} == policies(store)
    assert {0.6} == set(store.table("findings").get_column("confidence"))


def test_platform_template_is_never_flagged() -> None:
    """The platform's fixed template is a step, not a violation."""
    messages, _ = thread()
    store = judge(planted(messages, [ASK, signal("m3", "platform_template", object="")]))

    assert policies(store) == {}


@pytest.mark.parametrize(
    ("diverted_to", "expected"),
    [(20, {"review-diversion"}), (8, {"review-diversion", "compensated-review"})],
)
def test_a_gift_beside_a_diversion_pays_for_no_review(diverted_to: int, expected: set[str]) -> None:
    """To write "before you leave feedback" asks for none; elsewhere in the message it may."""
    messages, _ = thread()
    asked = signal("m3", "review_asked", match_start=10, match_end=30)
    diverted = signal("m3", "diverted", match_start=0, match_end=diverted_to)
    gift = signal("m3", "compensation_offered", object="")

    assert {"m3": expected} == policies(judge(planted(messages, [asked, diverted, gift])))


def test_reward_for_change_is_not_compensated_review() -> None:
    """A reward for changing a review is refund-for-review-change; for posting, compensated."""
    messages, _ = thread()
    gift = signal("m3", "compensation_offered", object="")

    change = policies(judge(planted(messages, [ASK, gift, signal("m3", "compensation_tied")])))
    post = policies(judge(planted(messages, [gift, signal("m3", "review_asked")])))
    assert {"m3": {"review-change-request", "refund-for-review-change"}} == change
    assert {"m3": {"compensated-review"}} == post


def test_replacement_counts_when_tied() -> None:
    """A free replacement makes it a deal only where the ask is tied to it."""
    messages, _ = thread()
    new_one = signal("m2", "replacement_offered", object="")
    tied = signal("m3", "change_asked", conditional=True)

    assert {"m3": {"review-change-request"}} == policies(judge(planted(messages, [new_one, ASK])))
    expected = {"m3": {"review-change-request", "refund-for-review-change"}}
    assert expected == policies(judge(planted(messages, [new_one, tied])))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("club_offered", {"review-club", "compensated-review"}),
        ("insider_asked", {"insider-review"}),
        ("posed_as_buyer", {"own-or-competitor-review"}),
        ("competitor_targeted", {"own-or-competitor-review"}),
        ("diverted", {"review-diversion"}),
        ("happy_only_asked", {"review-diversion"}),
        ("variation_merged", {"variation-manipulation"}),
        ("insert_planned", {"insert-incentive"}),
        ("vote_asked", {"review-vote-manipulation"}),
        ("contact_moved", {"off-platform-contact"}),
        ("outside_payment", {"off-platform-contact"}),
        ("account_used", {"customer-account-review", "review-change-request"}),
    ],
)
def test_signal_to_policy(name: str, expected: set[str]) -> None:
    """Each practice put to a buyer is its policy."""
    found = policies(judge(planted([message("m3", "2025-02-05 09:00")], [signal("m3", name)])))
    if name == "outside_payment":
        found["m3"].discard("refund-for-review-change")

    assert {"m3": expected} == found


def test_every_signal_that_a_verdict_names_reaches_it() -> None:
    """`asks` hands over the few signals that decide: none that a verdict looks for is left out."""
    signals = {path.stem for path in (resource_dir("signals") / "rules").glob("*.toml")}
    words = {word for one in queries("verdicts") for word in re.findall("'([a-z_]+)'", one.sql)}
    said = [signal("m3", name) for name in sorted(words & signals)]
    asks = judge(planted([message("m3", "2025-02-05 09:00")], said)).table("asks")

    assert set(asks["signal"]) == words & signals


def test_internal_idea_turned_down() -> None:
    """An idea that staff turn down within the next three messages is no violation."""
    messages = [message(f"m{n}", f"2025-02-05 09:0{n}", "internal") for n in range(1, 7)]
    ask = signal("m1", "insider_asked")

    assert policies(judge(planted(messages, [ask, signal("m3", "idea_declined")]))) == {}
    later = policies(judge(planted(messages, [ask, signal("m6", "idea_declined")])))
    assert {"m1": {"insider-review"}} == later


@pytest.mark.parametrize(
    ("marketplace", "expected"),
    [("UK", {"m3"}), ("ebay-GB", set()), ("allegro-PL", set()), ("walmart-US", {"m3"})],
)
def test_platforms_that_allow_asking(marketplace: str, expected: set[str]) -> None:
    """Where the platform supports revision requests an unpaid ask is no violation."""
    messages = [message("m3", "2025-02-05 09:00", marketplace=marketplace)]

    assert expected == set(policies(judge(planted(messages, [ASK]))))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "high"),
        (
            {"notices": [{"notice_id": "n1", "received_at": at("2025-02-01"), "kind": "warning"}]},
            "critical",
        ),
        (
            {"notices": [{"notice_id": "n1", "received_at": at("2025-03-01"), "kind": "warning"}]},
            "high",
        ),
    ],
)
def test_severity_after_a_warning(change: dict, expected: str) -> None:
    """Severity rises after a warning, not before one."""
    messages, _ = thread()
    store = judge(planted(messages, [ASK], **change))

    assert expected == store.table("findings").item(0, "severity")


def test_seller_feedback_is_milder() -> None:
    """An unpaid ask about seller feedback is low; with money in the thread it is critical."""
    ask = signal("m3", "removal_asked", object="seller_feedback")
    messages, money = thread(money=True)

    assert judge(planted(messages, [ask])).table("findings").get_column("severity").to_list() == [
        "low"
    ]
    paid = judge(planted(messages, [*money, ask])).table("findings").get_column("severity")
    assert {"critical"} == set(paid)


@pytest.mark.parametrize(
    ("heard", "said", "asks"),
    [
        ([], [], True),
        (["removal_asked"], [], False),
        (["removal_asked", "change_offered_by_buyer"], [], True),
        (["removal_asked"], ["refund_offered"], True),
        (["review_mentioned"], [], True),
    ],
    ids=["unasked", "the buyer asked", "a trade", "for money", "only spoken of"],
)
def test_the_way_to_a_review_that_the_buyer_wants_gone(
    heard: list[str], said: list[str], *, asks: bool
) -> None:
    """“Only you can take it down, under My reviews” is service to whoever asked the seller to."""
    messages, _ = thread()
    signals = [
        *(signal("m1", name) for name in heard),
        *(signal("m2", name, object="") for name in said),
        signal("m2", "removal_asked", rule_id="removal_asked.menu"),
    ]
    judged = judge(planted(messages, signals))

    assert ("m2" in policies(judged)) is asks


@pytest.mark.parametrize(
    ("rule", "direction", "named", "policy"),
    [
        ("leaning.five", "outbound", "topic-review", "positive-review-request"),
        ("leaning.five", "outbound", "topic-rating", "positive-review-request"),
        ("leaning.there", "outbound", "topic-contact", "off-platform-contact"),
        ("leaning.insiders", "internal", "topic-review", "insider-review"),
        ("leaning.reward", "outbound", "topic-review", "compensated-review"),
        ("leaning.account", "outbound", "topic-review", "customer-account-review"),
        ("leaning.account", "internal", "topic-rating", "customer-account-review"),
        ("leaning.happy", "internal", "topic-review", "review-diversion"),
        ("leaning.joined", "internal", "topic-rating", "variation-manipulation"),
        ("leaning.press", "internal", "topic-review", "review-vote-manipulation"),
        ("leaning.five", "outbound", "topic-contact", None),
        ("leaning.there", "outbound", "topic-review", None),
        ("leaning.insiders", "internal", "topic-contact", None),
        ("leaning.five", "internal", "topic-review", None),
        ("leaning.reward", "internal", "topic-review", None),
        ("leaning.happy", "outbound", "topic-review", None),
        ("leaning.joined", "outbound", "topic-review", None),
        ("leaning.joined", "internal", "topic-contact", None),
        ("leaning.joins", "internal", "topic-review", None),
    ],
)
def test_what_is_left_out_the_message_before_names(
    rule: str, direction: str, named: str, policy: str | None
) -> None:
    """An ask that leans on what was said is one only where that fits."""
    messages = [
        message("m1", "2025-02-03 10:00", "inbound" if direction == "outbound" else direction),
        message("m2", "2025-02-03 11:00", direction),
    ]
    lean = signal("m2", "leaning", rule_id=rule, strength="weak")
    there = signal("m1", "surroundings", rule_id=f"surroundings.{named}")

    assert policies(judge(planted(messages, [lean, there]))) == ({"m2": {policy}} if policy else {})
    assert policies(judge(planted(messages, [lean]))) == {}


@pytest.mark.parametrize(("away", "found"), [(2, {"m9": {"review-vote-manipulation"}}), (3, {})])
def test_who_is_to_press_what_was_named_just_before(away: int, found: dict[str, set[str]]) -> None:
    """“Everyone press it” is about the votes that one of the two messages before speaks of."""
    messages = [message(f"m{n}", f"2025-02-03 10:0{n}", "internal") for n in range(away)]
    messages.append(message("m9", "2025-02-03 11:00", "internal"))
    signals = [
        signal("m0", "vote_asked", strength="weak", stopped_by="recounted"),
        signal("m9", "leaning", rule_id="leaning.press", strength="weak"),
    ]

    assert policies(judge(planted(messages, signals))) == found


@pytest.mark.parametrize(
    ("signal_name", "who", "stopped", "joins"),
    [
        ("club_offered", "internal", None, True),
        ("compensation_tied", "internal", None, True),
        ("club_offered", "internal", "forbidden", False),
        ("club_offered", "inbound", None, False),
        ("review_mentioned", "internal", None, False),
    ],
    ids=["a club", "reviews for goods", "a forbidden one", "the club itself writes", "no club"],
)
def test_who_takes_up_what_a_colleague_told_of(
    signal_name: str, who: str, stopped: str | None, *, joins: bool
) -> None:
    """“Sign us up, twenty to start with” joins the club that a message before it tells of."""
    messages = [
        message("m1", "2025-02-03 10:00", who),
        message("m2", "2025-02-03 11:00", "internal"),
    ]
    signals = [
        signal("m1", signal_name, strength="weak", stopped_by=stopped),
        signal("m2", "leaning", rule_id="leaning.joins", strength="weak"),
    ]
    judged = policies(judge(planted(messages, signals)))

    assert ("m2" in judged) is joins


@pytest.mark.parametrize("direction", ["outbound", "internal"])
def test_words_that_somebody_asked_for_are_repeated(direction: str) -> None:
    """The police ask for the wording of a forged message: whoever copies it out asks nobody."""
    messages = [
        message("m1", "2025-02-03 10:00", "inbound" if direction == "outbound" else "internal"),
        *(message(f"m{n}", f"2025-02-03 1{n}:00", direction) for n in (2, 3, 4)),
    ]
    asks = [signal(f"m{n}", "insider_asked") for n in (2, 3, 4)]
    wanted = signal("m1", "wording_asked")

    assert set(policies(judge(planted(messages, asks)))) == {"m2", "m3", "m4"}
    assert set(policies(judge(planted(messages, [*asks, wanted])))) == {"m4"}


@pytest.mark.parametrize(
    "besides",
    ["low_review_reported", "review_posted", "change_offered_by_buyer", "demand_by_buyer"],
)
def test_an_angry_buyer_wants_no_forgers_words(besides: str) -> None:
    """Who has written a review, or bargains over one, threatens with the police; the ask stands."""
    messages, _ = thread()
    asked = [signal("m1", "wording_asked"), signal("m1", besides)]

    assert "m3" in policies(judge(planted([messages[0], messages[2]], [*asked, ASK])))
