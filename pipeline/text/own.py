"""Which stretches of each body its sender wrote, as the scan wants them."""

import polars as pl


def own_stretches(segments: pl.DataFrame) -> pl.DataFrame:
    """Return one row a message: `own`, the list of its own stretches (start, end) in order.

    `segments` has the columns of `sql/schema/segments.sql`. A message that is its sender's from
    end to end has no row; one without any own stretch gets an empty list, so that nothing of it
    is scanned.
    """
    is_own = pl.col("kind") == "own"
    stretch = pl.struct(
        pl.col("segment_start").cast(pl.Int32).alias("start"),
        pl.col("segment_end").cast(pl.Int32).alias("end"),
    )
    mixed = segments.filter(~is_own.all().over("message_id"))
    return mixed.group_by("message_id", maintain_order=True).agg(
        stretch.filter(is_own).alias("own")
    )
