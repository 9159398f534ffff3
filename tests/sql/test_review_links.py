"""Review links: the best key alone, the right message, a signed lag, ties shown as ties."""

import pytest
from plant import at, judge, message, planted, signal

ORDER = "202-1111111-1111111"


def event(event_id: str, when: str, **more: object) -> dict[str, object]:
    """Return a review event of the order, created with one star unless said otherwise."""
    row = {"event_id": event_id, "review_id": "R1", "event_type": "created", "rating": 1.0}
    return row | {"occurred_at": at(when), "order_id": ORDER} | more


def links(messages: list, signals: list, events: list, **more: object) -> list[dict]:
    """Return the review links of a small archive."""
    return (
        judge(planted(messages, signals, review_events=events, **more))
        .table("review_links")
        .to_dicts()
    )


def asks(*days: str, **more: object) -> tuple[list, list]:
    """Return asks in thread t1 about the order, one a day."""
    messages = [
        message(f"m{n}", f"2025-{d} 10:00", order_id=ORDER, **more) for n, d in enumerate(days)
    ]
    return messages, [signal(f"m{n}", "removal_asked") for n in range(len(days))]


def test_measured_from_the_latest_ask_before() -> None:
    """An event is measured from the latest flagged message at or before it."""
    messages, signals = asks("02-01", "02-05", "02-20")
    change = event("e1", "2025-02-06 12:30", event_type="updated", rating=5.0, previous_rating=1.0)
    row = links(messages, signals, [change])[0]

    assert (
        row["message_id"],
        row["lag_hours"],
        row["linked_by"],
        row["strength"],
    ) == ("m1", 26.5, "order", 1.0)
    assert (
        row["pattern"],
        row["rating_before"],
        row["rating_after"],
    ) == ("change-after-ask", 1.0, 5.0)


def test_before_any_ask_the_lag_is_negative() -> None:
    """A review that stood before is measured from the earliest message after it."""
    messages, signals = asks("02-05", "02-20")
    row = links(messages, signals, [event("e1", "2025-02-04 10:00")])[0]

    assert (
        row["message_id"],
        row["lag_hours"],
        row["pattern"],
    ) == ("m0", -24.0, "contact-after-negative")


@pytest.mark.parametrize(
    ("kind", "when", "pattern"),
    [
        ("removed", "2025-02-09 10:00", "removal-after-ask"),
        ("updated", "2025-02-09 10:00", "change-after-ask"),
        ("updated", "2025-01-09 10:00", "change-without-contact"),
        ("created", "2025-02-09 10:00", "ask-before-review"),
    ],
)
def test_patterns(kind: str, when: str, pattern: str) -> None:
    """The pattern says what came after what."""
    messages, signals = asks("02-05")

    assert pattern == links(messages, signals, [event("e1", when, event_type=kind)])[0]["pattern"]


def test_removed_has_no_rating_after() -> None:
    """A removed review has no rating any more; nobody writes a zero."""
    messages, signals = asks("02-05")
    row = links(messages, signals, [event("e1", "2025-02-09", event_type="removed", rating=None)])[
        0
    ]

    assert row["rating_after"] is None


def test_order_beats_buyer() -> None:
    """An event that a thread owns by order is not linked to another thread of the buyer."""
    messages = [
        message("m1", "2025-02-05 10:00", order_id=ORDER),
        message("m2", "2025-02-05 11:00", order_id="202-2222222-2222222", thread_id="t2"),
    ]
    signals = [signal("m1", "removal_asked"), signal("m2", "removal_asked")]
    found = links(messages, signals, [event("e1", "2025-02-09", buyer_id="buyer-1")])

    assert [(row["thread_id"], row["linked_by"]) for row in found] == [("t1", "order")]


def test_ties_share_the_strength() -> None:
    """Two threads that may own an event both keep it, at half the strength."""
    messages = [
        message("m1", "2025-02-05 10:00", asin="B01"),
        message("m2", "2025-02-05 11:00", asin="B01", thread_id="t2", buyer_id="buyer-2"),
    ]
    signals = [signal("m1", "removal_asked"), signal("m2", "removal_asked")]
    found = links(messages, signals, [event("e1", "2025-02-09", order_id=None, asin="B01")])

    assert sorted((row["thread_id"], row["strength"], row["n_candidates"]) for row in found) == [
        ("t1", 0.15, 2),
        ("t2", 0.15, 2),
    ]


@pytest.mark.parametrize(("when", "expected"), [("2025-03-07 10:00", 1), ("2025-03-08 10:00", 0)])
def test_product_links_end_with_the_window(when: str, expected: int) -> None:
    """By product alone an event is linked within the window only; by order at any distance."""
    messages = [message("m1", "2025-02-05 10:00", asin="B01", order_id=ORDER)]
    signals = [signal("m1", "removal_asked")]

    by_asin = event("e1", when, order_id=None, asin="B01")
    assert expected == len(links(messages, signals, [by_asin]))
    assert len(links(messages, signals, [event("e1", "2026-03-07 10:00")])) == 1


def test_thread_ratings() -> None:
    """A thread shows the lowest linked review at its first ask, and what it is now."""
    messages, signals = asks("02-05")
    events = [
        event("e1", "2025-02-01", rating=2.0),
        event("e2", "2025-02-09", event_type="updated", rating=5.0, previous_rating=2.0),
        event("e3", "2025-02-02", review_id="R2", rating=4.0),
    ]
    row = (
        judge(planted(messages, signals, review_events=events)).table("threads").row(0, named=True)
    )

    assert (row["rating_before"], row["rating_after"]) == (2.0, 5.0)


def test_every_event_of_a_life() -> None:
    """One event that carries the order brings all events of its review."""
    messages, signals = asks("02-05")
    found = links(
        messages,
        signals,
        [
            event("e1", "2025-02-01"),
            event("e2", "2025-02-09", event_type="updated", rating=4.0, order_id=None),
            event("e3", "2025-02-12", event_type="removed", rating=None, order_id=None),
        ],
    )

    assert [(row["event_id"], row["linked_by"], row["pattern"]) for row in found] == [
        ("e1", "order", "contact-after-negative"),
        ("e2", "order", "change-after-ask"),
        ("e3", "order", "removal-after-ask"),
    ]


@pytest.mark.parametrize(
    "keys",
    [{"order_id": "202-9999999-9999999"}, {"order_id": None, "buyer_id": "buyer-9"}],
)
def test_another_buyers_review_is_not_linked_by_product(keys: dict) -> None:
    """A review of another order, or of another buyer of the archive, is not guessed at."""
    messages = [
        message("m1", "2025-02-05 10:00", order_id=ORDER, asin="B01"),
        message("m9", "2025-02-05 10:00", thread_id="t9", buyer_id="buyer-9"),
    ]
    signals = [signal("m1", "removal_asked")]

    assert links(messages, signals, [event("e1", "2025-02-09", asin="B01") | keys]) == []


def test_the_orders_buyer_stands_in() -> None:
    """A review that names only its order is joined to the buyer's thread through the orders."""
    messages = [message("m1", "2025-02-05 10:00")]
    orders = [{"order_id": ORDER, "ordered_at": at("2025-01-05"), "buyer_id": "buyer-1"}]
    found = links(
        messages, [signal("m1", "removal_asked")], [event("e1", "2025-02-09")], orders=orders
    )

    assert [(row["linked_by"], row["strength"]) for row in found] == [("buyer", 0.7)]


def test_threads_of_a_case_share_their_keys() -> None:
    """An ask outside the platform is linked through the other thread of its case."""
    messages = [
        message("m1", "2025-02-04 10:00", order_id=ORDER, case_id="c1"),
        message("m2", "2025-02-05 10:00", thread_id="t2", channel="whatsapp", case_id="c1"),
    ]
    row = links(messages, [signal("m2", "removal_asked")], [event("e1", "2025-02-01")])[0]

    assert (row["thread_id"], row["linked_by"], row["n_candidates"]) == ("t2", "order", 1)


@pytest.mark.parametrize(
    ("earliest", "latest", "expected"),
    [
        ("2025-02-06", "2025-02-28", "interval"),
        ("2025-01-28", "2025-02-28", "interval that holds the ask: which came first is unknown"),
        ("2025-02-28", "2025-02-28", "exact"),
    ],
)
def test_snapshots_leave_an_interval(earliest: str, latest: str, expected: str) -> None:
    """Where the ask lies between two looks nobody says which came first."""
    messages, signals = asks("02-05")
    times = {"earliest_at": at(earliest), "latest_at": at(latest)}
    change = event("e1", latest, event_type="updated", rating=5.0) | times

    assert expected == links(messages, signals, [change])[0]["time_known"]


@pytest.mark.parametrize(
    ("kind", "refunded", "pattern"),
    [
        ("updated", "2025-02-01", "change-after-refund"),
        ("removed", "2025-02-01", "removal-after-refund"),
        ("updated", "2025-02-04", "change-after-contact"),
    ],
)
def test_before_the_ask_the_refund_names_the_pattern(
    kind: str, refunded: str, pattern: str
) -> None:
    """A change before any ask is told by the refund before it, else by the contact."""
    messages = [message("m0", "2025-01-30 10:00", order_id=ORDER), *asks("02-05")[0]]
    refund = {"refund_id": "r1", "order_id": ORDER, "refunded_at": at(refunded)}
    change = event("e1", "2025-02-03", event_type=kind)
    found = links(
        [messages[0], messages[1] | {"message_id": "m1"}],
        [signal("m1", "removal_asked")],
        [change],
        refunds=[refund],
    )

    assert pattern == found[0]["pattern"]
    assert found[0]["lag_hours"] < 0


def test_many_candidates_are_all_kept() -> None:
    """Forty reviews of one product in the window are forty guesses: all shown, light in weight."""
    messages = [message("m1", "2025-02-05 10:00", asin="B01")]
    events = [
        event(f"e{n}", "2025-02-09", review_id=f"R{n}", order_id=None, asin="B01")
        for n in range(40)
    ]

    found = links(messages, [signal("m1", "removal_asked")], events)
    assert (40, {0.01}) == (len(found), {row["strength"] for row in found})
    assert {0.1} == {
        row["strength"] for row in links(messages, [signal("m1", "removal_asked")], events[:3])
    }
