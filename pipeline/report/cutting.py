"""Cuts all shown messages at once: own words, quoted tails, and the flagged words in them."""

import polars as pl

PIECE = {
    "row": pl.UInt32,
    "block": pl.Int64,
    "kind": pl.String,
    "marked": pl.Boolean,
    "text": pl.String,
}
"""The pieces of messages: which message, which block of it, its kind, flagged or not, the words."""


def cut_all(messages: pl.DataFrame, segments: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Cut bodies at their segments and flagged spans (code points); every letter is kept.

    `messages` has `row` and `body`; `segments` `row`, `segment_start`, `segment_end`, `kind`;
    `spans` `row`, `match_start`, `match_end`. Returns pieces in order, blank blocks left out,
    without the line breaks before a block and the blanks after it. `pieces.cut` does the same
    for one message whose text has to be masked.
    """
    bodies = messages.select("row", "body", size=pl.col("body").str.len_chars().cast(pl.Int64))
    bodies = bodies.filter(pl.col("size") > 0)
    in_parts = pl.concat([segments.select("row"), spans.select("row")]).unique()
    plain = bodies.join(in_parts, on="row", how="anti").select(
        "row", block=pl.lit(1, pl.Int64), kind=pl.lit("own"), marked=False, text="body"
    )
    cut = _cut(bodies.join(in_parts, on="row", how="semi"), segments, spans)
    return trimmed(pl.concat([plain, cut])).sort("row", maintain_order=True)


def _cut(bodies: pl.DataFrame, segments: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    stretches = _within(segments, bodies, "segment")
    flagged = _within(spans, bodies, "match")
    edges = pl.concat(
        [
            bodies.select("row", at=pl.lit(0, pl.Int64)),
            bodies.select("row", at="size"),
            *(stretches.select("row", at=end) for end in ("start", "end")),
            *(flagged.select("row", at=end) for end in ("start", "end")),
        ]
    )
    pieces = (
        edges.unique()
        .sort("row", "at")
        .with_columns(end=pl.col("at").shift(-1).over("row"))
        .drop_nulls("end")
    )
    pieces = _kinds(pieces, stretches)
    pieces = _joined(_marks(pieces, flagged))
    pieces = pieces.join(bodies, on="row", how="left", maintain_order="left").with_columns(
        text=pl.col("body").str.slice(pl.col("at"), pl.col("end") - pl.col("at"))
    )
    changed = (pl.col("kind") != pl.col("kind").shift()).fill_null(value=True)
    return pieces.with_columns(block=changed.cum_sum().over("row").cast(pl.Int64)).select(
        list(PIECE)
    )


def trimmed(pieces: pl.DataFrame) -> pl.DataFrame:
    """Leave out blank blocks, line breaks before a block, and blanks after it."""
    blank = pl.col("text").str.strip_chars() == ""
    block = pl.struct("row", "block").rle_id()
    pieces = pieces.with_columns(group=block).filter(~blank.all().over("group"))
    first = (pl.col("group") != pl.col("group").shift()).fill_null(value=True)
    last = (pl.col("group") != pl.col("group").shift(-1)).fill_null(value=True)
    text = pl.when(first).then(pl.col("text").str.strip_chars_start("\r\n")).otherwise("text")
    return (
        pieces.with_columns(text=text)
        .with_columns(
            text=pl.when(last).then(pl.col("text").str.strip_chars_end()).otherwise("text")
        )
        .filter(pl.col("text") != "")
        .drop("group")
    )


def _joined(pieces: pl.DataFrame) -> pl.DataFrame:
    """Join neighbours of one kind that are both flagged or both not."""
    run = pl.struct("row", "kind", "marked").rle_id().alias("run")
    return pieces.group_by(run, maintain_order=True).agg(
        pl.col("row", "at", "kind", "marked").first(), pl.col("end").last()
    )


def _within(stretches: pl.DataFrame, bodies: pl.DataFrame, name: str) -> pl.DataFrame:
    """Keep the stretches that begin inside their message, and end them where it ends."""
    low, high = f"{name}_start", f"{name}_end"
    return (
        stretches.join(bodies.select("row", "size"), on="row")
        .filter(pl.col(low) < pl.col("size"))
        .with_columns(
            start=pl.max_horizontal(pl.col(low).cast(pl.Int64), 0),
            end=pl.min_horizontal(pl.col(high).cast(pl.Int64), "size"),
        )
        .sort("row", "start", "end")
    )


def _kinds(pieces: pl.DataFrame, stretches: pl.DataFrame) -> pl.DataFrame:
    """Say of each piece which kind of segment it lies in; own where it lies in none."""
    found = pieces.join_asof(
        stretches.select("row", "start", "kind", until="end").sort("start"),
        left_on="at",
        right_on="start",
        by="row",
        check_sortedness=False,
    )
    inside = pl.col("at") < pl.col("until")
    return found.select(
        "row", "at", "end", kind=pl.when(inside).then("kind").otherwise(pl.lit("own"))
    )


def _marks(pieces: pl.DataFrame, flagged: pl.DataFrame) -> pl.DataFrame:
    """Say of each piece whether it lies in a flagged span: one begun before it ends after it."""
    reach = flagged.select("row", "start", until=pl.col("end").cum_max().over("row"))
    found = pieces.join_asof(
        reach.sort("start"), left_on="at", right_on="start", by="row", check_sortedness=False
    )
    return found.with_columns(marked=(pl.col("at") < pl.col("until")).fill_null(value=False))
