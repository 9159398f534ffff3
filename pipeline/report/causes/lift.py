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
                [one, words("causes.expected"), words("causes.verdict")],
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
    count = words("incidents.of", n=row["arm_changed"], total=row["arm_reviews"])
    shares = [row["share_arm"], row["share_expected"]]
    texts = [count, "" if shares[1] is None else f"{row['expected_changed']:.1f}"]
    for share, text, top, kind in zip(shares, texts, _TOPS, ("bad", "none"), strict=True):
        found.cells.append(text if share is None else f"{text}, {percent(share)}")
        if share:
            found.bars.append((round(scale.x(share) - scale.x(0), 1), top, kind))
    verdict = words.name("verdict_words", row["verdict"])
    odds = row.get("odds_ratio")
    if odds is not None:
        numbers = words(
            "causes.odds",
            ratio=f"{odds:.1f}",
            low=f"{row['odds_low'] or 0:.1f}",
            high="∞" if row["odds_high"] is None else f"{row['odds_high']:.1f}",
            p=p_value(row["p_holm"], words),
        )
        verdict = f"{verdict}; {numbers}"
    found.cells.append(verdict)
    return found
