"""Stars after contact: how many low reviews changed, of contacted buyers and of the others."""

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
                [one, other, words("causes.verdict")],
                [_row(row, scale, words) for row in part.to_dicts()],
                ticks=scale.ticks,
                legend=[("bar-bad", one), ("bar-none", other)],
            )
        )
    return plots


def _row(row: dict[str, Any], scale: Share, words: Words) -> Row:
    stars = row["stars"]
    label = words("causes.all_low") if stars == "all" else words("threads.stars", n=int(stars))
    sides = (("arm", "bad"), ("reference", "none"))
    found = Row(label, [], depth=0 if stars == "all" else 1)
    for (side, kind), top in zip(sides, _TOPS, strict=True):
        share, n, total = row[f"share_{side}"], row[f"{side}_changed"], row[f"{side}_reviews"]
        count = words("incidents.of", n=n, total=total)
        found.cells.append(count if share is None else f"{count}, {percent(share)}")
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
