"""Tables of reviews by trackers, scrapers and browser extensions, whose columns have many names.

With a state (new, changed, removed) a row is an event. With the day it was seen, in a column or in
the file's name, it is a snapshot. Else a row is the review's creation on its own date, which is
that of the last edit where the buyer edited it.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from pipeline.config import TableMapping
from pipeline.ingest._report import Names, header_cells, understood, with_columns
from pipeline.ingest.base import DIALECT, Context, Layout
from pipeline.ingest.columns import layout_of
from pipeline.ingest.csv_table import Shape, read_delimited
from pipeline.ingest.encodings import looks_like_text
from pipeline.model import Quarantined, Record, Table

_NAMES: Names = {
    "review_id": ("review_id", "reviewid", "review link id", "id"),
    "asin": ("asin", "child asin", "product_id", "variation", "parent_asin", "product asin"),
    "rating": ("rating", "star_rating", "stars", "overall", "score", "review rating"),
    "title": ("title", "review_title", "headline", "summary", "review headline"),
    "body": ("body", "review_body", "review_text", "review content", "content", "text", "review"),
    "buyer_id": ("author", "reviewer", "reviewer name", "author_name", "profile_name", "user_id"),
    "date": ("review_date", "date created", "reviewed at", "date", "created", "timestamp"),
    "seen": ("seen_at", "date received", "scraped_at", "captured_at", "export date", "last seen"),
    "state": ("state", "status", "change", "review status"),
    "marketplace": ("marketplace", "country", "market", "site", "domain"),
    "order_id": ("order_id", "amazon order id", "order number"),
    "url": ("url", "review_url", "link", "review link", "permalink"),
}
_STATES = {
    "new": "created", "created": "created", "added": "created", "active": "created",
    "changed": "updated", "updated": "updated", "edited": "updated", "modified": "updated",
    "removed": "removed", "deleted": "removed",
}  # fmt: skip
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
_SENTENCE = (
    r"(\d{1,2}\.?(?: de)? [^\W\d]{3,12}\.?(?: de)? \d{4}|[^\W\d]{3,12} \d{1,2}, \d{4}"
    r"|\d{4}年\d{1,2}月\d{1,2}日)\s*(?:に.*)?$"
)
_COUNTRY = (
    r"(?:Reviewed in|Rezension aus|Commenté (?:en|au|aux)|Recensito (?:in|nel)"
    r"|(?:Reseñado|Revisado|Calificado) en|Beoordeeld in|Avaliado n[oa]|Recenserad i)\s+"
    r"(?:the |den |dem |der |het |el |la )?(.+?)(?:\s+(?:on|vom|le|il|el|op|em|den)\s.*)?$"
)
_ID_IN_URL = r"/(?:customer-reviews|review)/(R[A-Z0-9]{9,15})"


class _ReviewTracker:
    """Reads any table of reviews that says when, of what and how many stars."""

    name = "review-tracker"
    priority = DIALECT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim tables of reviews which the contract's own columns do not cover."""
        del path
        if not looks_like_text(head):
            return False
        cells = header_cells(head)
        return any(map(_layout, cells)) and not any(map(layout_of, cells))

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield snapshots or events.

        Raises:
            UnreadableError: the header has no known columns.

        """
        if context.mapping is not None:
            yield from read_delimited(path, context, Shape())
            return
        named = _DAY_IN_NAME.search(context.source_file.rpartition("/")[2])
        day = "-".join(named.groups()) if named else None
        said = False
        for item in read_delimited(path, context, Shape(layout=_layout)):
            if not isinstance(item, Table):
                yield item
                continue
            kind, why = _kind(item.frame, day)
            if not said:
                context.notes.append(f"each row is {why}")
                said = True
            yield Table(kind, _finished(with_columns(item.frame, _NAMES), day))


def _layout(header: Sequence[str], mapping: TableMapping | None = None) -> Layout | None:
    del mapping
    found = understood(header, _NAMES)
    which = {"review_id", "asin", "url"} & found.keys()
    when = {"date", "seen"} & found.keys()
    if "rating" not in found or not which or not when or not {"title", "body"} & found.keys():
        return None
    used = set(found.values())
    return Layout("review_events", found, tuple(h for h in header if h and h not in used))


def _kind(frame: pl.DataFrame, day: str | None) -> tuple[str, str]:
    if "state" in frame.columns:
        return "review_events", "an event: the table has a state"
    if "seen" in frame.columns or day:
        return "review_snapshots", "a look at a review, of the day it was seen"
    return "review_events", "taken for the review's creation: the table does not say when it looked"


def _finished(frame: pl.DataFrame, day: str | None) -> pl.DataFrame:
    written = pl.coalesce(pl.col("date").str.extract(_SENTENCE), "date")
    state = pl.col("state").str.to_lowercase()
    return frame.with_columns(
        created_at=written,
        occurred_at=pl.coalesce(pl.when(state.is_not_null()).then("seen"), written, "seen"),
        snapshot_at=pl.coalesce(pl.col("seen"), pl.lit(day, pl.String)),
        event_type=state.replace(_STATES).fill_null("created"),
        marketplace=pl.coalesce("marketplace", pl.col("date").str.extract(_COUNTRY)),
        review_id=pl.coalesce("review_id", pl.col("url").str.extract(_ID_IN_URL)),
    )


READER = _ReviewTracker()
