"""The project's own tables for what no export holds, copied by hand.

Manual transcript: `thread_id, order_id, asin, sent_at, tz, author_role, author, body, source_note`,
for the Messages page of Seller Central. Anchor events: `at, tz, kind, marketplace, note`, for the
dates of warnings and measures.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from pipeline.config import TableMapping
from pipeline.ingest._report import Names, header_cells, understood, with_columns
from pipeline.ingest._wall_times import in_zone
from pipeline.ingest.base import DIALECT, Context, Layout
from pipeline.ingest.csv_table import Shape, read_delimited
from pipeline.ingest.encodings import looks_like_text
from pipeline.ingest.values import CONTEXT_KINDS, marketplace_of
from pipeline.model import Quarantined, Record, Table

_TRANSCRIPT: Names = {
    name: (name,)
    for name in (
        *("thread_id", "order_id", "asin", "sent_at", "tz", "author_role", "author", "body"),
        *("source_note", "message_id", "channel", "marketplace", "subject", "recipient"),
    )
}
_ANCHORS: Names = {name: (name,) for name in ("at", "tz", "kind", "marketplace", "note")}
_SIDES = {
    "seller": "outbound", "shop": "outbound", "agent": "outbound", "operator": "outbound",
    "us": "outbound", "me": "outbound", "outbound": "outbound",
    "buyer": "inbound", "customer": "inbound", "reviewer": "inbound", "agency": "inbound",
    "inbound": "inbound",
    "staff": "internal", "manager": "internal", "internal": "internal", "note": "internal",
}  # fmt: skip
_NOTICES = {
    "warning": "warning", "risk": "warning", "72-hour": "warning", "at-risk": "warning",
    "deactivation": "deactivation", "suspension": "deactivation", "deactivated": "deactivation",
    "reinstatement": "reinstatement", "reinstated": "reinstatement",
    "appeal": "other", "appeal-rejected": "other", "notice": "other",
}  # fmt: skip
_LONGEST_TITLE = 120


class _Transcripts:
    """Reads both tables."""

    name = "transcripts"
    priority = DIALECT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim the two headers."""
        del path
        return looks_like_text(head) and any(map(_layout, header_cells(head)))

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield messages, or notices and context events.

        Raises:
            UnreadableError: the header has no known columns.

        """
        if context.mapping is not None:
            yield from read_delimited(path, context, Shape())
            return
        for item in read_delimited(path, context, Shape(layout=_layout)):
            if not isinstance(item, Table):
                yield item
            elif item.kind == "messages":
                yield Table("messages", _messages(item.frame, context))
            elif item.frame.is_empty():
                yield item
            else:
                yield from _anchors(item.frame, context)


def _layout(header: Sequence[str], mapping: TableMapping | None = None) -> Layout | None:
    del mapping
    for kind, names, marks in (
        ("messages", _TRANSCRIPT, {"sent_at", "author_role", "body"}),
        ("notices", _ANCHORS, {"at", "tz", "kind"}),
    ):
        found = understood(header, names)
        if marks <= found.keys():
            used = set(found.values())
            return Layout(kind, found, tuple(h for h in header if h and h not in used))
    return None


def _messages(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    body = frame["body"]
    full = with_columns(frame, _TRANSCRIPT).with_columns(body)
    side = (
        pl.col("author_role")
        .str.to_lowercase()
        .replace_strict(_SIDES, default=None, return_dtype=pl.String)
    )
    ours = side.is_in(["outbound", "internal"])
    times = [
        None if at is None else in_zone(at, zone or "", context.marketplace)
        for at, zone in full.select("sent_at", "tz").iter_rows()
    ]
    return full.with_columns(
        pl.Series("sent_at", times, pl.String),
        direction=side,
        sender=pl.col("author"),
        operator=pl.when(ours).then("author"),
        channel=pl.coalesce("channel", pl.lit("buyer-seller-messaging")),
        origin=pl.concat_str(
            pl.lit("manual transcript"), "source_note", separator=": ", ignore_nulls=True
        ),
    )


def _anchors(frame: pl.DataFrame, context: Context) -> Iterator[Record]:
    for row in with_columns(frame, _ANCHORS).iter_rows(named=True):
        market = marketplace_of(row["marketplace"]) if row["marketplace"] else ""
        at = in_zone(row["at"] or "", row["tz"] or "", market or context.marketplace)
        written = (row["kind"] or "").lower().replace(" ", "-").replace("_", "-")
        note = row["note"] or ""
        subject = " ".join(part for part in (row["kind"], market) if part)
        if written in _NOTICES:
            fields = {
                "received_at": at,
                "kind": _NOTICES[written],
                "subject": subject,
                "body": note,
            }
            yield Record("notices", row["locator"], fields)
        else:
            kind = written.replace("-", "_")
            first = note.partition("\n")[0][:_LONGEST_TITLE]
            fields = {
                "occurred_at": at,
                "kind": kind if kind in CONTEXT_KINDS else "other",
                "title": first or subject or "event",
                "detail": note if kind in CONTEXT_KINDS else f"{subject}: {note}",
            }
            yield Record("context_events", row["locator"], fields)


READER = _Transcripts()
