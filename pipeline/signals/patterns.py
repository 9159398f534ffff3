"""Rules: `rules/<signal>.toml`, a few lines without any language.

Keys: `signal` (the file's stem), `why`, then `[[pattern]]` and `[[idiom]]` tables, `[hits]` and
`[misses]` by language.

A pattern: `id`; `all`, two or three slots, each `concept` or `a|b`, the first being the act that
guards look at; `object`, the kinds of thing the act may be about (the nearest noun decides);
`within` sentence | neighbours | message; `near`, words between the act and each other slot at
most; `order = "given"` where the slots must follow each other; `never`, concepts whose presence
in the act's sentence means another thing; `unless`, guards; `strength` sure | weak; `polarity`.

An idiom: `id`; `needs`, literals of which one must stand in the text; `any`, regular expressions
on the normalised text, without look-around, back-references or unbounded gaps; `requires`, slots
that must be within reach as well; `object`, the kind to write down; `unless`, `strength`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import RuleError
from pipeline.signals.files import Fields, read_fields
from pipeline.signals.runaway import runs_away

WITHIN = ("sentence", "neighbours", "message")
SIDES = ("", "seller")
STRENGTHS = ("sure", "weak")
POLARITIES = ("", "positive", "negative", "neutral")

Slot = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Two or three concepts together, and what takes the meaning away."""

    id: str
    signal: str
    slots: tuple[Slot, ...]
    objects: tuple[str, ...]
    within: str
    near: int
    ordered: bool
    never: tuple[str, ...]
    unless: tuple[str, ...]
    strength: str
    polarity: str


@dataclass(frozen=True, slots=True)
class Idiom:
    """Fixed or language-neutral wording, as regular expressions behind a literal."""

    id: str
    signal: str
    needs: tuple[str, ...]
    any: tuple[re.Pattern[str], ...]
    slots: tuple[Slot, ...]
    within: str
    object: str
    never: tuple[str, ...]
    unless: tuple[str, ...]
    strength: str
    polarity: str


@dataclass(frozen=True, slots=True)
class SignalRule:
    """One signal's file."""

    name: str
    why: str
    source: str
    side: str
    """Whose messages it is looked for in: `seller`, or empty for everybody's."""
    patterns: tuple[Pattern, ...]
    idioms: tuple[Idiom, ...]
    hits: dict[str, tuple[str, ...]]
    misses: dict[str, tuple[str, ...]]

    @property
    def parts(self) -> tuple[Pattern | Idiom, ...]:
        """Patterns and idioms together."""
        return (*self.patterns, *self.idioms)


def read_rule(path: Path) -> SignalRule:
    """Read one rule file.

    Raises:
        RuleError: it is not well formed.

    """
    fields = read_fields(path)
    name = fields.text("signal")
    if name != path.stem:
        raise fields.error("signal", f"{name!r} is not the file's name {path.stem!r}")
    rule = SignalRule(
        name=name,
        why=fields.text("why"),
        source=str(path),
        side=_choice(fields, "side", SIDES, ""),
        patterns=tuple(_pattern(table, name) for table in fields.tables("pattern")),
        idioms=tuple(_idiom(table, name) for table in fields.tables("idiom")),
        hits=fields.by_language("hits"),
        misses=fields.by_language("misses"),
    )
    fields.finish()
    if not rule.patterns and not rule.idioms:
        raise RuleError("has neither [[pattern]] nor [[idiom]]", source=str(path))
    return rule


def _choice(fields: Fields, key: str, options: tuple[str, ...], default: str) -> str:
    value = fields.text(key, default)
    if value not in options:
        raise fields.error(key, f"{value!r} is not one of {', '.join(filter(None, options))}")
    return value


def _slots(fields: Fields, key: str) -> tuple[Slot, ...]:
    return tuple(tuple(slot.split("|")) for slot in fields.texts(key))


def _pattern(fields: Fields, signal: str) -> Pattern:
    pattern = Pattern(
        id=f"{signal}.{fields.text('id')}",
        signal=signal,
        slots=_slots(fields, "all"),
        objects=fields.texts("object"),
        within=_choice(fields, "within", WITHIN, "sentence"),
        near=fields.number("near", 0),
        ordered=_choice(fields, "order", ("", "given"), "") == "given",
        never=fields.texts("never"),
        unless=fields.texts("unless"),
        strength=_choice(fields, "strength", STRENGTHS, "sure"),
        polarity=_choice(fields, "polarity", POLARITIES, ""),
    )
    fields.finish()
    if not pattern.slots:
        raise fields.error("all", "is missing or empty")
    return pattern


def _idiom(fields: Fields, signal: str) -> Idiom:
    idiom = Idiom(
        id=f"{signal}.{fields.text('id')}",
        signal=signal,
        needs=fields.texts("needs"),
        any=tuple(_regex(fields, written) for written in fields.texts("any")),
        slots=_slots(fields, "requires"),
        within=_choice(fields, "within", WITHIN, "sentence"),
        object=fields.text("object", ""),
        never=fields.texts("never"),
        unless=fields.texts("unless"),
        strength=_choice(fields, "strength", STRENGTHS, "sure"),
        polarity=_choice(fields, "polarity", POLARITIES, ""),
    )
    fields.finish()
    if not idiom.any or not idiom.needs:
        raise fields.error("any", "and needs must both name something")
    return idiom


def _regex(fields: Fields, written: str) -> re.Pattern[str]:
    try:
        regex = re.compile(written)
        if not runs_away(regex):
            return regex
    except re.error as error:
        raise fields.error("any", f"{written[:80]!r} is no regular expression: {error}") from None
    except (RecursionError, OverflowError):
        raise fields.error("any", "a regular expression is nested too deep") from None
    raise fields.error(
        "any",
        f"{written[:80]!r} repeats what repeats in itself, and one text could keep it busy for"
        " years: bound the outer repeat as in {1,3}, begin each round with a sign that the inner"
        " one does not take, or write the outer one possessive as in )++",
    )
