"""The pack: a valid bag, the same bytes everywhere, without its buyers, and every flaw is named."""

import csv
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from appeal_shop import Run, audit
from pack_texts import texts_of
from planted_shop import FORMULA, SECRETS

from pipeline.appeal.audited import open_audit
from pipeline.appeal.method import column_meanings
from pipeline.appeal.pseudonyms import Pseudonyms, read_key
from pipeline.appeal.tables import load_pack
from pipeline.config import load_config
from pipeline.store import Store

TABLES = Path("data") / "tables"


def test_any_bagit_tool_takes_it(packed: Path) -> None:
    """Both the library's own command and sha256sum accept the pack."""
    bagit = [sys.executable, "-W", "ignore", "-m", "bagit", "--quiet", "--validate", str(packed)]
    sums = ["sha256sum", "--quiet", "-c", "manifest-sha256.txt"]

    assert 0 == subprocess.run(bagit, check=False, capture_output=True).returncode
    assert 0 == subprocess.run(sums, check=False, cwd=packed).returncode


def test_it_holds_what_the_contract_says(packed: Path) -> None:
    """Report, tables of three kinds, PDF, plan, method, rules and hashes of the sources."""
    names = {path.relative_to(packed / "data").as_posix() for path in packed.rglob("data/**/*")}
    wanted = {"report.html", "evidence.pdf", "plan_of_action.docx", "method.md", "timeline.png"}
    wanted |= {f"tables/affected_messages.{kind}" for kind in ("csv", "parquet")}
    wanted |= {"tables/evidence.xlsx", "tables/cleared_threads.csv", "source_hashes.sha256"}
    wanted |= {"rules/verdicts/review_change_request.sql", "rules/rules/change_asked.toml"}

    assert set() == wanted - names


def test_source_hashes_are_those_of_the_files(packed: Path, shop: Path) -> None:
    """`sha256sum -c` accepts the list where the files lie."""
    for line in (packed / "data" / "source_hashes.sha256").read_text().splitlines():
        sha256, name = line.split("  ")
        data = (shop / "exports" / Path(name).name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sha256


def test_nothing_of_a_buyer_is_found(packed: Path) -> None:
    """No planted name, mail, number, address or chat id stands in any file, unpacked."""
    texts = texts_of(packed)

    found = [(name, secret) for name, text in texts.items() for secret in SECRETS if secret in text]

    assert [] == found


def test_staff_are_not_named(packed: Path) -> None:
    """Nobody is blamed: who wrote stands under a pseudonym."""
    found = [name for name, text in texts_of(packed).items() if "Florentyna" in text]

    assert [] == found


def test_orders_and_kinds_stay(packed: Path) -> None:
    """Order numbers stay, and of what was taken out the kind is still told."""
    said = (packed / TABLES / "conversations.csv").read_text()

    for kept in (
        "202-7100000-0000004",
        "[WhatsApp number ",
        "[WeChat id ",
        "[IBAN ",
        "[card number ",
    ):
        assert kept in said
    assert "[phone number " in said
    assert "[postal address " in said


def test_quotes_are_where_they_claim(packed: Path) -> None:
    """Offsets point into the redacted text."""
    bodies = dict(pl.read_parquet(packed / TABLES / "conversations.parquet")
                  .select("message_id", "body").iter_rows())  # fmt: skip
    rows = pl.read_parquet(packed / TABLES / "findings.parquet").to_dicts()

    assert rows
    for row in rows:
        shown = bodies[row["message_id"]][row["match_start"] : row["match_end"]]
        assert shown == row["matched_text"]


def test_formulas_stay_text(packed: Path) -> None:
    """What a spreadsheet would run is text in XLSX, guarded in CSV, and exact in Parquet."""
    book = openpyxl.load_workbook(packed / TABLES / "evidence.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    exact = pl.read_parquet(packed / TABLES / "conversations.parquet")["body"].to_list()

    assert set() == {cell.data_type for cell in cells} & {"f"}
    assert FORMULA in exact
    assert "\"'=HYPERLINK" in (packed / TABLES / "conversations.csv").read_text()


def test_numbers_are_no_formulas(packed: Path) -> None:
    """A negative lag is a number in the CSV, without an apostrophe."""
    text = (packed / TABLES / "review_links.csv").read_text(encoding="utf-8")
    lags = [row["lag_hours"] for row in csv.DictReader(io.StringIO(text))]

    assert [lag for lag in lags if lag.startswith("-")]
    assert not [lag for lag in lags if lag.startswith("'")]


def test_containers_are_sound(packed: Path) -> None:
    """DOCX and XLSX are compressed without the machine's own zlib, and any ZIP tool reads them."""
    for name in ("tables/evidence.xlsx", "plan_of_action.docx"):
        with zipfile.ZipFile(packed / "data" / name) as archive:
            assert archive.testzip() is None
            assert {zipfile.ZIP_DEFLATED} == {entry.compress_type for entry in archive.infolist()}


def test_columns_are_explained(packed: Path) -> None:
    """`method.md` says what each column of the pack's own tables holds, and of no other."""
    for table, meanings in column_meanings().items():
        columns = pl.read_parquet(packed / TABLES / f"{table}.parquet").columns
        assert columns == list(meanings), table
    assert "| order_from | what names the order" in (packed / "data" / "method.md").read_text()


def test_cleared_threads_are_listed(packed: Path) -> None:
    """The conversation in which nothing stands is named as read and cleared."""
    rows = pl.read_parquet(packed / TABLES / "cleared_threads.parquet")

    assert ["t6"] == rows["thread_id"].to_list()


def test_key_is_private_and_outside(packed: Path, shop: Path) -> None:
    """The key was made with mode 600 beside the settings, and is in no file of the pack."""
    key = shop / "pseudonym.key"

    assert 0o600 == stat.S_IMODE(key.stat().st_mode)
    assert not [
        p for p in packed.rglob("*") if p.is_file() and key.read_bytes().strip() in p.read_bytes()
    ]


def test_one_key_one_name(shop: Path, packed: Path) -> None:
    """Two packs of one key name a buyer alike, another key names them otherwise."""
    audited = open_audit(shop / "audit", load_config(shop / "audit.toml"))
    key, made_now = read_key(shop / "pseudonym.key", packed)
    named = []
    for one in (key, bytes(32)):
        with audited.store() as source, Store() as store:
            load_pack(source, store, audited, Pseudonyms(one))
            named.append(store.table("threads")["buyer_id"].to_list())

    first = pl.read_parquet(packed / TABLES / "threads.parquet")["buyer_id"].to_list()
    assert not made_now
    assert first == named[0]
    assert not set(first) & set(named[1])


def test_key_inside_the_pack_is_refused(msgaudit: Run, shop: Path, tmp_path: Path) -> None:
    """A pack that would hold its own key is not made."""
    settings = tmp_path / "audit.toml"
    settings.write_text('[privacy]\nkey_file = "pack/pseudonym.key"\n')

    code, _, said = msgaudit(
        "appeal", shop / "audit", "--out", tmp_path / "pack", "--config", settings
    )

    assert (2, True) == (code, "never lie inside the pack" in said)


def test_same_bytes_elsewhere(shop: Path, tmp_path: Path, packed: Path, signing_key: Path) -> None:
    """Another zone, another language and shuffled inputs change no byte."""
    inputs = sorted((shop / "exports").iterdir(), reverse=True)
    audit(shop, inputs, tmp_path / "audit")
    env = os.environ | {"TZ": "Asia/Shanghai", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"}
    command = [sys.executable, "-m", "pipeline", "appeal", str(tmp_path / "audit")]
    command += ["--out", str(tmp_path / "again"), "--config", str(shop / "audit.toml")]
    command += ["--sign", str(signing_key)]

    done = subprocess.run(command, check=False, env=env, capture_output=True, text=True)

    assert 0 == done.returncode, done.stderr
    assert hashes(packed) == hashes(tmp_path / "again")


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_zip_holds_the_same(
    msgaudit: Run, shop: Path, tmp_path: Path, packed: Path, signing_key: Path
) -> None:
    """A name in .zip makes one file with the very same pack, and it verifies; `--json` tells it."""
    out = tmp_path / "pack.zip"
    code, said, _ = msgaudit(
        "appeal", shop / "audit", "--out", out, "--config", shop / "audit.toml",
        "--sign", signing_key, "--json",
    )  # fmt: skip
    shutil.unpack_archive(out, tmp_path / "unpacked")

    assert 0 == code
    assert str(out) == json.loads(said)["pack"]
    assert hashes(packed) == hashes(tmp_path / "unpacked" / "pack")
    assert 0 == msgaudit("verify", out)[0]


def test_names_to_check_stay_outside(packed: Path) -> None:
    """The list of words that may be names lies beside the pack, for its owner alone."""
    path = packed.with_name("pack.names-to-check.csv")

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert not list(packed.rglob("*names-to-check*"))


def test_a_stranger_folder_is_left_alone(msgaudit: Run, shop: Path, tmp_path: Path) -> None:
    """A folder that holds something else is not written to."""
    (tmp_path / "letter.txt").write_text("mine")

    code, _, said = msgaudit("appeal", shop / "audit", "--out", tmp_path)

    assert (2, True) == (code, "something other than a pack" in said)


def test_missing_library_is_one_line(
    msgaudit: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra there is one line that says what to install."""
    monkeypatch.setitem(sys.modules, "docx", None)

    code, _, said = msgaudit(
        "appeal", shop / "audit", "--out", tmp_path / "p", "--config", shop / "audit.toml"
    )

    assert (2, True) == (code, "pip install 'msgaudit[appeal]'" in said)
    assert not (tmp_path / "p").exists()
