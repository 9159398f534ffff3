"""The words of the report, read from `reports/texts.toml`, and its way of writing numbers."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.errors import StageError
from pipeline.resources import resource_dir

_MINUTES_SHOWN_BELOW = 60
_HOURS_SHOWN_BELOW = 48 * 60


@dataclass(frozen=True)
class Words:
    """The texts of one language, and times and numbers as that language writes them."""

    texts: Mapping[str, Any]
    zone: ZoneInfo

    def entry(self, key: str) -> Any:  # noqa: ANN401 - TOML holds text, lists and tables
        """Return what the file holds under a dotted key.

        Raises:
            StageError: there is nothing under that key.

        """
        found: Any = self.texts
        for part in key.split("."):
            if not isinstance(found, Mapping) or part not in found:
                raise StageError(f"no text {key!r}", source="reports/texts.toml")
            found = found[part]
        return found

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, filled in; a list is singular and plural, chosen by `n`."""
        text = self.entry(key)
        if isinstance(text, list):
            text = text[0 if values.get("n") == 1 else 1]
        shown = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return str(text).format(**shown) if shown else str(text)

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
        local = at.astimezone(self.zone)
        months = self.entry("months_short" if short else "months")
        return f"{local.day} {months[local.month - 1]} {local.year}"

    def day_of_year(self, at: datetime) -> str:
        """Write the local day without its year, such as 6 Feb."""
        local = at.astimezone(self.zone)
        return f"{local.day} {self.entry('months_short')[local.month - 1]}"

    def clock(self, at: datetime) -> str:
        """Write the local time of day."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def moment(self, at: datetime) -> str:
        """Write local day and time, with the name of the zone's time then in force."""
        return f"{self.day(at)}, {self.clock(at)} {at.astimezone(self.zone):%Z}"

    def month(self, at: datetime) -> str:
        """Write the local month, such as February 2026."""
        local = at.astimezone(self.zone)
        return f"{self.entry('months')[local.month - 1]} {local.year}"

    def lag(self, span: timedelta) -> str:
        """Write a length of time in its one fitting unit."""
        minutes = round(abs(span.total_seconds()) / 60)
        if minutes < _MINUTES_SHOWN_BELOW:
            return self("count.minutes", n=minutes)
        if minutes < _HOURS_SHOWN_BELOW:
            return self("count.hours", n=round(minutes / 60))
        return self("count.days", n=round(minutes / 1440))


def load_words(zone: ZoneInfo) -> Words:
    """Read the texts."""
    path = resource_dir("reports") / "texts.toml"
    return Words(tomllib.loads(path.read_text(encoding="utf-8")), zone)
