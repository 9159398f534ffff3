"""The case grammar: every order of the six steps, lost steps, equal times, crossed buyers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations, permutations

import pytest
from plant import at, find_causes, message, planted, signal

from pipeline.store import Store

STEPS = ("bad-review", "contact", "buyer-accepts", "ask", "refund", "review-changed")
NO_REVIEW = {"bad-review": "unknown", "review-changed": "unknown"}
HOUR = timedelta(hours=1)


class Archive:
    """Cases of their own buyers and orders, grown step by step."""

    def __init__(self) -> None:
        """Start empty."""
        self.messages: list[dict] = []
        self.signals: list[dict] = []
        self.events: list[dict] = []
        self.refunds: list[dict] = [
            {"refund_id": "r-other", "order_id": "o-other", "refunded_at": at("2024-01-01")}
        ]

    def case(self, name: str, steps: Sequence[tuple[str, datetime]]) -> None:
        """Add one case with these steps at these times."""
        for step, when in steps:
            getattr(self, "_" + step.replace("-", "_"))(name, when)

    def causes(self) -> Store:
        """Return the judged archive."""
        return find_causes(
            planted(self.messages, self.signals, review_events=self.events, refunds=self.refunds)
        )

    def _message(self, name: str, kind: str, when: datetime, direction: str, said: str) -> None:
        row = message(f"{name}-{kind}", "2025-01-01", direction, thread_id=name)
        keys = {"order_id": f"o-{name}", "buyer_id": f"b-{name}", "sent_at": when}
        self.messages.append(row | keys)
        if said:
            self.signals.append(signal(f"{name}-{kind}", said, object="product_review"))

    def _event(self, name: str, kind: str, when: datetime, stars: float) -> None:
        row = {"event_id": f"{name}-{kind}", "review_id": f"R-{name}", "event_type": kind}
        keys = {"order_id": f"o-{name}", "buyer_id": f"b-{name}", "occurred_at": when}
        before = 1.0 if kind == "updated" else None
        self.events.append(row | keys | {"rating": stars, "previous_rating": before})

    def _bad_review(self, name: str, when: datetime) -> None:
        self._event(name, "created", when, 1.0)

    def _contact(self, name: str, when: datetime) -> None:
        self._message(name, "contact", when, "outbound", "")

    def _buyer_accepts(self, name: str, when: datetime) -> None:
        self._message(name, "accept", when, "inbound", "refund_accepted")

    def _ask(self, name: str, when: datetime) -> None:
        self._message(name, "ask", when, "outbound", "change_asked")

    def _refund(self, name: str, when: datetime) -> None:
        row = {"refund_id": f"r-{name}", "order_id": f"o-{name}", "refunded_at": when}
        self.refunds.append(row)

    def _review_changed(self, name: str, when: datetime) -> None:
        self._event(name, "updated", when, 5.0)


def reference(steps: Sequence[tuple[str, datetime]]) -> dict[str, tuple]:
    """Return status, place, lag and hours after the ask of each step, written by hand.

    An ask is a message to the buyer, so it is also the contact where no other came before it.
    """
    times = dict(steps)
    if "ask" in times:
        times["contact"] = min(times["ask"], times.get("contact", times["ask"]))
    reviewed = "bad-review" in times or "review-changed" in times
    expected: dict[str, tuple] = {}
    before: datetime | None = None
    ordered = sorted(times.items(), key=lambda item: (item[1], STEPS.index(item[0])))
    for place, (step, when) in enumerate(ordered, 1):
        lag = None if before is None else (when - before) / HOUR
        expected[step] = ("found", place, lag, (when - times["ask"]) / HOUR)
        before = when
    for step in STEPS:
        if step not in times:
            status = "missing"
            if step in ("bad-review", "review-changed") and not reviewed:
                status = "unknown"
            if step == "buyer-accepts":
                status = "unknown"  # no message of the buyer at all
            expected[step] = (status, None, None, None)
    return expected


def found(store: Store) -> dict[str, dict[str, tuple]]:
    """Return the six steps of every thread."""
    cases: dict[str, dict[str, tuple]] = {}
    for row in store.table("thread_steps").to_dicts():
        if row["step_no"]:
            values = row["status"], row["order_no"], row["lag_hours"], row["hours_after_ask"]
            cases.setdefault(row["thread_id"], {})[row["step"]] = values
    return cases


def check(cases: dict[str, Sequence[tuple[str, datetime]]]) -> None:
    """Compare all cases, put into one archive, with the reference."""
    archive = Archive()
    for name, steps in cases.items():
        archive.case(name, steps)
    seen = found(archive.causes())

    assert seen.keys() == cases.keys()
    for name, steps in cases.items():
        assert reference(steps) == seen[name], steps


def test_every_order() -> None:
    """All 720 orders of the six steps, a different number of hours apart, in one archive."""
    start = at("2025-02-03 10:00")
    hours = (0, 1, 3, 7, 20, 50)
    check(
        {
            f"p{n}": [(step, start + hour * HOUR) for step, hour in zip(order, hours, strict=True)]
            for n, order in enumerate(permutations(STEPS))
        }
    )


def test_lost_steps() -> None:
    """Whatever steps are lost, the ask aside, the others keep their places and lags."""
    start = at("2025-02-03 10:00")
    others = [step for step in STEPS if step != "ask"]
    kept = [set(some) | {"ask"} for size in range(6) for some in combinations(others, size)]
    check(
        {
            f"l{n}": [(step, start + i * HOUR) for i, step in enumerate(STEPS) if step in steps]
            for n, steps in enumerate(kept)
        }
    )


def test_equal_times() -> None:
    """Steps at one moment keep the usual order, and the lag between them is zero."""
    start = at("2025-02-03 10:00")
    cases = {"all": [(step, start) for step in STEPS]}
    for n, (first, second) in enumerate(combinations(STEPS, 2)):
        times = {step: start + i * HOUR for i, step in enumerate(STEPS)}
        times[second] = times[first]
        cases[f"e{n}"] = sorted(times.items())
    check(cases)


def test_crossed_buyers() -> None:
    """Two buyers of one product, message by message in turn: nobody gets the other's steps."""
    start = at("2025-02-03 10:00")
    check(
        {
            "anna": [(step, start + 2 * i * HOUR) for i, step in enumerate(STEPS)],
            "bert": [(step, start + (2 * i + 1) * HOUR) for i, step in enumerate(STEPS[1:5])],
        }
    )


def test_steps_name_their_source_rows() -> None:
    """Each step says in which file and at which place of it the row stands."""
    review = {"event_id": "e1", "review_id": "R1", "event_type": "created", "rating": 1.0}
    review |= {"occurred_at": at("2025-02-01"), "order_id": "o1"}
    refund = {"refund_id": "r1", "order_id": "o1", "refunded_at": at("2025-02-03")}
    store = find_causes(
        planted(
            [message("m1", "2025-02-05 10:00", order_id="o1")],
            [signal("m1", "change_asked")],
            review_events=[review | {"source_file": "reviews.csv", "source_locator": "line 7"}],
            refunds=[refund | {"source_file": "paid.csv", "source_locator": "line 9"}],
        )
    )
    rows = {row["step"]: row for row in store.table("thread_steps").to_dicts()}

    assert {step: (row["source_file"], row["source_locator"]) for step, row in rows.items()} == {
        "bad-review": ("reviews.csv", "line 7"),
        "refund": ("paid.csv", "line 9"),
        "contact": ("messages.csv", "line 2"),
        "ask": ("messages.csv", "line 2"),
        "buyer-accepts": (None, None),
        "review-changed": (None, None),
    }


def test_a_change_seen_late_may_be_older_than_the_ask() -> None:
    """Where the ask lies between two looks at the review, nobody says which came first."""
    base = {"review_id": "R1", "order_id": "o1"}
    created = base | {"event_id": "e1", "event_type": "created", "rating": 1.0}
    raised = base | {"event_id": "e2", "event_type": "updated", "rating": 5.0}

    def reading(earliest: str) -> str:
        seen = {"earliest_at": at(earliest), "latest_at": at("2025-02-10")}
        events = [
            created | {"occurred_at": at("2025-02-01")},
            raised | {"occurred_at": at("2025-02-10")} | seen,
        ]
        store = find_causes(
            planted(
                [message("m1", "2025-02-05 10:00", order_id="o1")],
                [signal("m1", "change_asked")],
                review_events=events,
            )
        )
        steps = store.table("thread_steps").filter(step="review-changed")
        return str(steps.item(0, "reading"))

    assert (
        reading("2025-02-03") == "known from snapshots: whether before or after the ask is unknown"
    )
    assert reading("2025-02-06").startswith("after the ask in time")


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("demand_by_buyer", "buyer-solicitation"),
        ("change_offered_by_buyer", "buyer-offers-change"),
        ("review_refused", "buyer-refuses"),
    ],
)
def test_what_the_buyer_does_is_context(name: str, step: str) -> None:
    """A buyer who presses, offers or refuses is a step with its message, outside the six."""
    messages = [
        message("m1", "2025-02-03 10:00", "inbound"),
        message("m2", "2025-02-03 12:00"),
    ]
    store = find_causes(planted(messages, [signal("m1", name), signal("m2", "change_asked")]))
    row = next(r for r in store.table("thread_steps").to_dicts() if r["step"] == step)

    assert (row["step_no"], row["status"], row["source_id"]) == (0, "found", "m1")
    assert (row["order_no"], row["hours_after_ask"]) == (None, -2.0)


def test_product_alone_fills_no_step() -> None:
    """A review joined by the product alone is somebody's, not this buyer's."""
    event = {"event_id": "e1", "review_id": "R1", "event_type": "created", "rating": 1.0}
    messages = [message("m1", "2025-02-05 10:00", asin="B01")]
    review = event | {"occurred_at": at("2025-02-04"), "asin": "B01"}
    store = find_causes(planted(messages, [signal("m1", "change_asked")], review_events=[review]))
    steps = {row["step"]: row["status"] for row in store.table("thread_steps").to_dicts()}

    assert store.table("review_links").item(0, "linked_by") == "asin"
    assert NO_REVIEW.items() <= steps.items()
