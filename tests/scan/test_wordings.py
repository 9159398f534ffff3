"""What a scan keeps of wordings from month to month is what one audit of everything finds."""

import csv
from pathlib import Path

import polars as pl
import pytest
from exports import ASK, PLAIN, Row, write_messages

from pipeline.audit import AuditRequest, run_audit
from pipeline.config import load_config
from pipeline.scan import run_scan
from pipeline.store import Store

SAID = "We will never ask you to remove your review."
"""Of the kind that `ASK` is a finding of, and none itself: its sentence is an echo."""

TABLES = ("wording_uses", "wording_kinds", "wording_echoes", "wordings", "phrase_lineage")
JUNE: list[Row] = [
    ("m1", "t1", "2024-06-03T10:00:00Z", "outbound", SAID),
    ("m2", "t2", "2024-06-05T09:00:00Z", "outbound", PLAIN),
    ("m3", "t3", "2024-06-06T09:00:00Z", "outbound", f"{SAID} It is yours alone."),
]
JULY: list[Row] = [("m4", "t4", "2024-07-02T09:00:00Z", "outbound", ASK)]
DECISION = ["finding_id", "decision", "reason", "note", "decided_by", "decided_at", "expires_on"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a shop whose scans judge only what changed, however few the rest are."""
    monkeypatch.setattr("pipeline.scan.part.WORTH", 0)
    for writer in ("pipeline.audit", "pipeline.scan.folders"):
        monkeypatch.setattr(f"{writer}.write_files", lambda *_: None)
    (tmp_path / "audit.toml").write_text('[inputs]\npaths = ["exports/"]\n')
    write_messages(tmp_path / "exports" / "june.csv", JUNE)
    run_scan(load_config(tmp_path / "audit.toml"))
    return tmp_path


def stored(database: Path) -> dict[str, pl.DataFrame]:
    """Return the tables of wordings, sorted: their rows are in no order in a state."""
    with Store(database, read_only=True) as store:
        tables = {name: store.table(name) for name in TABLES}
    return {name: table.sort(table.columns) for name, table in tables.items()}


def echoes(folder: Path) -> set[str]:
    """Scan, compare with one audit of everything, and return the messages with an echo."""
    config = load_config(folder / "audit.toml")
    run_scan(config)
    run_audit(AuditRequest([folder / "exports"], folder / "clean", config))
    scanned = stored(folder / "audit-state" / "state.duckdb")
    clean = stored(folder / "clean" / "audit.duckdb")
    for name in TABLES:
        assert scanned[name].equals(clean[name]), (name, scanned[name], clean[name])
    return set(scanned["wording_echoes"]["message_id"])


def test_a_kind_that_findings_rest_on_from_now_on_is_looked_for_in_old_messages(
    folder: Path,
) -> None:
    """And no more, once the only finding of the kind is dismissed."""
    before = stored(folder / "audit-state" / "state.duckdb")
    write_messages(folder / "exports" / "july.csv", JULY)
    after = echoes(folder)

    with Store(folder / "audit-state" / "state.duckdb", read_only=True) as store:
        found = store.table("findings")["finding_id"].to_list()
    with (folder / "decisions.csv").open("w", newline="") as handle:
        rows = [[name, "dismissed", "other", "", "Ann", "", ""] for name in found]
        csv.writer(handle).writerows([DECISION, *rows])

    assert before["wording_echoes"].is_empty()
    assert {"m1", "m3"} <= after
    assert echoes(folder) == set()
