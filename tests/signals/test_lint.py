"""Every fault that `rules lint` is for is found where it is planted, and nowhere else."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.signals.concepts import read_concept
from pipeline.signals.covering import covers
from pipeline.signals.entries import parse_entry
from pipeline.signals.guards import read_guard
from pipeline.signals.lint import Remarks, lint
from pipeline.signals.patterns import read_rule
from pipeline.signals.ruleset import Ruleset

_CASES = 'hits = ["{0}"]\nmisses = ["nothing of it"]\n'
_SOUND = {
    "concepts/erase.toml": 'concept = "erase"\nwhy = "a"\n[en]\nwords = ["erase*", "wipe .. out"]\n'
    + _CASES.format("erase it"),
    "concepts/posting.toml": 'concept = "posting"\nwhy = "a"\n[en]\nwords = ["posting*"]\n'
    + _CASES.format("a posting"),
    "concepts/never_do.toml": 'concept = "never_do"\nwhy = "a"\n[en]\nwords = ["never do"]\n'
    + _CASES.format("we never do"),
    "guards/never.toml": 'guard = "never"\nwhy = "a"\nconcepts = ["never_do"]\nscope = "sentence"\n'
    '[hits]\nen = ["we never do that: erase a posting"]\n[misses]\nen = ["erase the posting"]\n',
    "rules/erasing.toml": 'signal = "erasing"\nwhy = "a"\n[[pattern]]\nid = "both"\n'
    'all = ["erase", "posting"]\nunless = ["never"]\n'
    '[hits]\nen = ["erase the posting"]\n[misses]\nen = ["a posting"]\n',
}

Linted = Callable[[Mapping[str, tuple[str, str]]], Remarks]


@pytest.fixture
def linted(tmp_path: Path) -> Linted:
    """Return what lint says of the sound files with some pieces replaced."""

    def run(planted: Mapping[str, tuple[str, str]]) -> Remarks:
        for name, text in _SOUND.items():
            old, new = planted.get(name, ("", ""))
            assert old in text
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
        concepts = {p.stem: read_concept(p) for p in sorted((tmp_path / "concepts").iterdir())}
        guards = {p.stem: read_guard(p) for p in sorted((tmp_path / "guards").iterdir())}
        rules = {p.stem: read_rule(p) for p in sorted((tmp_path / "rules").iterdir())}
        return lint(Ruleset("", concepts, guards, rules))

    return run


def test_sound_files_have_nothing_to_remark(linted: Linted) -> None:
    """Neither an error nor a note: what the other tests find is what they planted."""
    remarks = linted({})
    assert (remarks.failures, remarks.notes, remarks.count) == ((), (), 5)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("concepts/erase", '"erase*"', '"erase*", "erased"', "'erased': 'erase*' matches wherever"),
        ("concepts/erase", '"erase*"', '"erase*", "wipe it out"', "'wipe .. out' matches wherever"),
        ("concepts/erase", '"erase*"', '"erase*", "ERASE*"', "'ERASE*': 'erase*' matches wherever"),
        ("concepts/erase", '"erase*"', '"erase*", "d e l e t e"', "'d e l e t e': no text written"),
        ("concepts/erase", '"erase*"', '"erase*", "erase*"', "'erase*' is listed twice"),
        ("concepts/posting", '["a posting"]', "[]", "posting.toml, en: wants hits and misses"),
        ("guards/never", '["never_do"]', "[]", "dead guard: it can never fire: its concepts have"),
        ("guards/never", '"sentence"', '"sentence"\nat_least = 2', "it wants 2 words"),
        ("guards/never", '"sentence"', '"sentence"\nblocked_by = ["never_do"]', "in blocked_by"),
        ("rules/erasing", 'unless = ["never"]\n', "", "never.toml: dead guard: no rule names"),
        ("rules/erasing", "unless", 'never = ["never_do"]\nunless', "dead guard never: `never`"),
        ("guards/never", '["never_do"]', '["never_do", "posting"]', "every word of posting [en]"),
        ("concepts/posting", '"posting*"', '"never do a posting"', "every word of posting [en]"),
    ],
)
def test_a_planted_fault_is_an_error(
    linted: Linted, name: str, old: str, new: str, said: str
) -> None:
    """One line about it, with the file."""
    failures = map(str, linted({f"{name}.toml": (old, new)}).failures)
    (failure,) = (failure for failure in failures if said in failure)
    assert ".toml" in failure


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("concepts/posting", '"posting*"', '"posting*", "never do a post"', "always stops 'never"),
        ("concepts/never_do", "[en]", 'masks = ["erase"]\n[en]', ""),
        ("concepts/posting", "[en]", 'masks = ["erase"]\n[en]', ""),
        ("guards/never", "[misses]\nen", "[misses]\nde", "never.toml: words, but no misses in en"),
        ("rules/erasing", "[hits]\nen", "[hits]\nde", "erasing.toml: words, but no hits in en"),
    ],
)
def test_what_a_person_may_judge_is_a_note(
    linted: Linted, name: str, old: str, new: str, said: str
) -> None:
    """It is told and is no error; a mask that lets its words stand somewhere is no remark."""
    remarks = linted({f"{name}.toml": (old, new)})
    assert remarks.failures == ()
    assert [said in str(note) for note in remarks.notes] == [True] * bool(said)


def test_a_word_that_a_mask_always_takes_is_told(linted: Linted) -> None:
    """The mask's word stands at the start of the concept's, so no rule ever sees it."""
    planted = {
        "concepts/never_do.toml": ("[en]", 'masks = ["erase"]\n[en]'),
        "concepts/erase.toml": ('"erase*"', '"erase*", "never do without"'),
    }
    (note,) = linted(planted).notes
    assert "erase.toml, en: dead word 'never do without': concept never_do always masks" in note


@pytest.mark.parametrize(
    ("wide", "narrow", "does"),
    [
        ("take .. down", "take it down", True),
        ("take .. down", "take .. it down", False),
        ("take .. down", "take down", True),
        ("take it down", "take .. down", False),
        ("review*", "review", True),
        ("review", "review*", False),
        ("*view", "review*", False),
        ("*view*", "review*", True),
        ("leave a review", "review", False),
        ("review", "leave a review", False),
        ("给..好评", "给个好评", True),
        ("好评", "给个好评", False),
        ("给个好评", "给..好评", False),
    ],
)
def test_covering_holds_for_every_stretch_or_not_at_all(wide: str, narrow: str, does: bool) -> None:
    """An entry covers another only where it matches whatever stands in gaps and open ends."""
    assert covers(parse_entry(wide)[0], parse_entry(narrow)[0]) is does


def test_a_users_fault_is_told_and_the_built_in_files_have_none(tmp_path: Path) -> None:
    """One error among all files, the planted one: exit 1, and notes on the user's files only."""
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "erase.toml").write_text(
        'concept = "erase"\nwhy = "a"\nmasks = ["survey"]\n[en]\nwords = ["erase*", "erased"]\n'
        + _CASES.format("erase it"),
        encoding="utf-8",
    )
    result = CliRunner().invoke(app, ["rules", "lint", str(tmp_path)])
    assert result.exit_code == 1
    failure, summary = result.output.splitlines()
    assert failure.startswith(f"{tmp_path}/concepts/erase.toml, en: dead word 'erased'")
    assert summary.endswith("files, 1 failed")
