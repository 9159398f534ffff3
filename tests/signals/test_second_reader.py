"""The second reader: the table applies as it was trained, and it never speaks alone."""

import polars as pl
import pytest

from pipeline.errors import RuleError
from pipeline.model import POLICIES
from pipeline.signals.engine import scan
from pipeline.signals.ruleset import load_ruleset
from pipeline.signals.second_reader import (
    concept_features,
    letter_features,
    load_second_reader,
)

ASK = "We would be so grateful if you took that review down, dear friend."
SERVICE = "Your parcel left our warehouse today with Royal Mail."


def signals(body: str, direction: str = "outbound") -> pl.DataFrame:
    """Scan one message."""
    batch = pl.DataFrame(
        {
            "message_id": ["m"],
            "subject": [""],
            "body": [body],
            "own": [None],
            "direction": [direction],
        }
    )
    return scan(batch, load_ruleset()).filter(signal="second_reader")


def test_speaks_about_an_ask() -> None:
    """An ask gets a score, a policy and a place in the text."""
    found = signals(ASK)

    assert 0.25 <= found.item(0, "score") <= 1
    assert {rule.split(".")[1] for rule in found["rule_id"]} <= set(POLICIES)
    assert (found["match_end"] > found["match_start"]).all()


@pytest.mark.parametrize(("body", "direction"), [(SERVICE, "outbound"), (ASK, "inbound")])
def test_keeps_silent(body: str, direction: str) -> None:
    """It says nothing of ordinary service, and nothing of what buyers write."""
    assert signals(body, direction).is_empty()


def test_features_have_one_length() -> None:
    """Neither half of the features drowns the other, however long the text is."""
    for features in (
        letter_features("a longer text " * 50),
        concept_features(["request"], "outbound"),
    ):
        assert 3.0 == pytest.approx(sum(value**2 for value in features.values()) ** 0.5)


def test_no_text_no_features() -> None:
    """An empty text has a neutral score, not an error."""
    assert 0 <= load_second_reader().opinion("", [], "outbound").score <= 1


def test_a_broken_table_is_named(tmp_path) -> None:  # noqa: ANN001
    """A table that cannot be read is one clear error."""
    path = tmp_path / "weights.parquet"
    path.write_bytes(b"nonsense")

    with pytest.raises(RuleError, match="weights"):
        load_second_reader(path)
