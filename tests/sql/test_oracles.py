"""A whole archive by chance, judged once, against plain Python from the contract's words."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from plant import at, find_causes, message, planted, signal

from pipeline.store import Store

Row = dict[str, Any]
WINDOW, GAP = timedelta(days=30), timedelta(days=14)
START = at("2025-01-01")


class Archive:
    """Rows by chance: buyers with several orders, threads in cases, reviews known by some key."""

    def __init__(self, seed: int) -> None:
        """Draw everything."""
        self.chance = random.Random(seed)
        self.messages: list[Row] = []
        self.signals: list[Row] = []
        self.events: list[Row] = []
        self.orders: list[Row] = []
        self.refunds: list[Row] = []
        for case in range(70):
            self._case(case)
        times = [row["sent_at"] for row in self.messages]
        kinds = ("warning", "deactivation", "other", "warning")
        self.notices = [
            {
                "notice_id": f"n{n}",
                "kind": kind,
                # one stands at the very moment of a message
                "received_at": self.chance.choice(times) if n == 0 else self._time(),
            }
            for n, kind in enumerate(kinds)
        ]

    def _time(self, days: int = 300) -> datetime:
        return START + timedelta(hours=self.chance.randrange(days * 24))

    def _case(self, case: int) -> None:
        chance = self.chance
        buyer, asin = f"b{case // 2}", f"B{case % 9}"
        order = f"o{case}" if chance.random() < 0.7 else None
        begun = self._time()
        for thread in range(chance.choice([1, 1, 2])):
            for place in range(chance.randrange(1, 4)):
                name = f"m{case}-{thread}-{place}"
                keys = {"thread_id": f"t{case}-{thread}", "case_id": f"c{case}", "buyer_id": buyer}
                keys |= {"order_id": order, "asin": asin if chance.random() < 0.8 else None}
                sent = begun + timedelta(hours=chance.choice([0, 1, 30, 500, 1200]))
                self.messages.append(message(name, "2025-01-01", **keys) | {"sent_at": sent})
                if chance.random() < 0.35:
                    self.signals.append(signal(name, "change_asked"))
        if order:
            self._money(case, order, buyer, asin)
        key = chance.choice(["order_id", "buyer_id", "asin"])
        known = {"order_id": order, "buyer_id": buyer, "asin": asin}[key]
        seen = begun + timedelta(days=chance.randrange(-60, 60))
        for n, kind in enumerate(["created", "updated", "removed"][: chance.randrange(1, 4)]):
            seen += timedelta(days=chance.randrange(1, 25))
            event = {"event_id": f"e{case}-{n}", "review_id": f"R{case}", "event_type": kind}
            stars = {"rating": [2.0, 5.0, None][n], "previous_rating": [None, 2.0, 5.0][n]}
            carried = {key: known, "asin": asin} if n == 0 or key != "order_id" else {}
            self.events.append(event | stars | carried | {"occurred_at": seen})

    def _money(self, case: int, order: str, buyer: str, asin: str) -> None:
        chance = self.chance
        cost = round(chance.uniform(5, 90), 2)
        row = {"order_id": order, "ordered_at": START, "buyer_id": buyer, "asin": asin}
        self.orders.append(row | {"amount": cost, "currency": "GBP"})
        for n in range(chance.choice([0, 0, 1, 1, 2, 3])):
            amount = chance.choice([cost, cost, round(cost / 3, 2), 0.01])
            refund = {"refund_id": f"r{case}-{n}", "order_id": order, "refunded_at": self._time()}
            currency = chance.choice(["GBP", "GBP", "EUR"])
            self.refunds.append(refund | {"amount": amount, "currency": currency})

    @property
    def flagged(self) -> list[Row]:
        """The messages that ask, in time order."""
        asks = {row["message_id"] for row in self.signals}
        rows = [row for row in self.messages if row["message_id"] in asks]
        return sorted(rows, key=lambda row: (row["sent_at"], row["message_id"]))


@pytest.fixture(scope="module")
def archive() -> Archive:
    return Archive(17)


@pytest.fixture(scope="module")
def store(archive: Archive) -> Store:
    rows = [archive.messages, archive.signals, archive.events, archive.refunds, archive.orders]
    for listed in rows:
        archive.chance.shuffle(listed)
    return find_causes(
        planted(
            archive.messages,
            archive.signals,
            review_events=archive.events,
            refunds=archive.refunds,
            orders=archive.orders,
            notices=archive.notices,
        )
    )


def runs_of(archive: Archive) -> list[list[Row]]:
    """Return the flagged messages run by run."""
    ends = [n["received_at"] for n in archive.notices if n["kind"] in ("warning", "deactivation")]
    runs: list[list[Row]] = []
    for row in archive.flagged:
        before = runs[-1][-1]["sent_at"] if runs else None
        cut = before is not None and any(before <= end < row["sent_at"] for end in ends)
        if before is None or cut or row["sent_at"] - before > GAP:
            runs.append([])
        runs[-1].append(row)
    return runs


def test_incidents(archive: Archive, store: Store) -> None:
    """Runs, their threads and buyers, the notice before them, recurrence."""
    runs, seen, expected = runs_of(archive), set(), []
    for number, run in enumerate(runs):
        began = run[0]["sent_at"]
        earlier = [
            n
            for n in archive.notices
            if n["kind"] in ("warning", "deactivation") and n["received_at"] < began
        ]
        threads = {row["thread_id"] for row in run}
        latest = max(earlier, key=lambda n: (n["received_at"], n["notice_id"]), default=None)
        expected.append(
            {
                "started_at": began,
                "ended_at": run[-1]["sent_at"],
                "message_count": len(run),
                "thread_count": len(threads - seen),
                "buyer_count": len({row["buyer_id"] for row in run}),
                "after_notice_id": latest and latest["notice_id"],
                "recurrence": number > 0 and any(n["kind"] == "warning" for n in earlier),
            }
        )
        seen |= threads
    found = store.table("incidents").select(list(expected[0])).to_dicts()

    assert len(expected) > 4
    assert found == expected


class Links:
    """The links by thread and event: key, candidates, message, lag, strength."""

    def __init__(self, archive: Archive) -> None:
        """Find the best key of every review first: it decides which threads keep it."""
        self.keys: dict[str, dict[str, set[str]]] = {}
        self.asks: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self.lives: dict[str, list[Row]] = defaultdict(list)
        for row in archive.messages:
            mine = self.keys.setdefault(row["case_id"], defaultdict(set))
            for key in ("order_id", "buyer_id", "asin"):
                mine[key] |= {row[key]} - {None}
        for row in archive.flagged:
            self.asks[row["thread_id"], row["case_id"]].append(row)
        for event in archive.events:
            self.lives[event["review_id"]].append(event)
        self.buyers = {row["buyer_id"] for row in archive.messages}
        self.owners = {row["order_id"]: row["buyer_id"] for row in archive.orders}
        self.kept = [row for review in self.lives for row in self._best(review)]

    def _best(self, review: str) -> list[tuple[str, str, str, str]]:
        keyed = [
            (rank, review, by, thread, case)
            for thread, case in self.asks
            for rank, by in enumerate(("order", "buyer", "asin"))
            if getattr(self, f"_by_{by}")(review, thread, case)
        ]
        best = min(keyed, default=(0,))[0]
        return [tuple(row[1:]) for row in keyed if row[0] == best]

    def _key(self, review: str, key: str) -> str | None:
        return min((e[key] for e in self.lives[review] if e.get(key)), default=None)

    def _by_order(self, review: str, thread: str, case: str) -> bool:
        del thread
        return self._key(review, "order_id") in self.keys[case]["order_id"]

    def _by_buyer(self, review: str, thread: str, case: str) -> bool:
        del thread
        return self._buyer(review) in self.keys[case]["buyer_id"]

    def _by_asin(self, review: str, thread: str, case: str) -> bool:
        others = self._key(review, "order_id") is not None and self.keys[case]["order_id"]
        return (
            not others
            and self._buyer(review) not in self.buyers
            and any(
                event.get("asin") in self.keys[case]["asin"]
                and _near(event["occurred_at"], self.asks[thread, case])
                for event in self.lives[review]
            )
        )

    def _buyer(self, review: str) -> str | None:
        return self._key(review, "buyer_id") or self.owners.get(self._key(review, "order_id"))

    def links(self) -> dict[tuple[str, str], Row]:
        """Return every link, with the message it is measured from."""
        found: dict[tuple[str, str], Row] = {}
        for review, by, thread, case in self.kept:
            shared = len({c for r, _, _, c in self.kept if r == review})
            if by == "asin":
                guesses = {r for r, b, t, _ in self.kept if (b, t) == (by, thread)}
                shared = max(shared, len(guesses))
            flagged = self.asks[thread, case]
            for event in self.lives[review]:
                when = event["occurred_at"]
                if by == "asin" and not _near(when, flagged):
                    continue
                chosen = _measured_from(when, flagged)
                lag = (when - chosen["sent_at"]) / timedelta(hours=1)
                strength = {"order": 1.0, "buyer": 0.7, "asin": 0.3}[by]
                strength *= 1.0 if abs(lag) <= 720 else 0.5
                found[thread, event["event_id"]] = {
                    "linked_by": by,
                    "message_id": chosen["message_id"],
                    "lag_hours": round(lag, 2),
                    "strength": round(strength / shared, 2),
                }
        return found


def _measured_from(when: datetime, flagged: list[Row]) -> Row:
    before = [row for row in flagged if row["sent_at"] <= when]
    latest = [row for row in before if row["sent_at"] == before[-1]["sent_at"]]
    return (latest or flagged)[0]


def _near(when: datetime, flagged: list[Row]) -> bool:
    return any(abs(when - row["sent_at"]) <= WINDOW for row in flagged)


def test_review_links(archive: Archive, store: Store) -> None:
    """Best key alone, ties kept, the message and the signed lag, strength shared."""
    expected = Links(archive).links()
    found = {
        (row["thread_id"], row["event_id"]): {
            key: row[key] for key in ("linked_by", "message_id", "lag_hours", "strength")
        }
        for row in store.table("review_links").to_dicts()
    }

    assert {row["linked_by"] for row in expected.values()} == {"order", "buyer", "asin"}
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert found[key] == pytest.approx(row, abs=0.0101), key


def test_money_to_the_cent(archive: Archive, store: Store) -> None:
    """Per thread and currency: what was paid, what may be double, what went beyond the order."""
    expected: dict[tuple[str, str], Row] = {}
    orders = defaultdict(set)
    for row in archive.messages:
        orders[row["case_id"]].add(row["order_id"])
    threads = {row["thread_id"]: orders[row["case_id"]] - {None} for row in archive.flagged}
    costs = {row["order_id"]: Decimal(str(row["amount"])) for row in archive.orders}
    for thread, mine in threads.items():
        for order in mine:
            refunds = [row for row in archive.refunds if row["order_id"] == order]
            for currency in {row["currency"] for row in refunds}:
                amounts = [
                    Decimal(str(row["amount"])) for row in refunds if row["currency"] == currency
                ]
                paid = sum(amounts, Decimal(0))
                expected[thread, currency] = {
                    "paid": paid,
                    "n_refunds": len(amounts),
                    "n_possible_doubles": len(amounts) - len(set(amounts)),
                    "possible_double": paid - sum(set(amounts), Decimal(0)),
                    "beyond_order": max(paid - costs[order], Decimal(0))
                    if currency == "GBP"
                    else None,
                }
    names = ["paid", "n_refunds", "n_possible_doubles", "possible_double", "beyond_order"]
    found = {
        (row["thread_id"], row["currency"]): {name: row[name] for name in names}
        for row in store.table("thread_money").to_dicts()
    }

    assert any(row["n_possible_doubles"] for row in expected.values())
    assert found == expected


def test_rates_and_notices(archive: Archive, store: Store) -> None:
    """Threads, violating threads and incidents before and after each notice, one by one."""
    bad = {row["message_id"] for row in archive.flagged}
    expected, incidents = {}, {}
    for notice in archive.notices:
        if notice["kind"] == "other":
            continue
        for period in ("before", "after"):
            mine = [
                row
                for row in archive.messages
                if (row["sent_at"] > notice["received_at"]) == (period == "after")
            ]
            expected[notice["notice_id"], period] = (
                len({row["thread_id"] for row in mine}),
                len({row["thread_id"] for row in mine if row["message_id"] in bad}),
            )
            incidents[notice["notice_id"], period] = sum(
                any((row["sent_at"] > notice["received_at"]) == (period == "after") for row in run)
                for run in runs_of(archive)
            )
    rates = store.table("rates").filter(dimension="all").to_dicts()
    tests = store.table("recurrence_tests").filter(exposure="outbound threads").to_dicts()

    assert {
        (row["notice_id"], row["period"]): (row["outbound_threads"], row["violating_threads"])
        for row in rates
        if row["period"] != "all"
    } == expected
    for row in tests:
        for period in ("before", "after"):
            counts = row[f"{period}_exposure"], row[f"{period}_violating"]
            assert counts == expected[row["notice_id"], period]
            assert row[f"{period}_incidents"] == incidents[row["notice_id"], period]
