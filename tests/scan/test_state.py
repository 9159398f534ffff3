"""A state survives what happens to it: older layouts, damage, loss, a scan that fails."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from exports import ASK, FIVE, PLAIN, read_table, write_messages
from typer.testing import CliRunner

import pipeline.scan.part
from pipeline.cli import app
from pipeline.queries import Query
from pipeline.scan.layout import _STEPS, FORMAT, info_of, put_info
from pipeline.scan.part import Part
from pipeline.store import Store

CONFIG = '[inputs]\npaths = ["exports/"]\n'
JUNE = [("m1", "t1", "2024-06-03T11:00:00Z", "outbound", ASK)]
JULY = [
    ("m2", "t2", "2024-07-02T09:00:00Z", "outbound", FIVE),
    ("m3", "t3", "2024-07-03T09:00:00Z", "outbound", PLAIN),
]
LATER_TABLES = ("kept_archives", "kept_raw_attachments", "kept_raw_bounces", "message_copies")
"""What a state of format 1 did not have."""
PAGES, PAGE = 3 * 4096, 1 << 18
"""Where the pages of a database file begin, behind its headers, and how long one is."""


class Shop:
    """A folder with exports of two months and its state."""

    def __init__(self, folder: Path) -> None:
        """Name what lies in the folder."""
        self.folder = folder
        self.config = folder / "audit.toml"
        self.database = folder / "audit-state" / "state.duckdb"

    def run(self, command: str, *args: str) -> tuple[int, str]:
        """Run a command; return its exit code and all it says."""
        done = CliRunner().invoke(app, [command, "--config", str(self.config), *args])
        return done.exit_code, done.stdout + done.stderr

    def changes(self, month: str) -> list[tuple[str, str]]:
        """Return month and change of each finding that a scan speaks of."""
        rows = read_table(self.folder / "scans" / month / "evidence" / "changes.csv")
        return sorted({(row["month"], row["change"]) for row in rows})

    def issue(self, month: str) -> str:
        """Return which issue of a month's folder lies there."""
        summary = json.loads((self.folder / "scans" / month / "summary.json").read_text())
        return str(summary["scan"]["issue"])


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose June is scanned."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.config.write_text(CONFIG)
    write_messages(shop.folder / "exports" / "june.csv", JUNE)
    assert shop.run("scan", "--month", "2024-06")[0] == 1
    return shop.folder


@pytest.fixture
def shop(scanned: Path, tmp_path: Path) -> Shop:
    """Return a copy of it."""
    return Shop(shutil.copytree(scanned, tmp_path / "shop"))


def test_a_state_of_an_earlier_layout_is_brought_on(shop: Shop) -> None:
    """Its files are read anew, and nothing is new a second time."""
    with Store(shop.database) as store:
        store.drop(LATER_TABLES)
        info = {k: v for k, v in info_of(store).items() if k != "alike"}
        put_info(store, info | {"format": "1"})
    assert "the next scan makes it" in shop.run("doctor")[1]

    write_messages(shop.folder / "exports" / "july.csv", JULY)
    assert shop.run("scan")[0] == 1
    assert shop.changes("2024-07") == [("2024-06", "open"), ("2024-07", "new")]
    with Store(shop.database, read_only=True) as store:
        assert info_of(store)["format"] == str(FORMAT)
        assert set(LATER_TABLES) <= store.tables()
        assert store.count("messages") == 3
    assert shop.run("doctor")[0] == 0


def test_who_was_seen_when_comes_along(shop: Shop) -> None:
    """Layout 3 noted texts; each message that was there has the scan that first saw its text."""
    with Store(shop.database) as store:
        seen, texts = store.table("seen_messages"), store.table("message_texts")
        assert seen.height == texts.height == 1
        by_text = texts.join(seen, on="message_id").select(
            "text_key", scan_no=pl.col("scan_no") + 6
        )
        store.put("seen_texts", by_text)
        store.drop(["seen_messages", "wording_leaders", "wording_nearest", "wording_members"])
        put_info(store, info_of(store) | {"format": "3", "scan_no": "8"})

    write_messages(shop.folder / "exports" / "july.csv", JULY)
    assert shop.run("scan")[0] == 1
    with Store(shop.database, read_only=True) as store:
        assert dict(store.table("seen_messages").iter_rows()) == {"m1": 7, "m2": 9, "m3": 9}
        assert "seen_texts" not in store.tables()


def test_texts_told_by_their_whole_hash_are_known(shop: Shop) -> None:
    """Layout 6 kept all digits of a text's hash: what was read under them is not read again."""
    keyed = {"message_texts": "text_key", "text_languages": "message_id"}
    keyed |= {"text_segments": "message_id", "text_signals": "message_id"}
    with Store(shop.database) as store:
        for table, column in keyed.items():
            rows = store.table(table)
            digits = pl.col(column).cast(pl.String).str.replace_all("-", "") + "0" * 32
            store.put(table, rows.with_columns(digits))
        known = {name: store.count(name) for name in keyed}
        store.put("asks", pl.DataFrame({"message_id": ["m1"]}))
        store.drop(["quoted_texts"])
        put_info(store, info_of(store) | {"format": "6"})

    write_messages(shop.folder / "exports" / "july.csv", JULY)
    assert shop.run("scan")[0] == 1
    with Store(shop.database, read_only=True) as store:
        assert {store.columns(name)[column] for name, column in keyed.items()} == {"UUID"}
        assert known["text_languages"] == 1
        assert store.count("text_languages") == store.count("message_texts") == 3
        assert store.count("signals") == store.count("text_signals") > known["text_signals"]
        assert "asks" not in store.tables()
        assert store.count("quoted_texts") == 2
    assert shop.changes("2024-07") == [("2024-06", "open"), ("2024-07", "new")]


def test_a_part_that_is_not_covered_is_no_scan(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where few messages are judged anew, a stretch of theirs that nobody reads is caught too."""
    before = shop.database.read_bytes()
    read_texts = Part._read_texts  # noqa: SLF001

    def forgets(part: Part, *wanted: str) -> None:
        read_texts(part, *wanted)
        part.store.put("segments", part.store.empty("segments"))

    write_messages(shop.folder / "exports" / "july.csv", JULY)
    monkeypatch.setattr("pipeline.scan.part.WORTH", 0)  # the part, however few the rest are
    monkeypatch.setattr(Part, "_read_texts", forgets)
    code, said = shop.run("scan")

    assert (code, shop.database.read_bytes() == before) == (4, True), said
    assert "invariant broken" in said


def test_verdicts_of_other_sql_do_not_stand(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judged by queries of another day, which lacked a table: all is judged again, no part."""
    with Store(shop.database) as store:
        store.drop(["asks_withdrawn"])
    write_messages(shop.folder / "exports" / "july.csv", JULY)
    monkeypatch.setattr("pipeline.scan.part.WORTH", 0)  # the part, however few the rest are
    read = pipeline.scan.part.queries

    def changed(stage: str) -> list[Query]:
        return [replace(query, sql=f"{query.sql} ") for query in read(stage)]

    assert shop.run("scan")[0] == 4
    monkeypatch.setattr("pipeline.scan.part.queries", changed)
    assert shop.run("scan")[0] == 1
    assert shop.changes("2024-07") == [("2024-06", "open"), ("2024-07", "new")]


def test_every_layout_leads_to_the_next() -> None:
    """A new layout number comes with the step that leads to it."""
    assert sorted(_STEPS) == list(range(1, FORMAT))


def test_a_state_of_a_later_version_is_left_alone(shop: Shop) -> None:
    """It is named, with what to do; nothing is touched."""
    with Store(shop.database) as store:
        put_info(store, info_of(store) | {"format": str(FORMAT + 1)})
    before = shop.database.read_bytes()
    code, said = shop.run("scan")
    assert code == 4
    assert "update msgaudit" in said
    assert shop.database.read_bytes() == before


def test_a_lost_state_takes_up_where_the_month_folders_end(shop: Shop) -> None:
    """What they reported stays reported; the folder of a month that is over stays as it is."""
    before = (shop.folder / "scans/2024-06/summary.json").read_bytes()
    shop.database.unlink()
    write_messages(shop.folder / "exports" / "july.csv", JULY)
    shop.run("scan")

    assert shop.changes("2024-07") == [("2024-06", "open"), ("2024-07", "new")]
    assert (shop.folder / "scans/2024-06/summary.json").read_bytes() == before
    assert shop.run("scan", "--month", "2024-06")[0] == 1
    assert shop.changes("2024-06") == [("2024-06", "open")]
    assert shop.issue("2024-06") == "2"


@pytest.mark.parametrize(("table", "needed"), [("kept_raw_messages", True), ("messages", False)])
def test_a_torn_page_is_named(shop: Shop, table: str, *, needed: bool) -> None:
    """By the doctor wherever it is; by a scan that needs what was on it, which changes nothing."""
    with Store(shop.database, read_only=True) as store:
        info = f"from pragma_storage_info('{table}') where persistent and block_id >= 0"
        blocks = set(store.frame(f"select block_id {info}")["block_id"])
    data = bytearray(shop.database.read_bytes())
    for block in blocks:
        at = PAGES + block * PAGE + PAGE // 2
        data[at : at + 9] = b"lost page"
    shop.database.write_bytes(data)
    write_messages(shop.folder / "exports" / "july.csv", JULY)

    code, said = shop.run("doctor")
    assert (code, "is damaged (a page is torn)" in said) == (1, True), said
    code, said = shop.run("scan")
    assert (code, "is damaged (a page is torn)" in said) == (4 if needed else 1, needed), said
    assert (shop.database.read_bytes() == bytes(data)) is needed
    assert shop.run("doctor")[0] == int(needed)


def test_a_damaged_state_is_rebuilt(shop: Shop) -> None:
    """The doctor names it, makes it anew on request, and keeps the damaged one."""
    data = bytearray(shop.database.read_bytes())
    data[:5000] = bytes(5000)
    shop.database.write_bytes(data)
    code, said = shop.run("doctor")
    assert code == 1
    assert "--rebuild" in said

    code, said = shop.run("doctor", "--rebuild")
    assert code == 0, said
    aside = shop.database.with_suffix(".damaged-1.duckdb")
    assert aside.read_bytes() == data
    assert str(aside) in said
    assert shop.changes("2024-06") == [("2024-06", "open")]
    assert "no longer among the inputs" not in said


def test_a_rebuild_says_which_files_it_misses(shop: Shop) -> None:
    """One that fails leaves the old state; one without an export of before names it."""
    before = shop.database.read_bytes()
    june = shop.folder / "exports" / "june.csv"
    june.rename(shop.folder / "june.csv")
    assert shop.run("doctor", "--rebuild")[0] == 3
    assert shop.database.read_bytes() == before
    assert sorted(p.name for p in shop.database.parent.iterdir()) == ["lock", "state.duckdb"]

    write_messages(shop.folder / "exports" / "july.csv", JULY)
    code, said = shop.run("doctor", "--rebuild")
    assert code == 0
    assert "1 files of earlier scans are no longer among the inputs (exports/june.csv)" in said


def test_a_scan_that_fails_leaves_nothing_behind(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the last moment: exit 4, the state of before, no half folder anywhere."""
    write_messages(shop.folder / "exports" / "july.csv", JULY)
    before = shop.database.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.scan.run.put_pending", full)
        code, said = shop.run("scan")
    assert code == 4
    assert "No space left" in said
    assert shop.database.read_bytes() == before
    assert sorted(p.name for p in shop.database.parent.iterdir()) == ["lock", "state.duckdb"]
    assert [p.name for p in (shop.folder / "scans").iterdir()] == ["2024-06"]
    assert shop.run("scan")[0] == 1


def test_only_columns_that_are_missing_are_added(shop: Shop) -> None:
    """A kept table of fewer columns gets the others, empty."""
    with Store(shop.database) as store:
        kept = store.table("kept_raw_messages").drop("derived")
        store.put("kept_raw_messages", kept)
        put_info(store, info_of(store) | {"format": "2"})
    assert shop.run("scan", "--month", "2024-06")[0] == 1
    with Store(shop.database, read_only=True) as store:
        assert store.table("kept_raw_messages").schema["derived"] == pl.Boolean
