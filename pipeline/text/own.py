"""Which stretches of each body its sender wrote, as the scan wants them."""

import polars as pl


def own_stretches(segments: pl.DataFrame) -> pl.DataFrame:
    """Return one row a message: `own`, the list of its own stretches (start, end) in order.

    `segments` has the columns of `sql/schema/segments.sql`; a message without any own stretch
    gets an empty list, so that nothing of it is scanned.
    """
    is_own = pl.col("kind") == "own"
    stretch = pl.struct(
        pl.col("segment_start").cast(pl.Int32).alias("start"),
        pl.col("segment_end").cast(pl.Int32).alias("end"),
    )
    return segments.group_by("message_id", maintain_order=True).agg(
        stretch.filter(is_own).alias("own")
    )
