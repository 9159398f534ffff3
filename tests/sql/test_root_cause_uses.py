"""First uses, lineage, rates, coverage gaps, notices: what was planted is recovered."""

import random

import pytest
from plant import PARAMS, at, find_causes, judge, message, planted, signal

from pipeline.store import Store

HISTORY = [message(f"h{n}", f"2024-{n:02}-03 09:00", thread_id=f"h{n}") for n in range(6, 13)]
SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vu", "zi", "dol", "fen", "gra", "hup")
ROOT = "We have returned the whole sum, would you kindly turn the one star into five."


def ask(name: str, when: str, **more: object) -> tuple[dict, dict]:
    """Return an ask in its own thread, and its signal."""
    row = {"thread_id": f"t-{name}", "buyer_id": f"b-{name}", "body": ROOT} | more
    return message(name, when, **row), signal(name, "change_asked", match_start=5, match_end=20)


def causes(*asks: tuple[dict, dict], **more: object) -> Store:
    """Return the judged archive of ordinary history and these asks."""
    messages = HISTORY + [row for row, _ in asks]
    return find_causes(planted(messages, [found for _, found in asks], **more))


def test_first_uses_are_recovered() -> None:
    """A channel, an operator and a wording planted in March are new then."""
    quiet = message("q1", "2025-03-01 09:00", thread_id="q", channel="email", operator="Wei")
    row, found = ask("a1", "2025-03-11 09:00", channel="email", operator="Wei")
    store = find_causes(planted([*HISTORY, quiet, row], [found]))
    uses = {(use["kind"], use["name"]): use for use in store.table("first_uses").to_dicts()}
    email, wei = uses["channel", "email"], uses["operator", "Wei"]
    phrase = next(use for (kind, _), use in uses.items() if kind == "phrase")

    assert (email["first_at"], email["state"]) == (at("2025-03-01 09:00"), "new")
    assert (email["first_message_id"], email["days_to_violation"]) == ("q1", 10.0)
    assert (wei["first_violation_message_id"], wei["n_messages"]) == ("a1", 2)
    assert (phrase["first_message_id"], phrase["n_violating_threads"]) == ("a1", 1)


def test_short_history_is_unknown() -> None:
    """What is in use within `gap_days` of the archive's beginning is unknown, not new."""
    late = message("q1", "2024-06-16 08:00", thread_id="q", channel="email")
    row, found = ask("a1", "2024-06-17 10:00", channel="phone")
    uses = {
        (use["kind"], use["name"]): use["state"]
        for use in find_causes(planted([*HISTORY, late, row], [found]))
        .table("first_uses")
        .to_dicts()
    }

    assert uses["channel", "email"] == "unknown"
    assert uses["channel", "phone"] == "new"


def test_unknown_trigger_is_a_factor() -> None:
    """Where the archive is too short the trigger is empty and the factor says unknown."""
    row, found = ask("a1", "2025-02-01 10:00", channel="email")
    store = find_causes(planted([row], [found]))
    factor = store.table("incident_factors").filter(cause="new-function").row(0, named=True)

    assert store.table("incidents").item(0, "trigger") == ""
    assert store.table("incidents").item(0, "trigger_known").startswith("unknown")
    assert factor["stance"] == "unknown"


def test_phrase_as_trigger() -> None:
    """A wording that three messages carry, first at the incident's start, is among its triggers."""
    asks = [ask(f"a{n}", f"2025-02-0{n} 10:00") for n in range(1, 4)]
    two = causes(*asks[:2]).table("incidents").item(0, "trigger")
    three = causes(*asks).table("incidents").item(0, "trigger")

    assert two == ""
    assert three.startswith('phrase "We have returned')


def test_copy_tree() -> None:
    """The root is the first message; each taker-over points at the nearest earlier message."""
    edit = ROOT.replace("kindly", "please kindly")
    store = causes(
        ask("m1", "2025-02-03 10:00", operator="Ann"),
        ask("m2", "2025-02-04 10:00", operator="Ben"),
        ask("m3", "2025-02-05 10:00", operator="Ben", body=edit),
        ask("m4", "2025-02-06 10:00", operator="Cem", body=edit),
        ask("m5", "2025-02-07 10:00", operator="Ann"),
        ask(
            "x1", "2025-02-01 10:00", operator="Dee", body="Off the page with it and you get a gift"
        ),
    )
    rows = [row for row in store.table("phrase_lineage").to_dicts() if row["operator"] != "Dee"]

    assert len({row["phrase_id"] for row in rows}) == 1
    assert [
        (row["operator"], row["role"], row["first_message_id"], row["taken_from_message_id"])
        for row in rows
    ] == [
        ("Ann", "first", "m1", None),
        ("Ben", "taken over", "m2", "m1"),
        ("Ben", "reworded", "m3", "m2"),
        ("Cem", "taken over", "m4", "m3"),
    ]
    assert rows[0]["n_messages"] == 2


def test_a_draft_in_the_staff_chat_is_the_root() -> None:
    """A wording planned in the chat, and stopped by a guard there, is where the macro came from."""
    draft = message(
        "d1", "2025-01-20 10:00", "internal", thread_id="chat", operator="Boss", body=ROOT
    )
    quoted = message("d2", "2025-01-22 10:00", thread_id="other", body="Nothing of the kind here.")
    rows = [
        ask("m1", "2025-02-03 10:00", operator="Ann"),
        ask("m2", "2025-02-04 10:00", operator="Ben"),
    ]
    stopped = {"match_start": 5, "match_end": 20, "stopped_by": "teaching"}
    signals = [found for _, found in rows] + [
        signal("d1", "change_asked", **stopped),
        signal("d2", "change_asked", **stopped),
    ]
    messages = [*HISTORY, draft, quoted, *(row for row, _ in rows)]
    store = find_causes(planted(messages, signals))
    lineage = store.table("phrase_lineage").to_dicts()
    phrase = store.table("first_uses").filter(kind="phrase").to_dicts()

    assert [
        (row["operator"], row["role"], row["taken_from_message_id"], row["n_flagged"])
        for row in lineage
    ] == [
        ("Boss", "first", None, 0),
        ("Ann", "taken over", "d1", 1),
        ("Ben", "taken over", "m1", 1),
    ]
    assert len(phrase) == 1
    assert (phrase[0]["first_message_id"], phrase[0]["first_violation_message_id"]) == ("d1", "m1")
    assert (phrase[0]["days_to_violation"], phrase[0]["n_violating_threads"]) == (14.0, 2)


def test_a_dismissed_use_is_still_a_use() -> None:
    """A person who decides that a message is fine does not make it unwritten."""
    rows = [ask("m1", "2025-02-03 10:00", operator="Ann"), ask("m2", "2025-02-04 10:00")]
    finding_id = causes(*rows).table("findings").filter(message_id="m1").item(0, "finding_id")
    store = causes(*rows, decisions=[{"finding_id": finding_id}])

    assert [
        (row["first_message_id"], row["n_flagged"])
        for row in store.table("phrase_lineage").to_dicts()
    ] == [("m1", 0), ("m2", 1)]


def test_copy_trees_by_chance() -> None:
    """Of twenty random copy trees every root, every first user and every edge is recovered.

    Each copy changes another word: where two change the same one nobody can tell which was copied.
    """
    chance = random.Random(5)
    asks, edges = [], {}
    for tree in range(20):
        words = [f"{chance.choice(SYLLABLES)}{chance.choice(SYLLABLES)}" for _ in range(16)]
        texts, places = {}, chance.sample(range(16), 6)
        for node in range(6):
            name, parent = f"t{tree}-{node}", None
            text = " ".join(words)
            if node:
                parent = chance.choice(sorted(texts))
                parts = texts[parent].split()
                parts[places[node]] = "".join(chance.choices(SYLLABLES, k=3))
                text = " ".join(parts)
            texts[name] = text
            edges[name] = parent
            when = f"2025-02-{1 + node:02} {tree:02}:00"
            asks.append(ask(name, when, operator=f"op-{name}", body=text))
    rows = causes(*asks).table("phrase_lineage").to_dicts()
    found = {row["first_message_id"]: row["taken_from_message_id"] for row in rows}

    assert len({row["phrase_id"] for row in rows}) == 20
    assert found == edges


def test_lineage_at_one_moment() -> None:
    """Two messages of one second are put in order by their ids; nobody copies from the future."""
    store = causes(
        ask("m2", "2025-02-03 10:00", operator="Ben"), ask("m1", "2025-02-03 10:00", operator="Ann")
    )
    rows = store.table("phrase_lineage").to_dicts()

    assert {(row["operator"], row["taken_from_message_id"]) for row in rows} == {
        ("Ann", None),
        ("Ben", "m1"),
    }


def rates(store: Store, dimension: str, period: str = "all") -> dict[str, tuple[int, int]]:
    """Return outbound and violating threads of each value."""
    frame = store.table("rates").filter(dimension=dimension, period=period)
    return {
        row["value"]: (row["outbound_threads"], row["violating_threads"])
        for row in frame.to_dicts()
    }


@pytest.mark.parametrize(
    ("when", "hour", "weekday"),
    [
        ("2025-03-30 00:59", "00", "7"),  # the last minute before summer time
        ("2025-03-30 01:00", "02", "7"),  # one o'clock is skipped
        ("2025-10-26 00:30", "01", "7"),  # half past one, summer
        ("2025-10-26 01:30", "01", "7"),  # half past one again, winter
        ("2025-07-06 23:30", "00", "1"),  # Monday there while it is Sunday in UTC
    ],
)
def test_summer_time_nights(when: str, hour: str, weekday: str) -> None:
    """Weekday and hour are those of the seller's clock, in the nights it is changed too."""
    row, found = ask("a1", when)
    store = find_causes(planted([row], [found]))

    assert rates(store, "hour") == {hour: (1, 1)}
    assert rates(store, "weekday") == {weekday: (1, 1)}


def test_rates_before_and_after() -> None:
    """A thread counts on the side of the notice its messages lie on, on both if it spans it."""
    notice = {"notice_id": "n1", "received_at": at("2025-02-17 11:00"), "kind": "warning"}
    early = ask("a1", "2025-02-03 10:00", operator="Ann")
    late = ask("a2", "2025-02-20 10:00", operator="Ann", thread_id="t-span")
    first = message("q1", "2025-02-10 10:00", thread_id="t-span", operator="Ann")
    store = find_causes(
        planted([*HISTORY, early[0], first, late[0]], [early[1], late[1]], notices=[notice])
    )

    assert rates(store, "operator", "before")["Ann"] == (2, 1)
    assert rates(store, "operator", "after")["Ann"] == (1, 1)
    assert rates(store, "all") == {"all": (9, 2)}
    row = store.table("recurrence_tests").filter(exposure="outbound threads").row(0, named=True)
    assert (row["before_violating"], row["after_violating"]) == (1, 1)
    assert (row["days_to_first_after"], row["verdict"]) == (2.96, "too few cases")


def test_a_message_of_the_moment_of_the_notice_is_not_after_it() -> None:
    """Equal times: nobody can have read the notice yet; rates, tests and notices agree on it."""
    notice = {"notice_id": "n1", "received_at": at("2025-02-17 11:00"), "kind": "warning"}
    rows = [ask("a1", "2025-02-17 11:00"), ask("a2", "2025-02-17 11:01")]
    store = causes(*rows, notices=[notice])
    test = store.table("recurrence_tests").row(0, named=True)
    facts = store.table("notice_facts").row(0, named=True)

    assert (test["before_violating"], test["after_violating"]) == (1, 1)
    assert (facts["flagged_before"], facts["flagged_after"]) == (1, 1)
    assert rates(store, "all", "before")["all"] == (8, 1)
    assert rates(store, "all", "after")["all"] == (1, 1)
    assert store.table("incidents").get_column("after_notice_id").to_list() == [None, "n1"]


def test_the_first_after_a_notice_is_the_first() -> None:
    """Of a thread that violates before and twice after, the first after counts, not the last."""
    notice = {"notice_id": "n1", "received_at": at("2025-02-17 11:00"), "kind": "warning"}
    days = ("02-10", "02-19", "03-30")
    rows = [ask(f"a{n}", f"2025-{d} 11:00", thread_id="t") for n, d in enumerate(days)]
    test = causes(*rows, notices=[notice]).table("recurrence_tests").row(0, named=True)

    assert (test["before_violating"], test["after_violating"]) == (1, 1)
    assert test["first_after_at"] == at("2025-02-19 11:00")


def busy(*, without: str = "") -> Store:
    """Return a year of a busy channel, Wei asking in May; one month may be missing."""
    messages, signals = [], []
    for month in range(1, 7):
        for n in range(40):
            name, day = f"m{month}-{n}", f"2025-{month:02}-{n % 28 + 1:02} 10:00"
            wei = n % 4 == 0
            row = message(name, day, thread_id=name, operator="Wei" if wei else "Marta")
            messages += [row | {"buyer_id": name, "order_id": f"o-{name}"}]
            if month == 5 and wei:
                signals.append(signal(name, "change_asked"))
    kept = [row for row in messages if f"{row['sent_at']:%Y-%m}" != without]
    return find_causes(planted(kept, signals))


def test_a_missing_month_downgrades() -> None:
    """With all months there Wei stands out; with one missing nothing is claimed."""
    whole, holed = busy(), busy(without="2025-03")

    def verdict(store: Store) -> tuple[str, int]:
        row = store.table("rates").filter(dimension="operator", value="Wei", period="all")
        return row.item(0, "verdict"), row.item(0, "n_missing_months")

    assert verdict(whole) == ("higher than the rest", 0)
    assert verdict(holed) == ("unsure: archive incomplete", 1)
    assert holed.table("coverage").filter(month="2025-03").item(0, "status") == "none"


def test_notices_are_classified() -> None:
    """A notice's own words tell a threat, an answer to an appeal, its allegation and deadline."""
    texts = {
        "n1": ("warning", "Your account is at risk of deactivation. Reply within 72 hours."),
        "n2": ("other", "Your appeal has been rejected."),
        "n3": ("deactivation", "Deactivated for review manipulation."),
        "n4": ("warning", "You asked buyers to change or remove product reviews."),
        "n5": ("other", "Our newsletter."),
    }
    notices = [
        {"notice_id": key, "received_at": at("2025-02-17"), "kind": kind, "body": body}
        for key, (kind, body) in texts.items()
    ]
    store = causes(ask("a1", "2025-02-20 10:00"), notices=notices)
    facts = {row["notice_id"]: row for row in store.table("notice_facts").to_dicts()}

    assert [facts[f"n{n}"]["class"] for n in range(1, 6)] == [
        "at-risk",
        "appeal-rejected",
        "deactivation",
        "warning",
        "other",
    ]
    assert facts["n1"]["deadline_at"] == at("2025-02-20")
    assert facts["n3"]["alleged"] == "review-manipulation"
    assert facts["n4"]["alleged"] == "review-change-request"
    assert (facts["n1"]["flagged_before"], facts["n1"]["flagged_after"]) == (0, 1)
    assert "n5" not in store.table("rates").get_column("notice_id").to_list()


def test_training_of_the_violating_person() -> None:
    """A training and a later violation of the person it names are shown side by side."""
    event = {"occurred_at": at("2025-01-10"), "kind": "training", "title": "Review rules"}
    asks = [
        ask("a1", "2025-02-03 10:00", operator="Ann"),
        ask("a2", "2025-02-03 11:00", operator="Bo"),
    ]
    store = causes(*asks, context=[event | {"detail": "Ann, Cem"}])
    rows = store.table("incident_factors").filter(cause="training-without-effect").to_dicts()

    assert {(row["ref_id"], row["stance"]) for row in rows} == {("a1", "for"), ("a2", "unknown")}


def test_every_cause_is_weighed() -> None:
    """Each incident has a row on each of the five candidate causes, and no row claims a motive."""
    store = causes(ask("a1", "2025-02-03 10:00"), ask("a2", "2025-05-03 10:00"))
    factors = store.table("incident_factors")

    for incident in store.table("incidents").get_column("incident_id"):
        assert {
            "new-function",
            "staff-habit",
            "no-review-of-outgoing-text",
            "warning-not-acted-on",
            "template-read-as-licence",
        } <= set(factors.filter(incident_id=incident).get_column("cause"))
    words = " ".join(factors.get_column("evidence").to_list())
    assert not {"because", "caused", "due to", "proves"} & set(words.split())


def test_period_limits_the_rates() -> None:
    """`--since` and `--until` limit both sides of a rate."""
    row, found = ask("a1", "2025-02-03 10:00")
    store = judge(planted([*HISTORY, row], [found]))
    assert store.count("incidents") == 1

    params = PARAMS | {"since_at": at("2025-01-01")}
    store = find_causes(planted([*HISTORY, row], [found]), params)
    assert rates(store, "all") == {"all": (1, 1)}
