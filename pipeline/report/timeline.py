"""The timeline: five lanes, incident bands, notices, gaps and the overview, as plain numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from pipeline.report.bands import Band, build_bands, build_gaps
from pipeline.report.marks import LaneMarks, Mark
from pipeline.report.scale import Scale, Tick, ticks
from pipeline.report.swarm import SIZES, swarm
from pipeline.report.tables import Tables, minutes
from pipeline.report.words import Words

WIDTH = 1120
LEFT = 104
RIGHT = WIDTH - 8
TOP = 40
LANES = (("reviews", 62), ("messages", 92), ("refunds", 56), ("notices", 36), ("context", 36))
"""Lanes from top to bottom, with their heights in pixels."""
OVERVIEW = 36
_BIN = 5
_DOTS_AT_MOST = 900


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the chart: its ordinary events as a path, its flagged ones as marks."""

    name: str
    label: str
    count: int
    top: int
    height: int
    dots: str
    bars: str
    crowd: str
    marks: list[Mark]
    shrink: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the chart's template draws, and what the script needs to draw it anew."""

    start: datetime
    width: int
    left: int
    right: int
    top: int
    bottom: int
    overview_top: int
    overview_height: int
    height: int
    lanes: list[Lane]
    bands: list[Band]
    notices: list[Mark]
    gaps: list[Band]
    ticks: list[Tick]
    overview: str
    overview_bad: str
    data: dict[str, object]
    crowded: int


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the lanes share: the scale and the words."""

    scale: Scale
    words: Words


def build_timeline(tables: Tables, marks: dict[str, LaneMarks], words: Words) -> Timeline | None:
    """Lay the chart out; None where the archive holds no dated event."""
    span = _span(tables)
    if span is None:
        return None
    scale = Scale(*span, LEFT, RIGHT)
    points = {
        str(lane): frame.sort("point_at")
        for (lane,), frame in tables.points.group_by("lane", maintain_order=True)
    }
    sheet, lanes, top = _Sheet(scale, words), [], TOP
    for name, height in LANES:
        lanes.append(_lane(name, points.get(name), marks[name], sheet, top, height))
        top += height
    overview_top = top + 32
    return Timeline(
        start=scale.start,
        width=WIDTH,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=top,
        overview_top=overview_top,
        overview_height=OVERVIEW,
        height=overview_top + OVERVIEW + 2,
        lanes=lanes,
        bands=build_bands(tables, scale, words),
        notices=lanes[3].marks,
        gaps=build_gaps(tables, scale, words, LANES[1][1] - 2),
        ticks=ticks(scale, words),
        overview=_overview([*points.values()], scale, overview_top),
        overview_bad=_overview_bad(marks["messages"], scale, overview_top),
        data=_data(scale, points, marks),
        crowded=sum(len(marks[name].crowd) for name, _ in LANES),
    )


def _span(tables: Tables) -> tuple[datetime, datetime] | None:
    times = [row["received_at"] for row in tables["notices"]]
    times += [row["occurred_at"] for row in tables["context_events"]]
    if tables.points.height:
        times += [tables.points["point_at"].min(), tables.points["point_at"].max()]
    if not times:
        return None
    first, last = min(times), max(times)
    room = max((last - first) / 60, timedelta(hours=12))
    return (first - room).replace(second=0, microsecond=0), last + room


def _lane(
    name: str, frame: pl.DataFrame | None, found: LaneMarks, sheet: _Sheet, top: int, height: int
) -> Lane:
    scale, middle = sheet.scale, top + height / 2
    size, offsets = swarm([scale.x(mark.at) for mark in found.marks], height / 2 - 8)
    count = int(frame["n"].sum()) if frame is not None else len(found.marks)
    plain = frame is not None and count > 0
    return Lane(
        name=name,
        label=sheet.words(f"timeline.{name}"),
        count=count,
        top=top,
        height=height,
        dots=_dots(frame, scale, middle, height) if plain and count <= _DOTS_AT_MOST else "",
        bars=_bars(frame, scale, top, height) if plain and count > _DOTS_AT_MOST else "",
        crowd="".join(f"M{x} {middle:g}h0" for x in _places(found.crowd, scale)),
        marks=[
            mark.placed(scale.x(mark.at), round(middle + offset, 1), minutes(scale.start, mark.at))
            for mark, offset in zip(found.marks, offsets, strict=True)
        ],
        shrink=f" scale({size / SIZES[0]:.2f})" if size < SIZES[0] else "",
    )


def _places(times: pl.Series, scale: Scale) -> list[float]:
    """Return where times lie on the chart, each place once."""
    share = (times - scale.start).dt.total_seconds() / scale.seconds
    return (
        (scale.left + share.clip(0, 1) * (scale.right - scale.left))
        .round(1)
        .unique()
        .sort()
        .to_list()
    )


def _dots(frame: pl.DataFrame | None, scale: Scale, middle: float, height: int) -> str:
    if frame is None:
        return ""
    reach = height / 2 - 9
    return "".join(
        f"M{scale.x(at)} {middle + reach * _jitter(number):.0f}h0"
        for number, at in enumerate(frame["point_at"])
    )


def _jitter(number: int) -> float:
    """Spread consecutive events evenly over -1 to 1 (golden ratio; the script does so too)."""
    return number * 0.618034 % 1 * 2 - 1


def _binned(frames: Sequence[pl.DataFrame], scale: Scale) -> list[int]:
    width = scale.right - scale.left
    bins = [0] * (int(width // _BIN) + 1)
    place = (pl.col("point_at") - scale.start).dt.total_seconds() / scale.seconds * width / _BIN
    for frame in frames:
        counts = frame.group_by(place.clip(0).floor().cast(pl.Int64)).agg(pl.col("n").sum())
        for number, count in counts.iter_rows():
            bins[min(number, len(bins) - 1)] += count
    return bins


def _columns(bins: Sequence[int], most: int, base: float, height: float, left: float) -> str:
    drawn = []
    for number, count in enumerate(bins):
        if count:
            tall = max(count / most * height, 1.5)
            drawn.append(f"M{left + number * _BIN:g} {base:g}v-{tall:.1f}h{_BIN - 1}V{base:g}z")
    return "".join(drawn)


def _bars(frame: pl.DataFrame | None, scale: Scale, top: int, height: int) -> str:
    if frame is None:
        return ""
    bins = _binned([frame], scale)
    return _columns(bins, max(bins), top + height - 1, height - 14, scale.left)


def _overview(frames: list[pl.DataFrame], scale: Scale, top: int) -> str:
    if not frames:
        return ""
    bins = _binned(frames, scale)
    return _columns(bins, max(bins), top + OVERVIEW, OVERVIEW - 6, scale.left)


def _overview_bad(found: LaneMarks, scale: Scale, top: int) -> str:
    marks = pl.Series("point_at", [mark.at for mark in found.marks], dtype=found.crowd.dtype)
    times = pl.concat([marks, found.crowd.alias("point_at")])
    if times.is_empty():
        return ""
    bins = _binned([pl.DataFrame([times]).with_columns(n=1)], scale)
    return _columns(bins, max(bins), top + OVERVIEW, OVERVIEW - 12, scale.left)


def _data(
    scale: Scale, points: dict[str, pl.DataFrame], marks: dict[str, LaneMarks]
) -> dict[str, object]:
    """Return the chart's numbers for the script: minutes since the start, as differences."""
    lanes: dict[str, object] = {}
    for name, frame in points.items():
        times = (frame["point_at"] - scale.start).dt.total_minutes().to_list()
        counts = frame["n"].to_list()
        lanes[name] = {"t": _deltas(times), "n": counts if max(counts, default=1) > 1 else None}
    return {
        "start": int(scale.start.timestamp()),
        "span": minutes(scale.start, scale.end),
        "lanes": lanes,
        "crowd": {
            name: _deltas((found.crowd - scale.start).dt.total_minutes().to_list())
            for name, found in sorted(marks.items())
            if len(found.crowd)
        },
    }


def _deltas(times: Sequence[int]) -> list[int]:
    return [now - before for before, now in zip([0, *times], times, strict=False)]
