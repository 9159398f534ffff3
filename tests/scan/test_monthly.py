"""The months compared: exact intervals and limits, and what is called a signal."""

import math
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipeline.report.monthly import build_monthly
from pipeline.report.tables import Tables
from pipeline.report.words import load_words
from pipeline.scan.monthly import put_monthly
from pipeline.store import Store

WORDS = load_words(ZoneInfo("UTC"))


def months(*pairs: tuple[int, int]) -> pl.DataFrame:
    """Return the counts of months with so many violating messages of so many sent."""
    return pl.DataFrame(
        [
            {
                "month": f"{2023 + at // 12}-{at % 12 + 1:02}",
                "messages": sent + 5,
                "messages_in": 5,
                "messages_out": sent,
                "violating_messages": hits,
                "violating_threads": hits,
                "findings": hits,
                "dismissed": 0,
                "unauthorised": 3 if at > 6 else None,
                "digest": "",
            }
            for at, (hits, sent) in enumerate(pairs)
        ]
    )


def compared(*pairs: tuple[int, int]) -> tuple[list[dict[str, object]], Tables]:
    """Return the rows of `monthly`, and the tables that a report reads."""
    with Store() as store:
        put_monthly(store, months(*pairs), "2099-01")
        rows = store.table("monthly").to_dicts()
    return rows, tables(rows)


def tables(rows: list[dict[str, object]]) -> Tables:
    """Return what a report would read with these months."""
    return Tables({"monthly": rows, "changes": []}, {}, pl.DataFrame(), {}, {})


def _at_most(k: int, n: int, p: float) -> float:
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))


def test_limits_are_those_of_the_binomial_distribution() -> None:
    """With six months before it a month has limits; beyond each lie at most 0.135 % of chance."""
    rows, _ = compared(*[(2, 400)] * 6, (3, 300))
    assert [row["control_high"] for row in rows[:6]] == [None] * 6
    high = round(float(str(rows[6]["control_high"])) * 300 / 1000)
    mean = 12 / 2400

    assert 1 - _at_most(high, 300, mean) <= 0.00135 < 1 - _at_most(high - 1, 300, mean)
    assert rows[6]["signal"] == ""


@pytest.mark.parametrize(
    ("pairs", "signal"),
    [
        ([*[(2, 400)] * 6, (30, 400)], "above the control limit"),
        ([*[(80, 400)] * 6, (20, 400)], "below the control limit"),
        ([(5, 400), *[(7, 400)] * 8], "8 months in a row above the mean"),
        ([(5, 400), *[(7, 400)] * 7], ""),
        ([(2, 400), (30, 400)], ""),
        ([*[(2, 400)] * 6, (0, 0)], ""),
    ],
)
def test_what_is_called_a_signal(pairs: list[tuple[int, int]], signal: str) -> None:
    """A month beyond a limit, or eight in a row on one side; never before there are limits."""
    rows, _ = compared(*pairs)
    assert rows[-1]["signal"] == signal


def test_the_report_shows_the_month_beside_the_others() -> None:
    """Chart, key figures and words say what the table says; a silent month has no point."""
    rows, read = compared(*[(2, 400)] * 6, (0, 0), (30, 400))
    shown = build_monthly(read, WORDS)
    assert shown is not None
    assert shown.chart is not None
    assert len(shown.chart.points) == 7
    assert [point.kind for point in shown.chart.points][-2:] == ["", "bad"]
    assert len(shown.chart.limits) == 2
    assert [line[1:] for line in shown.figures][:2] == [["400", "0", "2,400"], ["30", "0", "12"]]
    assert shown.figures[-1][1:] == ["3", "–", "–"]
    assert any("above the control limit" in sentence for sentence in shown.said)
    assert any("not authorised" in sentence for sentence in shown.said)
    assert len(shown.rows) == len(rows)


def test_an_audit_has_no_months() -> None:
    """Without a scan's tables there is no such section."""
    assert build_monthly(tables([]), WORDS) is None
