"""The two forms of a small plot: rows on one scale, and columns; geometry in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass, field

WIDTH = 240
HEIGHT = 18
COLUMN_HEIGHT = 90

_NICE = (1, 2, 5, 10, 20, 50, 100)
_DOT = 4


@dataclass(slots=True)
class Row:
    """One row: its name, what is drawn, and the numbers beside it.

    `lines` are (from, to, height, kind), `dots` (at, height, kind), `bars` (width, top, kind).
    """

    label: str
    cells: list[str]
    detail: str = ""
    depth: int = 0
    lines: list[tuple[float, float, float, str]] = field(default_factory=list)
    dots: list[tuple[float, float, str]] = field(default_factory=list)
    bars: list[tuple[float, float, str]] = field(default_factory=list)


@dataclass(slots=True)
class RowPlot:
    """Rows on one scale; `refs` are lines through all of them (at, kind), `ticks` (at, label)."""

    title: str
    head: list[str]
    rows: list[Row]
    ticks: list[tuple[float, str]] = field(default_factory=list)
    refs: list[tuple[float, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    kind: str = "rows"


@dataclass(slots=True)
class Column:
    """One column: how tall it is, what stands under and over it, what it says when pointed at."""

    height: float
    label: str
    value: str
    told: str


@dataclass(slots=True)
class ColumnPlot:
    """Columns side by side."""

    title: str
    columns: list[Column]
    said: list[str] = field(default_factory=list)
    kind: str = "columns"


Plot = RowPlot | ColumnPlot


class Share:
    """A scale of per cent, from nothing to a round number that holds all values."""

    def __init__(self, values: Iterable[float]) -> None:
        """Choose the round number."""
        most = max(values, default=0.0)
        self.end = next((nice for nice in _NICE if nice >= most), _NICE[-1])

    def x(self, value: float) -> float:
        """Return where a value lies; a dot at either end stays whole."""
        return round(_DOT + min(value, self.end) / self.end * (WIDTH - 2 * _DOT), 1)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """The ends of the scale and its middle."""
        return [(self.x(v), f"{v:g}\u202f%") for v in (0, self.end / 2, self.end)]


def column_plot(title: str, values: list[tuple[float, str, str, str]]) -> ColumnPlot:
    """Return columns for (value, label, number, what is told), the tallest filling the height."""
    most = max((value for value, *_ in values), default=0.0) or 1.0
    return ColumnPlot(
        title,
        [
            Column(round(value / most * COLUMN_HEIGHT, 1), label, number, told)
            for value, label, number, told in values
        ],
    )


def percent(value: float) -> str:
    """Write a share: one decimal below ten per cent, none above."""
    digits = 1 if 0 < value < 10 or 99 < value < 100 else 0  # noqa: PLR2004 - where a decimal tells
    return f"{value:.{digits}f}\u202f%"


def interval(low: float, high: float) -> str:
    """Write an exact interval of shares."""
    return f"{percent(low)} – {percent(high)}"
