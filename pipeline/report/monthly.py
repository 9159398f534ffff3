"""The months of a scan side by side: a run chart with control limits, key figures, what changed."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.report.tables import Row, Tables
from pipeline.report.words import Words

MONTHS_DRAWN = 36
"""The latest months are drawn; all of them stand in the table."""

WIDTH, NARROWEST, WIDEST = 1000, 28, 64
"""Pixels for all months together, and for one of them at least and at most."""

TOP, HEIGHT, LEFT = 14, 170, 44
"""Geometry in pixels: the space above, the scale's height and the room for its labels."""

_ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8)
_CHANGES = ("new", "expired", "open", "dismissed", "gone")
_FIGURES = ("sent", "violating", "rate", "threads", "findings", "dismissed", "unauthorised")


@dataclass(frozen=True, slots=True)
class Point:
    """One month on the chart."""

    x: float
    y: float
    low: float
    high: float
    label: str
    told: str
    kind: str


@dataclass(frozen=True, slots=True)
class RunChart:
    """Points from left to right; mean and limits as the path of a stepped line."""

    title: str
    width: int
    points: Sequence[Point]
    line: str
    mean: str
    limits: Sequence[str]
    ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Monthly:
    """What the section shows."""

    chart: RunChart | None
    head: Sequence[str]
    figures: Sequence[Sequence[str]]
    said: Sequence[str]
    rows: Sequence[Sequence[str]]


def build_monthly(tables: Tables, words: Words) -> Monthly | None:
    """Return the months up to the scanned one, or nothing where no scan made the tables."""
    rows = tables["monthly"]
    if not rows:
        return None
    return Monthly(
        chart=_chart(rows[-MONTHS_DRAWN:], words),
        head=[
            words("monthly.figure"),
            words("monthly.this", month=_named(rows[-1], words)),
            words("monthly.before"),
            words("monthly.earlier"),
        ],
        figures=_figures(rows, words),
        said=_said(rows, tables["changes"], words),
        rows=[[_named(row, words), *_cells(row, words), row["signal"]] for row in reversed(rows)],
    )


def _chart(rows: Sequence[Row], words: Words) -> RunChart | None:
    if not any(row["messages_out"] for row in rows):
        return None
    tops = (row[name] or 0.0 for row in rows for name in ("per_1000", "control_high"))
    most = _rounded(max(tops) * 1.15)

    def y(value: float) -> float:
        return round(TOP + HEIGHT * (1 - min(value, most) / most), 1)

    points = []
    step = max(NARROWEST, min(WIDEST, WIDTH // len(rows)))
    for place, row in enumerate(rows):
        if row["per_1000"] is not None:
            points.append(
                Point(
                    x=LEFT + step * (place + 0.5),
                    y=y(row["per_1000"]),
                    low=y(row["per_1000_low"]),
                    high=y(row["per_1000_high"]),
                    label=_named(row, words, short=True),
                    told=_told(row, words),
                    kind="bad" if row["signal"] else "",
                )
            )
    return RunChart(
        title=words("monthly.chart", first=_named(rows[0], words), last=_named(rows[-1], words)),
        width=LEFT + step * len(rows) + 12,
        points=points,
        line="M" + "L".join(f"{point.x} {point.y}" for point in points),
        mean=_steps([row["earlier_per_1000"] for row in rows], step, y),
        limits=[
            path
            for name in ("control_low", "control_high")
            if (path := _steps([row[name] for row in rows], step, y))
        ],
        ticks=[(y(value), f"{value:g}") for value in (0.0, most / 2, most)],
    )


def _steps(values: Sequence[float | None], step: int, y: Callable[[float], float]) -> str:
    """Return the path of a line that is level over each month that has a value."""
    parts = []
    for place, value in enumerate(values):
        if value is not None:
            begun = place > 0 and values[place - 1] is not None
            left, right = LEFT + step * place, LEFT + step * (place + 1)
            parts.append(f"{'L' if begun else 'M'}{left} {y(value)}H{right}")
    return "".join(parts)


def _rounded(value: float) -> float:
    """Return the next number of the form 1, 2 or 5 times a power of ten."""
    power = 0.1
    while True:
        for first in _ROUND:
            if value <= first * power:
                return first * power
        power *= 10


def _told(row: Row, words: Words) -> str:
    return words(
        "monthly.point",
        month=_named(row, words),
        rate=_rate(row["per_1000"]),
        low=_rate(row["per_1000_low"]),
        high=_rate(row["per_1000_high"]),
        hits=row["violating_messages"],
        sent=row["messages_out"],
    )


def _figures(rows: Sequence[Row], words: Words) -> list[list[str]]:
    """Return a line for each figure: this month, the month before, all earlier ones together."""
    now, earlier = rows[-1], rows[:-1]
    together: Row = {
        name: sum(row[name] for row in earlier)
        for name in ("messages_out", "violating_messages", "violating_threads", "findings")
    } | {"dismissed": sum(row["dismissed"] for row in earlier)}
    checked = [row["unauthorised"] for row in earlier if row["unauthorised"] is not None]
    together["unauthorised"] = sum(checked) if checked else None
    together |= {"per_1000": now["earlier_per_1000"], "per_1000_low": None, "per_1000_high": None}
    columns = [_cells(now, words)]
    blank = ["–"] * len(_FIGURES)
    columns += [_cells(row, words) if earlier else blank for row in (*earlier[-1:], together)]
    columns += [blank] * (3 - len(columns))
    names = [words(f"monthly.{name}") for name in _FIGURES]
    return [[name, *cells] for name, *cells in zip(names, *columns, strict=True)]


def _cells(row: Row, words: Words) -> list[str]:
    rate = "–" if row["per_1000"] is None else _rate(row["per_1000"])
    if row["per_1000_low"] is not None:
        low, high = _rate(row["per_1000_low"]), _rate(row["per_1000_high"])
        rate += f" ({words('monthly.rate_interval', low=low, high=high)})"
    return [
        words.number(row["messages_out"]),
        words.number(row["violating_messages"]),
        rate,
        words.number(row["violating_threads"]),
        words.number(row["findings"]),
        words.number(row["dismissed"]),
        "–" if row["unauthorised"] is None else words.number(row["unauthorised"]),
    ]


def _said(rows: Sequence[Row], changes: Sequence[Row], words: Words) -> list[str]:
    """Say in words how the month compares, and what changed since the last scan."""
    now, month = rows[-1], _named(rows[-1], words)
    said = []
    if now["p_value"] is not None:
        p = f"= {now['p_value']:.3f}" if now["p_value"] >= 0.001 else "< 0.001"  # noqa: PLR2004
        said.append(words("monthly.reading_p", reading=now["reading"], p=p))
    elif now["reading"]:
        said.append(words("monthly.reading", reading=now["reading"]))
    if now["signal"]:
        said.append(words("monthly.signal", month=month, signal=now["signal"]))
    counts = Counter(row["change"] for row in changes)
    listed = [words(f"monthly.change_{name}", n=counts[name]) for name in _CHANGES if counts[name]]
    if listed:
        said.append(words("monthly.changes", list=words.listed(listed)))
    else:
        said.append(words("monthly.change_none"))
    new = [row for row in changes if row["change"] == "new"]
    for name, n in (
        ("due_rules", sum(row["due_to"] == "rules" for row in new)),
        ("late", sum(row["month"] != now["month"] for row in new)),
    ):
        if n:
            said.append(words(f"monthly.{name}", n=n))
    if now["unauthorised"]:
        said.append(words("monthly.unauthorised_said", n=now["unauthorised"]))
    if all(row["control_high"] is None for row in rows):
        said.append(words("monthly.no_limits"))
    return said


def _named(row: Row, words: Words, *, short: bool = False) -> str:
    """Write a month: June 2024, or Jun 24."""
    year, month = str(row["month"]).split("-")
    names = words.entry("months_short" if short else "months")
    return f"{names[int(month) - 1]} {year[2:] if short else year}"


def _rate(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"  # noqa: PLR2004 - where two tell
