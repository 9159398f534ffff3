"""The words of the report, read from `reports/texts.toml`, and its way of writing numbers."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.errors import StageError
from pipeline.resources import resource_dir

_MINUTES_SHOWN_BELOW = 60
_HOURS_SHOWN_BELOW = 48 * 60


@dataclass(frozen=True)
class Words:
    """The texts of one language by dotted key, and times and numbers as it writes them."""

    texts: Mapping[str, Any]
    zone: ZoneInfo

    def entry(self, key: str) -> Any:  # noqa: ANN401 - TOML holds text, lists and tables
        """Return what the file holds under a dotted key.

        Raises:
            StageError: there is nothing under that key.

        """
        found = self.texts.get(key)
        if found is None:
            raise StageError(f"no text {key!r}", source="reports/texts.toml")
        return found

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, filled in; a list is singular and plural, chosen by `n`."""
        text = self.entry(key)
        if not values:
            return str(text)
        if isinstance(text, list):
            text = text[0 if values.get("n") == 1 else 1]
        shown = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return str(text).format_map(shown)

    def name(self, table: str, key: object) -> str:
        """Return a name out of a table, or the key itself where the table has none."""
        return str(self.entry(table).get(str(key), key))

    def listed(self, items: Sequence[str]) -> str:
        """Join items as running text does."""
        return ", ".join(items)

    def number(self, value: float) -> str:
        """Write a count with thousands set apart."""
        return f"{value:,}"

    def day(self, at: datetime, *, short: bool = True) -> str:
        """Write the local day, such as 6 Feb 2026."""
        return self.calendar_day(at.astimezone(self.zone).date(), short=short)

    def calendar_day(self, day: date, *, short: bool = True) -> str:
        """Write a day of the calendar, such as 6 Feb 2026."""
        months = self.entry("months_short" if short else "months")
        return f"{day.day} {months[day.month - 1]} {day.year}"

    def day_of_year(self, at: datetime) -> str:
        """Write the local day without its year, such as 6 Feb."""
        local = at.astimezone(self.zone)
        return f"{local.day} {self.entry('months_short')[local.month - 1]}"

    def clock(self, at: datetime) -> str:
        """Write the local time of day."""
        local = at.astimezone(self.zone)
        return f"{local.hour:02}:{local.minute:02}"

    def moment(self, at: datetime) -> str:
        """Write local day and time, with the name of the zone's time then in force."""
        return f"{self.day(at)}, {self.clock(at)} {at.astimezone(self.zone):%Z}"

    def month(self, at: datetime) -> str:
        """Write the local month, such as February 2026."""
        local = at.astimezone(self.zone)
        return f"{self.entry('months')[local.month - 1]} {local.year}"

    def policy(self, policy: str) -> str:
        """Return a policy's name, or its id where it is not one of ours."""
        known = self.entry("policy").get(policy)
        return str(known["name"]) if known else policy

    def short_month(self, at: datetime) -> str:
        """Write the local month, such as Feb 26."""
        local = at.astimezone(self.zone)
        return f"{self.entry('months_short')[local.month - 1]} {local.year % 100:02}"

    def lag(self, minutes: int) -> str:
        """Write a length of time in its one fitting unit."""
        minutes = abs(minutes)
        if minutes < _MINUTES_SHOWN_BELOW:
            return self("count.minutes", n=minutes)
        if minutes < _HOURS_SHOWN_BELOW:
            return self("count.hours", n=round(minutes / 60))
        return self("count.days", n=round(minutes / 1440))


def load_words(zone: ZoneInfo) -> Words:
    """Read the texts."""
    path = resource_dir("reports") / "texts.toml"
    return Words(dict(_flat(tomllib.loads(path.read_text(encoding="utf-8")), "")), zone)


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        yield prefix + name, value
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
