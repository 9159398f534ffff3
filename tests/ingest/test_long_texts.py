"""A text longer than any message is set aside: reading it would take the machine's memory."""

import json
from pathlib import Path

import pytest
from ingest.loaded import load

from pipeline.ingest import delimited, jsonl_table
from pipeline.ingest.canonical import LONGEST

ROW = {"message_id": "m", "sent_at": "2025-03-01T10:00:00Z", "direction": "outbound"}
LONG = "é" * (LONGEST + 1)
MAIL = """From a@b.example Mon Jan  6 10:00:00 2025
From: a@b.example
Date: Mon, 06 Jan 2025 10:00:00 +0000

{}

"""


def write(path: Path, texts: list[str]) -> Path:
    """Write one message for each text."""
    if path.suffix == ".mbox":
        path.write_text("".join(map(MAIL.format, texts)), encoding="utf-8")
    elif path.suffix == ".csv":
        lines = [f"{','.join(ROW.values())},{text}" for text in texts]
        path.write_text("\n".join([",".join([*ROW, "body"]), *lines]), encoding="utf-8")
    else:
        rows = [json.dumps(ROW | {"body": text}) for text in texts]
        path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.mbox"])
def test_a_text_longer_than_any_message(tmp_path: Path, name: str) -> None:
    """It is named with its column and its beginning; what stands around it is read."""
    found = load(write(tmp_path / name, ["before", LONG, LONG[9:], "after"]))

    assert ["before", LONG[9:], "after"] == [str(row["body"]).strip() for row in found.messages]
    (refused,) = found.rows("quarantined")
    assert refused["reason"] == "body of more than 1,000,000 characters"
    assert "éééé" in str(refused["raw_excerpt"])
    assert len(str(refused["raw_excerpt"])) <= 200
    assert found.accounted()


def test_a_name_is_no_longer_either(tmp_path: Path) -> None:
    """Whatever the column: a channel of a million letters is no channel."""
    row = ROW | {"body": "Hello", "channel": LONG}
    (tmp_path / "a.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")

    found = load(tmp_path / "a.jsonl")

    assert [] == found.messages
    assert ["channel of more than 1,000,000 characters"] == [
        row["reason"] for row in found.rows("quarantined")
    ]


def test_a_first_line_longer_than_what_is_looked_at(tmp_path: Path) -> None:
    """The first of the objects may be long; the file is known all the same."""
    found = load(write(tmp_path / "a.jsonl", ["x" * 200_000, "after"]))

    assert (2, {"jsonl"}) == (len(found.messages), found.readers)


def test_more_columns_than_anybody_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header of 200 KB is read whole, and its table row by row: no column costs memory."""
    more = [f"c{n}" for n in range(30_000)]
    header, cells = [*ROW, "body", *more], [*ROW.values(), "Hello", *more]
    (tmp_path / "a.csv").write_text(f"{','.join(header)}\n{','.join(cells)}\n")
    monkeypatch.delattr(delimited.arrow_csv, "read_csv")

    assert ["Hello"] == [row["body"] for row in load(tmp_path / "a.csv").messages]


def test_a_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with its place and passed over in pieces; the lines after it are read."""
    monkeypatch.setattr(jsonl_table, "BATCH_BYTES", 1_000)
    monkeypatch.setattr(jsonl_table, "_LONGEST_LINE", 2_000)

    found = load(write(tmp_path / "a.jsonl", ["one", "x" * 9_000, "two", "y" * 2_500, "z" * 9_000]))

    assert ["one", "two"] == [row["body"] for row in found.messages if len(str(row["body"])) < 9]
    refused = {row["source_locator"]: row["reason"] for row in found.rows("quarantined")}
    assert {"line 2", "line 5"} <= set(refused)
    assert "a line of more than 2,000 bytes" == refused["line 2"]
    assert found.accounted()
    assert 5 == len(refused) + len(found.messages)
