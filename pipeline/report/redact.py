"""The redacted twin: buyers under stable numbers, mail addresses and phone numbers masked."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from pipeline.report.cutting import PIECE
from pipeline.report.names import NOBODY, Names, Redactor
from pipeline.report.pieces import cut
from pipeline.report.shown import Conversations, Shown
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


def redact(tables: Tables, talks: Conversations, hide: Redactor) -> tuple[Tables, Conversations]:
    """Return tables and conversations with everything masked.

    Excerpts of quarantined rows are left out: nobody can tell what a broken row names.
    """
    names = {
        str(thread): Names(rows.to_dicts())
        for (thread,), rows in talks.keys.group_by("shown_in", maintain_order=True)
    }
    for known in names.values():
        for buyer in known.buyers():
            hide("buyer", buyer)
    renames = _Renames(hide)
    masked = {name: _masked_rows(tables, name, names, hide) for name in _TEXTS}
    masked["quarantine"] = [row | {"raw_excerpt": ""} for row in tables["quarantine"]]
    everything = {name: tables[name] for name in (*tables.rows, *tables.frames)} | masked
    rows = {name: [renames.row(row) for row in items] for name, items in everything.items()}
    hidden = replace(
        tables,
        rows=rows,
        frames={
            name: pl.DataFrame(rows[name], schema=frame.schema)
            for name, frame in tables.frames.items()
        },
        causes={name: _masked_frame(frame, hide) for name, frame in tables.causes.items()},
    )
    return hidden, _Masked(talks, tables.by("findings", "message_id"), names, renames, hide)


class _Renames:
    """Replaces thread ids that are addresses; the same id gets the same name in every table."""

    def __init__(self, hide: Redactor) -> None:
        self._hide = hide
        self._originals: dict[str, dict[str, None]] = {}

    def __call__(self, thread: str) -> str:
        if not thread or "@" not in thread:
            return thread
        name = self._hide("buyer", thread)
        self._originals.setdefault(name, {})[thread] = None
        return name

    def row(self, row: Row) -> Row:
        """Return a row of any table."""
        return {
            key: self(value) if key in _THREADS and value else value for key, value in row.items()
        }

    def frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame of any table."""
        for column in sorted(_THREADS & set(frame.columns)):
            found = frame.get_column(column).drop_nulls().unique(maintain_order=True)
            names = {thread: self(thread) for thread in found.to_list() if "@" in thread}
            frame = frame.with_columns(pl.col(column).replace(names)) if names else frame
        return frame

    def originals(self, names: Sequence[str]) -> list[str]:
        """Return the ids that these names stand for."""
        return [thread for name in names for thread in self._originals.get(name, (name,))]


class _Masked:
    """The conversations with buyers under numbers, their texts cut into masked pieces."""

    def __init__(
        self,
        talks: Conversations,
        findings: Mapping[str, list[Row]],
        names: Mapping[str, Names],
        renames: _Renames,
        hide: Redactor,
    ) -> None:
        self._talks = talks
        self._findings = findings
        self._names = names
        self._renames = renames
        self._hide = hide
        self.keys = renames.frame(talks.keys)

    @property
    def wordings(self) -> pl.DataFrame:
        return self._talks.wordings

    def read(self, threads: Sequence[str]) -> Shown:
        """Return what is shown under these threads.

        Flagged spans are offsets of the verbatim body, so a body is cut first and masked after.
        """
        found = self._talks.read(self._renames.originals(threads))
        rows = [self._row(row) for row in found.messages.to_dicts()]
        messages = pl.DataFrame(rows, schema=found.messages.schema)
        steps = [self._step(row) for row in found.steps.to_dicts()]
        pieces = self._pieces(messages, found.segments)
        return Shown(
            messages=self._renames.frame(messages),
            segments=found.segments,
            steps=self._renames.frame(pl.DataFrame(steps, schema=found.steps.schema)),
            trail=self._renames.frame(found.trail),
            pieces=self._renames.frame(pieces),
        )

    def _row(self, row: Row) -> Row:
        """Mask the subject, and a sender that is not the seller's."""
        names = self._names[row["shown_in"]]
        row = _masked(row, ("subject",), names, self._hide)
        if row["direction"] in ("outbound", "internal") or not row["sender"]:
            return row
        return row | {"sender": names.hide(str(row["sender"]), self._hide)}

    def _step(self, row: Row) -> Row:
        names = self._names.get(str(row["shown_in"]), NOBODY)
        return _masked(row, ("title", "body"), names, self._hide)

    def _pieces(self, messages: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
        """Cut each message and mask its pieces; a mask that reaches over a cut joins them."""
        stretches: dict[str, list[Row]] = defaultdict(list)
        for row in segments.to_dicts():
            stretches[row["message_id"]].append(row)
        found = []
        for row in messages.to_dicts():
            own = row["thread_id"] == row["shown_in"]
            spans = [
                (f["match_start"], f["match_end"])
                for f in (self._findings.get(row["message_id"], ()) if own else ())
                if f["matched_in"] != "subject" and f["match_start"] is not None
            ]
            mask = partial(self._names[row["shown_in"]].hide, redactor=self._hide)
            blocks = cut(row["body"] or "", stretches.get(row["message_id"], ()), spans, mask)
            found += [
                (row["message_id"], row["shown_in"], number, block.kind, piece.marked, piece.text)
                for number, block in enumerate(blocks)
                for piece in block.pieces
            ]
        schema = {
            "message_id": pl.String,
            "shown_in": pl.String,
            **{name: kind for name, kind in PIECE.items() if name != "row"},
        }
        return pl.DataFrame(found, schema=schema, orient="row")


def _masked_rows(
    tables: Tables, name: str, names: Mapping[str, Names], hide: Redactor
) -> list[Row]:
    columns = _TEXTS[name]
    return [
        _masked(
            row, columns, names.get(str(row.get("shown_in") or row.get("thread_id")), NOBODY), hide
        )
        for row in tables[name]
    ]


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
