"""Loading rules: the user's own, what is switched off, and what is wrong with a file."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import RuleError
from pipeline.signals.batch import batch_reader
from pipeline.signals.cache import cached_ruleset
from pipeline.signals.engine import read_text, scan_columns, scan_reference
from pipeline.signals.explain import explain
from pipeline.signals.ruleset import Ruleset, load_ruleset

_RULE = """
signal = "lamp_praised"
why = "an example of a rule of one's own"

[[idiom]]
id = "glow"
needs = ["glow"]
any = ['lovely glow']

[hits]
en = ["What a lovely glow."]

[misses]
en = ["The glow is weak."]
"""


def test_own_rules_are_added(tmp_path: Path, ruleset: Ruleset) -> None:
    """A folder of the user's adds signals and changes the version."""
    (tmp_path / "lamp_praised.toml").write_text(_RULE)
    own = load_ruleset((tmp_path,))
    assert "lamp_praised" in {m.signal for m in read_text("a lovely glow", own)}
    assert own.version != ruleset.version


def test_rules_from_the_cache_make_the_same_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only the reader of columns is gone from the cache, it is made of all rules again."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "lamp_praised.toml").write_text(_RULE)
    paths, off = (tmp_path / "own",), ("change_asked",)
    texts = ["a lovely glow", "Please change your review.", "Please delete your review."]
    batch = pl.DataFrame({"message_id": ["1", "2", "3"], "body": texts})
    batch = batch.with_columns(subject=pl.lit(""), own=None)
    expected = scan_reference(batch, load_ruleset(paths, off))
    assert {"lamp_praised", "removal_asked"} <= set(expected["signal"])
    assert "change_asked" not in set(expected["signal"])

    cached_ruleset(paths, off)
    packed = cached_ruleset(paths, off)
    assert not packed.rules
    assert expected.equals(scan_columns(batch, batch_reader(packed)))


def test_own_rules_lie_in_the_folder_or_below(tmp_path: Path) -> None:
    """A sub-folder does not hide what lies beside it."""
    (tmp_path / "lamp_praised.toml").write_text(_RULE)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "lamp_loved.toml").write_text(_RULE.replace("lamp_praised", "lamp_loved"))

    assert {"lamp_praised", "lamp_loved"} <= set(load_ruleset((tmp_path,)).rules)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        _RULE.replace("lovely glow'", "(" * 20_000 + ")" * 20_000 + "'"),
    ],
)
def test_rules_that_are_nested_too_deep(tmp_path: Path, text: str) -> None:
    """A file of brackets is refused by one line that names it."""
    (tmp_path / "lamp_praised.toml").write_text(text)

    with pytest.raises(RuleError, match=r"lamp_praised\.toml: .*nested too deep"):
        load_ruleset((tmp_path,))


def test_rules_can_be_switched_off(ruleset: Ruleset) -> None:
    """A disabled signal is never found, and the version says that something differs."""
    off = load_ruleset(disabled=("change_asked",))
    assert "change_asked" not in {m.signal for m in read_text("Please change your review", off)}
    assert off.version != ruleset.version


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('signal = "lamp_praised"', 'signal = "other"', "signal"),
        ("needs", "wants", "wants is not a known key"),
        ("'lovely glow'", "'lovely (glow'", "no regular expression"),
        ('why = "an', 'why = ["an"] #', "why wants a text"),
        ("[[idiom]]", "[[idiom]]\nunless = ['nothing']", "no guard 'nothing'"),
        ("[[idiom]]", "[[idiom]]\nrequires = ['nothing']", "no concept 'nothing'"),
        ("[[idiom]]", "[[idiom]", "not valid TOML"),
        ('why = "an', 'side = "buyer"\nwhy = "an', "side 'buyer' is not one of seller"),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    """The error names the file and the key."""
    path = tmp_path / "lamp_praised.toml"
    path.write_text(_RULE.replace(before, after))
    with pytest.raises(RuleError, match=complaint) as caught:
        load_ruleset((tmp_path,))
    assert str(path) in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A path that is no folder is an error, not an empty set of rules."""
    with pytest.raises(RuleError, match="no folder of rules"):
        load_ruleset((tmp_path / "nowhere",))


def test_an_explanation_names_words_guards_and_what_lacked(ruleset: Ruleset) -> None:
    """What was tagged, what was stopped and which rule lacked one slot can be told."""
    told = explain("You do not need to change your review.", ruleset)
    assert "change_act" in {tag.concept for tag in told.tags}
    assert {"negation"} == {m.stopped_by for m in told.stopped if m.signal == "change_asked"}
    assert told.near
