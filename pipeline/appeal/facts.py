"""The pack's tables as the Plan of Action reads them, and the words it is written in."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.appeal.citations import Citation, Sentence
from pipeline.errors import StageError
from pipeline.resources import resource_dir
from pipeline.store import Store

_MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - a list of twelve lines says no more
)


class PlanTexts:
    """The sentences of `reports/appeal/plan_of_action.toml`."""

    def __init__(self) -> None:
        """Read the file."""
        path = resource_dir("reports") / "appeal" / "plan_of_action.toml"
        self._texts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - texts, lists and tables of texts
        """Return an entry by its dotted name."""
        found: Any = self._texts
        for part in name.split("."):
            found = found[part]
        return found

    def has(self, name: str) -> bool:
        """Say whether there is such an entry."""
        section, key = name.split(".")
        return key in self._texts[section]

    def filled(self, name: str, **values: object) -> str:
        """Return a text with its values put in; whole numbers choose the form of their words.

        Raises:
            StageError: the text itself holds a number: numbers come from tables alone.

        """
        template = str(self[name])
        own = "".join(part[0] for part in Formatter().parse(template))
        if any(letter.isdigit() for letter in own):
            raise StageError(f"plan of action: {name} holds a number of its own")
        counted = {
            name: Count(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return template.format(**counted)


@dataclass(frozen=True)
class Facts:
    """The tables a plan is made of, and the zone its days are told in."""

    store: Store
    zone: ZoneInfo
    texts: PlanTexts

    def table(self, name: str) -> pl.DataFrame:
        """Return a table of the pack."""
        return self.store.table(name)

    @cached_property
    def whole(self) -> dict[str, Any]:
        """The one row that tells what was read, with which rules and settings."""
        return self.table("archive").row(0, named=True)

    @property
    def disabled(self) -> list[str]:
        """Rules and policies that were switched off."""
        return [name for name in self.whole["disabled"].split(";") if name]

    def practices(self, policies: Iterable[str]) -> str:
        """Return policies as a reader names them; what is no policy stays as it is."""
        named = self.texts["practices"]
        return ", ".join(str(named.get(policy, policy)) for policy in policies)

    @cached_property
    def affected(self) -> pl.DataFrame:
        """Flagged messages that nobody dismissed."""
        return self.table("affected_messages").filter(pl.col("status") != "dismissed")

    @cached_property
    def sent(self) -> list[datetime]:
        """When the messages concerned were sent, in order."""
        return sorted(self.affected["sent_at"].to_list())

    @cached_property
    def findings(self) -> pl.DataFrame:
        """Findings that nobody dismissed."""
        return self.table("findings").filter(pl.col("status") != "dismissed")

    @cached_property
    def incidents(self) -> list[dict[str, Any]]:
        """The incidents in order of time."""
        return self.table("incidents").sort("started_at", "incident_id").to_dicts()

    def rows(self, table: str, column: str, value: object) -> pl.DataFrame:
        """Return the rows of a table whose column has a value."""
        return self.table(table).filter(pl.col(column) == value)

    def day(self, at: datetime | date) -> str:
        """Return `4 February 2025` in the plan's zone."""
        local = at.astimezone(self.zone) if isinstance(at, datetime) else at
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"

    def span(self, first: datetime, last: datetime) -> str:
        """Return `from 4 February 2025 to 14 February 2025`, or `on 4 February 2025`."""
        days = {"first": self.day(first), "last": self.day(last)}
        name = "one_day" if days["first"] == days["last"] else "days"
        return str(self.texts[f"words.{name}"]).format(**days)

    def time(self, at: datetime) -> str:
        """Return `2025-02-04 11:30` in the plan's zone."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def stars(self, row: dict[str, Any]) -> str:
        """Return what became of the review beside a message: `1 → 5`, `2 → removed`."""
        text = str(self.texts["none"])
        if row["review_state"]:
            text = str(self.texts[f"stars.{row['review_state']}"])
        shown = {
            name: self.texts["stars.unknown"] if value is None else f"{value:g}"
            for name, value in (("before", row["rating_before"]), ("after", row["rating_after"]))
        }
        return text.format(**shown)

    def say(self, section: str, text: str, *citations: Citation, **values: object) -> Sentence:
        """Return a sentence from its text's name."""
        return Sentence(section, self.texts.filled(f"{section}.{text}", **values), citations)

    def ask(self, section: str, text: str, **values: object) -> Sentence:
        """Return a gap that the owner has to fill."""
        return Sentence(section, self.texts.filled(f"{section}.{text}", **values), is_gap=True)


class Count(int):
    """A whole number in a sentence: `{n}` is `1,234`, `{n:message|messages}` the form it needs."""

    def __format__(self, forms: str) -> str:
        """Return the number with commas, or the form of a word that goes with it."""
        one, bar, many = forms.partition("|")
        return (one if self == 1 else many) if bar else f"{int(self):,}"


def number(value: int) -> str:
    """Return a whole number with commas."""
    return f"{value:,}"


def amounts(frame: pl.DataFrame, column: str) -> str:
    """Return sums by currency, `GBP 512.97 and EUR 20.00`."""
    sums = frame.group_by("currency").agg(pl.col(column).sum()).sort("currency")
    return " and ".join(f"{currency} {total:,.2f}" for currency, total in sums.iter_rows())


def days_between(first: datetime, second: datetime) -> int:
    """Return whole days from one time to another."""
    return (second.astimezone(UTC) - first.astimezone(UTC)).days


def only(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the one row there is, or none."""
    return rows[0] if rows else None
