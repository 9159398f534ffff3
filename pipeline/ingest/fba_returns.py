"""Amazon's report of FBA returns: what buyers wrote when they sent something back.

`GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA`, or the same as CSV from Seller Central. A return is no
refund by the seller; the buyer's comment is read as a message.
"""

import polars as pl

from pipeline.ingest._report import Report

_NAMES = {
    "sent_at": ("return-date",),
    "order_id": ("order-id",),
    "asin": ("asin",),
    "body": ("customer-comments",),
    "subject": ("reason",),
    "plate": ("license-plate-number",),
    "disposition": ("detailed-disposition",),
}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    said = frame.filter(pl.col("body").is_not_null())
    return said.with_columns(
        message_id=pl.lit("fba-return:") + pl.col("plate"),
        subject=pl.lit("Return: ") + pl.col("subject"),
        direction=pl.lit("inbound"),
        channel=pl.lit("return-comment"),
        origin=pl.lit("return-comment"),
    )


READER = Report(
    name="fba-returns",
    kind="messages",
    names=_NAMES,
    marks=("sent_at", "order_id", "disposition", "body"),
    finish=_finish,
    others="without a comment of the buyer hold no message",
)
