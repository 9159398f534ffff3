"""Amazon's settlement report, version 2: one row an amount.

`GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2`; the first row is the summary, and the only one with
the currency.
"""

import polars as pl

from pipeline.ingest._settlement import COMMON, Settlement

_TO_THE_BUYER = ("itemprice", "promotion")

READER = Settlement(
    name="settlement-v2",
    names={
        **COMMON,
        "amount_type": ("amount-type",),
        "description": ("amount-description",),
        "amount": ("amount",),
    },
    marks=("settlement", "type", "order_id", "amount_type", "amount"),
    amounts=("amount",),
    is_price=pl.col("amount_type").str.to_lowercase().is_in(_TO_THE_BUYER),
)
