"""The scan: columns, offsets, own text only, subjects, languages mixed."""

from collections.abc import Callable

import polars as pl
import pytest

from pipeline.signals.batch import batch_reader
from pipeline.signals.engine import SCHEMA, read_text, scan, scan_columns, scan_reference
from pipeline.signals.rows import COLUMNS, SURROUNDINGS
from pipeline.signals.ruleset import Ruleset

_SPANS = pl.List(pl.Struct({"start": pl.Int32, "end": pl.Int32}))


def _batch(*bodies: str, subject: str = "") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "message_id": [f"m{n}" for n in range(len(bodies))],
            "subject": [subject] * len(bodies),
            "body": bodies,
            "own": pl.Series([None] * len(bodies), dtype=_SPANS),
        }
    )


def test_a_scan_has_the_columns_of_the_signals_table(ruleset: Ruleset) -> None:
    """Names and types are the same with and without a match."""
    for batch in (_batch("Please change your review."), _batch("Bye."), _batch()):
        assert pl.Schema(SCHEMA) == scan(batch, ruleset).schema
        assert list(SCHEMA) == list(COLUMNS)


def test_offsets_are_code_points_of_the_verbatim_body(ruleset: Ruleset) -> None:
    """The stretch is cut from the body as written, disguise, emoji and all."""
    body = "😀 ＨＩ! Please change your r.e.v.i.e.w today."
    row = scan(_batch(body), ruleset).row(
        by_predicate=pl.col("signal") == "change_asked", named=True
    )
    assert body[row["match_start"] : row["match_end"]] == "Please change your r.e.v.i.e.w"
    assert row["obfuscated"]
    assert row["object"] == "product_review"


def test_only_own_text_is_read(ruleset: Ruleset) -> None:
    """A quoted ask is not the sender's, and offsets stay those of the whole body."""
    body = "> please delete your review\nSorry!\n> x\nPlease change your review."
    own = pl.Series([[{"start": 28, "end": 35}, {"start": 39, "end": len(body)}]], dtype=_SPANS)
    rows = scan(_batch(body).with_columns(own=own), ruleset)
    asked = rows.filter(pl.col("signal").is_in(["change_asked", "removal_asked"]))
    assert [body[row["match_start"] : row["match_end"]] for row in asked.iter_rows(named=True)] == [
        "Please change your review"
    ]


def test_subjects_are_read_too(ruleset: Ruleset) -> None:
    """A signal in the subject says so."""
    rows = scan(_batch("Hello", subject="Please change your review"), ruleset)
    said = rows.filter(pl.col("signal") != SURROUNDINGS)
    assert {"subject"} == set(said["matched_in"])


@pytest.mark.parametrize("engine", [scan_reference, lambda b, r: scan_columns(b, batch_reader(r))])
def test_what_the_seller_side_alone_can_say(
    ruleset: Ruleset, engine: Callable[[pl.DataFrame, Ruleset], pl.DataFrame]
) -> None:
    """An idea is looked for in the seller's texts and subjects, and the buyer's are left alone.

    So it is where both sides write the very same.
    """
    idea = "Shall I write to the two of them and ask?"
    sides = ["outbound", "internal", "inbound", "", "outbound", "inbound"]
    batch = pl.DataFrame(
        {
            "message_id": list("abcdef"),
            "subject": ["", "", "", "", idea, idea],
            "body": [idea, idea, idea, idea, "Thanks.", "Thanks."],
            "own": [None] * 6,
            "direction": sides,
        },
        schema_overrides={"own": pl.List(pl.Struct({"start": pl.Int32, "end": pl.Int32}))},
    )
    assert "idea_floated" in ruleset.seller_only
    found = engine(batch, ruleset)
    ideas = found.filter(pl.col("signal") == "idea_floated")
    assert ["a", "b", "d", "e"] == ideas["message_id"].to_list()
    assert ["body", "body", "body", "subject"] == ideas["matched_in"].to_list()
    opinions = found.filter(pl.col("signal") == "second_reader")
    assert set(opinions["message_id"]) <= {"a", "b", "d"}


def test_a_stopped_signal_is_kept_with_its_guard(ruleset: Ruleset) -> None:
    """Explanations need to know what took a signal away, and by which words."""
    rows = scan(_batch("You do not need to change your review."), ruleset)
    row = rows.row(by_predicate=pl.col("signal") == "change_asked", named=True)
    assert (row["stopped_by"], row["stop_text"]) == ("negation", "not need")


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        ("change_asked", "The cable is new. Could you turn the 2 stars into 5?"),
        ("contact_moved", "Write to jo (at) lamps (dot) example any time"),
        ("contact_moved", "Call us on +44 20 7946 0018 please"),
        ("positive_rating_asked", "Please rate us ⭐️⭐️⭐️⭐️⭐️"),
        ("positive_rating_asked", "give us a 5️⃣ please"),
        ("removal_asked", "亲，差评麻烦删一下"),
        ("change_asked", "Hello, your refund is done. 麻烦您修改一下评价。"),
    ],
)
def test_signals_free_of_any_one_language(ruleset: Ruleset, signal: str, text: str) -> None:
    """Numbers, addresses, emoji and mixtures of languages are read."""
    assert signal in {m.signal for m in read_text(text, ruleset) if not m.stopped_by}
