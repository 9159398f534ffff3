"""In = out + duplicates + quarantined: for every step of a real run, and for the files written."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from contract.shop import ASK, PLAIN, Run, audit, said, table
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audit import run_checks
from pipeline.errors import StageError
from pipeline.evidence.counted import count_written, csv_rows, workbook_rows
from pipeline.statistics import add_statistics
from pipeline.store import Store

ODD = 'say "five", or\r\n"nothing"\n'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit one row of every kind, one duplicate, one row that cannot be used."""
    folder = tmp_path_factory.mktemp("accounts")
    ask = said("m1", "2025-03-01T10:00:00Z", ASK, order_id="o1", subject=ODD)
    rows = [ask, said("m2", "2025-03-01T11:00:00Z", PLAIN), said("m3", "yesterday", ODD)]
    table(folder / "in" / "m.csv", [*rows, ask])
    made = {"review_id": "R1", "order_id": "o1", "event_type": "created", "rating": 1}
    table(folder / "in" / "e.csv", [made | {"occurred_at": "2025-02-20T10:00:00Z"}])
    order = {"order_id": "o1", "ordered_at": "2025-02-01T10:00:00Z"}
    table(folder / "in" / "o.csv", [order | {"amount": "5.00"}])
    refund = {"refund_id": "r1", "order_id": "o1", "refunded_at": "2025-03-02T10:00:00Z"}
    table(folder / "in" / "r.csv", [refund | {"amount": "5.00"}])
    table(folder / "in" / "n.csv", [{"received_at": "2025-03-04T10:00:00Z", "kind": "warning"}])
    event = {"occurred_at": "2025-03-05T10:00:00Z", "kind": "training", "title": "All hands"}
    table(folder / "in" / "c.csv", [event])
    done = audit(folder)
    assert done.code == 0, done.stderr
    return done


def test_every_step_is_accounted_for(run: Run) -> None:
    """Each step names what went in and what became of it; the report prints it."""
    rows = {(row["step"], row["kind"]): row for row in run.rows("accounts")}
    counts = ("rows_in", "rows_out", "rows_duplicate", "rows_quarantined")

    assert ["4", "2", "1", "1"] == [rows["read", "messages"][name] for name in counts]
    kinds = {"messages", "orders", "refunds", "notices", "context_events", "review_events"}
    assert kinds == {kind for step, kind in rows if step == "kept"}
    assert ["2", "2"] == [rows["in threads", "messages"][name] for name in counts[:2]]
    assert rows["judged", "findings"]["rows_out"] == str(len(run.rows("findings")))
    report = (run.out / "report.html").read_text(encoding="utf-8")
    assert "Put into conversations" in report
    assert "<code>steps_balance</code>" in report


@pytest.mark.parametrize(
    "lost", ["messages_base", "messages", "orders", "refunds", "notices", "context_events"]
)
def test_a_row_lost_further_right_stops_the_run(run: Run, tmp_path: Path, lost: str) -> None:
    """One row less in any table that holds what was read, and there is no output."""
    shutil.copyfile(run.out / "audit.duckdb", tmp_path / "audit.duckdb")
    with Store(tmp_path / "audit.duckdb") as store:
        store.put(lost, store.table(lost).tail(-1))
        store.run("accounts", {})
        with pytest.raises(StageError, match=r"steps whose rows in .* 'rows_in'"):
            run_checks(store, {}, ["steps_balance"])


def test_a_file_that_lacks_a_row_stops_the_run(run: Run, tmp_path: Path) -> None:
    """Every format is counted as it lies there; each one that lacks a row is caught."""
    shutil.copytree(run.out / "evidence", tmp_path / "evidence")
    findings = run.parquet("findings")
    whole = count_written(tmp_path / "evidence", {"findings": findings.height, "quarantine": 1})
    assert whole["rows_in"].to_list() == whole["rows_out"].to_list()

    findings.head(0).write_parquet(tmp_path / "evidence" / "findings.parquet")
    shortened = tmp_path / "evidence" / "quarantine.csv"
    shortened.write_bytes(shortened.read_bytes().split(b"\n")[0] + b"\n")
    pl.DataFrame({"a": ["x"]}).write_excel(tmp_path / "evidence" / "evidence.xlsx", "findings")
    broken = count_written(tmp_path / "evidence", {"findings": 9, "quarantine": 1})
    named = broken.filter(pl.col("rows_in") != pl.col("rows_out"))["file"].to_list()
    assert {"findings.parquet", "evidence.xlsx, findings", "quarantine.csv"} < set(named)
    with Store() as store:
        store.put("written", broken)
        with pytest.raises(StageError, match="evidence files whose rows"):
            run_checks(store, {}, None, "written")


def test_a_broken_balance_is_no_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit that loses a row, in a table or in a file, ends with 4 and changes nothing."""
    before = (run.out / "summary.json").read_bytes()

    def loses(store: Store) -> None:
        add_statistics(store)
        store.put("messages", store.table("messages").tail(-1))

    def short(folder: Path, counts: Mapping[str, int]) -> pl.DataFrame:
        written = count_written(folder, counts)
        return written.with_columns(rows_out=pl.col("rows_out") - 1)

    for name, broken in (("add_statistics", loses), ("count_written", short)):
        with monkeypatch.context() as patch:
            patch.setattr(f"pipeline.audit.{name}", broken)
            again = audit(run.out.parent)
        assert again.code == 4
        assert "invariant broken" in again.stderr
        assert [path.name for path in run.out.parent.glob("*out*")] == ["out"]
        assert before == (run.out / "summary.json").read_bytes()


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.text(st.sampled_from('a",\r\n ;'), max_size=6), max_size=12))
def test_records_are_counted_whatever_is_in_them(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    """Quotes and line ends within a cell are no records."""
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    frame = pl.DataFrame({"a": cells, "b": cells}, schema={"a": pl.String, "b": pl.String})
    frame.write_csv(path)

    assert len(cells) == csv_rows(path)


def test_sheets_that_go_on_are_counted_together(tmp_path: Path) -> None:
    """A table that needs a second sheet is one table."""
    frame = pl.DataFrame({"a": ["x", "y"]})
    path = tmp_path / "evidence.xlsx"
    with xlsxwriter.Workbook(path) as book:
        frame.write_excel(book, "findings")
        frame.write_excel(book, "findings-2")

    assert {"findings": 4} == workbook_rows(path)
