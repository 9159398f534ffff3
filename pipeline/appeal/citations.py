"""Statements and what they rest on: every sentence names table rows, or is marked as a gap.

A row's id is made of its table's key columns; `*` stands for a whole table, with its row count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.errors import StageError
from pipeline.store import Store

KEYS: Mapping[str, tuple[str, ...]] = {
    "affected_messages": ("message_id",),
    "findings": ("finding_id",),
    "threads": ("thread_id",),
    "conversations": ("message_id",),
    "review_links": ("link_id",),
    "incidents": ("incident_id",),
    "queue": ("queue_id",),
    "cleared_threads": ("thread_id",),
    "notices": ("notice_id",),
    "notice_facts": ("notice_id",),
    "context_events": ("occurred_at", "title"),
    "measures": ("measure_id",),
    "coverage": ("channel", "marketplace", "month"),
    "sources": ("source_file", "record_kind"),
    "thread_money": ("thread_id", "currency"),
    "thread_reviews": ("thread_id",),
    "incident_factors": ("incident_id", "cause", "stance", "evidence"),
    "counterfactual": ("mode", "scan_from"),
    "first_uses": ("kind", "name"),
    "totals": ("name",),
    "archive": ("archive_id",),
}
"""The key columns of every table that a sentence may cite."""

ALL = "*"


@dataclass(frozen=True, slots=True)
class Citation:
    """Rows of one table; `rows` is how many there are."""

    table: str
    row_ids: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement of the Plan of Action; without citations it has to be a gap for the owner.

    `group` is the heading below its section that it stands under.
    """

    section: str
    text: str
    citations: tuple[Citation, ...] = ()
    is_gap: bool = False
    group: str = ""


def cite(frame: pl.DataFrame, table: str) -> Citation:
    """Return the citation of these rows of a table."""
    ids = tuple(row_ids(frame, table))
    return Citation(table, ids, len(ids))


def cite_all(frame: pl.DataFrame, table: str) -> Citation:
    """Return the citation of a whole table, too long to list row by row."""
    return Citation(table, (ALL,), frame.height)


def row_ids(frame: pl.DataFrame, table: str) -> list[str]:
    """Return the id of each row: its key columns, joined by a bar; times as in the CSV."""
    keys = [_text(pl.col(name), frame.schema[name]) for name in KEYS[table]]
    return frame.select(pl.concat_str(keys, separator="|")).to_series().to_list()


def check_sentences(sentences: Sequence[Sentence], store: Store) -> None:
    """Let nothing pass that a stranger could not look up.

    Raises:
        StageError: a sentence has no citation and is no gap, or cites a row that is not there.

    """
    known: dict[str, tuple[set[str], int]] = {}
    for sentence in sentences:
        if not sentence.citations and not sentence.is_gap:
            raise StageError(f"plan of action: a sentence has no source: {sentence.text!r}")
        for citation in sentence.citations:
            if citation.table not in known:
                known[citation.table] = _known(store, citation.table)
            missing = _missing(citation, *known[citation.table])
            if missing:
                raise StageError(
                    f"plan of action: {citation.table} has no row {missing}, cited by"
                    f" {sentence.text!r}"
                )


def numbered(sentences: Sequence[Sentence]) -> Iterator[tuple[int, Sentence]]:
    """Yield each sentence with its number; a gap has none of its own (0)."""
    count = 0
    for one in sentences:
        count += not one.is_gap
        yield (0 if one.is_gap else count), one


def citation_rows(sentences: Sequence[Sentence]) -> pl.DataFrame:
    """Return the pack's `citations` table: one row per sentence and cited row."""
    schema = {
        "sentence_no": pl.Int64,
        "section": pl.String,
        "sentence": pl.String,
        "kind": pl.String,
        "cited_table": pl.String,
        "row_id": pl.String,
        "rows": pl.Int64,
    }
    rows: list[tuple[object, ...]] = []
    for number, one in numbered(sentences):
        if one.is_gap:
            rows.append((None, one.section, one.text, "to-complete", None, None, None))
        rows += [
            (number, one.section, one.text, "cited", citation.table, name, citation.rows)
            for citation in one.citations
            for name in citation.row_ids
        ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _known(store: Store, table: str) -> tuple[set[str], int]:
    if table not in store.tables():
        return set(), -1
    frame = store.table(table)
    return set(row_ids(frame, table)), frame.height


def _missing(citation: Citation, known: set[str], height: int) -> str:
    """Return the first cited row that is not there; citing nothing at all counts as missing."""
    if citation.row_ids == (ALL,):
        return "" if height == citation.rows else f"count of {citation.rows}"
    absent = [name for name in citation.row_ids if name not in known]
    return absent[0] if absent else "" if citation.row_ids else "at all"


def _text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return column.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return column.cast(pl.String).fill_null("")
