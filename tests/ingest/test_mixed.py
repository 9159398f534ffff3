"""One folder with everything in it, one command: each file has its reader, every row is counted."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from ingest.any_bytes_samples import SAMPLES, WITHOUT_ROWS
from ingest.loaded import load_text
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.model import KINDS
from pipeline.store import Store


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


INNER = {f"{reader}/{name}": content for reader, (name, content) in SAMPLES.items()}
TABLE = b"message_id,sent_at,body\n"
ODD = {
    "empty.csv": (b"", "the file is empty"),
    "noise.bin": (bytes(range(256)) * 8, "no reader knows this format"),
    "header.csv": (TABLE, ""),
    "broken.csv": (TABLE + b'a,2025-02-17T10:00:00Z,"open\nb,31/31/2025,x\n', ""),
    "lies.zip": (zipped({"x.csv": TABLE * 9})[:-40], "damaged"),
    "bomb.zip": (zipped({"zeros.csv": bytes(30_000_000)}), "unpacks to more than"),
    "closed.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(40), "a 7-Zip archive"),
    "leaves.zip": (zipped({"../../x.csv": TABLE}), "its path leaves the archive"),
    "deep.json": (b"[" * 100_000, ""),
    "long.csv": (TABLE + b"a,2025-02-17T10:00:00Z," + b"x" * 300_000, ""),
    "ends.csv": (b"message_id,sent_at,body\ra,2025-02-17T10:00:00Z,x\r\nb,2025-02-17,y\n", ""),
    "twice.csv": (b"body,body,sent_at\nx,y,2025-02-17T10:00:00Z\n", ""),
    "latin.csv": (TABLE + "a2,2025-02-17T10:00:00Z,Größe €5".encode("cp1252"), ""),
}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an audit of everything: plain, in a ZIP, in a tar within a ZIP."""
    folder = tmp_path_factory.mktemp("mixed")
    files = {f"plain/{name}": content for name, content in INNER.items()}
    files |= {f"odd/{name}": content for name, (content, _) in ODD.items()}
    files |= {"again.zip": zipped(INNER), "deep.zip": zipped({"in.tar.gz": tarred(INNER)})}
    for name, content in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    done = CliRunner().invoke(app, ["audit", str(folder / "in"), "--out", str(folder / "out")])
    assert 0 == done.exit_code, done.output
    assert "Traceback" not in done.output
    return folder / "out"


@pytest.fixture(scope="module")
def sources(audited: Path) -> list[dict[str, object]]:
    """Return the accounts of every file."""
    return pl.read_parquet(audited / "evidence" / "sources.parquet").to_dicts()


def test_every_file_has_its_reader(sources: list[dict[str, object]]) -> None:
    """The same one, whether it lies there or in an archive."""
    readers = {str(row["source_file"]): row["reader"] for row in sources}
    for place in ("in/plain/", "in/again.zip!/", "in/deep.zip!/in.tar.gz!/"):
        for reader, (name, _) in SAMPLES.items():
            expected = "" if reader in WITHOUT_ROWS - {"people"} else reader
            assert expected == readers[f"{place}{reader}/{name}"], place + reader
    assert "archive" == readers["in/again.zip"] == readers["in/deep.zip!/in.tar.gz"]


def test_every_number_is_reconciled(audited: Path, sources: list[dict[str, object]]) -> None:
    """Read is loaded, duplicate or quarantined; loaded is what stands in the tables."""
    for row in sources:
        parts = ("rows_loaded", "rows_duplicate", "rows_quarantined")
        assert row["rows_read"] == sum(int(str(row[name])) for name in parts), row
    with Store(audited / "audit.duckdb", read_only=True) as store:
        for kind in set(KINDS) - {"review_snapshots", "review_events"}:
            loaded = sum(int(str(r["rows_loaded"])) for r in sources if r["record_kind"] == kind)
            assert loaded == store.count(kind), kind
        refused = sum(int(str(row["rows_quarantined"])) for row in sources)
        assert refused == store.count("quarantine") > 0


def test_a_second_copy_adds_nothing(sources: list[dict[str, object]]) -> None:
    """What lies in an archive too is a duplicate there."""
    plain = {
        (str(row["source_file"]).removeprefix("in/plain/"), row["record_kind"]): row
        for row in sources
        if str(row["source_file"]).startswith("in/plain/")
    }
    for row in sources:
        name, found, rest = str(row["source_file"]).partition(".zip!/")
        if found and name != "in/deep" and (rest, row["record_kind"]) in plain:
            first = plain[rest, row["record_kind"]]
            assert (row["rows_read"], row["rows_quarantined"]) == (
                first["rows_read"],
                first["rows_quarantined"],
            )
    names = [row for row in sources if "in.tar.gz!/" in str(row["source_file"])]
    assert sum(int(str(row["rows_duplicate"])) for row in names) > 0


@pytest.mark.parametrize("name", sorted(ODD))
def test_odd_files(sources: list[dict[str, object]], name: str) -> None:
    """Each is named, with what is wrong; what can be read of it is."""
    rows = [row for row in sources if str(row["source_file"]).startswith(f"in/odd/{name}")]
    notes = "; ".join(str(row["note"]) for row in rows)

    assert rows
    assert ODD[name][1] in notes
    assert "which is its fault" not in notes


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
