"""Whatever the bytes are, nothing raises and every row is accounted for."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.config import Config
from pipeline.ingest import ingest, probe
from pipeline.store import Store

CSV = b"message_id,sent_at,direction,body\n"
JSONL = b'{"sent_at": "2025-02-17T10:00:00Z", "body": "hello"}\n'
LINES = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [
                b'm1,2025-02-17T10:00:00Z,inbound,"two\nlines"',
                b"m2,17/02/2025,outbound,x",
                b"m3,,,",
                b'{"sent_at": 1739800000, "body": "\\ud83d"}',
                b'{"sent_at": null, "body": {"a": [1]}}',
                b"[1]",
                b'"',
                b"",
            ]
        ),
    ),
    max_size=12,
)


@pytest.mark.parametrize(("name", "head"), [("a.csv", CSV), ("a.jsonl", JSONL), ("a.csv", b"")])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=LINES)
def test_any_bytes(tmp_path: Path, name: str, head: bytes, lines: list[bytes]) -> None:
    """Rows read are rows loaded and rows quarantined, and no input raises."""
    path = tmp_path / name
    path.write_bytes(head + b"\n".join(lines))

    found = ingest([path], Config(), tmp_path / "out")
    probe([path], Config())

    kept = sum(
        pl.read_parquet(file).height
        for table, files in found.files.items()
        if table.startswith("raw_") or table == "quarantined"
        for file in files
    )
    counted = pl.concat(pl.read_parquet(file) for file in found.files["source_files"])
    assert kept == counted["rows_read"].sum()
    found.discard()


def test_files_have_the_columns_of_the_schema(tmp_path: Path) -> None:
    """Every Parquet file loads into its table of `sql/schema` by name and type."""
    rows = {
        "messages": {"sent_at": "2025-02-17", "body": "x"},
        "review_events": {"occurred_at": "2025-02-17", "event_type": "new", "asin": "B0"},
        "review_snapshots": {"snapshot_at": "2025-02-17", "review_id": "R1"},
        "orders": {"ordered_at": "2025-02-17", "order_id": "1", "amount": "1.5"},
        "refunds": {"refunded_at": "2025-02-17", "order_id": "1"},
        "notices": {"received_at": "2025-02-17", "body": "x"},
        "context_events": {"occurred_at": "2025-02-17", "title": "x"},
    }
    for kind, row in rows.items():
        (tmp_path / f"{kind}.jsonl").write_text(f"{json.dumps(row)}\nbroken\n", encoding="utf-8")

    found = ingest([tmp_path], Config(), tmp_path / "out")

    with Store() as store:
        store.create_schema()
        loaded = {name: store.load_parquet(name, files) for name, files in found.files.items()}
    assert loaded == {
        **{f"raw_{kind}": 1 for kind in rows},
        "quarantined": len(rows),
        "source_files": len(rows),
        "warnings": 2,
    }
