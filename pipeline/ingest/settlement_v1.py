"""Amazon's settlement report, version 1: one row with a price, a fee and a promotion each.

`GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE`, with `price-type` and `price-amount`.
"""

import polars as pl

from pipeline.ingest._settlement import COMMON, Settlement

READER = Settlement(
    name="settlement-v1",
    names={
        **COMMON,
        "price_type": ("price-type",),
        "price": ("price-amount",),
        "promotion": ("promotion-amount",),
    },
    marks=("settlement", "type", "order_id", "price_type", "price"),
    amounts=("price", "promotion"),
    is_price=pl.any_horizontal(pl.col("price", "promotion").is_not_null()),
)
