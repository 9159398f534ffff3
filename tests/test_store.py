"""The store: streams, loads, and lets no query out once inputs are in."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import StageError
from pipeline.queries import read_query
from pipeline.store import Store


def test_lock_down(tmp_path: Path) -> None:
    """After the lock a query reads no file outside the folder; inside it still writes."""
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    with Store(inside / "a.duckdb") as store:
        store.put("numbers", pl.DataFrame({"n": [1, 2]}))
        store.lock_down(inside)
        store.copy("numbers", inside / "numbers.parquet")

        with pytest.raises(Exception, match=r"(?i)permission|access"):
            store.frame("select * from read_csv($file)", {"file": str(secret)})
        with pytest.raises(StageError, match="Invalid Input"):
            store.do("set threads = 1")
    assert 2 == pl.read_parquet(inside / "numbers.parquet").height


def test_batches_stream_while_rows_are_inserted() -> None:
    """A table can be streamed while another one grows; every row comes once."""
    with Store() as store:
        store.put("numbers", pl.DataFrame({"n": range(10_000)}))
        store.put("copies", pl.DataFrame({"n": []}, schema={"n": pl.Int64}))
        for batch in store.table_batches("numbers", 3_000):
            store.insert("copies", batch)

        assert 10_000 == store.table("copies").get_column("n").n_unique()


def test_a_stage_that_stops_leaves_nothing_half_done(tmp_path: Path) -> None:
    """All tables of a stage come, or none, and the store can be used further."""
    folder = tmp_path / "sql" / "stage"
    folder.mkdir(parents=True)
    head = "-- {}: .\n-- why: .\n-- reads: {}\n-- emits: n  one row\n{}"
    (folder / "first.sql").write_text(head.format("first", "-", "values (1)"))
    second = head.format("second", "first", "values (cast('x' as integer))")
    (folder / "second.sql").write_text(second)
    with Store(tmp_path / "a.duckdb") as store:
        with pytest.raises(StageError, match=r"second\.sql"):
            store.run(str(folder), {})
        assert not store.tables()

        (folder / "second.sql").write_text(second.replace("'x'", "'2'"))
        assert ["first", "second"] == store.run(str(folder), {})
    with Store(tmp_path / "a.duckdb", read_only=True) as store:
        assert 1 == store.count("second")


def test_errors_of_a_value_do_not_quote_it() -> None:
    """What the database says of a value holds it; a value is a message's words."""
    with Store() as store, pytest.raises(StageError, match="may quote a message") as failed:
        store.do("select cast($body as integer)", {"body": "Zebulon heard it"})
    assert "Zebulon" not in str(failed.value)


def test_names_are_checked() -> None:
    """A table name that is none never reaches SQL."""
    with Store() as store, pytest.raises(StageError, match="not a table name"):
        store.table('numbers"; drop table x; --')


def test_no_variable_is_a_table() -> None:
    """The library would look up names that are no tables among the program's own variables."""
    with Store() as store, pytest.raises(StageError, match="name sql does not exist"):
        store.do("from sql")


def test_a_name_is_no_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database called `md:state` is a file; DuckDB would look for a service of that name."""
    monkeypatch.chdir(tmp_path)
    Store(Path("md:state")).close()

    assert (tmp_path / "md:state").is_file()


def test_not_a_database(tmp_path: Path) -> None:
    """A file that is no database is one clear error naming it."""
    path = tmp_path / "a.duckdb"
    path.write_text("hello" * 1000)

    with pytest.raises(StageError, match=r"a\.duckdb"):
        Store(path)


def test_a_header_lacks_a_key(tmp_path: Path) -> None:
    """An SQL file without its header is refused."""
    path = tmp_path / "x.sql"
    path.write_text("-- x: something\nselect 1 as a\n")

    with pytest.raises(StageError, match="emits"):
        read_query(path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_called_that() -> None:
    """DuckDB wraps it in errors of many kinds; people can do something about this one."""
    with Store() as store, pytest.raises(StageError) as failed:
        store.do("copy (select range from range(9)) to '/dev/full' (format csv)")
    assert str(failed.value) == "No space left on device"


@pytest.mark.parametrize(("limit", "left"), [("", False), ("100MB", True)])
def test_a_stage_holds_its_tables_at_once_only_where_memory_is_not_limited(
    limit: str, *, left: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a transaction made stays in memory: under a limit every table is written by itself."""
    head = "-- {}: a number.\n-- why: for the test.\n-- reads: nothing\n-- emits: n  one row\n"
    files = [tmp_path / "first.sql", tmp_path / "second.sql"]
    files[0].write_text(head.format("first") + "select 1 as n\n")
    files[1].write_text(head.format("second") + "select cast('x' as integer) as n\n")
    monkeypatch.setattr("pipeline.store.queries", lambda _: [read_query(file) for file in files])
    with Store(memory_limit=limit) as store:
        with pytest.raises(StageError, match="second"):
            store.run("any", {})

        assert ("first" in store.tables()) == left


@pytest.mark.parametrize(("limit", "threads"), [("", 8), ("9GB", 8), ("500MB", 3), ("100MB", 1)])
def test_each_thread_has_its_share_of_a_memory_limit(limit: str, threads: int) -> None:
    """On a machine of many cores, what all hold for themselves would be more than the limit."""
    with Store(memory_limit=limit, threads=8) as store:
        assert store.frame("select current_setting('threads') as n").item() == threads
