"""Where a wording came from: families of near-duplicates, and who wrote which form of it when."""

import polars as pl

from pipeline.report.causes.plots import HEIGHT, WIDTH, Plot, Row, RowPlot
from pipeline.report.causes.uses import ends, notice_lines, time_scale
from pipeline.report.pieces import visible
from pipeline.report.scale import Scale
from pipeline.report.tables import Tables
from pipeline.report.words import Words

FAMILIES_SHOWN = 8
FORMS_SHOWN = 8


def plot_lineage(frame: pl.DataFrame, tables: Tables, words: Words) -> list[Plot]:
    """Plot the families that somebody took over or reworded; the others are counted."""
    if frame.is_empty():
        return []
    scale = time_scale(tables, frame, "first_at")
    families = frame.partition_by("phrase_id", maintain_order=True)
    told = sorted(
        (family for family in families if family.height > 1),
        key=lambda family: (
            -family["n_messages"].sum(),
            family["first_at"].min(),
            family["phrase_id"][0],
        ),
    )
    rows = [row for family in told[:FAMILIES_SHOWN] for row in _family(family, scale, words)]
    plot = RowPlot(
        "",
        [
            words("causes.first_use"),
            words("causes.role"),
            words("causes.messages"),
            words("causes.buyers"),
        ],
        rows,
        ticks=ends(scale, words),
        refs=notice_lines(tables, scale),
        legend=[
            ("bad", words("causes.first_use")),
            ("notice", words("causes.notice_line")),
        ],
    )
    singles = len(families) - len(told)
    if singles:
        plot.said.append(words("causes.single_wordings", n=singles))
    if len(told) > FAMILIES_SHOWN:
        more = len(told) - FAMILIES_SHOWN
        plot.said.append(words("causes.more_families", n=more))
    return [plot]


def _family(family: pl.DataFrame, scale: Scale, words: Words) -> list[Row]:
    """Return the first message of a wording, and under it those who came after."""
    forms = family.sort("first_at", "variant_id", "operator").to_dicts()
    head = forms[0]
    found, middle = [], HEIGHT / 2
    for number, form in enumerate(forms[:FORMS_SHOWN]):
        role = words.name("role", form["role"])
        if form["taken_from_operator"] and form["role"] == "taken over":
            lag = words.lag(round((form["days_after_source"] or 0) * 1440))
            role = words("causes.taken", who=visible(form["taken_from_operator"]), lag=lag)
        same = form["wording"] == head["wording"]
        found.append(
            Row(
                visible(str(form["operator"] or words("incidents.nobody"))),
                [
                    words.day(form["first_at"]),
                    role,
                    words.number(form["n_messages"] or 0),
                    words.number(form["n_buyers"] or 0),
                ],
                detail=visible(str(form["wording"] or "")) if number == 0 or not same else "",
                depth=0 if number == 0 else 1,
                lines=[(scale.x(form["first_at"]), WIDTH - 6, middle, "bad")]
                if number == 0
                else [],
                dots=[(scale.x(form["first_at"]), middle, "bad")],
            )
        )
    if len(forms) > FORMS_SHOWN:
        more = words("causes.more_forms", n=len(forms) - FORMS_SHOWN)
        found.append(Row(more, ["", "", "", ""], depth=1))
    return found
