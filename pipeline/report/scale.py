"""Time to pixels, and where an axis gets its ticks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.report.words import Words

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_DAY_STEPS = (1, 2, 7, 14)
_MOST_TICKS = 10
_SHORT_SPAN_DAYS = 75


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of time on a stretch of pixels."""

    start: datetime
    end: datetime
    left: float
    right: float

    @property
    def seconds(self) -> float:
        """The length of the stretch, at least one second."""
        return max((self.end - self.start).total_seconds(), 1.0)

    def x(self, at: datetime) -> float:
        """Return where a time lies, held inside the chart."""
        share = (at - self.start).total_seconds() / self.seconds
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of the axis."""

    x: float
    label: str


def ticks(scale: Scale, words: Words) -> list[Tick]:
    """Return ticks at local midnights: by day in a short stretch, else by month."""
    if scale.end - scale.start <= timedelta(days=_SHORT_SPAN_DAYS):
        return _day_ticks(scale, words)
    return _month_ticks(scale, words)


def _day_ticks(scale: Scale, words: Words) -> list[Tick]:
    days = (scale.end - scale.start).days
    step = next((s for s in _DAY_STEPS if days / s <= _MOST_TICKS), _DAY_STEPS[-1])
    at = scale.start.astimezone(words.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[Tick] = []
    while at <= scale.end:
        if at >= scale.start:
            found.append(Tick(scale.x(at), words.day_of_year(at)))
        at += timedelta(days=step)
    return found


def _month_ticks(scale: Scale, words: Words) -> list[Tick]:
    local, last = scale.start.astimezone(words.zone), scale.end.astimezone(words.zone)
    count = (last.year - local.year) * 12 + last.month - local.month
    step = next((s for s in _MONTH_STEPS if count / s <= _MOST_TICKS), _MONTH_STEPS[-1])
    names = words.entry("months_short")
    found: list[Tick] = []
    first = local.year * 12 + local.month - 1
    for number in range(first, first + count + 1):
        if number % step:
            continue
        at = datetime(number // 12, number % 12 + 1, 1, tzinfo=words.zone)
        if scale.start <= at <= scale.end:
            label = names[at.month - 1] if at.month > 1 and step < _MONTH_STEPS[4] else ""
            found.append(
                Tick(scale.x(at), f"{label} {at.year}" if _names_year(found, at) else label)
            )
    return found


def _names_year(found: list[Tick], at: datetime) -> bool:
    return not found or at.month == 1
