"""A user's expression that would hang the scan is refused when rules are loaded, others are not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.signals.ruleset import load_ruleset
from pipeline.signals.runaway import runs_away

RUNS_AWAY = (
    (r"(a+)+b", "a"),
    (r"((a+)+)?b", "a"),
    (r"(?:\w+\s?)*@", "a"),
    (r"(?:a+|b)+c", "a"),
    (r"(.*,)+x", ","),
    (r"(?:\d{1,3},?)+x", "1"),
    (r"(a{1,40}){1,40}b", "a"),
    (r"(?:a*b*)*c", "a"),
    (r"(?:[^x]+y?)+z", "a"),
    (r"(?i)(?:[a-z]+B)+c", "b"),
    (r"(?=(é+)+x)", "é"),
)
"""Expressions, and a letter that keeps them busy."""

ENDS = (
    r"(?:\w+ )+x",
    r"(?:a+)++b",
    r"(?:(?>a+)b?)+c",
    r"(?:ab*)+c",
    r"(?:a|b+c)+d",
    r"(?:\w ?)+x",
    r"(?:[^,]*,)+x",
    r"(?:\w{1,20} ){0,8}x",
    r"(?:a+){1,2}b",
    r"(?:[a-z]+\.)+[a-z]+",
    r"a\)+",
)

TRIED = """
import re, sys
re.search(sys.argv[1], sys.argv[2] * 2_000)
"""

RULE = """
signal = "hurry"
why = "a"
[[idiom]]
id = "now"
needs = ["a"]
any = ['ok', '(a+)+b']
[hits]
en = ["a"]
[misses]
en = ["a"]
"""


@pytest.mark.parametrize("written", [written for written, _ in RUNS_AWAY])
def test_what_runs_away_is_seen(written: str) -> None:
    """Open and bounded repeats of a repeat, optional signs between, choices, any case."""
    assert runs_away(re.compile(written))


@pytest.mark.parametrize("written", ENDS)
def test_what_ends_is_let_alone(written: str) -> None:
    """A sign between the rounds, a possessive or an atomic one, few rounds: all are safe."""
    assert not runs_away(re.compile(written))


def test_the_examples_are_what_they_are_said_to_be() -> None:
    """Those that end do so at once on every letter; the first of the others does not in a second.

    Each other one takes as long, which would make a slow test.
    """
    for written in ENDS:
        for letter in ("a", "a ", "a,", "a."):
            re.search(written, letter * 200)
    written, letter = RUNS_AWAY[0]
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", TRIED, written, letter], timeout=1, check=False)


def test_no_built_in_expression_runs_away() -> None:
    """Loading would refuse them; this names the one."""
    idioms = load_ruleset().idioms
    assert idioms
    assert not [idiom.id for idiom in idioms if any(map(runs_away, idiom.any))]


def test_one_line_says_where_and_what_to_do(tmp_path: Path) -> None:
    """The command stops before it reads anything, with exit code 2."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "hurry.toml").write_text(RULE, encoding="utf-8")
    result = CliRunner().invoke(app, ["rules", "lint", str(tmp_path)])
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert f"{rules}/hurry.toml: idiom[1].any '(a+)+b' repeats what repeats in itself" in line
    assert "{1,3}" in line
