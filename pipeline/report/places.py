"""Says on which page each flagged conversation is shown, and under which fragment."""

import polars as pl

from pipeline.model import SEVERITIES
from pipeline.report.columns import written
from pipeline.report.tables import anchor

PAGE_SIZE = 2000
"""Conversations on one page; beyond it they go to numbered pages beside the report."""

RANKS = {severity: number for number, severity in enumerate(SEVERITIES)}


def ranked(severity: str = "severity") -> pl.Expr:
    """Return how grave a severity is."""
    return pl.col(severity).replace_strict(RANKS, default=0, return_dtype=pl.Int64)


def place_threads(findings: pl.DataFrame, pages_dir: str, size: int = PAGE_SIZE) -> pl.DataFrame:
    """Return the shown threads in time order of their first flagged message.

    The gravest threads, then the earliest, stay in the report (page number 0, an empty page);
    the others follow in time order on numbered pages. Columns: `thread_id`, `flagged_second`,
    `page_no`, `page` (`report.pages/0001.html`), `anchor` (`T-1`), `href`.
    """
    live = pl.col("status") != "dismissed"
    threads = findings.group_by("thread_id").agg(
        first=pl.col("second").min(),
        flagged_second=pl.coalesce(pl.col("second").filter(live).min(), pl.col("second").min()),
        worst=pl.when(live).then(ranked()).otherwise(-1).max(),
    )
    order = threads.sort("worst", "first", "thread_id", descending=[True, False, False])
    stay = order.head(size).with_columns(page_no=pl.lit(0, pl.Int64))
    rest = order.slice(size).sort("first", "thread_id")
    rest = rest.with_columns(page_no=pl.int_range(pl.len(), dtype=pl.Int64) // size + 1)
    number = pl.col("page_no").cast(pl.String).str.zfill(4)
    page = pl.concat_str(pl.lit(f"{pages_dir}/"), number, pl.lit(".html"))
    placed = pl.concat([stay, rest]).with_columns(
        page=pl.when(pl.col("page_no") > 0).then(page).otherwise(pl.lit(""))
    )
    return (
        written(placed, ["thread_id"], "anchor", lambda thread: anchor("T", thread))
        .with_columns(href=pl.concat_str("page", pl.lit("#"), "anchor"))
        .sort("flagged_second", "thread_id")
        .select("thread_id", "flagged_second", "page_no", "page", "anchor", "href")
    )
