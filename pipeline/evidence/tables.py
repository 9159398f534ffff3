"""Writes each evidence table as CSV and Parquet, and all of them as sheets of one workbook."""

from pathlib import Path

from pipeline.evidence.cells import as_text, guarded
from pipeline.evidence.workbook import write_workbook
from pipeline.store import Store

TABLES = (
    "findings",
    "threads",
    "review_links",
    "incidents",
    "queue",
    "sources",
    "quarantine",
    "coverage",
    "thread_steps",
    "first_uses",
    "phrase_lineage",
    "rates",
    "recurrence_tests",
    "rating_lift",
    "counterfactual",
    "unexplained_changes",
    "incident_factors",
    "thread_money",
    "notice_facts",
    "unauthorised_senders",
    "rule_decisions",
    "changes",
    "monthly",
)
"""The contract's tables and four more on causes, in the order of the workbook's sheets."""

ARCHIVE_TABLES = ("attachments", "provenances", "ghost_messages", "accounts")
"""What is known of the archive's messages beside their text; no part of an appeal pack."""

_BATCH = 50_000


def write_evidence(store: Store, folder: Path) -> dict[str, int]:
    """Write the tables below `folder`; return the number of rows of each.

    Parquet and the database hold the exact text; in CSV and XLSX a text that a spreadsheet
    would take for a formula gets a leading apostrophe (CONTRACT, evidence tables).

    Raises:
        StageError: a table cannot be written.

    """
    folder.mkdir(parents=True, exist_ok=True)
    present = store.tables()
    tables = [table for table in (*TABLES, *ARCHIVE_TABLES) if table in present]
    counts = {}
    for table in tables:
        store.copy(table, folder / f"{table}.parquet")
        counts[table] = _write_csv(store, table, folder / f"{table}.csv")
    write_workbook(store, tables, folder / "evidence.xlsx")
    return counts


def _write_csv(store: Store, table: str, path: Path) -> int:
    rows = 0
    with path.open("wb") as handle:
        header = store.empty(table)
        as_text(header).write_csv(handle)
        for batch in store.table_batches(table, _BATCH):
            as_text(guarded(batch)).write_csv(handle, include_header=False)
            rows += batch.height
    return rows
