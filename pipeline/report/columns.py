"""Columns as the report writes them: times, names, lengths of time, lists of words."""

from collections.abc import Callable, Sequence
from string import Formatter

import polars as pl

from pipeline.report.words import Words


def stamped(frame: pl.DataFrame, column: str, words: Words) -> pl.DataFrame:
    """Add the seconds since 1970, the local day and time of day, and the time in UTC.

    The columns are `second`, `day` (6 Feb 2026), `clock` (16:19), `iso` (2026-02-06T16:19:00Z)
    and `utc` (2026-02-06 16:19:00); all are null where the time is.
    """
    utc = pl.col(column).dt.convert_time_zone("UTC")
    local = pl.col(column).dt.convert_time_zone(words.zone.key)
    months = dict(enumerate(words.entry("months_short"), 1))
    month = local.dt.month().cast(pl.Int32).replace_strict(months, return_dtype=pl.String)
    return frame.with_columns(
        second=utc.dt.epoch("s"),
        day=pl.concat_str(
            local.dt.day().cast(pl.String), month, local.dt.year().cast(pl.String), separator=" "
        ),
        clock=local.dt.strftime("%H:%M"),
        iso=utc.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    ).with_columns(
        utc=pl.concat_str(
            pl.col("iso").str.slice(0, 10), pl.lit(" "), pl.col("iso").str.slice(11, 8)
        )
    )


def written(
    frame: pl.DataFrame, columns: Sequence[str], name: str, write: Callable[..., str]
) -> pl.DataFrame:
    """Add a text column that `write` makes of others; it is asked once for each of their values."""
    values = frame.select(columns).unique(maintain_order=True)
    texts = [write(*row) for row in values.iter_rows()]
    values = values.with_columns(pl.Series(name, texts, dtype=pl.String))
    return frame.join(values, on=list(columns), how="left", nulls_equal=True, maintain_order="left")


def flat(text: pl.Expr) -> pl.Expr:
    """Return a text on one line, with single blanks."""
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def joined(columns: Sequence[pl.Expr | str], separator: str) -> pl.Expr:
    """Join the columns that say something."""
    said = [pl.col(item) if isinstance(item, str) else item for item in columns]
    parts = [pl.when(item != "").then(item) for item in said]
    return pl.concat_str(parts, separator=separator, ignore_nulls=True)


def place() -> pl.Expr:
    """Return where a row stands: its file, and the place in it."""
    return joined(["source_file", "source_locator"], ", ")


def named(column: str, names: dict[str, str]) -> pl.Expr:
    """Put names in the place of ids; an id without one stays."""
    return pl.col(column).replace(names)


def said(words: Words, key: str, **values: pl.Expr) -> pl.Expr:
    """Return a text of the report with columns in the place of its names."""
    parts: list[pl.Expr] = []
    for literal, name, _, _ in Formatter().parse(str(words.entry(key))):
        parts += [pl.lit(literal)] if literal else []
        parts += [values[name]] if name else []
    return pl.concat_str(parts)
