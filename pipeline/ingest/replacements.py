"""Amazon's report of FBA replacements: something sent again, free of charge.

`GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA`. Each is a refund row without an amount
whose reason begins with `replacement:`, so that it is told apart from money.
"""

import polars as pl

from pipeline.ingest._report import Report

_NAMES = {
    "refunded_at": ("shipment-date",),
    "order_id": ("original-amazon-order-id",),
    "again": ("replacement-amazon-order-id",),
    "code": ("replacement-reason-code",),
}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("code").fill_null("no reason given")
    return frame.with_columns(
        refund_id=pl.lit("replacement:") + pl.col("again"),
        reason=pl.lit("replacement: ") + code,
    )


READER = Report(
    name="fba-replacements",
    kind="refunds",
    names=_NAMES,
    marks=("refunded_at", "order_id", "again"),
    finish=_finish,
)
