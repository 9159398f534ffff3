"""CONTRACT section 3: what the generic tables may be written as."""

from pathlib import Path

import polars as pl
import pytest
from contract.shop import Run, audit, jsonl, msgaudit, said, sheet_file, table

BODIES = {
    "a1": "Café crème für Łukasz – “bonjour” €5",
    "a2": 'Two lines,\nand a "quote"; with a semicolon',
}
TWO = [
    said("a1", "2025-03-01T10:00:00Z", "Café crème für Lukasz – “bonjour” €5", sender="Lumen"),
    said("a2", "2025-03-01T11:30:00+02:00", BODIES["a2"], sender="Lumen"),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit the same two messages, written in every way there is, in files of one folder."""
    folder = tmp_path_factory.mktemp("formats")
    some = folder / "in"
    table(some / "a_utf8.csv", TWO)
    table(some / "b_bom.csv", TWO, encoding="utf-8-sig")
    table(some / "c_utf16.csv", TWO, encoding="utf-16")
    table(some / "d_cp1252.csv", TWO, sep=";", encoding="cp1252")
    table(some / "e_tab.tsv", TWO, sep="\t")
    table(some / "f_tab_utf16.txt", TWO, sep="\t", encoding="utf-16")
    jsonl(some / "deep" / "g.jsonl", TWO)
    pl.DataFrame(TWO).write_parquet(some / "deep" / "h.parquet")
    sheet_file(some / "i.xlsx", TWO)
    jsonl(some / "j_no_extension", TWO)
    table(some / "k_wrong_extension.pdf", TWO)
    return audit(folder)


def test_the_same_rows_in_any_format_are_read_the_same(written: Run) -> None:
    """Every file yields the two messages: the first file's count, all others are duplicates."""
    assert written.code == 0, written.stderr
    expected = {
        "in/a_utf8.csv": ("2", "0"), "in/b_bom.csv": ("0", "2"), "in/c_utf16.csv": ("0", "2"),
        "in/d_cp1252.csv": ("0", "2"), "in/e_tab.tsv": ("0", "2"),
        "in/f_tab_utf16.txt": ("0", "2"), "in/deep/g.jsonl": ("0", "2"),
        "in/deep/h.parquet": ("0", "2"), "in/i.xlsx": ("0", "2"),
        "in/j_no_extension": ("0", "2"), "in/k_wrong_extension.pdf": ("0", "2"),
    }  # fmt: skip
    got = {
        r["source_file"]: (r["rows_loaded"], r["rows_duplicate"]) for r in written.rows("sources")
    }
    assert expected == got


def test_text_is_verbatim(written: Run) -> None:
    """Line breaks, quotes and letters of other languages arrive as they were written."""
    assert {row["message_id"]: row["body"] for row in TWO} == written.messages("body")


def test_offsets_are_applied(written: Run) -> None:
    """11:30 at +02:00 is 09:30 in UTC."""
    times = written.messages("strftime(sent_at, '%H:%M')")
    assert {"a1": "10:00", "a2": "09:30"} == times


def test_headers_without_regard_to_case_blanks_underscores_and_order(tmp_path: Path) -> None:
    """`Sent At`, `BODY` and `messageid` are known, in any order."""
    table(
        tmp_path / "in" / "m.csv",
        [{"BODY": "Hello", "Order ID": "1", "messageid": "x1", "Sent At": "2025-03-01 10:00"}],
    )
    run = audit(tmp_path)
    assert run.messages("body", "order_id") == {"x1": ("Hello", "1")}


def test_every_column_of_messages_is_read(tmp_path: Path) -> None:
    """All thirteen columns of the contract arrive under their names."""
    row = {
        "message_id": "m1", "thread_id": "t1", "sent_at": "2025-03-01T10:00:00Z",
        "direction": "outbound", "sender": "Lumen", "recipient": "Bo", "channel": "Fax",
        "marketplace": "DE", "order_id": "o1", "asin": "B01", "subject": "About", "body": "Hello",
        "operator": "anna",
    }  # fmt: skip
    table(tmp_path / "in" / "m.csv", [row])
    run = audit(tmp_path)
    names = [name for name in row if name not in ("message_id", "sent_at")]
    got = run.messages(*names)["m1"]
    assert tuple(row[name] for name in names) == got


@pytest.mark.parametrize("config", ["", 'marketplaces = ["UK"]'])
def test_a_mapping_reads_an_unknown_table(tmp_path: Path, config: str) -> None:
    """`[[inputs.mapping]]` names the columns and the order of day and month."""
    table(
        tmp_path / "in" / "crm_1.csv",
        [{"When": "05/04/2025 10:00", "Text": "Hello", "Agent": "anna", "Order no": "o7"}],
    )
    mapping = (
        f"[seller]\n{config}\n"
        '[[inputs.mapping]]\nmatch = "crm_*.csv"\nkind = "messages"\ndate_order = "mdy"\n'
        'columns = { sent_at = "When", body = "Text", sender = "Agent", order_id = "Order no" }\n'
    )
    run = audit(tmp_path, config=mapping)
    asked = "select strftime(sent_at, '%Y-%m-%d'), body, sender, order_id from messages"
    assert [("2025-05-04", "Hello", "anna", "o7")] == run.sql(asked)


def test_all_kinds_with_their_least_columns(tmp_path: Path) -> None:
    """Each kind of table is known by its least columns, and counted under its name."""
    some = tmp_path / "in"
    table(some / "m.csv", [{"sent_at": "2025-03-01T10:00:00Z", "body": "Hello"}])
    table(
        some / "e.csv",
        [{"occurred_at": "2025-03-01T10:00:00Z", "event_type": "created", "asin": "B01"}],
    )
    table(some / "s.csv", [{"snapshot_at": "2025-03-01T10:00:00Z", "review_id": "R1", "rating": 2}])
    table(some / "o.csv", [{"order_id": "o1", "ordered_at": "2025-03-01T10:00:00Z"}])
    table(some / "r.csv", [{"order_id": "o1", "refunded_at": "2025-03-01T10:00:00Z"}])
    table(some / "n.csv", [{"received_at": "2025-03-01T10:00:00Z", "kind": "warning"}])
    table(some / "n2.csv", [{"received_at": "2025-03-02T10:00:00Z", "body": "We looked at it."}])
    table(some / "c.csv", [{"occurred_at": "2025-03-01T10:00:00Z", "title": "New contact page"}])
    run = audit(tmp_path)
    kinds = {row["source_file"][3:]: row["record_kind"] for row in run.rows("sources")}
    assert kinds == {
        "m.csv": "messages", "e.csv": "review_events", "s.csv": "review_snapshots",
        "o.csv": "orders", "r.csv": "refunds", "n.csv": "notices", "n2.csv": "notices",
        "c.csv": "context_events",
    }  # fmt: skip
    counts = "select (select count(*) from messages), (select count(*) from orders),"
    counts += " (select count(*) from refunds), (select count(*) from context_events)"
    assert run.sql(counts) == [(1, 1, 1, 1)]
    assert run.sql("select count(*) from review_events") == [(2,)]
    assert run.sql("select kind from notices order by received_at") == [("warning",), ("other",)]


def test_sources_is_a_dry_run(tmp_path: Path) -> None:
    """`sources` says what each file would be read as, or why not; nothing is written."""
    some = tmp_path / "in"
    table(some / "m.csv", [{"sent_at": "2025-03-01T10:00:00Z", "body": "Hello", "mood": "fine"}])
    (some / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)))
    before = sorted(tmp_path.rglob("*"))
    run = msgaudit("sources", some, "--json")
    assert run.code == 0, run.stderr
    found = {probe["source_file"]: probe for probe in _probes(run)}
    assert found["in/m.csv"]["record_kind"] == "messages"
    assert found["in/m.csv"]["ignored"] == ["mood"]
    assert found["in/photo.jpg"]["reader"] == ""
    assert found["in/photo.jpg"]["note"]
    assert before == sorted(tmp_path.rglob("*"))
    plain = msgaudit("sources", some)
    assert "in/photo.jpg: skipped" in plain.stdout


def _probes(run: Run) -> list[dict[str, object]]:
    found = run.answer
    assert isinstance(found, dict), "--json prints one JSON object"
    return found["files"]
