"""Settings, rules and decisions with anything in them: understood, or refused by one clear line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signals.test_ruleset import _RULE as RULE
from test_config import FULL

from pipeline.config import load_config
from pipeline.decisions import read_decisions
from pipeline.drafts import read_drafts
from pipeline.errors import ConfigError, UsageError
from pipeline.signals.ruleset import load_ruleset

DECISIONS = (
    "finding_id,decision,reason,note,decided_by,decided_at,expires_on\n"
    'f1,dismissed,other,"a, ""b""",ann,2025-03-01T10:00:00Z,2025-06-01\n'
    "f2,confirmed,,policy=review-club,bob,2025-03-02T10:00:00Z,\n"
)
DRAFTS = {
    "csv": 'title,body\nthanks,"Thank you, ""all"" of you"\nsorry,We are sorry\n',
    "json": '{"macros": [{"title": "a", "actions": [{"field": "comment_value", "value": "Hi"}]}]}',
}
"""Templates of a help desk."""

PIECES = (
    "", "\0", '"', "'", "[", "]]", "{", "=", "\n", "\r", ",", "-1", "1e999", "nan", "9" * 5000,
    "0000-00-00", "2025-13-01", "9999-12-31T23:59:60+99:99", "\ud800", "\u202e", "(?", "(a+)+$",
    "\\", "\\ud800", "[" * 5000, "x" * 140_000, "../../x", "true", "[[[[", "\ufeff",
    "inputs.mapping", "= [1, [2]]", "..", "*", "{9999}",
)  # fmt: skip


def _encoded_drafts(path: Path) -> list[bytes]:
    """Read drafts; their texts go to the database, which takes nothing but UTF-8."""
    return [draft.text.encode() for draft in read_drafts(path)]


READERS: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "config": (FULL, "audit.toml", load_config),
    "rules": (RULE, "lamp_praised.toml", lambda path: load_ruleset((path.parent,))),
    "decisions": (DECISIONS, "decisions.csv", read_decisions),
    "drafts, CSV": (DRAFTS["csv"], "macros.csv", _encoded_drafts),
    "drafts, JSON": (DRAFTS["json"], "macros.json", _encoded_drafts),
}


@st.composite
def damaged(draw: Callable[[st.SearchStrategy[Any]], Any], sample: str) -> bytes:
    """Return a sample with one to three of its stretches replaced."""
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(sample)))
        end = begin + draw(st.integers(0, 12))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)))
        sample = sample[:begin] + piece + sample[end:]
    return sample.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", sorted(READERS))
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_anything_is_understood_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """Nothing but an error that names the file ever comes of it."""
    sample, file, read = READERS[name]
    folder = tmp_path_factory.getbasetemp() / f"any-{name}"
    folder.mkdir(exist_ok=True)
    path = folder / file
    path.write_bytes(data.draw(st.one_of(damaged(sample), st.binary(max_size=40))))  # type: ignore[call-arg]
    try:
        read(path)
    except UsageError as error:
        said = str(error)
        assert file in said, said
        assert "Traceback" not in said


def test_drafts_that_are_nested_too_deep(tmp_path: Path) -> None:
    """A file of brackets is refused by one line."""
    (tmp_path / "macros.json").write_text('{"body":' + "[" * 100_000)

    with pytest.raises(UsageError, match="nested too deep"):
        list(read_drafts(tmp_path / "macros.json"))


def test_settings_that_are_nested_too_deep(tmp_path: Path) -> None:
    """So are settings."""
    (tmp_path / "audit.toml").write_text("a = " + "[" * 100_000)

    with pytest.raises(ConfigError, match="nested too deep"):
        load_config(tmp_path / "audit.toml")
