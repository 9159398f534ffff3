"""Stars after contact: how many low reviews changed, and how many were to be expected."""

from typing import Any

import polars as pl

from pipeline.report.causes.notices import p_value
from pipeline.report.causes.plots import Plot, Row, RowPlot, Share, percent
from pipeline.report.tables import Tables
from pipeline.report.words import Words

_TOPS = (2, 10)


def plot_lift(frame: pl.DataFrame, tables: Tables, words: Words) -> list[Plot]:
    """Plot each comparison: all low reviews first, then those of each number of stars."""
    del tables
    scale = Share([100.0])
    plots: list[Plot] = []
    for (arm, reference), part in frame.partition_by(
        ["arm", "reference"], as_dict=True, maintain_order=True
    ).items():
        one, other = words.name("arm", arm), words.name("arm", reference)
        plots.append(
            RowPlot(
                words("causes.compared", one=one, other=other),
                [one, words("causes.comparable"), words("causes.verdict")],
                [_row(row, scale, words) for row in part.to_dicts()],
                ticks=scale.ticks,
                legend=[("bar-bad", one), ("bar-none", words("causes.expected"))],
            )
        )
    return plots


def _row(row: dict[str, Any], scale: Share, words: Words) -> Row:
    stars = row["stars"]
    label = words("causes.all_low") if stars == "all" else words("threads.stars", n=int(stars))
    found = Row(label, [], depth=0 if stars == "all" else 1)
    changed = words("incidents.of", n=row["arm_changed"], total=row["arm_reviews"])
    if row["share_arm"] is not None:
        changed = f"{changed}, {percent(row['share_arm'])}"
    shares, compared = [row["share_arm"], None], ""
    if row["p_holm"] is not None:
        shares = [row["share_compared"], row["share_expected"]]
        compared = words(
            "causes.against", n=row["compared_changed"], expected=f"{row['expected_changed']:.1f}"
        )
    for share, top, kind in zip(shares, _TOPS, ("bad", "none"), strict=True):
        if share:
            found.bars.append((round(scale.x(share) - scale.x(0), 1), top, kind))
    found.cells += [changed, compared, _verdict(row, words)]
    return found


def _verdict(row: dict[str, Any], words: Words) -> str:
    """Return the verdict with ratio, interval and p-value; a bound without a ratio is infinite."""
    verdict = words.name("verdict_words", row["verdict"])
    if row["odds_low"] is None:
        return verdict
    ratio, low, high = (
        "∞" if row[name] is None else f"{row[name]:.1f}"
        for name in ("odds_ratio", "odds_low", "odds_high")
    )
    numbers = words("causes.odds", ratio=ratio, low=low, high=high, p=p_value(row["p_holm"], words))
    return f"{verdict}; {numbers}"
