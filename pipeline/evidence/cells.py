"""How a value is written for people: times, decimals, booleans, and no formula ever."""

import polars as pl

FORMULA = r"^[\s\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]"
"""What a spreadsheet would take for a formula, after the blanks and marks it skips.

OWASP, "CSV Injection": the full-width forms count where the spreadsheet speaks Japanese.
"""

TWO_DECIMALS = frozenset({"confidence", "score", "strength", "lag_hours"})
"""Columns whose numbers are written with two decimals (CONTRACT section 4)."""


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with every column as the text that CSV and XLSX hold (null stays null)."""
    return frame.select(_column(name, dtype) for name, dtype in frame.schema.items())


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run.

    Numbers are left alone, so guard a frame before its numbers become text: -24.00 is no formula.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )


def _column(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        return column.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(dtype, pl.Boolean):
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false")).alias(name)
    if isinstance(dtype, pl.Float64) and name in TWO_DECIMALS:
        return column.round(2).map_elements(lambda value: f"{value:.2f}", return_dtype=pl.String)
    if isinstance(dtype, pl.Float64):
        return column.map_elements(lambda value: f"{value:g}", return_dtype=pl.String)
    return column.cast(pl.String)
