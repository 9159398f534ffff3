"""decisions.csv is read as people write it, and a mistake names its line."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.decisions import (
    Decision,
    append_decisions,
    as_decisions,
    read_decisions,
    unrecorded,
)
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


DAY = date(2026, 2, 28)
SEMICOLONS = """finding_id;decision;reason;note;decided_by;decided_at;expires_on
f-1;Dismissed;other;geprüft;Ann;29.11.2025 16:48;28.02.2026
;;;;;;
"""
TABS = """Finding ID\tDecision\tReason\tNote\tDecided by\tDecided at\tExpires on
f-1\tdismissed\tOther\tgeprüft\tAnn\t2025-11-29 16:48:00\t28/02/2026
"""


@pytest.mark.parametrize("held", [SEMICOLONS.replace("\n", "\r\n"), TABS], ids=["crlf", "tabs"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_as_a_spreadsheet_program_leaves_it(tmp_path: Path, held: str, codec: str) -> None:
    """Other delimiters, days, letters and encodings are read; rows are added in the same way."""
    path = tmp_path / "decisions.csv"
    path.write_bytes(held.encode(codec))
    at = datetime(2025, 11, 29, 16, 48, tzinfo=UTC)
    row = ("f-1", "dismissed", "other", "geprüft", "Ann", at, DAY, 1)
    assert [row] == read_decisions(path).rows()

    append_decisions(path, [Decision("confirmed", "Ann", at, note="größer", finding_id="f-2")])
    assert path.read_bytes().startswith(held.encode(codec))
    assert ("f-2", "confirmed", "", "größer", "Ann", at, None, 2) == read_decisions(path).row(1)


def test_letters_that_the_file_lacks(tmp_path: Path) -> None:
    """A note in other letters makes the file Unicode; nothing that it held is lost."""
    path = tmp_path / "decisions.csv"
    path.write_bytes((HEADER + "f-1,dismissed,other,geprüft,,,\n").encode("cp1252"))
    at = datetime(2025, 3, 1, tzinfo=UTC)
    append_decisions(path, [Decision("confirmed", "李", at, finding_id="f-2")])

    assert ["geprüft", ""] == read_decisions(path)["note"].to_list()
    assert "李" == read_decisions(path)["decided_by"][1]


def test_a_day_that_could_be_two_is_not_guessed(tmp_path: Path) -> None:
    """3 April or 4 March: the line is named, and what to write."""
    with pytest.raises(
        ConfigError, match=r"csv:2: expires_on: '03/04/2026' is no time; write 2025"
    ):
        read(tmp_path, HEADER + "f-1,dismissed,,,,,03/04/2026\n")


def test_a_row_without_a_time_comes_after_those_above_it(tmp_path: Path) -> None:
    """By hand nobody writes seconds: what is written last counts."""
    rows = ["f-1,dismissed,,,,2025-03-02,", "f-1,confirmed,,,,,", "f-1,dismissed,,,,2025-03-01,"]
    found = read(tmp_path, HEADER + "\n".join(rows) + "\n").select("decision", "decided_at")

    assert ["dismissed", "dismissed", "confirmed"] == found["decision"].to_list()
    assert found["decided_at"][2] is None


def test_a_list_by_hand_is_signed_once(tmp_path: Path) -> None:
    """Rows without a name or a time get those of the one who records them, the first time."""
    at = datetime(2025, 3, 1, tzinfo=UTC)
    rows = as_decisions(read(tmp_path, "finding_id,decision,reason\nf-1,dismissed,other\n"))
    first = unrecorded(rows, [], Decision("", "Ann", at))

    assert [("f-1", "Ann", at)] == [(r.finding_id, r.decided_by, r.decided_at) for r in first]
    assert [] == unrecorded(rows, first, Decision("", "Bob", at.replace(day=2)))
    assert [] == unrecorded(first, first, Decision("", "Bob", at.replace(day=2)))
