"""The months compared: violations per thousand outbound messages, exact intervals, limits."""

from typing import Any

import polars as pl

from pipeline.exact import binomial_quantile, clopper_pearson, fisher_p
from pipeline.store import Store

_PER = 1000
_TAIL = 0.00135
"""What lies beyond three standard deviations on either side: the usual limits, made exact."""
_FEWEST_MONTHS = 6
_RUN = 8
"""So many months in a row on one side of the mean are no chance either (run charts' usual rule)."""
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
    "signal": pl.String,
    "unauthorised": pl.Int64,
}


def put_monthly(store: Store, counts: pl.DataFrame, until: str) -> None:
    """Write the table `monthly`: a row for every month up to `until`.

    Rates are per 1,000 outbound messages with exact 95 % intervals (Clopper and Pearson). Each
    month is held against all earlier ones together (Fisher's exact test). The control limits are
    those of a p-chart around the mean of all months before, from the binomial distribution itself
    (three standard deviations say little where a violation is rare); with fewer than six months
    there are none. `signal` says what chance alone would hardly bring: a month beyond a limit, or
    eight in a row on one side of the mean. `unauthorised` counts outbound messages by people who
    were not authorised that day; it is null where nobody is named in the configuration.
    """
    rows: list[dict[str, Any]] = []
    hits = sent = side = 0
    for number, row in enumerate(counts.filter(pl.col("month") <= until).to_dicts()):
        values = {**row, **_rates(row, hits, sent, number)}
        side = _side(values, side)
        rows.append(values | {"signal": _signal(values, side)})
        hits += row["violating_messages"]
        sent += row["messages_out"]
    data = [{name: row[name] for name in _SCHEMA} for row in rows]
    store.put("monthly", pl.DataFrame(data, schema=_SCHEMA, orient="row"))


def _rates(row: dict[str, Any], hits: int, sent: int, earlier: int) -> dict[str, Any]:
    bad, out = row["violating_messages"], row["messages_out"]
    values: dict[str, Any] = dict.fromkeys(name for name in _SCHEMA if name not in row)
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
            low, high = (binomial_quantile(tail, out, mean) for tail in (_TAIL, 1 - _TAIL))
            values |= {"control_low": low / out, "control_high": high / out}
        values["reading"] = _reading(bad / out, mean, p_value)
    else:
        p_value = None
    scaled = {k: round(v * _PER, 3) for k, v in values.items() if isinstance(v, float)}
    return values | scaled | {"p_value": None if p_value is None else round(p_value, 6)}


def _side(values: dict[str, Any], before: int) -> int:
    """Count the months in a row above the mean (or, negative, below it), this one included."""
    rate, mean = values["per_1000"], values["earlier_per_1000"]
    if rate is None or mean is None or rate == mean:
        return 0
    way = 1 if rate > mean else -1
    return before + way if before * way > 0 else way


def _signal(values: dict[str, Any], side: int) -> str:
    """Say what chance alone would hardly bring, or nothing."""
    rate, low, high = values["per_1000"], values["control_low"], values["control_high"]
    if low is None or rate is None:
        return ""
    if rate > high:
        return "above the control limit"
    if rate < low:
        return "below the control limit"
    if abs(side) >= _RUN:
        return f"{abs(side)} months in a row {'above' if side > 0 else 'below'} the mean"
    return ""


def _reading(rate: float, mean: float, p_value: float) -> str:
    if p_value > 0.05:  # noqa: PLR2004 - the usual level, stated in the text
        return "no difference from the earlier months that chance would not explain (5 % level)"
    return "more than in the earlier months" if rate > mean else "less than in the earlier months"
