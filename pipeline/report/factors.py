"""What speaks for and against each cause of an incident, and what was new at its start."""

import re
from dataclasses import dataclass
from datetime import date

from pipeline.report.pieces import visible
from pipeline.report.tables import Row
from pipeline.report.words import Words

_STANCES = ("for", "against", "unknown")
_NEW = re.compile(r"(?P<kind>[a-z]+) (?P<name>.+) \(new on (?P<day>\d{4}-\d{2}-\d{2})\)")
_PLATFORM = "platform_template."
_PLATFORM_NAME = re.compile(r"\bplatform_template\.[\w-]+")
_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing seen about a cause: whether it speaks for it, and in how many cases."""

    stance: str
    stance_name: str
    text: str
    count: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One candidate cause and what was seen of it, for it first."""

    name: str
    seen: list[Observation]


def build_factors(rows: list[Row], words: Words) -> list[Factor]:
    """Group an incident's rows of `incident_factors` by cause, in the order of the texts."""
    names = words.entry("cause")
    order = {cause: number for number, cause in enumerate(names)}
    causes = sorted({str(row["cause"]) for row in rows}, key=lambda c: (order.get(c, 99), c))
    return [
        Factor(
            words.name("cause", cause),
            [
                Observation(
                    str(row["stance"]),
                    words.name("stance", row["stance"]),
                    with_days(_readable(str(row["evidence"] or "")), words),
                    _count(row, words),
                )
                for row in sorted(rows, key=_stance)
                if row["cause"] == cause
            ],
        )
        for cause in causes
    ]


def _readable(text: str) -> str:
    """Write the platform's templates in a sentence by their readable names."""
    named = _PLATFORM_NAME.sub(lambda found: shown_name("template", found[0]), text)
    return visible(named)


def _stance(row: Row) -> int:
    return _STANCES.index(row["stance"]) if row["stance"] in _STANCES else len(_STANCES)


def _count(row: Row, words: Words) -> str:
    if not row["of_n"] or row["n"] is None:
        return ""
    return words("incidents.of", n=row["n"], total=row["of_n"])


def trigger_text(trigger: str, words: Words) -> str:
    """Say what was new at an incident's start as the report says things, day by day."""
    parts = []
    for part in trigger.split("; "):
        match = _NEW.fullmatch(part)
        if not match:
            parts.append(visible(part))
            continue
        kind, name = match["kind"], shown_name(match["kind"], match["name"])
        day = words.calendar_day(date.fromisoformat(match["day"]))
        parts.append(words("incidents.new", kind=words.name("novelty", kind), name=name, day=day))
    return "; ".join(parts)


def shown_name(kind: str, name: str) -> str:
    """Write the name of a channel, a person, a template as a reader knows it."""
    if kind == "template" and name.startswith(_PLATFORM):
        name = name.removeprefix(_PLATFORM).replace("-", " ")
    return visible(name)


def with_days(text: str, words: Words) -> str:
    """Write the days in a text (2025-02-03) as the report writes days."""

    def written(match: re.Match[str]) -> str:
        try:
            return words.calendar_day(date.fromisoformat(match[0]))
        except ValueError:
            return match[0]

    return _DAY.sub(written, text)
