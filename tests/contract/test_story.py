"""CONTRACT section 4: review links, threads and incidents of one archive whose answer is known."""

from pathlib import Path

import pytest
from contract.shop import REMOVE, Run, audit, said, table


def _ask(key: str, thread: str, at: str, **more: object) -> dict[str, object]:
    return said(key, at, f"{REMOVE} Best wishes, case {key}", thread_id=thread, **more)


MESSAGES = [
    _ask("m1", "A", "2025-02-03T10:00:00Z", order_id="o1", recipient="al@web.example",
         channel="email", operator="zoe"),
    _ask("m2", "B", "2025-02-10T10:00:00Z", recipient="bo@web.example", operator="anna"),
    _ask("m3", "C", "2025-02-20T10:00:00Z", recipient="cy", asin="B0C"),
    _ask("m4", "A", "2025-02-21T10:00:00Z", order_id="o1", recipient="al@web.example"),
    _ask("m5", "D", "2025-03-07T10:00:00Z", recipient="di", asin="B0D"),
    _ask("m6", "E", "2025-03-21T10:00:01Z", recipient="ed", asin="B0D"),
    _ask("m7", "F", "2025-03-23T10:00:00Z", recipient="flo", asin="B0C", order_id="o6"),
    said("p1", "2025-01-02T10:00:00Z", "Your order has been sent.", thread_id="A", order_id="o1"),
]  # fmt: skip
NOTICES = [
    {"notice_id": "N0", "received_at": "2025-02-05T10:00:00Z", "kind": "other"},
    {"notice_id": "N1", "received_at": "2025-02-17T10:00:00Z", "kind": "warning"},
    {"notice_id": "N2", "received_at": "2025-03-22T10:00:00Z", "kind": "deactivation"},
]


def _event(key: str, review: str, what: str, at: str, **more: object) -> dict[str, object]:
    return {"event_id": key, "review_id": review, "event_type": what, "occurred_at": at} | more


EVENTS = [
    _event("e1", "R1", "created", "2025-01-01T10:00:00Z", rating=1, order_id="o1"),
    _event("e2", "R1", "updated", "2025-02-21T22:00:00Z", rating=5, order_id="o1"),
    _event("e3", "R2", "created", "2025-01-20T10:00:00Z", rating=2, buyer_id="Bo@Web.example"),
    _event("e4", "R2", "removed", "2025-02-10T11:30:00Z", buyer_id="Bo@Web.example"),
    _event("e5", "R3", "created", "2025-02-20T12:00:00Z", rating=2, asin="B0C"),
    _event("e6", "R4", "created", "2025-05-30T10:00:00Z", rating=2, asin="B0C"),
    _event("e7", "R5", "created", "2025-03-10T10:00:00Z", rating=3, asin="B0D"),
    _event("e8", "R6", "created", "2025-03-22T10:00:00Z", rating=1, asin="B0C", order_id="o6"),
]
SNAPSHOTS = [
    {"review_id": "S1", "snapshot_at": "2025-03-01", "rating": 2, "asin": "B0S"},
    {"review_id": "S2", "snapshot_at": "2025-03-01", "rating": 1, "asin": "B0S"},
    {"review_id": "S1", "snapshot_at": "2025-03-20", "rating": 4, "asin": "B0S"},
]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit seven asks in six threads, three notices and the life of some reviews."""
    folder = tmp_path_factory.mktemp("story")
    table(folder / "in" / "m.csv", MESSAGES)
    table(folder / "in" / "n.csv", NOTICES)
    table(folder / "in" / "e.csv", EVENTS)
    table(folder / "in" / "s.csv", SNAPSHOTS)
    return audit(folder)


def test_runs_of_flagged_messages(story: Run) -> None:
    """At most 14 days between successive ones; a warning or deactivation ends a run.

    Ten days lie between m2 and m3, but a warning does too; exactly 14 days between m4 and m5;
    14 days and a second between m5 and m6; a deactivation between m6 and m7.
    """
    got = [
        (row["started_at"], row["ended_at"], row["message_count"])
        for row in story.rows("incidents")
    ]
    assert got == [
        ("2025-02-03T10:00:00Z", "2025-02-10T10:00:00Z", "2"),
        ("2025-02-20T10:00:00Z", "2025-03-07T10:00:00Z", "3"),
        ("2025-03-21T10:00:01Z", "2025-03-21T10:00:01Z", "1"),
        ("2025-03-23T10:00:00Z", "2025-03-23T10:00:00Z", "1"),
    ]


def test_a_thread_belongs_to_the_incident_of_its_first_flagged_message(story: Run) -> None:
    """Thread A reaches into the second incident and is counted in the first alone."""
    incidents = story.rows("incidents")
    assert [row["thread_count"] for row in incidents] == ["2", "2", "1", "1"]
    of = {row["thread_id"]: row["incident_id"] for row in story.rows("threads")}
    ids = [row["incident_id"] for row in incidents]
    assert of == dict(zip("ABCDEF", [ids[n] for n in (0, 0, 1, 1, 2, 3)], strict=True))
    by_message = {row["message_id"]: row["incident_id"] for row in story.rows("findings")}
    assert by_message["m4"] == ids[1]


def test_recurrence_needs_a_warning_before_and_an_earlier_incident(story: Run) -> None:
    """after_notice_id is the latest warning or deactivation before the start."""
    got = [(row["after_notice_id"], row["recurrence"]) for row in story.rows("incidents")]
    assert got == [("", "false"), ("N1", "true"), ("N1", "true"), ("N2", "true")]


def test_who_and_what_of_an_incident(story: Run) -> None:
    """Buyers are counted once; operators, channels and policies are those of its messages."""
    first = story.rows("incidents")[0]
    assert first["buyer_count"] == "2"
    assert first["operators"] == "anna;zoe"
    assert first["channels"] == "email"
    assert first["policies"] == "review-change-request"
    assert "February 2025" in first["title"]


def test_links_by_the_best_key_alone(story: Run) -> None:
    """Order beats buyer beats product; a product counts within the window only."""
    links = story.rows("review_links")
    got = {(row["event_id"], row["thread_id"]): row["linked_by"] for row in links}
    assert got == {
        ("e1", "A"): "order", ("e2", "A"): "order", ("e3", "B"): "buyer", ("e4", "B"): "buyer",
        ("e5", "C"): "asin", ("e7", "D"): "asin", ("e7", "E"): "asin", ("e8", "F"): "order",
    }  # fmt: skip


def test_ties_share_the_strength(story: Run) -> None:
    """Two threads could have R5: each has half of what R3's one thread has."""
    strength = {
        (row["event_id"], row["thread_id"]): float(row["strength"])
        for row in story.rows("review_links")
    }
    assert strength["e7", "D"] == strength["e7", "E"] == strength["e5", "C"] / 2
    assert strength["e2", "A"] > strength["e4", "B"] > strength["e5", "C"]


def test_lag_is_signed_and_from_the_right_message(story: Run) -> None:
    """The latest flagged message at or before the event, else the earliest after it."""
    got = {
        row["event_id"]: (row["message_id"], row["lag_hours"])
        for row in story.rows("review_links")
        if row["thread_id"] in "AB"
    }
    assert got == {
        "e1": ("m1", "-792.00"), "e2": ("m4", "12.00"),
        "e3": ("m2", "-504.00"), "e4": ("m2", "1.50"),
    }  # fmt: skip


def test_patterns_and_ratings_of_links(story: Run) -> None:
    """What came before the event; a removed review has no rating after."""
    rows = {row["event_id"]: row for row in story.rows("review_links")}
    assert rows["e1"]["pattern"] == "contact-after-negative"
    assert rows["e2"]["pattern"] == "change-after-ask"
    before_after = {key: (r["rating_before"], r["rating_after"]) for key, r in rows.items()}
    assert before_after["e2"] == ("1", "5")
    assert before_after["e4"] == ("2", "")


def test_ratings_of_threads(story: Run) -> None:
    """At the first flagged message, and the last known; empty where removed or unknown."""
    got = {
        row["thread_id"]: (row["rating_before"], row["rating_after"])
        for row in story.rows("threads")
    }
    assert got["A"] == ("1", "5")
    assert got["B"] == ("2", "")
    assert got["C"] == ("", "2"), "R3 did not exist yet when the buyer was asked"


def test_threads_hold_violating_threads_only(story: Run) -> None:
    """One row a thread, with its first and last message, flagged or not."""
    rows = {row["thread_id"]: row for row in story.rows("threads")}
    assert sorted(rows) == list("ABCDEF")
    a = rows["A"]
    assert (a["first_message_at"], a["last_message_at"], a["message_count"]) == (
        "2025-01-02T10:00:00Z", "2025-02-21T10:00:00Z", "3",
    )  # fmt: skip
    assert (a["buyer_id"], a["order_id"]) == ("al@web.example", "o1")


def test_snapshots_become_events(story: Run) -> None:
    """Two looks make a creation and a change; a review that is merely absent is not removed."""
    asked = "select review_id, event_type, rating from review_events"
    asked += " where asin = 'B0S' order by all"
    assert story.sql(asked) == [
        ("S1", "created", 2.0), ("S1", "updated", 4.0), ("S2", "created", 1.0),
    ]  # fmt: skip


def test_events_are_within_the_interval(tmp_path: Path) -> None:
    """`--since` and `--until` are days in the configured zone, both included.

    They limit what is reported, not what is read as context: the refund of May is known in June.
    In London 31 May 23:30 UTC is 1 June, and 30 June 23:30 UTC is 1 July.
    """
    rows = [
        said("may", "2025-05-20T10:00:00Z", "We refunded you in full.", thread_id="t"),
        said("early", "2025-05-31T22:30:00Z", REMOVE),
        said("first", "2025-05-31T23:30:00Z", REMOVE, thread_id="t"),
        said("last", "2025-06-30T22:30:00Z", REMOVE),
        said("late", "2025-06-30T23:30:00Z", REMOVE),
    ]
    table(tmp_path / "in" / "m.csv", rows)
    period = ("--since", "2025-06-01", "--until", "2025-06-30", "--fail-on", "critical")
    run = audit(tmp_path, *period, config='[seller]\ntimezone = "Europe/London"\n')
    found = {(row["message_id"], row["policy_id"]) for row in run.rows("findings")}
    assert {message for message, _ in found} == {"first", "last"}
    assert ("first", "refund-for-review-change") in found
    assert len(run.messages("body")) == 5, "everything is read"
    assert run.summary["period"] == ["2025-06-01", "2025-06-30"]
    assert run.code == 1, "a refund for a change is critical"
    assert [row["started_at"] for row in run.rows("incidents")] == [
        "2025-05-31T23:30:00Z", "2025-06-30T22:30:00Z",
    ]  # fmt: skip
    assert "June 2025" in run.rows("incidents")[0]["title"], "months are in that zone too"
