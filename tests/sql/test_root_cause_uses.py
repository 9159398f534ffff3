"""First uses, lineage, rates, coverage gaps, notices: what was planted is recovered."""

import random
from datetime import timedelta

import pytest
from plant import PARAMS, at, find_causes, judge, message, planted, signal

from pipeline.queries import queries
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
    messages.append(message("late", "2025-06-20 10:00", thread_id="late", operator="Late"))
    kept = [row for row in messages if f"{row['sent_at']:%Y-%m}" != without]
    return find_causes(planted(kept, signals))


def test_what_lies_before_the_archive_is_no_missing_month() -> None:
    """Orders older than the first message are no gap in what was written."""
    order = {"order_id": "o-old", "ordered_at": at("2024-03-10"), "marketplace": "UK"}
    row, found = ask("a1", "2025-02-03 10:00", operator="Wei")
    store = causes((row, found), orders=[order])

    assert store.table("coverage_gaps").get_column("month").to_list()[:1] == ["2024-03"]
    assert not [w for w in factors_of(store, "staff-habit") if w.startswith("months before")]
    wei = store.table("first_uses").filter(kind="operator", name="Wei")
    assert wei.get_column("n_missing_months").to_list() == [0]


def test_a_missing_month_downgrades() -> None:
    """With all months there Wei stands out; with one missing nothing is claimed."""
    whole, holed = busy(), busy(without="2025-03")

    def verdict(store: Store) -> tuple[str, int]:
        row = store.table("rates").filter(dimension="operator", value="Wei", period="all")
        return row.item(0, "verdict"), row.item(0, "n_missing_months")

    def first_of(store: Store, name: str) -> dict:
        return store.table("first_uses").filter(kind="operator", name=name).row(0, named=True)

    assert "missing in 1 months before it" not in first_of(whole, "Late")["reading"]
    assert "missing in 1 months before it" in first_of(holed, "Late")["reading"]
    assert first_of(holed, "Marta")["n_missing_months"] == 0
    assert [
        set(store.table("counterfactual").get_column("n_missing_months"))
        for store in (whole, holed)
    ] == [{0}, {1}]
    for cause in ("new-function", "staff-habit"):
        words = "months before it in which sent messages are missing"
        seen = [factors_of(store, cause) for store in (whole, holed)]
        assert [any(key.startswith(words) for key in found) for found in seen] == [False, True]
    assert verdict(whole) == ("higher than the rest", 0)
    assert verdict(holed) == ("unsure: archive incomplete", 1)
    assert holed.table("coverage").filter(month="2025-03").item(0, "status") == "none"


def facts_of(*bodies: tuple[str, str], when: str = "2025-02-17") -> list[dict]:
    """Return what is read out of notices (kind and words), one after the other."""
    notices = [
        {"notice_id": f"n{n}", "received_at": at(when), "kind": kind, "body": body}
        for n, (kind, body) in enumerate(bodies)
    ]
    store = planted([*HISTORY, ask("a1", "2025-02-20 10:00")[0]], [], notices=notices)
    for stage in ("facts", "correlate"):
        if stage == "correlate":
            store.union("verdicts", store.run("verdicts", PARAMS, prefix="verdict_"))
        store.run(stage, PARAMS)
    for query in queries("root_cause"):
        if query.table in ("notice_words", "deadline_words", "notice_deadlines", "notice_facts"):
            store.create(query.table, query, PARAMS)
    return store.table("notice_facts").sort("notice_id").to_dicts()


CLASSES = {
    "at-risk": [
        ("warning", "Your account is at risk of deactivation. Reply within 72 hours."),
        ("other", "Ihr Konto ist von einer Deaktivierung bedroht."),
        ("warning", "Votre compte est exposé à un risque de désactivation."),
    ],
    "appeal-rejected": [
        ("other", "Your appeal has been rejected."),
        ("deactivation", "We are unable to reinstate your account."),
        ("other", "Ihr Einspruch wurde abgelehnt."),
        ("other", "您的申诉未通过。"),
    ],
    "deactivation": [
        ("deactivation", "Deactivated for review manipulation."),
        ("other", "Il suo account è stato disattivato."),
    ],
    "reinstatement": [
        ("reinstatement", "Welcome back. At risk of deactivation no more."),
        ("other", "Su cuenta ha sido reactivada."),
    ],
    "warning": [("warning", "You asked buyers to change or remove product reviews.")],
    "other": [("other", "Our newsletter: variations in delivery times.")],
}
ALLEGED = {
    "You asked buyers to change or remove product reviews.": "review-change-request",
    "Sie haben Kunden gebeten, Bewertungen zu ändern oder zu löschen, Erstattung im Gegenzug.": (
        "refund-for-review-change"
    ),
    "Vous avez demandé de modifier ou supprimer des avis, un remboursement en échange.": (
        "refund-for-review-change;review-change-request"
    ),
    "レビューの変更または削除を依頼しました。": "review-change-request",
    "Deactivated for review manipulation.": "review-manipulation",
    "You used a product insert with a gift card.": "compensated-review;insert-incentive",
    "Our newsletter: variations in delivery times.": "",
}
DEADLINES = {
    "Reply within 72 hours.": "2025-02-20 00:00",
    "Antworten Sie innerhalb von 7 Tagen.": "2025-02-24 00:00",
    "Répondez dans un délai de 48 heures.": "2025-02-19 00:00",
    "72時間以内に回答してください。": "2025-02-20 00:00",
    "Please answer within 5 business days.": "2025-02-24 00:00",
    "Please answer within 4 working days.": "2025-02-21 00:00",
    "Please answer by March 5, 2025.": "2025-03-06 00:00",
    "Antworten Sie bis zum 05.07.2025.": "2025-07-05 23:00",
    "We shall review it shortly.": None,
}


def test_notices_are_classified() -> None:
    """A notice's own words tell a threat from an answer to an appeal; a stated kind stands."""
    cases = [(name, case) for name, listed in CLASSES.items() for case in listed]
    found = facts_of(*(case for _, case in cases[:10]))
    found += facts_of(*(case for _, case in cases[10:]))

    assert [(row["class"], case) for row, (_, case) in zip(found, cases, strict=True)] == cases


def test_what_a_notice_alleges() -> None:
    """The practice its words name, in whatever language; nothing where they name none."""
    found = facts_of(*(("warning", body) for body in ALLEGED))

    assert {b: row["alleged"] for b, row in zip(ALLEGED, found, strict=True)} == ALLEGED


def test_deadlines_of_notices() -> None:
    """Hours, days, working days and named days; the words are kept beside the date."""
    found = facts_of(*(("warning", body) for body in DEADLINES))

    assert {b: row["deadline_at"] for b, row in zip(DEADLINES, found, strict=True)} == {
        body: at(when) if when else None for body, when in DEADLINES.items()
    }
    assert (found[0]["deadline_text"], found[-1]["deadline_text"]) == ("within 72 hours", None)


@pytest.mark.parametrize("start", range(7))
def test_working_days_are_counted_one_by_one(start: int) -> None:
    """From each weekday on, for one to eleven working days, as a calendar says."""
    first = at("2025-02-10") + timedelta(days=start)
    bodies = [("warning", f"Answer within {n} business days.") for n in range(1, 10)]
    expected = []
    for n in range(1, 10):
        day = first
        for _ in range(n):
            day += timedelta(days=1)
            while day.isoweekday() > 5:
                day += timedelta(days=1)
        expected.append(day)

    assert [row["deadline_at"] for row in facts_of(*bodies, when=f"{first:%Y-%m-%d}")] == expected


def test_numbers_around_a_notice() -> None:
    """Flagged messages before and after it, and those of its very day where it bears no time."""
    notices = [
        {"notice_id": "n1", "received_at": at("2025-02-17 00:00"), "kind": "warning"},
        {"notice_id": "n2", "received_at": at("2025-02-18 10:00"), "kind": "other", "body": "News"},
    ]
    store = causes(
        ask("a0", "2025-02-10 10:00"),
        ask("a1", "2025-02-17 09:00"),
        ask("a2", "2025-02-20 10:00"),
        notices=notices,
    )
    row = store.table("notice_facts").row(0, named=True)

    assert (row["flagged_before"], row["flagged_after"], row["flagged_same_day"]) == (1, 2, 1)
    assert (row["threads_before"], row["threads_after"]) == (1, 2)
    assert (row["outbound_before"], row["outbound_after"]) == (8, 2)
    assert row["limits"].endswith("1 flagged messages of that day may have come before it")
    assert "n2" not in store.table("rates").get_column("notice_id").to_list()


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


@pytest.mark.parametrize(
    ("detail", "stance"),
    [("Annual course for Annika", "unknown"), ("for ANN.", "for"), ("Ann's course", "for")],
)
def test_names_are_whole_words(detail: str, stance: str) -> None:
    """An annual training for Annika does not name Ann."""
    event = {
        "occurred_at": at("2025-01-10"),
        "kind": "training",
        "title": "Rules",
        "detail": detail,
    }
    store = causes(ask("a1", "2025-02-03 10:00", operator="Ann"), context=[event])
    factors = store.table("incident_factors").filter(cause="training-without-effect")

    assert factors.get_column("stance").to_list() == [stance]


def factors_of(store: Store, cause: str, incident: int = 0) -> dict[str, tuple[str, int, int]]:
    """Return what was seen of a cause: its stance and its counts, by the words' beginning."""
    incident_id = store.table("incidents").item(incident, "incident_id")
    rows = store.table("incident_factors").filter(cause=cause, incident_id=incident_id).to_dicts()
    return {row["evidence"]: (row["stance"], row["n"], row["of_n"]) for row in rows}


def test_what_else_a_new_function_did_speaks_against_it() -> None:
    """A channel new in May, used in four conversations of which two violate."""
    messages = [
        message(f"q{n}", f"2025-05-{n:02} 09:00", thread_id=f"q{n}", channel="forms")
        for n in range(1, 3)
    ]
    rows = [ask(f"a{n}", f"2025-05-0{n} 12:00", channel="forms") for n in (2, 3)]
    rows.append(ask("a4", "2025-05-04 12:00"))
    store = find_causes(
        planted(
            [*HISTORY, *messages, *(row for row, _ in rows)],
            [found for _, found in rows],
        )
    )
    seen = factors_of(store, "new-function")

    assert seen["channel forms first appears on 2025-05-01"] == ("for", 2, 3)
    assert seen["conversations of the incident that did not use forms"] == ("against", 1, 3)
    assert seen["conversations that used forms without a violation"] == ("against", 2, 4)


def test_habit_of_one_or_of_many() -> None:
    """Who asked before has a habit; two who write speak against a single one."""
    rows = [
        ask("a1", "2025-01-10 10:00", operator="Ann"),
        ask("b1", "2025-03-10 10:00", operator="Ann"),
        ask("b2", "2025-03-11 10:00", operator="Ben"),
    ]
    seen = factors_of(causes(*rows), "staff-habit", 1)

    assert (
        "Ben wrote no flagged message before this incident; writes to buyers since 2025-03-11,"
        in (" ".join(seen))
    )
    assert {(words.split(" wrote")[0], stance) for words, (stance, _, _) in seen.items()} == {
        ("Ann", "for"),
        ("Ben", "against"),
        ("persons", "against"),
    }


def test_a_warning_about_something_else() -> None:
    """What a notice names, the quiet after it and a measure are weighed with the dates."""
    notice = {"notice_id": "n1", "received_at": at("2025-02-01"), "kind": "warning"}
    training = {"occurred_at": at("2025-02-10"), "kind": "control", "title": "Second reader"}
    quiet = message("q1", "2025-02-20 10:00", thread_id="q1")
    row, found = ask("a1", "2025-04-01 10:00")

    def seen(body: str, context: tuple[dict, ...] = ()) -> dict[str, str]:
        store = find_causes(
            planted(
                [*HISTORY, quiet, row],
                [found],
                notices=[notice | {"body": body}],
                context=list(context),
            )
        )
        rows = factors_of(store, "warning-not-acted-on")
        return {words: stance for words, (stance, _, _) in rows.items()}

    other = seen("You merged variations.", (training,))
    same = seen("You asked buyers to change or remove reviews.")
    silent = seen("Please read our rules.")

    assert other["the notice speaks of variation-manipulation, which is none of its practices"] == (
        "against"
    )
    assert other["recorded between the notice and the incident: Second reader"] == "against"
    assert not [words for words in same if "notice speaks of" in words or "names no" in words]
    assert silent["the notice names no practice that is known here"] == "unknown"
    for found_words in (other, same, silent):
        words = "days after the notice without a flagged message; sent in them: 1"
        assert found_words[words] == "against"
        assert "flagged messages follow notice n1, the first 59 days after it" in found_words


def test_a_template_that_led_to_nothing_speaks_against_it() -> None:
    """Three conversations with the platform's template, one of them with an ask after it."""
    messages = [message(f"p{n}", f"2025-02-0{n} 09:00", thread_id=f"t-a{n}") for n in (1, 2, 3)]
    row, found = ask("a1", "2025-02-02 10:00")
    template = {"rule_id": "platform_template.contact"}
    signals = [signal(f"p{n}", "platform_template", **template) for n in (1, 2, 3)]
    seen = factors_of(
        find_causes(planted([*HISTORY, *messages, row], [*signals, found])),
        "template-read-as-licence",
    )

    assert sorted(seen.values()) == [("against", 2, 3), ("for", 1, 1)]


def test_what_no_check_could_name() -> None:
    """Where the ask was allowed until it was paid, no check before sending had stopped it."""
    row, found = ask("a1", "2025-02-02 10:00", marketplace="ebay-GB", order_id="o1")
    refund = {"refund_id": "r1", "order_id": "o1", "refunded_at": at("2025-02-10")}
    seen = factors_of(causes((row, found), refunds=[refund]), "no-review-of-outgoing-text")

    assert [value for words, value in seen.items() if "let them pass" in words] == [
        ("against", 1, 1)
    ]
    assert not [words for words in seen if "before sending names" in words]


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
