"""The counterfactual equals a fresh run on the archive cut off at each month's end."""

import random
from datetime import datetime, timedelta

import pytest
from plant import PARAMS, at, find_causes, judge, message, planted, signal

SELLER = (
    ("change_asked", {}),
    ("change_asked", {"strength": "weak"}),
    ("change_asked", {"conditional": True}),
    ("removal_asked", {"strength": "weak"}),
    ("positive_rating_asked", {}),
    ("hinted", {"strength": "weak"}),
    ("hinted", {"strength": "weak"}),
    ("deal_closed", {}),
    ("contact_moved", {}),
    ("compensation_offered", {}),
    ("replacement_offered", {}),
    ("refund_offered", {}),
)
BUYER = (
    "low_review_reported",
    "change_offered_by_buyer",
    "removal_reported",
    "review_refused",
    "refund_accepted",
    "review_posted",
)


def archive(seed: int) -> dict[str, list[dict]]:
    """Return half a year of conversations by chance, of everything that verdicts look at.

    What makes a message a violation may come long after it: money, a parcel sent again. What
    excuses one never does, but a platform that allows unpaid asks.
    """
    chance = random.Random(seed)
    rows: dict[str, list[dict]] = {
        name: [] for name in ("messages", "signals", "refunds", "review_events", "notices")
    }
    for n in range(40):
        day = at("2025-01-05") + timedelta(hours=chance.randrange(150 * 24))
        keys = {"thread_id": f"t{n}", "buyer_id": f"b{n}", "order_id": f"o{n}"}
        keys["marketplace"] = chance.choice(["UK", "UK", "ebay-GB"])
        for place in range(chance.randrange(2, 6)):
            direction = chance.choice(["inbound", "outbound", "outbound"])
            name = f"m{n}-{place}"
            day += timedelta(days=chance.choice([0, 1, 3, 30]), minutes=chance.randrange(1, 600))
            rows["messages"].append(
                message(name, "2025-01-01", direction, **keys) | {"sent_at": day}
            )
            if direction == "inbound" and chance.random() < 0.5:
                rows["signals"].append(signal(name, chance.choice(BUYER)))
            elif direction == "outbound" and chance.random() < 0.5:
                said, more = chance.choice(SELLER)
                rows["signals"].append(signal(name, said, **more))
        if chance.random() < 0.4:
            paid = day + timedelta(days=chance.randrange(-40, 60))
            refund = {"refund_id": f"r{n}", "order_id": f"o{n}", "refunded_at": paid}
            rows["refunds"].append(refund | {"reason": chance.choice([None, "replacement: late"])})
        if chance.random() < 0.4:
            seen = day + timedelta(days=chance.randrange(-40, 30))
            event = {"event_id": f"e{n}", "review_id": f"R{n}", "event_type": "created"}
            rows["review_events"].append(
                event
                | {"occurred_at": seen, "rating": chance.choice([1.0, 5.0]), "order_id": f"o{n}"}
            )
    notice = {"notice_id": "n1", "received_at": at("2025-03-10"), "kind": "warning"}
    rows["notices"].append(notice)
    return rows


def cut_off(rows: dict[str, list[dict]], end: datetime) -> dict[str, list[dict]]:
    """Return the archive as it was before `end`."""
    moments = {
        "messages": "sent_at",
        "refunds": "refunded_at",
        "review_events": "occurred_at",
        "notices": "received_at",
    }
    cut = {name: [r for r in rows[name] if r[when] < end] for name, when in moments.items()}
    kept = {row["message_id"] for row in cut["messages"]}
    return cut | {"signals": [row for row in rows["signals"] if row["message_id"] in kept]}


@pytest.mark.parametrize("seed", [6, 12])
def test_equals_a_fresh_run_on_the_truncated_archive(seed: int) -> None:
    """At each month's end a fresh run flags the very messages; the alerts follow from them."""
    rows = archive(seed)
    whole = find_causes(planted(**rows))
    scans = whole.table("counterfactual").filter(mode="monthly scan").to_dicts()
    ends = [row["scan_from"] for row in scans]
    known = {row["message_id"]: row["known_at"] for row in whole.table("alert_times").to_dicts()}
    found = {}
    for end in ends:
        part = cut_off(rows, end)
        fresh = judge(planted(**part)) if part["messages"] else None
        flagged = set(fresh.table("findings").get_column("message_id")) if fresh else set()
        assert flagged == {name for name, when in known.items() if when < end}
        found[end] = set(fresh.table("threads").get_column("thread_id")) if fresh else set()
    first_flags = {
        row["thread_id"]: min(f["sent_at"] for f in flags)
        for row in whole.table("threads").to_dicts()
        if (flags := whole.table("findings").filter(thread_id=row["thread_id"]).to_dicts())
    }

    assert len(ends) >= 5
    for row in scans:
        alert = next((end for end in ends if end >= row["scan_from"] and found[end]), None)
        assert alert == row["first_alert_at"]
        assert len(found[alert]) == row["found_threads"]
        later = [thread for thread, when in first_flags.items() if when >= alert]
        assert len(later) == row["avoidable_threads"]
        assert row["first_thread_id"] in found[alert]


def test_months_end_at_the_sellers_midnight() -> None:
    """An ask half an hour into June in London, still May in UTC, is seen by June's scan."""
    rows = [message("a", "2025-05-31 23:30"), message("b", "2025-04-10 10:00", thread_id="t2")]
    scans = find_causes(planted(rows, [signal("a", "change_asked")])).table("counterfactual")
    scans = scans.filter(mode="monthly scan")

    assert scans.get_column("scan_from").to_list() == [
        at("2025-04-30 23:00"),
        at("2025-05-31 23:00"),
        at("2025-06-30 23:00"),
    ]
    assert set(scans.get_column("first_alert_at")) == {at("2025-06-30 23:00")}


def test_a_month_that_begins_in_a_skipped_hour() -> None:
    """In Asunción the first of October 2017 began at one o'clock: the month ends there."""
    rows = [message("a", "2017-09-20 10:00"), message("b", "2017-10-01 03:59", thread_id="t2")]
    rows.append(message("c", "2017-10-01 04:00", thread_id="t3"))
    asks = [signal(name, "change_asked") for name in "abc"]
    store = find_causes(planted(rows, asks), PARAMS | {"timezone": "America/Asuncion"})
    first = store.table("counterfactual").filter(mode="monthly scan").row(0, named=True)

    assert first["scan_from"] == at("2017-10-01 04:00")
    assert (first["found_threads"], first["avoidable_threads"]) == (2, 1)


def test_nothing_found_is_no_alert() -> None:
    """Without a violation there is no alert and nothing was avoidable."""
    table = find_causes(planted([message("a", "2025-05-10 10:00")])).table("counterfactual")

    assert set(table.get_column("first_alert_at")) == {None}
    assert set(table.get_column("avoidable_threads")) == {0}


def test_a_check_sees_only_what_is_known_when_sending() -> None:
    """An unpaid ask that only a later refund makes a violation would have passed the check."""
    keys = {"marketplace": "ebay-GB", "order_id": "o1"}
    refund = {"refund_id": "r1", "order_id": "o1", "refunded_at": at("2025-02-10")}
    rows = [message("a", "2025-02-03 10:00", **keys), message("b", "2025-03-03", **keys)]
    store = find_causes(planted(rows, [signal("a", "change_asked")], refunds=[refund]), PARAMS)
    check = store.table("counterfactual").filter(mode="check before sending")

    assert store.count("threads") == 1
    assert set(check.get_column("first_alert_at")) == {None}
