"""The configuration: every key of the contract is understood, every mistake is named."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.config import AuthorisedSender, Config, Measure, TableMapping, load_config
from pipeline.errors import ConfigError
from pipeline.sizes import parse_size

FULL = """
[seller]
addresses = ["Shop@Example.com"]
names = ["Anna"]
marketplaces = ["uk", "ebay-DE"]
timezone = "Europe/London"
authorised_senders = ["anna", { name = "li", from = 2025-03-01, until = 2025-12-31 }]

[inputs]
paths = ["exports/"]
[[inputs.mapping]]
match = "crm_*.csv"
kind = "messages"
date_order = "dmy"
columns = { sent_at = "When", body = "Text" }

[rules]
paths = ["my-rules/"]
disable = ["review-diversion"]

[correlate]
window_days = 10
negative_at_most = 2

[incidents]
gap_days = 7

[scan]
state = "state/"
out = "months/"
decisions = "d.csv"
fail_on = "high"
notify = ["json://localhost"]

[privacy]
key_file = "k.key"

[limits]
archive_ratio = 50
archive_bytes = "2GB"

[appeal]
font_dir = "fonts"

[[measure]]
kind = "training"
date = 2025-03-01
title = "Review policy training"
document = "t.pdf"
status = "promised"
"""


def load(tmp_path: Path, text: str) -> Config:
    """Load a configuration of this text."""
    path = tmp_path / "audit.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_every_key_is_understood(tmp_path: Path) -> None:
    """All keys of the contract arrive, paths start at the file, addresses are in lower case."""
    config = load(tmp_path, FULL)

    expected = Config(
        base=tmp_path.resolve(),
        path=tmp_path / "audit.toml",
        decisions_given=True,
        addresses=("shop@example.com",),
        names=("Anna",),
        marketplaces=("UK", "ebay-DE"),
        timezone="Europe/London",
        authorised_senders=(
            AuthorisedSender("anna"),
            AuthorisedSender("li", date(2025, 3, 1), date(2025, 12, 31)),
        ),
        input_paths=(tmp_path.resolve() / "exports",),
        mappings=(
            TableMapping("crm_*.csv", "messages", {"sent_at": "When", "body": "Text"}, "dmy"),
        ),
        rule_paths=(tmp_path.resolve() / "my-rules",),
        disabled=("review-diversion",),
        window_days=10,
        negative_at_most=2,
        gap_days=7,
        scan_state=tmp_path.resolve() / "state",
        scan_out=tmp_path.resolve() / "months",
        scan_decisions=tmp_path.resolve() / "d.csv",
        scan_fail_on="high",
        notify=("json://localhost",),
        key_file=tmp_path.resolve() / "k.key",
        archive_ratio=50,
        archive_bytes=2 * 10**9,
        font_dir=tmp_path.resolve() / "fonts",
        measures=(
            Measure(
                "training", date(2025, 3, 1), "Review policy training", "", "t.pdf", "promised"
            ),
        ),
    )
    assert expected == config


def test_empty_file_is_the_defaults(tmp_path: Path) -> None:
    """Every key is optional."""
    config = load(tmp_path, "")

    assert (
        config.timezone,
        config.window_days,
        config.negative_at_most,
        config.gap_days,
        config.scan_fail_on,
    ) == ("UTC", 30, 3, 14, "medium")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[seler]\n", "seler"),
        ("[seller]\nadresses = []\n", "seller.adresses"),
        ("[seller]\ntimezone = 'Mars/Base'\n", "seller.timezone"),
        (f"[seller]\ntimezone = '{'x' * 300}'\n", "seller.timezone"),
        ("[seller]\ntimezone = 'Europe'\n", "seller.timezone"),
        ("[seller]\nnames = 'Anna'\n", "seller.names"),
        ("[seller]\nauthorised_senders = [1]\n", "seller.authorised_senders"),
        (
            "[[inputs.mapping]]\nmatch = 'x'\nkind = 'mesages'\ncolumns = {}\n",
            "inputs.mapping[1].kind",
        ),
        ("[[inputs.mapping]]\nkind = 'messages'\ncolumns = {}\n", "inputs.mapping[1].match"),
        ("[correlate]\nwindow_days = 0\n", "correlate.window_days"),
        ("[correlate]\nnegative_at_most = true\n", "correlate.negative_at_most"),
        ("[scan]\nfail_on = 'severe'\n", "scan.fail_on"),
        ("[limits]\narchive_bytes = 'much'\n", "limits.archive_bytes"),
        ("[[measure]]\nkind = 'x'\ntitle = 'y'\n", "measure[1].date"),
        (
            "[[measure]]\nkind='x'\ntitle='y'\ndate=2025-01-01\nstatus='maybe'\n",
            "measure[1].status",
        ),
        ("[seller\n", "TOML"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, named: str) -> None:
    """The message names the file and the key."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)

    assert named in str(caught.value)
    assert str(tmp_path / "audit.toml") in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is an error of usage."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1GB", 10**9), ("512 mb", 512 * 10**6), ("1GiB", 2**30), ("1048576", 2**20), ("1.5kB", 1500)],
)
def test_sizes(text: str, expected: int) -> None:
    """Sizes are read as people write them."""
    assert expected == parse_size(text)


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "0", "1XB", "one"])
def test_no_sizes(text: str) -> None:
    """What is no size is refused."""
    with pytest.raises(ConfigError):
        parse_size(text)
