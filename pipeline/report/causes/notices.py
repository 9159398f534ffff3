"""Before and after each warning and deactivation: the test, and who went on."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipeline.report.causes.plots import Plot, Row, RowPlot, Share, percent
from pipeline.report.factors import shown_name, with_days
from pipeline.report.tables import Tables
from pipeline.report.words import Words

ROWS_SHOWN = 10
_BEFORE, _AFTER = 5, 13
_DIMENSIONS = ("all", "operator", "channel", "template")


def plot_notices(frame: pl.DataFrame, tables: Tables, words: Words) -> list[Plot]:
    """Plot for each notice the rates before and after it, with the tests' sentences."""
    rates = tables.causes["rates"]
    plots: list[Plot] = []
    for (notice, at), tests in frame.partition_by(
        ["notice_id", "received_at"], as_dict=True, maintain_order=True
    ).items():
        first = tests.row(0, named=True)
        title = words("causes.notice", kind=words.name("kind", first["class"]), day=words.day(at))
        said = [_tested(test, words) for test in tests.to_dicts()]
        pairs = _pairs(rates, notice) if rates is not None else []
        plots.append(_plot(title, pairs, said, words))
    return plots


def _tested(test: dict[str, Any], words: Words) -> str:
    """Say what a test came to, with its numbers."""
    parts = [with_days(str(test["reading"]), words)]
    if test["rate_ratio"] is not None and test["ratio_high"] is not None:
        parts.append(
            words(
                "causes.ratio",
                ratio=f"{test['rate_ratio']:.2f}",
                low=f"{test['ratio_low'] or 0:.2f}",
                high=f"{test['ratio_high']:.2f}",
                p=p_value(test["p_holm"], words),
            )
        )
    exposure = words.name("exposure", test["exposure"])
    return f"{exposure}: {'; '.join(parts)}: {words.name('verdict_words', test['verdict'])}."


def p_value(value: float | None, words: Words) -> str:
    """Write the chance of such a difference by chance alone."""
    least = 0.001
    if value is None:
        return words("causes.no_p")
    return f"p < {least}" if value < least else f"p = {value:.3f}"


def _pairs(rates: pl.DataFrame, notice: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the rates before and after a notice, of values that violate in either."""
    mine = rates.filter(
        (pl.col("notice_id") == notice) & pl.col("dimension").is_in(_DIMENSIONS)
    ).to_dicts()
    sides: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in mine:
        sides.setdefault((row["dimension"], row["value"]), {})[row["period"]] = row
    empty = {"rate": None, "violating_threads": 0, "outbound_threads": 0}
    found = [
        (
            side.get("before", empty | {"dimension": key[0], "value": key[1]}),
            side.get("after", empty),
        )
        for key, side in sides.items()
    ]
    found = [pair for pair in found if any(side["violating_threads"] for side in pair)]
    return sorted(
        found, key=lambda pair: (_DIMENSIONS.index(pair[0]["dimension"]), pair[0]["value"])
    )


def _plot(
    title: str,
    pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]],
    said: list[str],
    words: Words,
) -> RowPlot:
    shown = pairs[:ROWS_SHOWN]
    scale = Share(side["rate_high"] for pair in shown for side in pair if side["rate"] is not None)
    rows = []
    for pair in shown:
        name, value = pair[0]["dimension"], str(pair[0]["value"])
        row = Row(
            words("causes.all") if name == "all" else shown_name(name, value),
            [_count(side, words) for side in pair],
            detail="" if name == "all" else words.name("novelty", name),
        )
        for side, height, kind in zip(pair, (_BEFORE, _AFTER), ("before", "bad"), strict=True):
            if side["rate"] is not None:
                ends = (scale.x(side["rate_low"]), scale.x(side["rate_high"]))
                row.lines.append((*ends, height, kind))
                row.dots.append((scale.x(side["rate"]), height, kind))
        rows.append(row)
    return RowPlot(
        title,
        [words("causes.before"), words("causes.after")],
        rows,
        ticks=scale.ticks,
        said=said,
        legend=[("before", words("causes.before")), ("bad", words("causes.after"))],
    )


def _count(side: dict[str, Any], words: Words) -> str:
    count = words("incidents.of", n=side["violating_threads"], total=side["outbound_threads"])
    return count if side["rate"] is None else f"{count}, {percent(side['rate'])}"
