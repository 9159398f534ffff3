"""Whoever changes a pack is found out, and what was changed is named."""

import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from appeal_shop import Run

from pipeline.appeal.archives import read_zip, write_zip, zip_bytes
from pipeline.appeal.bag import make_bag
from pipeline.appeal.following import csv_bytes
from pipeline.appeal.seal import PUBLIC_KEY, SIGNATURE, TAG_MANIFEST, is_signed_by
from pipeline.appeal.verify import verify

TABLES = Path("data") / "tables"


def flip(path: Path, place: int) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0x01
    path.write_bytes(bytes(data))


def test_whole(packed: Path, signing_key: Path) -> None:
    """An untouched pack has no problem and names its signer."""
    found = verify(packed, signing_key.with_name("seller.key.pub"))

    assert () == found.problems
    assert 64 == len(found.signed_by)


def test_openssl_command(msgaudit: Run, packed: Path) -> None:
    """The printed command verifies the signature with OpenSSL alone."""
    code, said, _ = msgaudit("verify", packed)
    command = next(line.strip() for line in said.splitlines() if "openssl" in line)

    done = subprocess.run(command.split(), cwd=packed, check=False, capture_output=True)

    assert (0, 0) == (code, done.returncode)


@pytest.fixture
def _files_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what looks at whole tables and takes long: a changed file is named anyway."""
    monkeypatch.setattr("pipeline.appeal.verify.tables_that_do_not_follow", lambda _: [])


def chosen(pack: Path) -> list[Path]:
    """Return every file of a pack, of the many tables and rules one in twenty."""
    paths = sorted(path for path in pack.rglob("*") if path.is_file())
    many = [path for path in paths if len(path.relative_to(pack).parts) > 2]
    return [path for path in paths if path not in many] + many[::20]


@pytest.mark.usefixtures("_files_alone")
def test_one_byte_is_named(pack: Path) -> None:
    """One changed byte in any file of the pack is named with the file."""
    for path in chosen(pack):
        name, before = path.relative_to(pack).as_posix(), path.read_bytes()
        for place in (0, len(before) // 2, len(before) - 1):
            flip(path, place)
            said = " ".join(verify(pack).problems)
            assert name in said, (name, place, said)
            path.write_bytes(before)
    assert () == verify(pack).problems


@pytest.mark.usefixtures("_files_alone")
def test_one_byte_in_the_zip_is_named(packed: Path, tmp_path: Path) -> None:
    """One changed byte anywhere in a ZIP is found, be it in its own bookkeeping."""
    out = tmp_path / "pack.zip"
    write_zip(packed, out, "pack")
    before = out.read_bytes()
    assert () == verify(out).problems
    for place in (6, 11, 40, 5000, len(before) // 2, len(before) - 300, len(before) - 8):
        flip(out, place)
        assert verify(out).problems, place
        out.write_bytes(before)


def test_no_byte_of_the_key_stops_it(packed: Path) -> None:
    """Whatever is changed in the public key, the signature is wrong and nothing else happens."""
    public = (packed / PUBLIC_KEY).read_bytes()
    data, signature = ((packed / name).read_bytes() for name in (TAG_MANIFEST, SIGNATURE))

    assert is_signed_by(public, data, signature)
    for place in range(27, len(public) - 26):
        for bit in range(8):
            flipped = bytearray(public)
            flipped[place] ^= 1 << bit
            assert not is_signed_by(bytes(flipped), data, signature), (place, bit)


def test_missing_and_added(msgaudit: Run, pack: Path) -> None:
    """A removed and an added file are named, and the exit code says so."""
    (pack / TABLES / "notices.csv").unlink()
    (pack / "data" / "note.txt").write_text("trust me")
    (pack / "more.txt").write_text("trust me")

    code, said, _ = msgaudit("verify", pack)

    assert 1 == code
    assert "data/tables/notices.csv: missing" in said
    assert "data/note.txt: added" in said
    assert "more.txt: added" in said


def test_another_signer(msgaudit: Run, pack: Path, tmp_path: Path) -> None:
    """A pack signed anew by somebody else is whole, and not the one whose key we know."""
    assert 0 == msgaudit("keygen", tmp_path / "thief.key")[0]
    repack(pack, tmp_path / "thief.key")
    own = tmp_path / "own.key"
    assert 0 == msgaudit("keygen", own)[0]

    assert () == verify(pack).problems
    assert "wrong signature" in " ".join(verify(pack, own.with_name("own.key.pub")).problems)


def repack(pack: Path, key: Path | None = None) -> None:
    """Bag a changed pack anew, as somebody would who hides a change."""
    data = pack.parent / "again"
    shutil.move(pack / "data", data)
    shutil.rmtree(pack)
    make_bag(data, datetime(2025, 7, 1, tzinfo=UTC), "1", key)
    data.rename(pack)


@pytest.mark.parametrize(
    ("table", "column", "value", "named"),
    [
        ("incidents", "message_count", 1, "tables/incidents"),
        ("findings", "matched_text", "nothing to see", "tables/findings"),
        ("threads", "policies", "review-club", "tables/threads"),
        ("affected_messages", "policies", "review-club", "tables/affected_messages"),
        ("cleared_threads", "thread_id", "t1", "tables/cleared_threads"),
        ("sources", "rows_read", 7, "tables/sources"),
        ("totals", "n", 1, "tables/totals"),
    ],
)
def test_tables_that_do_not_follow(
    pack: Path, table: str, column: str, value: object, named: str
) -> None:
    """A table changed and bagged anew, with its CSV, is still named: others do not follow it."""
    frame = pl.read_parquet(pack / TABLES / f"{table}.parquet")
    changed = frame.with_columns(pl.lit(value).cast(frame.schema[column]).alias(column))
    save(changed, pack, table)
    repack(pack)

    assert [one for one in verify(pack).problems if named in one]


def test_statement_that_the_tables_do_not_bear_out(pack: Path) -> None:
    """A number changed in a statement, in every file that has it, is not that of the tables."""
    frame = pl.read_parquet(pack / TABLES / "citations.parquet")
    changed = frame.with_columns(pl.col("sentence").str.replace("^6 of", "2 of"))
    assert not changed.equals(frame)
    save(changed, pack, "citations")
    repack(pack)

    said = " ".join(verify(pack).problems)
    assert "tables/citations: statement 1 does not follow from the tables" in said
    assert "plan_of_action.docx: statement 1 is not worded as in tables/citations" in said


def test_document_reworded(pack: Path) -> None:
    """A plan that says something else than the citations is named with the statement."""
    path = pack / "data" / "plan_of_action.docx"
    members = read_zip(path.read_bytes())
    words = members["word/document.xml"]
    members["word/document.xml"] = words.replace(b"in our records break", b"in our records touch")
    assert words != members["word/document.xml"]
    path.write_bytes(zip_bytes(members, first=("[Content_Types].xml",)))
    repack(pack)

    assert "plan_of_action.docx: statement 1 is not worded" in " ".join(verify(pack).problems)


def save(frame: pl.DataFrame, pack: Path, table: str) -> None:
    """Write a table of a pack as somebody would who knows that there are two files of it."""
    frame.write_parquet(pack / TABLES / f"{table}.parquet")
    (pack / TABLES / f"{table}.csv").write_bytes(csv_bytes(frame))


def test_csv_alone_changed(pack: Path) -> None:
    """A CSV that is not that of its Parquet twin is named, and so is the workbook."""
    path = pack / TABLES / "threads.csv"
    path.write_text(path.read_text().replace("critical", "low").replace("high", "low"))
    frame = pl.read_parquet(pack / TABLES / "notices.parquet").head(0)
    save(frame, pack, "notices")
    repack(pack)

    said = " ".join(verify(pack).problems)

    assert "tables/threads.csv: does not follow" in said
    assert "tables/evidence.xlsx: does not follow" in said
    assert "tables/incidents" in said


def test_deleted_cited_row(pack: Path) -> None:
    """A row that a statement rests on cannot go without a trace."""
    frame = pl.read_parquet(pack / TABLES / "measures.parquet")
    save(frame.filter(pl.col("status") != "promised"), pack, "measures")
    repack(pack)

    assert "measures: lacks measure-2, which statement" in " ".join(verify(pack).problems)


def test_path_outside(pack: Path) -> None:
    """A manifest that names a file outside the pack is not followed."""
    with (pack / "manifest-sha256.txt").open("a") as handle:
        handle.write(f"{'0' * 64}  ../../etc/passwd\n")

    assert "outside the pack" in " ".join(verify(pack).problems)


def test_a_zip_that_unpacks_to_more_than_its_size(pack: Path, tmp_path: Path) -> None:
    """A pack's files lie in its ZIP as they are: a bomb is refused before it is unpacked."""
    for name, method, size in (("packed", zipfile.ZIP_DEFLATED, 0), ("lying", 0, 1 << 40)):
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("pack/data/plan_of_action.md", b"0" * 1000)
            archive.filelist[0].file_size += size
            archive.filelist[0].compress_size += size
        assert ["the ZIP is altered"] == [line.split(": ")[1] for line in verify(path).problems], (
            verify(path)
        )
    assert (pack / "data").is_dir()


def test_no_pack(msgaudit: Run, tmp_path: Path) -> None:
    """What is no pack at all is wrong usage."""
    assert 2 == msgaudit("verify", tmp_path / "nothing")[0]
    assert 2 == msgaudit("verify", tmp_path)[0]


def test_keys_are_never_overwritten(msgaudit: Run, signing_key: Path) -> None:
    """A key that exists stays what it is."""
    before = signing_key.read_bytes()

    code, _, said = msgaudit("keygen", signing_key)

    assert (2, True) == (code, "exists already" in said)
    assert before == signing_key.read_bytes()


def test_no_key_to_sign_with(msgaudit: Run, shop: Path, tmp_path: Path) -> None:
    """A file that is no key is refused before anything is made."""
    (tmp_path / "k").write_text("secret")

    code, _, said = msgaudit(
        "appeal", shop / "audit", "--out", tmp_path / "p", "--config", shop / "audit.toml",
        "--sign", tmp_path / "k",
    )  # fmt: skip

    assert (2, True) == (code, "holds no Ed25519 key" in said)
    assert not (tmp_path / "p").exists()
