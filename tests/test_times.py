"""Times as exports write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.times import REPEATED, SKIPPED, order_for, parse_time, parse_times

LONDON = ZoneInfo("Europe/London")


def at(text: str, order: str = "", country: str = "") -> str:
    """Return what a text is read as, in ISO, or nothing."""
    found = parse_time(text, LONDON, order=order, country=country).at
    return f"{found:%Y-%m-%dT%H:%M:%S}" if found else ""


@pytest.mark.parametrize(
    ("text", "order", "country", "expected"),
    [
        ("2025-02-17T10:02:11Z", "", "", "2025-02-17T10:02:11"),
        ("2025-07-17 10:02", "", "", "2025-07-17T09:02:00"),
        ("2025-02-17T10:02:11.1234567+05:30", "", "", "2025-02-17T04:32:11"),
        ("20250217", "", "", "2025-02-17T00:00:00"),
        ("17/02/2025 10:02", "dmy", "", "2025-02-17T10:02:00"),
        ("02/17/25", "mdy", "", "2025-02-17T00:00:00"),
        ("25/02/17", "ymd", "", "2025-02-17T00:00:00"),
        ("17/02/2025", "", "", "2025-02-17T00:00:00"),
        ("04.09.2025 10:05:07 UTC", "dmy", "", "2025-09-04T10:05:07"),
        ("17.2.2025 10.05", "dmy", "", "2025-02-17T10:05:00"),
        ("2025/09/04 10:05:07 JST", "ymd", "JP", "2025-09-04T01:05:07"),
        ("Mon, 17 Feb 2025 10:02:11 +0100", "", "", "2025-02-17T09:02:11"),
        ("Sep 4, 2026 1:05:07 AM PDT", "mdy", "US", "2026-09-04T08:05:07"),
        ("2 Sept. 2025 9:05 p.m. EST", "", "", "2025-09-03T02:05:00"),
        ("10:00 Feb 3 2025 CST", "", "US", "2025-02-03T16:00:00"),
        ("10:00 Feb 3 2025 CST", "", "CN", "2025-02-03T02:00:00"),
        ("17 Feb 2025 10:02 GMT+2", "", "", "2025-02-17T08:02:00"),
        ("14-Jan-2025", "", "", "2025-01-14T00:00:00"),
        ("2025年2月17日(月) 午後3時05分", "", "", "2025-02-17T15:05:00"),
        ("2025年2月17日 星期一 下午3:05", "", "", "2025-02-17T15:05:00"),
    ],
)
def test_forms(text: str, order: str, country: str, expected: str) -> None:
    """Each form in use is read, with its offset, its zone name or the configured zone."""
    assert expected == at(text, order, country)


@pytest.mark.parametrize(
    "text",
    [
        "3 January 2026",
        "3. Januar 2026",
        "le 3 janvier 2026",
        "3 gennaio 2026",
        "3 de enero de 2026",
        "3 januari 2026",
        "3 stycznia 2026",
        "lördag 3 januari 2026",
        "sáb., 3 de janeiro de 2026",
        "3 Ocak 2026 Cumartesi",
        "2026年1月3日",
    ],
)
def test_month_names(text: str) -> None:
    """Month names of every language are known, weekdays and little words are passed over."""
    assert at(text) == "2026-01-03T00:00:00"


def test_a_weekday_that_looks_like_a_month_is_told_by_the_month_beside_it() -> None:
    """`mar.` is Tuesday where another month is named, and March where none is."""
    assert at("mar. 18 févr. 2025 10:02") == "2025-02-18T10:02:00"
    assert at("18 mar. 2025") == "2025-03-18T00:00:00"


@pytest.mark.parametrize(
    "text",
    [
        *("", "03/04/2025", "17/02/25", "Feb 2025", "10:02", "hello", "2025-02-30", "1739800000"),
        *("0001-01-01", "10:00 Feb 3 2025 CST", "31/31/2025", "2025-02-17T24:00:00Z"),
    ],
)
def test_refusals(text: str) -> None:
    """What is ambiguous, incomplete or no time is refused with a reason, never guessed."""
    found = parse_time(text, LONDON)

    assert found.at is None
    assert "not read" in found.reason


def test_an_order_that_cannot_be_meant_is_said() -> None:
    """Month-first with a seventeenth month is read day-first, with a warning."""
    found = parse_time("17/02/2025", LONDON, order="mdy")

    assert datetime(2025, 2, 17, tzinfo=UTC) == found.at
    assert found.warning == "read as dmy: mdy gives no such day"


def test_nights_when_clocks_change() -> None:
    """A skipped hour is moved forward, a repeated one read as the first, both with a warning."""
    skipped = parse_time("30 March 2025 01:30", LONDON)
    repeated = parse_time("26 October 2025 01:30", LONDON)

    assert (datetime(2025, 3, 30, 1, 30, tzinfo=UTC), SKIPPED, "") == skipped
    assert (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), REPEATED, "") == repeated


def test_epoch_only_where_a_reader_asks() -> None:
    """Seconds and milliseconds since 1970 are times in formats that are known to use them."""
    expected = datetime(2025, 2, 17, 13, 46, 40, tzinfo=UTC)

    assert expected == parse_time("1739800000", LONDON, epoch=True).at
    assert expected == parse_time("1739800000000", LONDON, epoch=True).at


def test_orders_by_marketplace() -> None:
    """The United States write the month first, Japan and China the year, all others the day."""
    orders = [order_for(market) for market in ("US", "JP", "CN", "UK", "ebay-US", "")]

    assert orders == ["mdy", "ymd", "ymd", "dmy", "mdy", ""]


def test_a_column_is_read_as_its_values_are() -> None:
    """The column's way and the single value's way give the same, row for row."""
    texts = ["2025-02-17T10:02:11Z", "2025-10-26 01:30", "2025-03-30T01:30:00", "03/04/2025", "x"]
    texts += ["2025-02-17", "2025-02-17 10:02:11,5", "1969-12-31T00:00:00Z", None]
    single = [parse_time(t, LONDON, order="dmy") if t is not None else None for t in texts]

    column = parse_times(pl.Series(texts), LONDON, marketplaces=pl.Series(["UK"] * len(texts)))

    assert [s.at if s else None for s in single] == column["at"].to_list()
    assert [(s.warning or None) if s else None for s in single] == column["warning"].to_list()
    assert [(s.reason or None) if s else None for s in single] == column["reason"].to_list()


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises: it is a time with no reason, or a reason with no time."""
    found = parse_time(text, LONDON)

    assert (found.at is None) == bool(found.reason)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001  wall times
def test_iso_round_trip(wall: datetime) -> None:
    """An ISO time with an offset is read exactly, to the microsecond."""
    column = parse_times(pl.Series([f"{wall.isoformat()}+00:00"]), LONDON)

    assert [wall.replace(tzinfo=UTC)] == column["at"].to_list()
