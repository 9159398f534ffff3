"""CONTRACT section 4: how inputs are named, and that the same input gives the same bytes."""

from pathlib import Path

import pytest
from contract.shop import REMOVE, audit, below, msgaudit, said, table


def _names(*inputs: Path) -> list[str]:
    return [
        probe["source_file"] for probe in msgaudit("sources", *inputs, "--json").answer["files"]
    ]


def test_inputs_of_one_name_are_told_apart_by_their_content(tmp_path: Path) -> None:
    """`~2` goes by sha256, so the order of the arguments does not matter."""
    first = table(tmp_path / "a" / "m.csv", [said("m1", "2025-03-01T10:00:00Z", "One")])
    second = table(tmp_path / "b" / "m.csv", [said("m2", "2025-03-01T10:00:00Z", "Two")])
    assert _names(first, second) == ["m.csv", "m.csv~2"]
    one, two = (audit(tmp_path, inputs=pair) for pair in ((first, second), (second, first)))
    by_hash = [(row["source_file"], row["sha256"]) for row in one.rows("sources")]
    assert by_hash == [(row["source_file"], row["sha256"]) for row in two.rows("sources")]
    assert [digest for _, digest in by_hash] == sorted(digest for _, digest in by_hash)


def test_names_are_the_inputs_own_and_the_path_below(tmp_path: Path) -> None:
    """A folder's files are named from the folder on; an input given twice is read once."""
    some = tmp_path / "exports"
    file = table(some / "mail" / "a.csv", [said("m1", "2025-03-01T10:00:00Z", "One")])
    assert _names(some) == ["exports/mail/a.csv"]
    assert _names(file) == ["a.csv"]
    assert _names(some, some, tmp_path / "exports" / ".." / "exports") == ["exports/mail/a.csv"]


def test_two_runs_write_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With SOURCE_DATE_EPOCH all files but the database are equal, and `timing` is null."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    rows = [said(f"m{n}", f"2025-03-{n:02}T10:00:00Z", f"{REMOVE} No {n}") for n in range(1, 29)]
    rows += [said("q", "2025-03-01T10:00:00Z", REMOVE, direction="")]
    table(tmp_path / "in" / "m.csv", rows)
    table(tmp_path / "in" / "broken.csv", [said("x", "when?", REMOVE)])
    found = [
        {name: data for name, data in below(audit(tmp_path).out) if not name.endswith(".duckdb")}
        for _ in range(2)
    ]
    assert found[0].keys() == found[1].keys()
    assert [name for name, data in found[0].items() if found[1][name] != data] == []
    assert b'"timing": null' in found[0]["summary.json"]


def test_an_audit_is_never_read_as_evidence(tmp_path: Path) -> None:
    """`audit . --out out` again: its own output is one noted row, and nothing of it is loaded."""
    table(tmp_path / "m.csv", [said("m1", "2025-03-01T10:00:00Z", REMOVE, order_id="o1")])
    event = {"review_id": "R1", "event_type": "created", "rating": 1, "order_id": "o1"}
    table(tmp_path / "e.csv", [event | {"occurred_at": "2025-02-01T10:00:00Z"}])
    first = audit(tmp_path, inputs=[tmp_path])
    top = tmp_path.name
    read = [f"{top}/e.csv", f"{top}/m.csv"]
    assert [row["source_file"] for row in first.rows("sources")] == read
    again = audit(tmp_path, inputs=[tmp_path])
    assert {row["source_file"]: row["reader"] for row in again.rows("sources")} == {
        read[0]: "csv", read[1]: "csv", f"{top}/out": "",
    }  # fmt: skip
    assert again.rows("review_links") == first.rows("review_links")
