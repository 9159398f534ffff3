"""Marketplaces, amounts and ratings as exports write them."""

from decimal import Decimal

import polars as pl
import pytest

from pipeline.ingest.canonical import AMOUNT
from pipeline.ingest.values import amount_of, by_value, marketplace_of, rating_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GB", "UK"),
        ("uk", "UK"),
        ("Amazon.co.uk", "UK"),
        ("https://www.amazon.com.mx/", "MX"),
        ("A1PA6795UKMFR9", "DE"),
        ("Deutschland", "DE"),
        ("amazon-gb", "UK"),
        ("eBay UK", "ebay-UK"),
        ("ebay.de", "ebay-DE"),
        ("etsy-us", "etsy-US"),
        ("Non-Amazon", "Non-Amazon"),
    ],
)
def test_marketplaces(text: str, expected: str) -> None:
    """Amazon's are country codes, others the platform and the country, the rest is kept."""
    assert expected == marketplace_of(text)


@pytest.mark.parametrize(
    ("text", "marketplace", "expected"),
    [
        ("9.99", "", "9.99"),
        ("95,00", "", "95"),
        ("£ 1,234.50", "", "1234.5"),
        ("1.234,50 €", "", "1234.5"),
        ("1,234", "UK", "1234"),
        ("1,234", "ebay-US", "1234"),
        ("1,234,567", "", "1234567"),
        ("-5", "", "-5"),
        ("-£5.00", "", "-5"),
        ("EUR 1'234.50", "", "1234.5"),
        ("(5.00)", "", "-5"),
        ("−3,5", "DE", "-3.5"),
    ],
)
def test_amounts(text: str, marketplace: str, expected: str) -> None:
    """Both decimal marks are read; currency signs and thousands marks are passed over."""
    assert Decimal(expected) == amount_of(text, marketplace)


@pytest.mark.parametrize("text", ["1,234", "free", "", "1e9", "9" * 20])
def test_amounts_that_are_not_told_apart(text: str) -> None:
    """What could be two amounts, or is none, is not read."""
    assert amount_of(text, "DE") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4", 4.0),
        ("4.5 out of 5 stars", 4.5),
        ("4,0 von 5 Sternen", 4.0),
        ("3/5", 3.0),
        ("★★★☆☆", 3.0),
        ("7", None),
        ("45", None),
        ("good", None),
    ],
)
def test_ratings(text: str, expected: float | None) -> None:
    """Stars from 0 to 5 in words, numbers or signs; anything else is no rating."""
    assert expected == rating_of(text)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,50", "a few", None, "2.00"], [Decimal("1.50"), None, None, Decimal("2.00")]),
        ([None], [None]),
    ],
)
def test_a_long_column_is_read_as_a_short_one(
    texts: list[str | None], expected: list[Decimal | None]
) -> None:
    """The steps that make a long column fast leave what stands where."""
    for times in (1, 3_000):
        column = pl.Series("amount", texts * times, pl.String)
        read = by_value(column, lambda text: amount_of(text, "DE"), AMOUNT)
        assert read.to_list() == expected * times
