"""A folder of every format at once: each file has its reader, every row is counted."""

import json
from pathlib import Path

from ingest.any_bytes_samples import SAMPLES
from ingest.loaded import load, load_text


def test_every_format_in_one_folder(tmp_path: Path) -> None:
    """All samples are read by their own readers in one go."""
    for reader, (name, content) in SAMPLES.items():
        (tmp_path / "in" / reader).mkdir(parents=True)
        (tmp_path / "in" / reader / name).write_bytes(content)

    found = load(tmp_path / "in")

    read = {
        str(row["source_file"]).split("/")[1]: row["reader"] for row in found.rows("source_files")
    }
    assert {reader: reader for reader in SAMPLES} == read
    assert found.accounted()


def test_lists_of_people(tmp_path: Path) -> None:
    """A list of people is named as what it is."""
    people = [{"id": 3, "name": "Bea", "email": "bea@shop.example", "role": "agent"}]

    found = load_text(tmp_path, "users.json", json.dumps({"users": people}))

    assert ({"people"}, []) == (found.readers, found.messages)
    assert "a list of 1 people" in found.notes


def test_lists_of_tickets(tmp_path: Path) -> None:
    """A table of tickets without words is refused with what to do instead."""
    text = "Ticket ID,Subject,Status,Requester,Created at\n11,Lamp,Solved,Ann,2025-02-17\n"

    found = load_text(tmp_path, "tickets.csv", text)

    assert {""} == found.readers
    assert "export the conversations as JSON" in found.notes
