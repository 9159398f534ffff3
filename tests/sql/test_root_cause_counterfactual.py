"""The counterfactual equals a fresh run on the archive cut off at each month's end."""

import random
from datetime import datetime, timedelta

import pytest
from plant import PARAMS, at, find_causes, judge, message, planted, signal


def archive(seed: int) -> dict[str, list[dict]]:
    """Return half a year of conversations by chance: asks, refunds, platforms that allow asking."""
    chance = random.Random(seed)
    messages, signals, refunds = [], [], []
    for n in range(30):
        day = at("2025-01-05") + timedelta(hours=chance.randrange(150 * 24))
        keys = {"thread_id": f"t{n}", "buyer_id": f"b{n}", "order_id": f"o{n}"}
        keys["marketplace"] = chance.choice(["UK", "ebay-GB"])
        for place, direction in enumerate(["inbound", "outbound", "outbound"]):
            row = message(f"m{n}-{place}", "2025-01-01", direction, **keys)
            messages.append(row | {"sent_at": day + timedelta(days=place * chance.randrange(20))})
        if chance.random() < 0.4:
            signals.append(signal(f"m{n}-1", "change_asked"))
        if chance.random() < 0.3:
            signals.append(signal(f"m{n}-2", "positive_rating_asked"))
        if chance.random() < 0.5:
            paid = day + timedelta(days=chance.randrange(60))
            refunds.append({"refund_id": f"r{n}", "order_id": f"o{n}", "refunded_at": paid})
    return {"messages": messages, "signals": signals, "refunds": refunds}


def cut_off(rows: dict[str, list[dict]], end: datetime) -> dict[str, list[dict]]:
    """Return the archive as it was before `end`."""
    messages = [row for row in rows["messages"] if row["sent_at"] < end]
    kept = {row["message_id"] for row in messages}
    return {
        "messages": messages,
        "signals": [row for row in rows["signals"] if row["message_id"] in kept],
        "refunds": [row for row in rows["refunds"] if row["refunded_at"] < end],
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equals_a_fresh_run_on_the_truncated_archive(seed: int) -> None:
    """At each alert a fresh run finds as many threads; one month earlier it finds none."""
    rows = archive(seed)
    whole = find_causes(planted(**rows))
    scans = whole.table("counterfactual").filter(mode="monthly scan").to_dicts()
    ends = [row["scan_from"] for row in scans]
    found = {}
    for end in ends:
        part = cut_off(rows, end)
        fresh = judge(planted(**part)) if part["messages"] else None
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
