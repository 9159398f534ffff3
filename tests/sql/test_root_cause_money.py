"""Promised against paid, per currency and to the cent; unexplained changes; rating lift."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from plant import at, find_causes, message, planted, signal

from pipeline.store import Store

ORDER = "202-1111111-1111111"


def money(text: str, *refunds: dict, orders: tuple[dict, ...] = (), **more: object) -> list[dict]:
    """Return the money rows of a thread in which `text` promises something and an ask follows."""
    end = len(text)
    messages = [
        message("m1", "2025-02-03 10:00", order_id=ORDER, body=text),
        message("m2", "2025-02-04 10:00", order_id=ORDER, body="please change the review"),
    ]
    kind = more.pop("said", "refund_offered")
    signals = [signal("m1", kind, match_end=min(end, 6)), signal("m2", "change_asked")]
    planted_orders = [{"order_id": ORDER, "ordered_at": at("2025-01-20")} | row for row in orders]
    paid = [{"order_id": ORDER, "refunded_at": at("2025-02-05")} | row for row in refunds]
    store = find_causes(planted(messages, signals, refunds=paid, orders=planted_orders))
    return store.table("thread_money").to_dicts()


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("Refund of £24.99 today. Thanks.", "24.99", "GBP"),
        ("Refund von 1.234,56 € heute", "1234.56", "EUR"),
        ("Refund $1,234.56 sent", "1234.56", "USD"),
        ("Refund of 20 EUR", "20", "EUR"),
        ("Zwrot 49,90 zł dzisiaj", "49.90", "PLN"),
        ("Refund £10 or £20", None, ""),
        ("Refund of everything", None, ""),
    ],
)
def test_promised_amounts(text: str, amount: str | None, currency: str) -> None:
    """A sentence with one amount promises it, to the cent; with none or several none is guessed."""
    row = money(text)[0]

    assert (Decimal(amount) if amount else None, currency) == (row["promised"], row["currency"])
    assert row["state"] == "promised, no refund found"


@pytest.mark.parametrize(
    ("paid", "state", "difference"),
    [
        ("24.99", "refunded as promised", "0"),
        ("24.98", "refunded less than promised", "-0.01"),
        ("25.00", "refunded more than promised", "0.01"),
    ],
)
def test_promised_against_paid(paid: str, state: str, difference: str) -> None:
    """One cent is a difference."""
    refund = {"refund_id": "r1", "amount": float(paid), "currency": "GBP"}
    row = money("Refund of £24.99", refund)[0]

    assert (row["state"], row["difference"]) == (state, Decimal(difference))


def test_currencies_never_add_up() -> None:
    """Refunds in two currencies are two rows."""
    rows = money(
        "Refund of £5.00",
        {"refund_id": "r1", "amount": 5.0, "currency": "GBP"},
        {"refund_id": "r2", "amount": 7.5, "currency": "EUR"},
    )

    assert {(row["currency"], row["paid"], row["state"]) for row in rows} == {
        ("GBP", Decimal("5.0"), "refunded as promised"),
        ("EUR", Decimal("7.5"), "refund without a promise"),
    }


def test_double_refunds() -> None:
    """The same amount twice on one order is a possible double; beyond the order is said too."""
    order = {"amount": 24.99, "currency": "GBP"}
    refunds = [{"refund_id": f"r{n}", "amount": 24.99, "currency": "GBP"} for n in (1, 2)]
    row = money("Refund of £24.99", *refunds, orders=(order,))[0]

    assert (row["n_possible_doubles"], row["possible_double"]) == (1, Decimal("24.99"))
    assert (row["paid"], row["beyond_order"]) == (Decimal("49.98"), Decimal("24.99"))
    assert "paid twice, or listed twice" in row["reading"]


def test_outside_payments() -> None:
    """A payment outside the platform is its own column and no refund."""
    row = money("PayPal £15.00 sent to you", said="outside_payment")[0]

    assert (row["outside"], row["n_outside"], row["promised"]) == (Decimal("15.00"), 1, None)
    assert row["state"] == "outside payment only"


def changed(event_id: str, when: str, **keys: object) -> dict:
    """Return a rise from one to five stars."""
    row = {"event_id": event_id, "review_id": f"R-{event_id}", "event_type": "updated"}
    return row | {"occurred_at": at(when), "rating": 5.0, "previous_rating": 1.0} | keys


def test_unexplained_changes() -> None:
    """A change nobody wrote before is listed with what could be looked for, and is no finding."""
    messages = [
        message("m1", "2025-02-03 10:00", order_id="o1"),
        message("m2", "2025-02-20 10:00", order_id="o2", thread_id="t2", buyer_id="buyer-2"),
        message("m3", "2025-01-03 10:00", order_id="o9", thread_id="t9", buyer_id="buyer-9"),
    ]
    events = [
        changed("after", "2025-02-05", order_id="o1"),
        changed("before", "2025-02-05", order_id="o2"),
        changed("nobody", "2025-02-06", order_id="o3"),
        changed("keyless", "2025-02-07", asin="B01"),
        changed("long-ago", "2023-02-07", order_id="o4"),
    ]
    store = find_causes(planted(messages, review_events=events))

    assert {
        row["event_id"]: row["found"] for row in store.table("unexplained_changes").to_dicts()
    } == {
        "before": "no contact found",
        "nobody": "no contact found",
        "keyless": "buyer unknown",
        "long-ago": "outside the archive",
    }
    assert store.count("findings") == 0


def lift(
    seed: int,
    *,
    asked: float,
    others: float,
    reviews: int = 160,
    stars: Callable[[int], float] = lambda n: float(n // 3 % 3 + 1),
) -> Store:
    """Return an archive in which reviews are raised by chance, with these chances a month."""
    chance = random.Random(seed)
    messages, signals, events = [], [], []
    for n in range(reviews):
        keys = {"order_id": f"o{n}", "buyer_id": f"b{n}"}
        created = at("2025-01-01") + timedelta(hours=chance.randrange(90 * 24))
        is_asked = n % 3 == 0
        contact = created + timedelta(hours=chance.randrange(1, 10 * 24))
        review = {"review_id": f"R{n}", "event_type": "created", "rating": stars(n)}
        events.append(review | {"event_id": f"c{n}", "occurred_at": created} | keys)
        change = created + timedelta(days=chance.expovariate(0.25 / 30))
        if is_asked and asked > others and chance.random() < asked:
            change = contact + timedelta(days=chance.random() * 20)
        if change < at("2025-06-01"):
            raised = {"review_id": f"R{n}", "event_type": "updated", "rating": 5.0}
            events.append(raised | {"event_id": f"u{n}", "occurred_at": change} | keys)
        if is_asked:
            row = message(f"m{n}", "2025-01-01", thread_id=f"t{n}", **keys)
            messages.append(row | {"sent_at": contact})
            signals.append(signal(f"m{n}", "change_asked"))
    messages += [message(f"h{n}", f"2025-0{n}-02 10:00", thread_id=f"h{n}") for n in range(1, 7)]
    last = {"review_id": "R-last", "event_type": "created", "rating": 5.0, "order_id": "o-last"}
    events.append(last | {"event_id": "last", "occurred_at": at("2025-06-01")})
    return find_causes(planted(messages, signals, review_events=events))


def asked_against_none(store: Store) -> dict:
    """Return the row of asked against not contacted, all stars."""
    found = store.table("rating_lift").filter(arm="asked", reference="not contacted", stars="all")
    return found.row(0, named=True)


def test_lift_is_seen() -> None:
    """Where two thirds of the asked change and few of the others, the ratio is far above one."""
    row = asked_against_none(lift(1, asked=0.66, others=0.25))

    assert row["verdict"] == "changed more often"
    assert row["odds_low"] > 1
    assert "no cause" in row["limits"]


def test_no_lift_is_not_invented() -> None:
    """Where asking changes nothing, at most one of twelve archives says otherwise."""
    rows = [asked_against_none(lift(seed, asked=0.0, others=0.25)) for seed in range(20, 32)]

    assert all(row["p_value"] is not None for row in rows)
    assert sum(row["verdict"] != "no difference shown" for row in rows) <= 1


def test_stars_that_tell_the_arms_apart_are_no_comparison() -> None:
    """Where only one-star reviews were asked and only others were not, nothing is concluded."""
    store = lift(5, asked=0.66, others=0.25, stars=lambda n: 1.0 if n % 3 == 0 else 3.0)
    row = asked_against_none(store)

    assert (row["verdict"], row["p_value"]) == ("too few cases", None)
    assert min(row["arm_reviews"], row["reference_reviews"]) >= 10


def test_few_reviews_abstain() -> None:
    """With fewer than ten reviews in an arm the counts are shown and nothing is concluded."""
    row = asked_against_none(lift(3, asked=0.9, others=0.25, reviews=24))

    assert (row["verdict"], row["odds_ratio"], row["p_value"]) == ("too few cases", None, None)
    assert row["arm_reviews"] < 10


def test_arms_by_hand() -> None:
    """Only what came after the review and before its change sorts it; immortal time is left out."""
    base = {"event_type": "created", "rating": 1.0}
    events, messages, signals = [], [], []
    for name in ("asked", "early", "refunded", "written", "quiet"):
        keys = {"order_id": f"o-{name}", "review_id": f"R-{name}"}
        events.append(base | keys | {"event_id": name, "occurred_at": at("2025-01-10")})
    for name in ("asked", "early"):
        keys = {"order_id": f"o-{name}", "thread_id": name, "buyer_id": name}
        messages.append(message(f"m-{name}", "2025-01-20 10:00", **keys))
        signals.append(signal(f"m-{name}", "change_asked"))
    messages.append(message("m-w", "2025-01-20", thread_id="w", order_id="o-written", buyer_id="w"))
    events.append(changed("up", "2025-01-15", order_id="o-early", review_id="R-early"))
    events.append(changed("end", "2025-06-01", order_id="o-x", review_id="R-x"))
    refund = {"refund_id": "r", "order_id": "o-refunded", "refunded_at": at("2025-01-20")}
    store = find_causes(planted(messages, signals, review_events=events, refunds=[refund]))
    arms = {row["review_ref"]: row["arm"] for row in store.table("review_arms").to_dicts()}

    assert arms == {
        "R-asked": "asked",
        "R-early": "not contacted",
        "R-refunded": "refunded, not asked",
        "R-written": "written to, not asked or refunded",
        "R-quiet": "not contacted",
    }
