"""The redacted twin: buyers under stable numbers, mail addresses and phone numbers masked."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import polars as pl

from pipeline.report.cutting import PIECE
from pipeline.report.names import Names, Redactor
from pipeline.report.pieces import cut
from pipeline.report.tables import Row, Tables
from pipeline.store import Store

_MAIL = re.compile(r"[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")
_ORDER = re.compile(r"\b\d{3}-\d{7}-\d{7}\b")
_PHONE = re.compile(r"(?<![\w.,-])(?:\+|00|\(0|0)[\d ()/.\u00a0-]{7,20}\d(?![\w-])")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15

# Columns that hold what people wrote or who they are; ids of orders stay (an appeal needs them).
_THREADS = frozenset({"thread_id", "shown_in"})
_TEXTS = {
    "incidents": ("title", "trigger"),
    "incident_factors": ("evidence",),
    "report_messages": ("subject",),
    "report_steps": ("title", "body"),
    "findings": ("matched_text", "why"),
    "report_queue": ("words_before", "matched_text", "words_after"),
    "notices": ("subject", "body"),
    "context_events": ("title", "detail"),
}


class Pseudonyms:
    """Gives each buyer a number in the order of first sight; the same text, the same number."""

    def __init__(self) -> None:
        """Start with nobody known."""
        self._numbers: dict[str, int] = {}

    def __call__(self, kind: str, text: str) -> str:
        """Return the text without personal data; kind `buyer` is a name or address as a whole."""
        if kind == "buyer":
            key = text.strip().casefold()
            return f"Buyer {self._numbers.setdefault(key, len(self._numbers) + 1)}"
        return _PHONE.sub(_phone, _MAIL.sub(self._mail, text))

    def _mail(self, match: re.Match[str]) -> str:
        known = self._numbers.get(match[0].casefold())
        return f"Buyer {known}" if known else "[mail address]"


def _phone(match: re.Match[str]) -> str:
    digits = sum(letter.isdigit() for letter in match[0])
    if _ORDER.search(match[0]) or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        return match[0]
    return "[phone number]"


def redactor(store: Store) -> Pseudonyms:
    """Return the redactor of an audit: its buyers are numbered by their first flagged thread."""
    names = Pseudonyms()
    for row in store.table("threads").sort("first_message_at", "thread_id").to_dicts():
        if row["buyer_id"]:
            names("buyer", row["buyer_id"])
    return names


def redact(tables: Tables, hide: Redactor) -> Tables:
    """Return the tables with everything masked, and the message texts cut into masked pieces.

    Flagged spans are offsets of the verbatim body, so a body is cut first and masked after.
    Excerpts of quarantined rows are left out: nobody can tell what a broken row names.
    """
    names = {
        thread: Names(messages)
        for thread, messages in tables.by("report_messages", "shown_in").items()
    }
    for known in names.values():
        for buyer in known.buyers():
            hide("buyer", buyer)
    masked = {name: _masked_rows(tables, name, names, hide) for name in _TEXTS}
    masked["report_messages"] = [
        _anonymous(row, names[row["shown_in"]], hide) for row in masked["report_messages"]
    ]
    masked["quarantine"] = [row | {"raw_excerpt": ""} for row in tables["quarantine"]]
    everything = {name: tables[name] for name in (*tables.rows, *tables.frames)} | masked
    rows = {
        name: [_renamed(row, hide) for row in items]
        if items and _THREADS & items[0].keys()
        else items
        for name, items in everything.items()
    }
    pieces = _pieces(tables, names, hide)
    return replace(
        tables,
        rows=rows,
        frames={
            name: pl.DataFrame(rows[name], schema=frame.schema)
            for name, frame in tables.frames.items()
        },
        causes={name: _masked_frame(frame, hide) for name, frame in tables.causes.items()},
        pieces=pieces,
    )


def _masked_rows(
    tables: Tables, name: str, names: Mapping[str, Names], hide: Redactor
) -> list[Row]:
    nobody = Names(())
    columns = _TEXTS[name]
    return [
        _masked(
            row, columns, names.get(str(row.get("shown_in") or row.get("thread_id")), nobody), hide
        )
        for row in tables[name]
    ]


def _anonymous(row: Row, names: Names, hide: Redactor) -> Row:
    """Put the buyer's pseudonym in the place of a sender that is not the seller's."""
    if row["direction"] in ("outbound", "internal") or not row["sender"]:
        return row
    return row | {"sender": names.hide(str(row["sender"]), hide)}


def _pieces(tables: Tables, names: Mapping[str, Names], hide: Redactor) -> pl.DataFrame:
    """Cut each shown message and mask its pieces; a mask that reaches over a cut joins them."""
    segments = tables.by("report_segments", "message_id")
    findings = tables.by("findings", "message_id")
    found = []
    for row in tables["report_messages"]:
        own = row["thread_id"] == row["shown_in"]
        spans = [
            (f["match_start"], f["match_end"])
            for f in (findings.get(row["message_id"], ()) if own else ())
            if f["matched_in"] != "subject" and f["match_start"] is not None
        ]
        mask = partial(names[row["shown_in"]].hide, redactor=hide)
        blocks = cut(
            row["body"] or "",
            segments.get(row["message_id"], ()),
            spans,
            mask,
        )
        place = _renamed({"shown_in": row["shown_in"]}, hide)["shown_in"]
        found += [
            (row["message_id"], place, number, block.kind, piece.marked, piece.text)
            for number, block in enumerate(blocks)
            for piece in block.pieces
        ]
    schema = {
        "message_id": pl.String,
        "shown_in": pl.String,
        **{name: kind for name, kind in PIECE.items() if name != "row"},
    }
    return pl.DataFrame(found, schema=schema, orient="row")


def _renamed(row: Row, hide: Redactor) -> Row:
    """Replace thread ids that are addresses; the same id gets the same name in every table."""
    return {
        key: hide("buyer", value) if key in _THREADS and value and "@" in value else value
        for key, value in row.items()
    }


def _masked_frame(frame: pl.DataFrame | None, hide: Redactor) -> pl.DataFrame | None:
    if frame is None:
        return None
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    masked = {
        name: [hide("body", text) if text else text for text in frame[name].to_list()]
        for name in texts
    }
    return frame.with_columns(
        pl.Series(name, values, dtype=pl.String) for name, values in masked.items()
    )


def _masked(row: Row, columns: tuple[str, ...], names: Names, hide: Redactor) -> Row:
    return {
        key: names.hide(value, hide) if key in columns and value else value
        for key, value in row.items()
    }
