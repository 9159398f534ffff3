"""The usual order of such a case, step by step, with what this conversation shows of it."""

import polars as pl

from pipeline.report.columns import written
from pipeline.report.stencil import Stencils
from pipeline.report.words import Words

_UNPLACED = 1000


def build_trails(
    steps: pl.DataFrame, anchors: pl.DataFrame, words: Words, stencils: Stencils
) -> pl.DataFrame:
    """Return the markup of each thread's trail: `thread_id`, `html_trail`.

    `steps` is `thread_steps`: what happened stands in its order with its lag, then what did not
    or cannot be known; steps outside the usual order (a promise, the platform's own template, a
    buyer's demand) are named beside. `anchors` says where messages are shown.
    """
    shown = anchors.select("message_id", shown_in="shown_in", fragment="anchor")
    steps = steps.join(
        shown,
        left_on=["thread_id", "source_id"],
        right_on=["shown_in", "message_id"],
        how="left",
        maintain_order="left",
    ).with_columns(
        place=pl.when(pl.col("status") == "found")
        .then("order_no")
        .otherwise(pl.col("step_no") + _UNPLACED),
        href=pl.when((pl.col("source_table") == "messages") & (pl.col("fragment") != "")).then(
            pl.lit("#") + pl.col("fragment")
        ),
        minutes=pl.when((pl.col("status") == "found") & (pl.col("order_no") > 1)).then(
            (pl.col("lag_hours") * 60).round().cast(pl.Int64)
        ),
    )
    steps = written(steps, ["minutes"], "lag", lambda n: "" if n is None else words.lag(n))
    usual = steps.filter(pl.col("step_no") > 0).sort("thread_id", "place", "step_no")
    usual = usual.with_columns(html=stencils["trail_step"].fill(usual))
    lists = usual.group_by("thread_id", maintain_order=True).agg(
        html_steps=pl.col("html").str.join("")
    )
    names = {str(key): str(name) for key, name in words.entry("trail").items()}
    beside = (
        steps.filter(pl.col("step_no") == 0)
        .group_by("thread_id")
        .agg(beside=pl.col("step").replace(names).unique().sort().str.join(", "))
    )
    lists = lists.join(beside, on="thread_id", how="left", maintain_order="left")
    return lists.select("thread_id", html_trail=stencils["trail"].fill(lists))
