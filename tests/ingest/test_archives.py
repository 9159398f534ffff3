"""Archives are read where they lie; what is refused is a file with a note."""

import gzip
import io
import json
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest.loaded import Loaded, load

from pipeline.config import Config
from pipeline.ingest import _archive_members
from pipeline.ingest._archive_members import Place
from pipeline.ingest.archives import opened
from pipeline.ingest.files import find_files

TABLE = b"sent_at,direction,body\n2025-02-17T10:00:00Z,outbound,Hello\n"
GZIP = gzip.compress(TABLE, mtime=0)


def zipped(**members: bytes) -> bytes:
    """Return a ZIP of members; `__` in a name stands for `/`, `_csv` for `.csv`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_csv", ".csv"), content)
    return out.getvalue()


def tarred(mode: str, *members: tuple[str, bytes], link: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return out.getvalue()


def read(folder: Path, name: str, content: bytes, **settings: int) -> Loaded:
    (folder / name).write_bytes(content)
    return load(folder / name, config=Config(**settings))  # type: ignore[arg-type]


def sources(found: Loaded) -> dict[object, tuple[object, object]]:
    """Return reader and rows of each file; of a file without a reader its note."""
    return {
        row["source_file"]: (row["reader"], row["rows_read"] if row["reader"] else row["note"])
        for row in found.rows("source_files")
    }


@pytest.mark.parametrize(
    ("name", "content", "members"),
    [
        ("a.zip", zipped(in__x_csv=TABLE, y_csv=TABLE), ["a.zip!/in/x.csv", "a.zip!/y.csv"]),
        ("a.tar", tarred("w", ("in/x.csv", TABLE)), ["a.tar!/in/x.csv"]),
        ("a.tar.gz", tarred("w:gz", ("./x.csv", TABLE)), ["a.tar.gz!/x.csv"]),
        ("a.txz", tarred("w:xz", ("x.csv", TABLE)), ["a.txz!/x.csv"]),
        ("x.csv.gz", GZIP, ["x.csv.gz!/x.csv"]),
        ("report.txt", GZIP, ["report.txt!/report.txt"]),
        ("a.zip", zipped(b__zip=zipped(x_csv=TABLE)), ["a.zip!/b/zip!/x.csv"]),
        ("a.zip", zipped(x_csv=GZIP), ["a.zip!/x.csv!/x.csv"]),
    ],
)
def test_members_are_read(tmp_path: Path, name: str, content: bytes, members: list[str]) -> None:
    """Each member is a file with a name of its own, whatever it was packed with."""
    found = read(tmp_path, name, content)

    files = sources(found)
    assert members == [file for file, (reader, _) in files.items() if reader == "csv"]
    assert all(("csv", 1) == files[member] for member in members)
    assert ("archive", 0) == files[name]
    assert "an archive: its" in found.notes
    assert found.accounted()


def test_hash_and_size_are_the_members(tmp_path: Path) -> None:
    """The evidence names the member's own bytes."""
    found = read(tmp_path, "a.zip", zipped(x_csv=TABLE))

    (tmp_path / "x.csv").write_bytes(TABLE)
    alone = load(tmp_path / "x.csv").rows("source_files")[0]
    member = found.rows("source_files")[1]
    assert (alone["sha256"], len(TABLE)) == (member["sha256"], member["bytes"])


def test_paths_never_leave(tmp_path: Path) -> None:
    """Members that point elsewhere, links and hidden files are named and not read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("../x.csv", "/x.csv", "C:\\x.csv", "a\\..\\..\\x.csv", ".x.csv", "__MACOSX/x"):
            archive.writestr(name, TABLE)
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    found = read(tmp_path, "a.zip", out.getvalue())
    tar = read(tmp_path, "b.tar", tarred("w", ("../x.csv", TABLE), link="l.csv"))

    assert [] == found.messages + tar.messages
    notes = [note for _, note in {**sources(found), **sources(tar)}.values()]
    assert 5 == notes.count("its path leaves the archive, not read")
    assert 2 == notes.count("hidden file, not read")
    assert 2 == sum("not followed" in str(note) for note in notes)
    assert [] == list(tmp_path.parent.glob("x.csv"))


def test_limits(tmp_path: Path) -> None:
    """What unpacks to too much is named with the setting; what comes before it is read."""
    bomb = zipped(a_csv=TABLE, b_csv=b"0" * 3_000_000)

    ratio = sources(read(tmp_path, "a.zip", bomb, archive_ratio=100))
    size = sources(read(tmp_path, "a.zip", bomb, archive_ratio=10**6, archive_bytes=1_000_000))
    fine = sources(read(tmp_path, "a.zip", bomb, archive_ratio=10**6))

    assert ("csv", 1) == ratio["a.zip!/a.csv"] == size["a.zip!/a.csv"]
    assert "limits.archive_ratio" in str(ratio["a.zip!/b.csv"][1])
    assert "limits.archive_bytes" in str(size["a.zip!/b.csv"][1])
    assert "no reader knows this format" == fine["a.zip!/b.csv"][1]


def test_members_beyond_any_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of more files than anybody exports is named; what comes before is read."""
    monkeypatch.setattr(_archive_members, "_MOST_MEMBERS", 2)
    found = read(tmp_path, "a.zip", zipped(a_csv=TABLE, b_csv=TABLE, c_csv=TABLE))

    assert {"a.zip", "a.zip!/a.csv", "a.zip!/b.csv"} == set(sources(found))
    assert "more than 2 files" in found.notes


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.sampled_from(["..", ".", "/", "a", "\\", ":", "C", "\0", "\n", "é", "\udcff"]))
        | st.lists(st.characters(), max_size=8)
        | st.sampled_from(["x" * 300, "../" * 40 + "x", "/".join("abcdefghijklmnopq")])
    )
)
def test_every_member_has_a_place_of_its_own(tmp_path: Path, names: list[list[str] | str]) -> None:
    """Whatever it is called, and whoever asks: below the folder, writable, and no second time."""
    place = Place(tmp_path)
    paths = [place.of("".join(name))[0] for name in names]

    assert len(paths) == len(set(paths))
    for path in paths:
        assert path.resolve().is_relative_to(tmp_path)
        assert not set('\0\n<>:"|?*\\') & set(str(path.relative_to(tmp_path)))
        assert max(map(len, path.parts)) <= 120
        assert len(path.relative_to(tmp_path).parts) <= 13


def test_limits_hold_for_a_single_packed_file(tmp_path: Path) -> None:
    """A packed file counts like an archive."""
    packed = gzip.compress(b"0" * 3_000_000)

    assert "limits.archive_ratio" in str(sources(read(tmp_path, "a.gz", packed))["a.gz!/a"][1])


def test_nested_once(tmp_path: Path) -> None:
    """An archive within an archive is opened, one within that is not."""
    third = zipped(x_csv=TABLE)

    found = sources(read(tmp_path, "a.zip", zipped(b=zipped(c=third, y_csv=TABLE))))

    assert ("csv", 1) == found["a.zip!/b!/y.csv"]
    assert ("", "an archive nested too deep: unpack it") == found["a.zip!/b!/c"]


def test_encrypted_and_damaged(tmp_path: Path) -> None:
    """An encrypted or a lying member costs itself; a cut one is read up to the cut."""
    whole = zipped(a_csv=TABLE, b_csv=TABLE)
    locked = bytearray(whole)
    central = whole.index(b"PK\x01\x02")
    locked[central + 8] |= 1
    lying = bytearray(whole)
    lying[central + 16] ^= 0xFF
    rows = (f"2025-02-17T10:00:00Z,outbound,Hello {n * n}\n" for n in range(50_000))
    long = ("sent_at,direction,body\n" + "".join(rows)).encode()

    encrypted = sources(read(tmp_path, "a.zip", bytes(locked)))
    damaged = sources(read(tmp_path, "a.zip", bytes(lying)))
    cut = read(tmp_path, "x.csv.gz", gzip.compress(long)[:-40])

    assert "encrypted: unpack it with its password" == encrypted["a.zip!/a.csv"][1]
    assert "damaged: Bad CRC-32" in str(damaged["a.zip!/a.csv"][1])
    assert ("csv", 1) == encrypted["a.zip!/b.csv"] == damaged["a.zip!/b.csv"]
    assert "damaged" in cut.notes
    assert 10_000 < len(cut.messages)


def test_names_that_occur_twice(tmp_path: Path) -> None:
    """Two members of one name, and a file named as a folder, are all read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("x.csv", "d", "d/x.csv"):
            archive.writestr(name, TABLE)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x.csv", TABLE)

    files = sources(read(tmp_path, "a.zip", out.getvalue()))

    assert {"a.zip", "a.zip!/x.csv", "a.zip!/x.csv~2", "a.zip!/d", "a.zip!/d/x.csv"} == set(files)
    assert 4 == sum(("csv", 1) == one for one in files.values())


def test_documents_are_no_archives(tmp_path: Path) -> None:
    """A workbook is a ZIP file, and is read as a table."""
    frame = pl.DataFrame({"sent_at": ["2025-02-17T10:00:00Z"], "body": ["Hi"]})
    frame.write_excel(tmp_path / "a.xlsx")

    assert ["a.xlsx"] == list(sources(load(tmp_path / "a.xlsx")))


def test_closed_archives(tmp_path: Path) -> None:
    """Archives that cannot be opened are named, with what to do."""
    found = sources(read(tmp_path, "a.7z", b"7z\xbc\xaf\x27\x1c" + b"\x00" * 40))

    assert ("", "a 7-Zip archive: unpack it and name the folder") == found["a.7z"]


def test_lists_beside_members(tmp_path: Path) -> None:
    """An export's list of people is found inside the archive."""
    users = [{"id": "U1", "team_id": "T", "deleted": False, "profile": {"real_name": "Bea"}}]
    day = [{"type": "message", "user": "U1", "ts": "1739815509.000100", "text": "Hi"}]
    content = {"users.json": users, "lamps/2025-02-17.json": day}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, value in content.items():
            archive.writestr(name, json.dumps(value))

    found = read(tmp_path, "slack.zip", out.getvalue())

    assert [("Bea", "slack:lamps")] == [(m["sender"], m["thread_id"]) for m in found.messages]


def test_chat_is_named_after_its_archive(tmp_path: Path) -> None:
    """A phone's export has one name for every chat; the archive's tells."""
    content = zipped(**{"_chat.txt": b"[17/02/2025, 18:05:09] Ann: Hi\n"})

    found = read(tmp_path, "WhatsApp Chat - Ann.zip", content)

    assert ["whatsapp:Ann"] == [row["thread_id"] for row in found.messages]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that members went to is gone."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))

    read(tmp_path, "a.zip", zipped(b=zipped(x_csv=TABLE)))

    assert [] == list(room.iterdir())


def test_members_lie_where_a_killed_run_is_swept(tmp_path: Path) -> None:
    """They are unpacked beside what is read, not among everybody's temporary files."""
    (tmp_path / "a.zip").write_bytes(zipped(x_csv=TABLE))
    (tmp_path / "work").mkdir()
    files = opened(find_files([tmp_path / "a.zip"]), Config(), tmp_path / "work")

    places = [file.path for file in files if file.source_file.endswith("x.csv")]

    assert all(path.is_relative_to(tmp_path / "work") for path in places)
    assert len(places) == 1


SAMPLES = [zipped(a_csv=TABLE, b=GZIP), tarred("w:gz", ("x.csv", TABLE)), tarred("w", ("x", TABLE))]


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sample=st.sampled_from([*SAMPLES, GZIP]),
    at=st.integers(0, 10**6),
    change=st.integers(1, 255),
    cut=st.integers(0, 60),
)
def test_whatever_the_bytes(tmp_path: Path, sample: bytes, at: int, change: int, cut: int) -> None:
    """A damaged archive gives notes; nothing raises, every row is counted."""
    damaged = bytearray(sample)
    damaged[at % len(damaged)] ^= change

    found = read(tmp_path, "a", bytes(damaged[: len(damaged) - cut]))

    assert found.accounted()
