"""The second reader: the table applies as it was trained, and it never speaks alone."""

import polars as pl
import pytest

from pipeline.errors import RuleError
from pipeline.model import POLICIES
from pipeline.signals.engine import scan
from pipeline.signals.reader import traits_of
from pipeline.signals.rows import OFFERED, brief_rows
from pipeline.signals.ruleset import Ruleset, load_ruleset
from pipeline.signals.second_reader import chance_of, load_second_reader, named

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


def test_every_block_has_one_length(ruleset: Ruleset) -> None:
    """No part of what it sees drowns another, however long the text is."""
    short, long = (traits_of(ASK * times, "outbound", ruleset) for times in (1, 40))
    for one, other in zip(short, long, strict=True):
        assert one.scale == other.scale
        assert one.each**2 * sum(one.counts.values()) == pytest.approx(one.scale**2)


def test_who_speaks_and_in_which_order_is_seen(ruleset: Ruleset) -> None:
    """The same words by staff among themselves, or the other way round, are other traits."""
    seen = {
        (text, direction): {
            name for block in traits_of(text, direction, ruleset) for name in block.counts
        }
        for text in (ASK, "Dear friend, that review: taken down, and we are so grateful.")
        for direction in ("outbound", "internal")
    }
    assert "outbound word:review" in seen[ASK, "outbound"]
    assert "internal word:review" in seen[ASK, "internal"]
    assert len({frozenset(traits) for traits in seen.values()}) == 4


def test_no_text_no_traits(ruleset: Ruleset) -> None:
    """An empty text has a neutral score, not an error."""
    opinion = load_second_reader().opinion(traits_of("", "outbound", ruleset))
    assert 0 <= opinion.score <= 1


def test_the_likeliest_policy_is_always_named() -> None:
    """One policy is named at least; what is barely possible needs a rule's word."""
    chances = {"review-club": 0.3, "insider-review": 0.25, "review-diversion": 0.02}
    assert named(chances) == (("review-club",), ("insider-review",))
    assert named(chances | {"insider-review": 0.5}) == (("insider-review",), ("review-club",))


def test_chances_stay_within_bounds() -> None:
    """However extreme the sum of weights, a chance is one."""
    assert (chance_of(-(10.0**9)), chance_of(0.0), chance_of(10.0**9)) == (0.0, 0.5, 1.0)


def test_a_broken_table_is_named(tmp_path) -> None:  # noqa: ANN001
    """A table that cannot be read is one clear error."""
    (tmp_path / "violating.parquet").write_bytes(b"nonsense")

    with pytest.raises(RuleError, match=r"weights.*violating\.parquet|violating\.parquet.*weights"):
        load_second_reader(tmp_path)


def test_a_missing_table_is_named(tmp_path) -> None:  # noqa: ANN001
    """Without the score's table there is no second reader."""
    with pytest.raises(RuleError, match="no table of weights"):
        load_second_reader(tmp_path)


@pytest.mark.parametrize(("times", "brief"), [(3, True), (4, False)])
def test_a_short_ask_is_brief(times: int, brief: bool) -> None:
    """Below 256 letters a message that reads like an ask says that it is brief, above not."""
    batch = pl.DataFrame(
        {"message_id": ["m"], "subject": [""], "body": [" ".join([ASK] * times)], "own": [None],
         "direction": ["outbound"]}
    )  # fmt: skip
    found = scan(batch, load_ruleset())
    assert found.filter(signal="second_reader")["score"].min() >= 0.1
    assert (not found.filter(rule_id="surroundings.brief").is_empty()) is brief


def test_concepts_together_are_seen(ruleset: Ruleset) -> None:
    """Two meanings in one text are a trait, in whichever order and however far apart."""
    apart = "We took that review down. Nothing else is new here today. It was a gift for you."
    turned = "It was a gift for you. Nothing else is new here today. We took that review down."
    seen = [
        {name for block in traits_of(text, "outbound", ruleset) for name in block.counts}
        for text in (apart, turned, apart.partition(".")[0])
    ]
    both = {name for name in seen[0] if name.startswith("both:gift&")}
    assert both
    assert both <= seen[1]
    assert not both & seen[2]


@pytest.mark.parametrize(
    ("text", "what"),
    [("Go on then, twenty.", "answer"), ("Twenty, or fewer?", "short"), ("a" * 59, "answer"),
     ("a" * 60, "short"), ("a" * 89, "short"), ("a" * 90, "brief"),
     ("\u597d" * 23, "answer"), ("\u597d" * 24, "short"), ("\u597d" * 36, "brief")],
)  # fmt: skip
def test_how_much_a_message_leans_on_others(text: str, what: str) -> None:
    """Below 90 letters, Chinese ones for two and a half; below 60 a mere answer if no question."""
    assert [one[1] for one in brief_rows(text, 0.3)] == [f"surroundings.{what}"]
    assert brief_rows(text, 0.01) == []


def test_an_offer_is_read_as_if_the_seller_had_said_it() -> None:
    """What a yes to a buyer's message would be is told by what it would be from the seller."""
    offer = "We post five star reviews for a free product, twenty testers. Shall we start?"
    rules = load_ruleset()
    batch = pl.DataFrame(
        {"message_id": ["m"], "subject": [""], "body": [offer], "own": [None],
         "direction": ["inbound"]}
    )  # fmt: skip
    found = scan(batch, rules).filter(rule_id="surroundings.offer")
    assert found["score"].min() >= OFFERED
    kind = batch.with_columns(body=pl.lit("Thank you, the mug came today and my wife loves it."))
    assert scan(kind, rules).filter(rule_id="surroundings.offer").is_empty()
