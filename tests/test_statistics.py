"""The count tables get their statistics: silent where too few, honest where nothing differs."""

import random
from datetime import timedelta

import polars as pl
import pytest
from plant import PARAMS, TIME, at

from pipeline.queries import queries
from pipeline.statistics import add_statistics
from pipeline.store import Store


def test_too_few_cases_are_silent() -> None:
    """Below the least numbers neither a ratio nor a p-value is written."""
    store = Store()
    store.put("rate_counts", pl.DataFrame([rate_row()]))
    store.put("recurrence_counts", pl.DataFrame([recurrence_row()]))
    store.put("lift_counts", pl.DataFrame([lift_row(0), lift_row(1)]))
    store.put("lift_strata", pl.DataFrame([stratum(n) for n in range(9, 0, -1)]))
    add_statistics(store)

    assert store.table("rate_statistics").row(0, named=True)["p_value"] is None
    assert store.table("rate_statistics").row(0, named=True)["high"] is not None
    assert store.table("recurrence_statistics").row(0, named=True)["ratio"] is None
    assert store.table("lift_statistics").get_column("p_value").to_list() == [None, None]


def rate_row() -> dict[str, object]:
    """Return a value with five violating threads in all: one below the least."""
    counts = {"outbound_threads": 10, "violating_threads": 4, "with_violating": 4}
    rest = {"rest_threads": 100, "rest_violating": 1}
    return {"row_no": 1} | counts | rest


def recurrence_row() -> dict[str, object]:
    """Return a notice with five violating threads in all: one below the least."""
    before = {"before_violating": 0, "before_exposure": 100.0}
    return {"row_no": 1} | before | {"after_violating": 5, "after_exposure": 9.0}


def lift_row(stars: int) -> dict[str, object]:
    """Return an arm of nine reviews: one below the least."""
    arm = {"arm": "asked", "reference": "not contacted", "stars": stars}
    return {"row_no": stars + 1, "arm_compared": 9, "reference_compared": 90} | arm


def stratum(at_risk: int) -> dict[str, object]:
    """Return a moment at which one asked review changed, and none of the others."""
    arm = {"arm": "asked", "reference": "not contacted", "stars": 1, "arm_at_risk": at_risk}
    return arm | {"arm_changed": 1, "reference_at_risk": 90, "reference_changed": 0}


LIFT = ("review_spells", "lift_pairs", "lift_sizes", "lift_strata", "lift_counts")
RATES = (
    "eras",
    "periods",
    "outbound_span",
    "rate_spans",
    "rate_counts",
    "recurrence_counts",
)
EMPTY = tuple(stratum(1))


def concluded(tables: dict[str, pl.DataFrame], wanted: tuple[str, ...]) -> Store:
    """Return a store with these tables and the count tables made from them."""
    store = Store()
    for name, frame in tables.items():
        store.put(name, frame)
    for query in queries("root_cause"):
        if query.table in wanted:
            store.create(query.table, query, PARAMS)
    for name in ("rate_counts", "recurrence_counts", "lift_counts", "lift_strata"):
        if name not in store.tables():
            store.put(name, pl.DataFrame(schema=dict.fromkeys(EMPTY, pl.Int64)))
    add_statistics(store)
    return store


def meetings(
    chance: random.Random, archives: int, effect: float, look_days: float = 0.0
) -> pl.DataFrame:
    """Return low reviews of many archives (told apart by their "stars"), half a year of each.

    Buyers change their minds early or not at all. The seller writes to two thirds, pays most of
    these back, and asks most of the paid: whoever changes first is never asked. An ask multiplies
    the pace of changing by `effect`. With `look_days` the reviews are only looked at every so many
    days, by the seller too, who writes until a change is seen.
    """
    rows = []
    for archive in range(1, archives + 1):
        for n in range(90):
            day = chance.random() * 60
            created = at("2025-01-01") + timedelta(days=day)
            contact = chance.expovariate(1 / 4) if chance.random() < 0.67 else 999.0
            refund = contact + (chance.expovariate(1 / 3) if chance.random() < 0.8 else 999.0)
            asked = refund + (chance.expovariate(1 / 3) if chance.random() < 0.8 else 999.0)
            change = chance.weibullvariate(60, 0.6)
            if change > asked:
                change = asked + (change - asked) / effect
            met = {"contacted_at": contact, "refunded_at": refund, "asked_at": asked}
            change = min(change, 1000.0)
            stood = change
            if look_days:
                stood = (day + change) // look_days * look_days - day
                change = stood + look_days
            row = {"review_ref": f"{archive}-{n}", "stars": archive, "created_at": created}
            row |= {"change_uncertain": change > stood, "seen_until": at("2025-07-01")}
            row["changed_at"] = created + timedelta(days=change) if change < 100 else None
            row["stood_until"] = created + timedelta(days=stood) if change < 100 else None
            for name, days in met.items():
                happened = days < min(change, 100)
                row[name] = created + timedelta(days=days) if happened else None
            rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def rejected(
    effect: float, archives: int, look_days: float = 0.0
) -> dict[tuple[str, str], list[float]]:
    """Return, for each pair of arms, the shares of archives called lower and higher."""
    reviews = meetings(random.Random(21), archives, effect, look_days)
    store = concluded({"review_meetings": reviews}, LIFT)
    rows = store.table("lift_counts").join(store.table("lift_statistics"), on="row_no")
    rows = rows.filter(pl.col("stars") > 0, pl.col("p_value").is_not_null())
    found: dict[tuple[str, str], list[float]] = {}
    for (arm, reference), part in rows.group_by("arm", "reference"):
        called = part.filter(pl.col("p_value") <= 0.05)
        higher = called.filter(pl.col("compared_changes") > pl.col("expected")).height
        found[arm, reference] = [(called.height - higher) / part.height, higher / part.height]
    return found


@pytest.mark.parametrize(("look_days", "archives"), [(0, 220), (14, 160)])
def test_reviews_that_change_first_accuse_nobody(look_days: int, archives: int) -> None:
    """Where asking changes nothing, neither side of any pair of arms stands out.

    Sorting reviews by all they ever met would find here that refunds alone raise ratings, for
    only those are left without an ask that changed before it came. Reviews known from snapshots
    change for all arms alike at the next look, however many were asked just before it.
    """
    found = rejected(1.0, archives, look_days)

    assert len(found) == 4
    for pair, (lower, higher) in found.items():
        assert lower + higher <= 0.05 + 0.02, pair
        assert max(lower, higher) <= 0.025 + 0.02, pair


@pytest.mark.parametrize(("look_days", "power"), [(0, 0.75), (14, 0.5)])
def test_power_of_the_lift(look_days: int, power: float) -> None:
    """Ninety reviews show an ask that makes buyers change four times as fast, mostly.

    Looked at once in two weeks, they still do in half of the archives.
    """
    found = rejected(4.0, 60, look_days)

    assert found["asked", "not contacted"][1] >= power


def shop(chance: random.Random, bad: str = "", rate: float = 0.08) -> dict[str, pl.DataFrame]:
    """Return half a year of threads and two notices; all violate alike, `bad` far more often."""
    sent, flagged = [], []
    for n in range(240):
        at_n = at("2025-01-01") + timedelta(hours=chance.random() * 180 * 24)
        operator = f"staff-{chance.randrange(8)}"
        message = {"message_id": f"m{n}", "sent_at": at_n, "direction": "outbound"}
        values = {"operator": operator, "channel": f"c{chance.randrange(4)}", "marketplace": "UK"}
        sent.append(message | values | {"thread_id": f"t{n}", "case_id": f"t{n}"})
        if chance.random() < (5 * rate if operator == bad else rate):
            flagged.append(message | {"status": "open"})
    days = [at("2025-03-01"), at("2025-05-01")]
    notices = {"notice_id": ["n1", "n2"], "received_at": days, "class": ["warning", "warning"]}
    said = dict.fromkeys(("case_id", "rule_id", "signal", "direction"), pl.String)
    run = {"message_id": pl.String, "incident_id": pl.String}
    return {
        "message_incidents": pl.DataFrame(schema=run),
        "message_keys": pl.DataFrame(sent),
        "judged": pl.DataFrame(flagged),
        "notice_facts": pl.DataFrame(notices),
        "said": pl.DataFrame(schema=said | {"sent_at": TIME}),
    }


def test_a_whole_table_of_rates_accuses_nobody_by_chance() -> None:
    """Of forty equal shops with 43 values in five periods hardly any has a row that differs."""
    chance, rates, changes = random.Random(31), 0, 0
    for _ in range(40):
        store = concluded(shop(chance), RATES)
        rates += (store.table("rate_statistics")["p_holm"] <= 0.05).any()
        changes += (store.table("recurrence_statistics")["p_holm"] <= 0.05).any()

    assert rates <= 5  # with 5 per cent each, six or more of forty would come once in a hundred
    assert changes <= 5


def test_power_of_the_rates() -> None:
    """One of eight people who violates five times as often is named in most such shops."""
    chance, named = random.Random(32), 0
    for _ in range(12):
        store = concluded(shop(chance, bad="staff-3"), RATES)
        rows = store.table("rate_counts").join(store.table("rate_statistics"), on="row_no")
        called = rows.filter(pl.col("p_holm") <= 0.05, dimension="operator", period="all")
        named += "staff-3" in called["value"].to_list()

    assert named >= 9
