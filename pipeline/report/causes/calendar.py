"""The counterfactual calendar: what a control begun in each month would have come before."""

import polars as pl

from pipeline.report.causes.plots import Plot, column_plot
from pipeline.report.factors import with_days
from pipeline.report.tables import Tables
from pipeline.report.words import Words

MONTHS_SHOWN = 24


def plot_calendar(frame: pl.DataFrame, tables: Tables, words: Words) -> list[Plot]:
    """Plot for each kind of control the conversations that began after its first alert."""
    del tables
    plots: list[Plot] = []
    for (mode,), part in (
        frame.sort("scan_from").partition_by("mode", as_dict=True, maintain_order=True).items()
    ):
        rows = part.tail(MONTHS_SHOWN).to_dicts()
        values = []
        for row in rows:
            n, total = row["avoidable_threads"] or 0, row["n_threads"] or 0
            alert = words.day(row["first_alert_at"]) if row["first_alert_at"] else ""
            told = words(
                "causes.begun",
                day=words.day(row["scan_from"]),
                alert=alert or words("causes.never"),
                n=n,
                total=total,
            )
            values.append((float(n), words.short_month(row["scan_from"]), words.number(n), told))
        plot = column_plot(words.name("control_mode", mode), values)
        if rows:
            begun = words.day(rows[0]["scan_from"])
            reading = with_days(str(rows[0]["reading"] or ""), words)
            plot.said.append(words("causes.if_begun", day=begun, reading=reading))
        plots.append(plot)
    return plots
