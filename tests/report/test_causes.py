"""The root-cause views over a small planted audit whose numbers are known by counting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from report.conftest import META, Planted
from report.story import plant
from report.test_report import Page

from pipeline.report import write_report
from pipeline.report.causes.plots import WIDTH, Share, interval, percent
from pipeline.report.causes.table import build_table
from pipeline.report.factors import build_factors, trigger_text
from pipeline.report.words import load_words
from pipeline.store import Store

WORDS = load_words(META.timezone)
WARNED = datetime(2026, 2, 17, 9, 12, tzinfo=UTC)
LIMITS = "n is outbound threads; a rate says where, not why"


def rate(dimension: str, value: str, period: str, bad: int, of: int) -> dict[str, object]:
    share = 100 * bad / of
    return {
        "dimension": dimension,
        "value": value,
        "period": period,
        "notice_id": None if period == "all" else "n1",
        "received_at": None if period == "all" else WARNED,
        "outbound_threads": of,
        "violating_threads": bad,
        "rate": share,
        "rate_low": share * 0.5,
        "rate_high": min(share * 1.5 + 1, 100.0),
        "verdict": "higher than the rest" if share > 50 else "too few cases",
        "reading": f"{bad} of {of} outbound threads violate",
        "limits": LIMITS,
    }


RATES = [
    rate("all", "all", "all", 24, 324),
    *(rate("operator", f"writer {n:02}", "all", n % 3, 12) for n in range(26)),
    rate("operator", "Priya", "all", 12, 12),
    rate("marketplace", "UK", "all", 24, 324),
    rate("weekday", "1", "all", 24, 324),
    rate("hour", "09", "all", 24, 324),
    rate("all", "all", "before", 14, 200),
    rate("all", "all", "after", 10, 124),
    rate("operator", "Priya", "after", 10, 10),
]
TESTS = [
    {
        "notice_id": "n1",
        "received_at": WARNED,
        "class": "warning",
        "exposure": "outbound threads",
        "rate_ratio": 1.15,
        "ratio_low": 0.46,
        "ratio_high": 2.78,
        "p_holm": 0.0004,
        "verdict": "no change shown",
        "reading": "14 violating threads before it (incidents: 2), 10 after it (incidents: 1)",
        "limits": "they come in runs",
    }
]
USES = [
    {
        "kind": kind,
        "name": name,
        "shown": name,
        "first_at": WARNED - timedelta(days=20),
        "state": state,
        "first_violation_at": None if days is None else WARNED - timedelta(days=20 - days),
        "days_to_violation": days,
        "n_messages": 30,
        "n_violating_threads": 0 if days is None else 15,
        "reading": "new",
        "limits": "n is messages",
    }
    for kind, name, state, days in (
        ("template", "platform_template.courtesy-refund", "new", 1.0),
        ("channel", "helpdesk", "unknown", None),
        ("phrase", "never shown here", "new", 0.0),
    )
]
LINEAGE = [
    {
        "phrase_id": family,
        "variant_id": f"{family}-{number}",
        "first_at": WARNED - timedelta(days=20 - number),
        "operator": who,
        "role": role,
        "taken_from_operator": taken,
        "days_after_source": 3.0 if taken else None,
        "n_messages": 9 - number,
        "n_buyers": 8,
        "wording": "would you take it down",
        "reading": role,
        "limits": "only flagged messages",
    }
    for family, number, who, role, taken in (
        ("p1", 0, "Priya", "first", None),
        ("p1", 1, "Tom", "taken over", "Priya"),
        ("p2", 0, "Joel", "first", None),
    )
]
LIFT = [
    {
        "arm": "asked",
        "reference": "not contacted",
        "stars": stars,
        "arm_reviews": 15,
        "arm_changed": 10,
        "reference_reviews": 40,
        "reference_changed": 4,
        "share_arm": 66.67,
        "expected_changed": 3.0,
        "share_expected": 20.0,
        "compared_changed": 8,
        "share_compared": 53.33,
        "odds_ratio": 18.0,
        "odds_low": 3.5,
        "odds_high": None,
        "p_holm": 0.02,
        "verdict": "changed more often",
        "reading": "10 of 15 reviews were raised",
        "limits": "a difference is no cause",
    }
    for stars in ("all", "1")
]
CALENDAR = [
    {
        "mode": "monthly scan",
        "scan_from": datetime(2025, 12, 31, tzinfo=UTC),
        "first_alert_at": datetime(2026, 1, 31, tzinfo=UTC),
        "avoidable_threads": 17,
        "n_threads": 24,
        "reading": "alert on 2026-01-31; of 24 violating threads 17 began after it",
        "limits": "that anybody would have acted is assumed",
    }
]


MONEY = [
    {
        "thread_id": f"T-{n}",
        "currency": "GBP",
        "first_at": WARNED,
        "ordered": 40.0,
        "promised": None if n else 40.0,
        "paid": 40.0 - n,
        "reading": "refunded as promised" if not n else "promised without an amount, refunded",
        "limits": "refunds by the orders of the case",
    }
    for n in range(12)
]
FACTS = [
    {
        "notice_id": "n1",
        "received_at": WARNED,
        "kind": "warning",
        "class": "warning",
        "alleged": "review-change-request;review-manipulation",
        "subject": "Policy warning",
        "flagged_before": 14,
        "flagged_after": 10,
        "outbound_before": 200,
        "outbound_after": 124,
        "first_after_at": WARNED + timedelta(days=87),
        "days_to_first_after": 87.0,
        "reading": "flagged messages were sent after it",
        "limits": "the class is read from its own words",
    }
]


@pytest.fixture(scope="module")
def causes(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a report with every root-cause table and return its HTML."""
    path = tmp_path_factory.mktemp("causes") / "report.html"
    with Store() as store:
        plant(store, flagged=24, ordinary=60)
        for name, rows in (
            ("rates", RATES),
            ("recurrence_tests", TESTS),
            ("first_uses", USES),
            ("phrase_lineage", LINEAGE),
            ("rating_lift", LIFT),
            ("counterfactual", CALENDAR),
            ("thread_money", MONEY),
            ("notice_facts", FACTS),
        ):
            store.put(name, pl.DataFrame(rows, infer_schema_length=None))
        write_report(store, path, META)
    return path.read_text(encoding="utf-8")


def test_rates_are_plotted_with_their_numbers(causes: str) -> None:
    """The highest first with count and interval; the rest is counted, one-valued left out."""
    text = Page(causes).text

    assert "12 of 12 100 % (50 % – 100 %) higher than the rest" in text
    assert "19 more rows are in evidence/rates.csv." in text
    assert "all conversations together: 7.4 %" in text
    assert "By marketplace" not in text
    assert "By weekday of sending" in text


def test_notices_say_the_test_and_who_went_on(causes: str) -> None:
    """The sentence holds the numbers; somebody with no case before the notice is shown as such."""
    text = Page(causes).text

    assert "Warning of 17 Feb 2026" in text
    counts = "14 violating threads before it (incidents: 2), 10 after it (incidents: 1)"
    assert f"{counts}; after to before 1.15 (0.46 – 2.78)" in text
    assert "p < 0.001: no change shown." in text
    assert "Priya writer 0 of 0 10 of 10, 100 %" in text


def test_first_uses_name_what_may_be_older(causes: str) -> None:
    """A template has its readable name and lag; wordings are left to the view of their descent."""
    section = Page(causes).text.split("Where the wording came from")[0]

    assert "courtesy refund template 28 Jan 2026 24 hours later 30 15" in section
    assert "helpdesk channel, may be older than the archive 28 Jan 2026 none 30 0" in section
    assert "never shown here" not in section.split("The table, row by row")[0]


def test_lineage_shows_families_and_counts_the_rest(causes: str) -> None:
    """Who came after stands under the first message of the wording."""
    text = Page(causes).text

    assert "Tom 29 Jan 2026 earlier written by Priya, 3 days before 8 8" in text
    assert "One wording has one form, by one person only." in text


def test_lift_and_calendar_hold_their_counts(causes: str) -> None:
    """Both arms with counts, an open interval as such, and the calendar's reading in words."""
    text = Page(causes).text

    assert "10 of 15, 67 % 8 against 3.0 expected" in text
    assert "odds ratio 18.0 (3.5 – ∞), p = 0.020" in text
    assert "alert on 31 Jan 2026; of 24 violating threads 17 began after it." in text
    assert 'title="begun 31 Dec 2025: first alert 31 Jan 2026, 17 of 24' in causes


def test_money_and_notices_are_summed_up(causes: str) -> None:
    """The sums of all conversations stand over the first ten; a notice names what it alleges."""
    text = Page(causes).text

    assert "12 conversations: 480.00 GBP ordered, 40.00 GBP promised in words, 414.00 GBP" in text
    assert "T-0 40.00 40.00 40.00 refunded as promised T-1 40.00 39.00 promised without" in text
    assert "2 more rows are in evidence/thread_money.csv." in text
    assert "14 of 200 messages 10 of 124 messages 15 May 2026, 87 days later" in text
    assert "Review change request, review manipulation" in text


def test_limits_are_said_once(causes: str) -> None:
    """The rows share a sentence; it stands under the table, not in each row."""
    assert causes.count("a rate says where, not why") == 1


def test_tables_that_are_missing_are_named(planted: Planted, tmp_path: Path) -> None:
    """An audit without some of the tables says which."""
    store, _ = planted(flagged=2, ordinary=5)
    store.put("rates", pl.DataFrame(RATES, infer_schema_length=None))

    write_report(store, tmp_path / "r.html", META)

    text = Page((tmp_path / "r.html").read_text(encoding="utf-8")).text
    assert "Not in this audit: First uses," in text


def test_keys_are_left_out_of_the_table() -> None:
    """Ids and bounds are no columns of their own; a whole number has no decimals."""
    frame = pl.DataFrame(
        {"value": ["Priya"], "rate": [12.0], "rate_low": [8.5], "rate_high": [19.25], "w_id": ["w"]}
    )

    table = build_table(frame, WORDS)

    assert table.columns == ["value", "per 100"]
    assert [cell.text for cell in table.rows[0]] == ["Priya", "12 (8.50 – 19.25)"]


def test_share_scale_ends_at_a_round_number_and_stays_inside() -> None:
    """Whatever the shares, dots lie within the plot."""
    for most in (0.0, 0.4, 7.0, 33.0, 100.0):
        scale = Share([most])
        assert 0 < scale.x(0) < scale.x(scale.end) < WIDTH
        assert scale.end >= most
    assert percent(1.96) == "2.0\u202f%"
    assert interval(0, 0.95) == "0\u202f% – 0.9\u202f%"


def test_trigger_is_told_with_days_and_readable_names() -> None:
    """The incident's trigger is taken apart; what does not fit is shown as it is."""
    trigger = "template platform_template.courtesy-refund (new on 2025-02-03); something else"

    told = trigger_text(trigger, WORDS)

    assert told == "template courtesy refund, new on 3 Feb 2025; something else"


def test_factors_keep_for_and_against_apart() -> None:
    """One cause once, what speaks for it before what speaks against it."""
    rows = [
        {"cause": "new-function", "stance": stance, "evidence": text, "n": n, "of_n": 9}
        for stance, text, n in (("against", "not used", 1), ("for", "seen on 2025-05-15", 8))
    ]

    (factor,) = build_factors(rows, WORDS)

    assert [(seen.stance, seen.text, seen.count) for seen in factor.seen] == [
        ("for", "seen on 15 May 2025", "8 of 9"),
        ("against", "not used", "1 of 9"),
    ]
