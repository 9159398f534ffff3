"""Promised against paid, per currency and to the cent; unexplained changes; rating lift."""

import random
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from plant import PARAMS, at, find_causes, message, planted, signal

from pipeline.queries import queries
from pipeline.store import Store

ORDER = "202-1111111-1111111"
DAY_US = 86_400_000_000


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
        ("Zwrot 1 234,56 zł", "1234.56", "PLN"),
        ("Refund of 1\u202f234,56\u00a0€", "1234.56", "EUR"),
        ("Refund of CHF or $1'234.50", "1234.50", "USD"),
        ("Refund £20-30 today", None, "GBP"),
        ("Refund €20 – €30 today", None, "EUR"),
        ("Refund of 20 pounds", "20", "GBP"),
        ("Refund of 15,- € today", "15", "EUR"),
        ("Refund of 12 krona-coins", None, ""),
        ("Refund of 100 kr", "100", "SEK"),
        ("Refund of ￥1500", "1500", ""),
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


def test_beyond_the_order_is_told_order_by_order() -> None:
    """More than one order cost counts, even where the case's orders together cost more."""
    messages = [
        message("m1", "2025-02-03 10:00", order_id="o1"),
        message("m2", "2025-02-04 10:00", order_id="o2"),
    ]
    orders = [{"order_id": o, "ordered_at": at("2025-01-20"), "amount": 10.0} for o in ("o1", "o2")]
    refund = {"refund_id": "r1", "order_id": "o1", "refunded_at": at("2025-02-05"), "amount": 12.5}
    store = find_causes(
        planted(messages, [signal("m2", "change_asked")], orders=orders, refunds=[refund])
    )
    row = store.table("thread_money").row(0, named=True)

    assert (row["ordered"], row["paid"]) == (Decimal(20), Decimal("12.5"))
    assert row["beyond_order"] == Decimal("2.5")


def test_an_order_of_unknown_cost_is_not_exceeded() -> None:
    """Where an item's amount is missing nobody says that more was paid back than it cost."""
    items = ({"amount": 5.0, "currency": "GBP"}, {"currency": "GBP"})
    refund = {"refund_id": "r1", "amount": 9.0, "currency": "GBP"}
    row = money("Refund of £9", refund, orders=items)[0]

    assert (row["ordered"], row["beyond_order"]) == (None, None)
    assert row["state"] == "refunded as promised"


def test_a_refund_without_an_amount_is_not_less() -> None:
    """A booked refund whose amount is not known is neither more nor less than promised."""
    row = money("Refund of £24.99", {"refund_id": "r1", "currency": "GBP"})[0]

    assert row["state"] == "refunded, the amount is not in the archive"
    assert (row["paid"], row["difference"], row["n_refunds_without_amount"]) == (None, None, 1)


def test_money_without_a_currency_finds_its_promise() -> None:
    """A refund list without currencies, and a promise without a sum, make no second row."""
    bare = money("Refund of £24.99", {"refund_id": "r1", "amount": 24.99})
    unnamed = money("Full refund", {"refund_id": "r1", "amount": 24.99, "currency": "GBP"})

    assert [(row["currency"], row["state"]) for row in bare] == [("GBP", "refunded as promised")]
    assert [(row["currency"], row["state"]) for row in unnamed] == [
        ("GBP", "promised without an amount, refunded")
    ]


def test_replacements_are_no_money() -> None:
    """A parcel sent again is a step of its own, and no refund of nothing."""
    again = {"refund_id": "x1", "reason": "replacement: damaged"}
    row = money("Refund of £24.99", again)[0]

    assert (row["state"], row["n_refunds"]) == ("promised, no refund found", 0)


def test_minus_signs() -> None:
    """Where a file writes all refunds with a minus they are refunds; a single one takes back."""
    out = money("Refund of £24.99", {"refund_id": "r1", "amount": -24.99, "currency": "GBP"})
    back = [
        {"refund_id": f"r{n}", "amount": a, "currency": "GBP"} for n, a in enumerate((24.99, -5.0))
    ]

    assert out[0]["state"] == "refunded as promised"
    assert money("Refund of £19.99", *back)[0]["state"] == "refunded as promised"


def test_offers_that_rise() -> None:
    """Two different amounts: paying the smaller is told as such; one amount listed twice too."""
    twice = [{"refund_id": f"r{n}", "amount": 20.0, "currency": "GBP"} for n in (1, 2)]
    assert money("Refund of £20", *twice)[0]["state"] == (
        "refunded as promised, and the same amount is listed again"
    )
    texts = ("Refund of £10.", "Refund of £20.")
    messages = [
        message(f"m{n}", f"2025-02-0{n} 10:00", order_id=ORDER, body=text)
        for n, text in enumerate(texts, 1)
    ]
    messages.append(message("m3", "2025-02-03 10:00", order_id=ORDER))
    signals = [signal(f"m{n}", "refund_offered", match_end=6) for n in (1, 2)]
    refund = {"refund_id": "r1", "order_id": ORDER, "refunded_at": at("2025-02-05")}
    paid = refund | {"amount": 10.0, "currency": "GBP"}
    store = find_causes(planted(messages, [*signals, signal("m3", "change_asked")], refunds=[paid]))
    row = store.table("thread_money").row(0, named=True)

    assert (row["promised"], row["state"]) == (Decimal(20), "refunded one of the amounts promised")


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
) -> Store:
    """Return an archive in which reviews are raised by chance, with these chances a month."""
    chance = random.Random(seed)
    messages, signals, events = [], [], []
    for n in range(reviews):
        keys = {"order_id": f"o{n}", "buyer_id": f"b{n}"}
        created = at("2025-01-01") + timedelta(hours=chance.randrange(90 * 24))
        is_asked = n % 3 == 0
        contact = created + timedelta(hours=chance.randrange(1, 10 * 24))
        review = {"review_id": f"R{n}", "event_type": "created", "rating": float(n // 3 % 3 + 1)}
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
    spells = store.table("review_spells").sort("review_ref", "entered_us").to_dicts()

    assert [
        (row["review_ref"][2:], row["arm"], row["left_us"] / DAY_US, row["changed"])
        for row in spells
        if row["entered_us"] == 0
    ] == [
        ("asked", "not contacted", pytest.approx(10 + 10 / 24), False),
        ("early", "not contacted", 5, True),
        ("quiet", "not contacted", pytest.approx(142), False),
        ("refunded", "not contacted", 10, False),
        ("written", "not contacted", 10, False),
    ]
    assert {
        row["review_ref"][2:]: (row["arm"], (row["left_us"] - row["entered_us"]) / DAY_US)
        for row in spells
        if row["entered_us"]
    } == {
        "asked": ("asked", 30),
        "refunded": ("refunded, not asked", 30),
        "written": ("written to, not asked or refunded", 30),
    }


def test_a_review_moves_from_arm_to_arm() -> None:
    """Written to, paid back, then asked: each stretch ends where the next begins."""
    keys = {"order_id": "o1", "review_id": "R1"}
    events = [
        {"event_id": "c", "event_type": "created", "rating": 1.0, "occurred_at": at("2025-01-10")},
        {"event_id": "u", "event_type": "updated", "rating": 5.0, "occurred_at": at("2025-01-20")},
    ]
    messages = [
        message("m1", "2025-01-12", order_id="o1"),
        message("m2", "2025-01-18", order_id="o1"),
    ]
    refund = {"refund_id": "r", "order_id": "o1", "refunded_at": at("2025-01-15")}
    store = find_causes(
        planted(
            messages,
            [signal("m2", "change_asked")],
            review_events=[event | keys for event in events],
            refunds=[refund],
        )
    )
    spells = store.table("review_spells").sort("entered_us").to_dicts()

    assert [(row["arm"], row["left_us"] / DAY_US, row["changed"]) for row in spells] == [
        ("not contacted", 2, False),
        ("written to, not asked or refunded", 5, False),
        ("refunded, not asked", 8, False),
        ("asked", 10, True),
    ]


def test_a_contact_at_the_moment_of_the_change_is_none_before_it() -> None:
    """An ask in the same second as the change did not precede it."""
    row = {"order_id": "o1", "review_id": "R1", "rating": 1.0, "event_type": "created"}
    events = [row | {"event_id": "c", "occurred_at": at("2025-01-10")}]
    events.append(changed("u", "2025-01-20 10:00", order_id="o1", review_id="R1"))
    store = find_causes(
        planted(
            [message("m1", "2025-01-20 10:00", order_id="o1")],
            [signal("m1", "change_asked")],
            review_events=events,
        )
    )

    assert store.table("review_spells").get_column("arm").to_list() == ["not contacted"]


@pytest.mark.parametrize(("look", "unknown"), [("2025-01-14", True), ("2025-01-18", False)])
def test_an_ask_between_two_looks(look: str, unknown: bool) -> None:
    """Whether a change seen after an ask came before it depends on the look before: it is said."""
    row = {"order_id": "o1", "review_id": "R1"}
    seen = {"earliest_at": at(look), "latest_at": at("2025-01-28")}
    events = [
        row | {"event_id": "c", "event_type": "created", "rating": 1.0},
        changed("u", "2025-01-28", **row) | seen,
    ]
    events[0]["occurred_at"] = at("2025-01-10")
    store = find_causes(
        planted(
            [message("m1", "2025-01-16 10:00", order_id="o1")],
            [signal("m1", "change_asked")],
            review_events=events,
        )
    )
    spells = store.table("review_spells").sort("entered_us").to_dicts()
    lift = store.table("rating_lift").filter(arm="asked", reference="not contacted", stars="all")

    assert [(row["arm"], row["changed"], row["order_unknown"]) for row in spells] == [
        ("not contacted", False, False),
        ("asked", True, unknown),
    ]
    assert lift.item(0, "order_unknown") == int(unknown)
    assert ("which came first is unknown" in lift.item(0, "limits")) == unknown


def test_risk_sets_by_hand() -> None:
    """At each change only reviews of its stars that stood at its age are counted, arm by arm."""
    spells = [
        ("a", 1, "asked", 2, 9, True),
        ("b", 1, "asked", 5, 35, False),
        ("a", 1, "not contacted", 0, 2, False),
        ("b", 1, "not contacted", 0, 5, False),
        ("c", 1, "not contacted", 0, 9, False),
        ("d", 1, "not contacted", 0, 4, True),
        ("e", 1, "not contacted", 0, 40, False),
        ("f", 2, "not contacted", 0, 9, True),
    ]
    names = ("review_ref", "stars", "arm", "entered_us", "left_us", "changed")
    frame = pl.DataFrame(spells, schema=names, orient="row")
    store = Store()
    known = {"change_uncertain": False, "order_unknown": False}
    store.put("review_spells", frame.with_columns(**{n: pl.lit(v) for n, v in known.items()}))
    for query in queries("root_cause"):
        if query.table in ("lift_pairs", "lift_strata", "lift_sizes", "lift_counts"):
            store.create(query.table, query, PARAMS)
    rows = store.table("lift_strata").filter(reference="not contacted").to_dicts()
    whole = store.table("lift_counts").filter(arm="asked", reference="not contacted", stars=0)

    assert [
        (
            r["age_us"],
            r["arm_at_risk"],
            r["arm_changed"],
            r["reference_at_risk"],
            r["reference_changed"],
        )
        for r in rows
    ] == [(4, 1, 0, 4, 1), (9, 2, 1, 2, 0)]
    assert (whole.item(0, "expected"), whole.item(0, "compared_changes")) == (0.7, 1)
    assert (whole.item(0, "arm_compared"), whole.item(0, "reference_compared")) == (2, 5)
