"""decisions.csv is read as people write it, and a mistake names its line."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.decisions import read_decisions
from pipeline.errors import ConfigError

HEADER = "finding_id,decision,reason,note,decided_by,decided_at,expires_on\n"


def read(tmp_path: Path, text: str):  # noqa: ANN201
    """Read decisions of this text."""
    path = tmp_path / "decisions.csv"
    path.write_text(text, encoding="utf-8")
    return read_decisions(path)


def test_a_whole_row(tmp_path: Path) -> None:
    """Every column arrives, with its line's number."""
    row = 'f-1,dismissed,false-positive,"a, b",Ann,2025-03-01T09:00:00+01:00,2025-12-31\n'

    expected = (
        "f-1",
        "dismissed",
        "false-positive",
        "a, b",
        "Ann",
        datetime(2025, 3, 1, 8, tzinfo=UTC),
        date(2025, 12, 31),
        1,
    )
    assert expected == read(tmp_path, HEADER + row).row(0)


def test_a_bare_row(tmp_path: Path) -> None:
    """An id and a decision are enough."""
    assert read(tmp_path, "\ufefffinding_id,decision\nf-1,confirmed\n").height == 1


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    """A missing file holds none."""
    assert read_decisions(tmp_path / "none.csv").is_empty()


@pytest.mark.parametrize(
    "row",
    [
        "f-1,perhaps,,,,,",
        ",dismissed,,,,,",
        "f-1,dismissed,because,,,,",
        "f-1,dismissed,,,,yesterday,",
        "f-1,dismissed,,,,,soon",
    ],
)
def test_mistakes_name_the_line(tmp_path: Path, row: str) -> None:
    """The message names file and line."""
    with pytest.raises(ConfigError, match=r"decisions\.csv:3"):
        read(tmp_path, HEADER + "f-0,confirmed,,,,,\n" + row + "\n")


def test_a_missing_column(tmp_path: Path) -> None:
    """A table without decisions is refused."""
    with pytest.raises(ConfigError, match="decision"):
        read(tmp_path, "finding_id,reason\nf-1,other\n")
