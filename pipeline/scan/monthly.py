"""The months compared: violations per thousand outbound messages, exact intervals, limits."""

import math
from typing import Any

import polars as pl

from pipeline.exact import clopper_pearson, fisher_p
from pipeline.store import Store

_PER = 1000
_SIGMAS = 3
_FEWEST_MONTHS = 6
_SCHEMA: dict[str, type[pl.DataType]] = {
    "month": pl.String,
    "messages_in": pl.Int64,
    "messages_out": pl.Int64,
    "violating_messages": pl.Int64,
    "violating_threads": pl.Int64,
    "findings": pl.Int64,
    "dismissed": pl.Int64,
    "per_1000": pl.Float64,
    "per_1000_low": pl.Float64,
    "per_1000_high": pl.Float64,
    "earlier_per_1000": pl.Float64,
    "p_value": pl.Float64,
    "control_low": pl.Float64,
    "control_high": pl.Float64,
    "reading": pl.String,
}


def put_monthly(store: Store, counts: pl.DataFrame, until: str) -> None:
    """Write the table `monthly`: a row for every month up to `until`.

    Rates are per 1,000 outbound messages with exact 95 % intervals (Clopper and Pearson). Each
    month is held against all earlier ones together (Fisher's exact test). The control limits are
    those of a p-chart, three standard deviations around the mean of all months before; with fewer
    than six of them there are none.
    """
    rows: list[dict[str, Any]] = []
    hits = sent = 0
    for number, row in enumerate(counts.filter(pl.col("month") <= until).to_dicts()):
        rows.append({**row, **_rates(row, hits, sent, number)})
        hits += row["violating_messages"]
        sent += row["messages_out"]
    data = [{name: row[name] for name in _SCHEMA} for row in rows]
    store.put("monthly", pl.DataFrame(data, schema=_SCHEMA, orient="row"))


def _rates(row: dict[str, Any], hits: int, sent: int, earlier: int) -> dict[str, Any]:
    bad, out = row["violating_messages"], row["messages_out"]
    values: dict[str, Any] = dict.fromkeys(list(_SCHEMA)[7:])
    values["reading"] = "no outbound message" if not out else ""
    if not out:
        return values
    low, high = clopper_pearson(bad, out)
    values |= {"per_1000": bad / out, "per_1000_low": low, "per_1000_high": high}
    if sent:
        mean = hits / sent
        p_value = fisher_p((bad, out - bad, hits, sent - hits))
        values |= {"earlier_per_1000": mean}
        if earlier >= _FEWEST_MONTHS:
            spread = _SIGMAS * math.sqrt(mean * (1 - mean) / out)
            values |= {
                "control_low": max(mean - spread, 0.0),
                "control_high": min(mean + spread, 1.0),
            }
        values["reading"] = _reading(bad / out, mean, p_value)
    else:
        p_value = None
    scaled = {k: round(v * _PER, 3) for k, v in values.items() if isinstance(v, float)}
    return values | scaled | {"p_value": None if p_value is None else round(p_value, 6)}


def _reading(rate: float, mean: float, p_value: float) -> str:
    if p_value > 0.05:  # noqa: PLR2004 - the usual level, stated in the text
        return "no difference from the earlier months that chance would not explain (5 % level)"
    return "more than in the earlier months" if rate > mean else "less than in the earlier months"
