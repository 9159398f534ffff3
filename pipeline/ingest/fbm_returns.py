"""Amazon's report of returns the seller handles himself, with the amounts he refunded.

`GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE`. The report does not say when the money was given back:
the day the return arrived is taken, else the day it was asked for.
"""

import polars as pl

from pipeline.ingest._report import Report

_NAMES = {
    "order_id": ("Order ID",),
    "asked": ("Return request date",),
    "arrived": ("Return delivery date",),
    "rma": ("Amazon RMA ID",),
    "amount": ("Refunded Amount",),
    "currency": ("Currency code",),
    "why": ("Return Reason",),
    "resolution": ("Resolution",),
}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    refunded = frame.filter(pl.col("amount").str.contains("[1-9]").fill_null(value=False))
    return refunded.with_columns(
        refund_id=pl.lit("return:") + pl.col("rma"),
        refunded_at=pl.coalesce("arrived", "asked"),
        reason=pl.concat_str("why", "resolution", separator=": ", ignore_nulls=True),
    )


READER = Report(
    name="fbm-returns",
    kind="refunds",
    names=_NAMES,
    marks=("order_id", "asked", "rma", "amount"),
    finish=_finish,
    others="without a refunded amount hold no refund",
)
