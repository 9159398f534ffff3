"""Incidents: runs by gap, cut by notices, named by what was new, the same in any input order."""

import random

import pytest
from plant import PARAMS, at, judge, message, planted, signal


def story() -> tuple[list, list, list]:
    """Return asks on 3, 5 and 14 February and 15, 16 May; a warning on 17 February."""
    days = ["02-03", "02-05", "02-14", "05-15", "05-16"]
    history = [message(f"h{n}", f"2024-{n:02}-01 09:00", thread_id=f"h{n}") for n in range(9, 13)]
    asks = [
        message(
            f"a{n}", f"2025-{day} 10:00", thread_id=f"t{n}", buyer_id=f"buyer-{n}", operator="Wei"
        )
        for n, day in enumerate(days)
    ]
    for row in asks[3:]:
        row["channel"] = "contact-customer"
    notices = [{"notice_id": "n1", "received_at": at("2025-02-17 11:00"), "kind": "warning"}]
    return history + asks, [signal(f"a{n}", "change_asked") for n in range(5)], notices


def test_february_and_may() -> None:
    """Two incidents, the second a recurrence after the warning, with the new channel as trigger."""
    messages, signals, notices = story()
    first, second = judge(planted(messages, signals, notices=notices)).table("incidents").to_dicts()

    assert (
        first["title"],
        first["thread_count"],
        first["message_count"],
    ) == ("February 2025: review change request", 3, 3)
    assert (first["recurrence"], first["after_notice_id"]) == (False, None)
    assert (
        second["recurrence"],
        second["after_notice_id"],
        second["thread_count"],
    ) == (True, "n1", 2)
    assert second["trigger"] == "channel contact-customer (new on 2025-05-15)"


def test_without_the_warning_no_recurrence() -> None:
    """Removing the warning removes the recurrence, not the incident."""
    messages, signals, _ = story()
    incidents = judge(planted(messages, signals)).table("incidents")

    assert incidents.get_column("recurrence").to_list() == [False, False]


def test_any_input_order() -> None:
    """The order of input changes nothing."""
    messages, signals, notices = story()
    expected = judge(planted(messages, signals, notices=notices)).table("incidents")
    random.Random(7).shuffle(messages)
    random.Random(8).shuffle(signals)

    assert expected.equals(judge(planted(messages, signals, notices=notices)).table("incidents"))


def test_gap_is_inclusive() -> None:
    """Exactly `gap_days` apart is one run; a minute more is two."""
    signals = [signal("a", "change_asked"), signal("b", "change_asked")]
    same = [message("a", "2025-02-01 10:00"), message("b", "2025-02-15 10:00", thread_id="t2")]
    apart = [message("a", "2025-02-01 10:00"), message("b", "2025-02-15 10:01", thread_id="t2")]

    assert judge(planted(same, signals)).count("incidents") == 1
    assert judge(planted(apart, signals)).count("incidents") == 2


def test_a_notice_ends_a_run() -> None:
    """A warning between two asks a day apart makes two incidents; another kind does not."""
    signals = [signal("a", "change_asked"), signal("b", "change_asked")]
    messages = [message("a", "2025-02-01 10:00"), message("b", "2025-02-02 10:00", thread_id="t2")]

    for kind, expected in (("warning", 2), ("deactivation", 2), ("other", 1), ("reinstatement", 1)):
        notices = [{"notice_id": "n", "received_at": at("2025-02-01 20:00"), "kind": kind}]
        assert expected == judge(planted(messages, signals, notices=notices)).count("incidents"), (
            kind
        )


def test_short_history_names_no_trigger() -> None:
    """Where the archive begins with the incident nobody can say what was new."""
    messages = [message("a", "2025-02-01 10:00")]

    assert (
        judge(planted(messages, [signal("a", "change_asked")]))
        .table("incidents")
        .item(0, "trigger")
        == ""
    )


def test_dismissed_makes_no_incident() -> None:
    """A dismissed finding stays in the table, makes no thread violating and no incident."""
    messages = [message("a", "2025-02-01 10:00")]
    signals = [signal("a", "change_asked")]
    finding_id = judge(planted(messages, signals)).table("findings").item(0, "finding_id")
    store = judge(planted(messages, signals, decisions=[{"finding_id": finding_id}]))

    assert store.table("findings").get_column("status").to_list() == ["dismissed"]
    assert (store.count("threads"), store.count("incidents")) == (0, 0)


def test_expired_decision_brings_it_back() -> None:
    """A dismissal past its day no longer counts."""
    messages = [message("a", "2025-02-01 10:00")]
    signals = [signal("a", "change_asked")]
    finding_id = judge(planted(messages, signals)).table("findings").item(0, "finding_id")
    decision = {"finding_id": finding_id, "expires_on": at("2025-06-30").date()}

    found = judge(planted(messages, signals, decisions=[decision])).table("findings")
    assert found.get_column("status").to_list() == ["open"]


def test_confirmed_queue_entry_is_a_finding() -> None:
    """A confirmed queue entry becomes a finding of the named policy and leaves the queue."""
    messages = [message("a", "2025-02-01 10:00")]
    signals = [signal("a", "change_asked", strength="weak")]
    queue_id = judge(planted(messages, signals)).table("queue").item(0, "queue_id")
    decision = {
        "finding_id": queue_id,
        "decision": "confirmed",
        "reason": "",
        "note": "policy=review-diversion seen in the picture",
    }
    store = judge(planted(messages, signals, decisions=[decision]))

    row = store.table("findings").row(0, named=True)
    assert (
        row["policy_id"],
        row["rule_id"],
        row["severity"],
        row["status"],
    ) == ("review-diversion", "decision", "medium", "confirmed")
    assert store.count("queue") == 0
    assert store.count("incidents") == 1


def test_finding_id_survives_other_messages() -> None:
    """A finding keeps its id when messages are added or reordered, and loses it with its text."""
    ask = message("a", "2025-02-01 10:00", body="please change it")
    later = message("b", "2025-02-03 10:00", body="hello", source_no=0)
    other = message("a", "2025-02-01 10:00", body="please change it!")
    ids = [
        judge(planted(messages, [signal("a", "change_asked")]))
        .table("findings")
        .item(0, "finding_id")
        for messages in ([ask], [later, ask], [other])
    ]

    assert ids[0] == ids[1] != ids[2]


def test_equal_bodies_have_their_own_ids() -> None:
    """The second equal body in a thread is another finding; its id carries its message id."""
    messages = [message(m, f"2025-02-0{n} 10:00", body="same") for n, m in enumerate("ab", 1)]
    signals = [signal(m, "change_asked") for m in "ab"]
    both = judge(planted(messages, signals)).table("findings")
    alone = judge(planted(messages[:1], signals[:1])).table("findings")

    assert both.get_column("finding_id").n_unique() == 2
    assert alone.item(0, "finding_id") == both.item(0, "finding_id")


def test_since_and_until_limit_the_report_only() -> None:
    """What lies before the period is context: it counts, and nothing of it is listed."""
    messages = [message("a", "2025-02-01 10:00"), message("b", "2025-03-01 10:00")]
    signals = [signal("a", "refund_offered", object=""), signal("b", "change_asked")]
    params = PARAMS | {"since_at": at("2025-02-20")}

    found = judge(planted(messages, signals), params).table("findings")
    assert {"b"} == set(found.get_column("message_id"))
    assert "refund-for-review-change" in found.get_column("policy_id").to_list()
    assert (
        judge(planted(messages, signals), PARAMS | {"until_at": at("2025-02-20")}).count("findings")
        == 0
    )


def test_membership_is_explained() -> None:
    """Each flagged message says why it begins or continues its incident."""
    messages, signals, notices = story()
    rows = judge(planted(messages, signals, notices=notices)).table("message_incidents").to_dicts()

    assert [(row["message_id"], row["membership"].split(":")[0]) for row in rows] == [
        ("a0", "begins"),
        ("a1", "continues"),
        ("a2", "continues"),
        ("a3", "begins"),
        ("a4", "continues"),
    ]
    assert rows[3]["membership"] == "begins: a notice came before it"
    assert rows[1]["gap_hours"] == 48.0


def test_severity_and_days_since_the_notice() -> None:
    """An incident is as severe as its severest message, and counts whole days since the notice."""
    messages, signals, notices = story()
    first, second = judge(planted(messages, signals, notices=notices)).table("incidents").to_dicts()

    assert (first["severity"], first["days_since_notice"]) == ("high", None)
    assert (second["severity"], second["days_since_notice"]) == ("critical", 86)
    assert second["trigger_known"] == "known"


@pytest.mark.parametrize(
    ("when", "title", "day"),
    [
        ("2025-03-31 22:59", "March 2025", "2025-03-31"),  # a minute to midnight, summer time
        ("2025-03-31 23:00", "April 2025", "2025-04-01"),
        ("2025-10-31 23:59", "October 2025", "2025-10-31"),  # winter time again
        ("2025-11-01 00:00", "November 2025", "2025-11-01"),
    ],
)
def test_months_and_days_are_the_sellers(when: str, title: str, day: str) -> None:
    """An incident's month, and the day something was new, follow the seller's clock."""
    old = message("h", "2024-06-01 10:00", thread_id="h")
    new = message("a", when, channel="forms")
    row = (
        judge(planted([old, new], [signal("a", "change_asked")]))
        .table("incidents")
        .row(0, named=True)
    )

    assert row["title"].startswith(f"{title}:")
    assert row["trigger"] == f"channel forms (new on {day})"


@pytest.mark.parametrize(
    ("first", "second", "runs"),
    [
        ("2025-03-23 01:30", "2025-04-06 01:30", 1),  # fourteen days of 24 hours over the night
        ("2025-03-23 01:30", "2025-04-06 01:31", 2),
        ("2025-10-19 01:30", "2025-11-02 01:30", 1),
        ("2025-10-19 01:30", "2025-11-02 01:31", 2),
    ],
)
def test_gaps_over_the_nights_the_clock_changes(first: str, second: str, runs: int) -> None:
    """A gap is so many times 24 hours; the hour won or lost makes no run longer or shorter."""
    messages = [message("a", first), message("b", second, thread_id="t2")]
    signals = [signal("a", "change_asked"), signal("b", "change_asked")]

    assert runs == judge(planted(messages, signals)).count("incidents")
