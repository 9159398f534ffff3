"""CONTRACT section 3: ids, duplicates, times, directions, buyers, marketplaces; row accounting."""

import re
from pathlib import Path

import pytest
from contract.shop import ASK, Run, audit, said, table

LONDON = '[seller]\ntimezone = "Europe/London"\nmarketplaces = ["UK"]\n'
KNOWN = '[seller]\naddresses = ["Shop@Example.com"]\nnames = ["Lumen Home", "anna"]\n'


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit rows that repeat within a file, across files, with and without ids."""
    folder = tmp_path_factory.mktemp("doubled")
    some = folder / "in"
    same = said("d1", "2025-03-01T10:00:00Z", "Hello", channel="email")
    table(some / "a.csv", [same, same, said("d2", "2025-03-01T10:00:00Z", "First text")])
    table(
        some / "b.csv",
        [
            said("d1", "2025-03-01T12:00:00+02:00", "Hello", channel="email"),
            said("d2", "2025-03-01T10:00:00Z", "Second text"),
            said("d2", "2025-03-01T10:00:00Z", "Second text"),
            said("", "2025-03-01T10:00:00Z", "No id", thread_id="t"),
            said("", "2025-03-01T10:00:00Z", "No id", thread_id="t"),
            said("", "2025-03-01T10:00:01Z", "No id", thread_id="t"),
        ],
    )
    return audit(folder)


def test_the_same_id_with_the_same_content_is_a_duplicate(doubled: Run) -> None:
    """Compared as read: 12:00 at +02:00 is 10:00 in UTC; the first by file and place counts."""
    where = "select source_file, source_locator from messages where message_id = 'd1'"
    assert len(doubled.sql(where)) == 1
    assert doubled.sql(where)[0][0] == "in/a.csv"


def test_the_same_id_with_other_content_keeps_both(doubled: Run) -> None:
    """The later one becomes `<id>~<8 hex>`, with a warning."""
    got = {key: body for key, body in doubled.messages("body").items() if key.startswith("d2")}
    later = next(key for key, body in got.items() if body == "Second text")
    assert got == {"d2": "First text", later: "Second text"}
    assert re.fullmatch(r"d2~[0-9a-f]{8}", later)
    warned = doubled.sql("select source_file, warning from load_warnings")
    assert [file for file, warning in warned if later in warning] == ["in/b.csv"]


def test_a_row_without_an_id_gets_a_hash_of_its_content(doubled: Run, tmp_path: Path) -> None:
    """Equal rows are one message, and the id is the same in another file and another place."""
    ids = [key for key, body in doubled.messages("body").items() if body == "No id"]
    assert len(ids) == 2
    rows = [
        said("x", "2025-01-01T00:00:00Z", "Something before"),
        said("", "2025-03-01T10:00:01Z", "No id", thread_id="t"),
    ]
    table(tmp_path / "in" / "z.csv", rows)
    again = [key for key, body in audit(tmp_path).messages("body").items() if body == "No id"]
    assert set(again) < set(ids)


def test_the_accounts_of_duplicates(doubled: Run) -> None:
    """rows_read = loaded + duplicate + quarantined, for each file."""
    columns = ("rows_read", "rows_loaded", "rows_duplicate", "rows_quarantined")
    got = {row["source_file"]: tuple(row[c] for c in columns) for row in doubled.rows("sources")}
    assert got == {"in/a.csv": ("3", "2", "1", "0"), "in/b.csv": ("6", "3", "3", "0")}


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit rows whose times are written in many ways, in the zone of London."""
    folder = tmp_path_factory.mktemp("timed")
    times = {
        "summer": "2025-07-01 10:00", "winter": "2025-01-10 10:00:00.987",
        "offset": "2025-07-01T10:00:00+09:00", "dayfirst": "03/04/2025 10:00",
        "skipped": "2025-03-30 01:30:00", "repeated": "2025-10-26 01:30:00",
        "bad": "yesterday-ish", "none": "",
    }  # fmt: skip
    table(folder / "in" / "t.csv", [said(key, at, f"Text {key}") for key, at in times.items()])
    us = [said("monthfirst", "03/04/2025 10:00", "Text", marketplace="US")]
    table(folder / "in" / "us.csv", us)
    return audit(folder, config=LONDON)


@pytest.mark.parametrize(
    ("message_id", "expected"),
    [
        ("summer", "2025-07-01 09:00:00"),
        ("winter", "2025-01-10 10:00:00"),
        ("offset", "2025-07-01 01:00:00"),
        ("dayfirst", "2025-04-03 09:00:00"),
        ("monthfirst", "2025-03-04 10:00:00"),
        ("skipped", "2025-03-30 01:30:00"),
        ("repeated", "2025-10-26 00:30:00"),
    ],
)
def test_times_become_utc(timed: Run, message_id: str, expected: str) -> None:
    """Without an offset the configured zone counts; day and month follow the marketplace.

    On 30 March the clocks of London jump from 1:00 to 2:00: 1:30 is moved forward to 2:30, which
    is 1:30 in UTC. On 26 October 1:30 happens twice: the first is 0:30 in UTC.
    """
    assert timed.messages("strftime(sent_at, '%Y-%m-%d %H:%M:%S')")[message_id] == expected


def test_repeated_and_skipped_hours_are_warned_of(timed: Run) -> None:
    """Both readings are assumptions, so both are shown with file and place."""
    warned = timed.sql("select source_file, source_locator, warning from load_warnings")
    assert len(warned) == 2
    assert {file for file, _, _ in warned} == {"in/t.csv"}
    assert all(place for _, place, _ in warned)


def test_broken_rows_are_quarantined_with_place_and_reason(timed: Run) -> None:
    """A row whose time cannot be read is set aside, shown, and counted."""
    aside = timed.rows("quarantine")
    assert len(aside) == 2
    assert {row["source_file"] for row in aside} == {"in/t.csv"}
    assert all(row["source_locator"] and row["reason"] for row in aside)
    assert any("yesterday-ish" in row["raw_excerpt"] for row in aside)


def test_a_day_and_month_that_stay_ambiguous_are_quarantined(tmp_path: Path) -> None:
    """Without a marketplace 03/04/2025 could be two days; 13/04/2025 and 04/04/2025 could not."""
    rows = [
        said("two", "03/04/2025 10:00", "Text"),
        said("one", "13/04/2025 10:00", "Text"),
        said("same", "04/04/2025 10:00", "Text"),
    ]
    table(tmp_path / "in" / "t.csv", rows)
    run = audit(tmp_path)
    assert set(run.messages("body")) == {"one", "same"}
    assert len(run.rows("quarantine")) == 1


UNSAID = [
    {"message_id": "u1", "sent_at": "2025-03-01T10:00:00Z", "sender": "Lumen Home",
     "recipient": "Buyer.One@Web.example", "body": ASK, "order_id": "o1"},
    {"message_id": "u2", "sent_at": "2025-03-01T11:00:00Z", "sender": "Buyer.One@Web.example",
     "recipient": "shop@example.com", "body": "No.", "order_id": "o1"},
    {"message_id": "u3", "sent_at": "2025-03-01T12:00:00Z", "sender": "ANNA",
     "recipient": "Lumen Home", "body": "Done.", "order_id": "o1"},
    {"message_id": "u4", "sent_at": "2025-03-01T13:00:00Z", "sender": "Somebody",
     "recipient": "Someone", "body": ASK, "order_id": "o2"},
]  # fmt: skip


def test_missing_directions_come_from_the_configured_seller(tmp_path: Path) -> None:
    """Names and addresses tell, without regard to case; who is in neither stays `unknown`."""
    table(tmp_path / "in" / "m.csv", UNSAID)
    run = audit(tmp_path, config=KNOWN)
    expected = {"u1": "outbound", "u2": "inbound", "u3": "internal", "u4": "unknown"}
    assert run.messages("direction") == expected
    assert {row["message_id"] for row in run.rows("findings")} == {"u1"}


def test_unknown_directions_are_judged_for_the_queue_only_and_said_loudly(tmp_path: Path) -> None:
    """Without configuration: loaded, counted, on stderr and in the totals, no finding."""
    table(tmp_path / "in" / "m.csv", UNSAID)
    run = audit(tmp_path, "--fail-on", "low")
    assert run.code == 0, "a queue entry makes no exit code"
    assert set(run.messages("direction").values()) == {"unknown"}
    assert run.rows("findings") == []
    assert run.rows("incidents") == []
    assert {row["message_id"] for row in run.rows("queue")} == {"u1", "u4"}
    assert run.summary["totals"]["messages_unknown"] == 4
    assert "unknown" in run.stderr
    assert "Somebody" in run.stderr
    assert "msgaudit init --from" in run.stderr


def test_buyer_id_is_the_other_party(tmp_path: Path) -> None:
    """Inbound: sender, outbound: recipient; mail in lower case, relay without `+case`."""
    relay = "AB12cd34ef56g+7f3@marketplace.amazon.co.uk"
    day = "2025-03-01T10:00:00Z"
    rows = [
        said("out", day, "a", sender="Lumen", recipient="Bo <Bo.Lee@Web.example>"),
        said("in", day, "b", direction="inbound", sender="Bo.Lee@Web.example", recipient="Lumen"),
        said("relay", day, "c", direction="inbound", sender=relay, recipient="Lumen"),
        said("name", day, "d", sender="Lumen", recipient="Bo Lee"),
        said("order", day, "e", order_id="o9"),
        said("staff", day, "f", direction="internal", sender="anna", recipient="li", order_id="o9"),
    ]
    table(tmp_path / "in" / "m.csv", rows)
    orders = [{"order_id": "o9", "ordered_at": day, "buyer_id": "Kim@Web.example"}]
    table(tmp_path / "in" / "o.csv", orders)
    got = audit(tmp_path).messages("buyer_id")
    assert got.pop("staff") in (None, "")
    assert got == {
        "out": "bo.lee@web.example", "in": "bo.lee@web.example",
        "relay": "ab12cd34ef56g@marketplace.amazon.co.uk", "name": "Bo Lee",
        "order": "kim@web.example",
    }  # fmt: skip


def test_marketplaces_are_country_codes(tmp_path: Path) -> None:
    """Amazon's sites by country (`UK` for GB), others `<platform>-<country>`."""
    written = {
        "gb": "GB", "uk": "uk", "site": "Amazon.co.uk", "de": "amazon.de", "com": "www.amazon.com",
        "ebay": "ebay.de", "otto": "otto-de", "unsaid": "",
    }  # fmt: skip
    rows = [said(k, "2025-03-01T10:00:00Z", "x", marketplace=v) for k, v in written.items()]
    table(tmp_path / "in" / "m.csv", rows)
    got = audit(tmp_path, config='[seller]\nmarketplaces = ["FR", "UK"]\n').messages("marketplace")
    assert got == {
        "gb": "UK", "uk": "UK", "site": "UK", "de": "DE", "com": "US", "ebay": "ebay-DE",
        "otto": "otto-DE", "unsaid": "FR",
    }  # fmt: skip


def test_given_threads_are_kept_and_joined_by_case(tmp_path: Path) -> None:
    """Threads that share an order, or a buyer's alias within 30 days, share their `case_id`."""

    def at(key: str, thread: str, day: str, **more: object) -> dict[str, object]:
        return said(key, f"2025-{day}T10:00:00Z", f"Text {key}", thread_id=thread, **more)

    rows = [
        at("a1", "Thread A", "03-01", order_id="o1"),
        at("b1", "Thread B", "03-20", order_id="o1"),
        at("c1", "Thread C", "03-02", recipient="kim@web.example"),
        at("d1", "Thread D", "03-25", recipient="kim@web.example"),
        at("e1", "Thread E", "06-25", recipient="kim@web.example"),
        at("f1", "Thread F", "03-02", recipient="Kim"),
    ]
    table(tmp_path / "in" / "m.csv", rows)
    run = audit(tmp_path)
    threads = run.messages("thread_id")
    assert threads == {row["message_id"]: row["thread_id"] for row in rows}
    case = run.messages("case_id")
    assert case["a1"] == case["b1"]
    assert case["c1"] == case["d1"]
    assert len({case["a1"], case["c1"], case["e1"], case["f1"]}) == 4


def test_judgement_is_by_case(tmp_path: Path) -> None:
    """A refund in one thread and an ask in another of the same order: refund for a change."""
    rows = [
        said("p1", "2025-03-01T10:00:00Z", "We have refunded you in full.", order_id="o1"),
        said("p2", "2025-03-03T10:00:00Z", REMOVE_ASK, order_id="o1"),
    ]
    table(tmp_path / "in" / "m.csv", rows)
    policies = {row["policy_id"] for row in audit(tmp_path).rows("findings")}
    assert {"review-change-request", "refund-for-review-change"} <= policies


REMOVE_ASK = "Could you please delete your negative review now?"
