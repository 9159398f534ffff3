r"""Expressions that one text can keep busy for years: a repeat of what repeats in itself.

`(a+)+b` may cut a run of n letters in 2**n ways before it gives up. That is so where a repeat's
whole body can be made of letters that a repeat inside it takes; `(?:\w+ )+` is no such case, for
the blank says where each round ends. What is read is the standard library's own parse.
"""

import re
from collections.abc import Iterator
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_QUANTIFIED_GROUP = re.compile(r"\)[*+?{]")
_MOST_WAYS = 1_000_000
_OPEN = 1_000
"""What an open repeat counts for: it is out of bounds with any other of two and more."""

_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT)
_LOOKS = (ops.ASSERT, ops.ASSERT_NOT)
_ONE_BELOW = (*_REPEATS, ops.POSSESSIVE_REPEAT, ops.SUBPATTERN, *_LOOKS)
_SETTLED = (ops.POSSESSIVE_REPEAT, ops.ATOMIC_GROUP)
_LETTERS = frozenset(map(chr, range(128))) | frozenset("éßıñøяж中あー\u00a0\u2026\u201c★")
"""Stand for all there are, together with those that an expression names."""
_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s", ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w", ops.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip

Item = tuple[Any, Any]
Letters = frozenset[str]


def runs_away(regex: re.Pattern[str]) -> bool:
    """Tell whether a text can make this expression try more ways than anybody waits for."""
    if not _QUANTIFIED_GROUP.search(regex.pattern):
        return False
    items = [*parser.parse(regex.pattern, regex.flags)]
    known = _LETTERS | {letter for one in _all(items) for letter in _named(one)}
    return any(
        _ways(inner, outer) > _MOST_WAYS
        and _made_of(outer[1][2], _taken(inner[1][2], known), known)
        for outer in _all(items)
        if outer[0] in _REPEATS
        for inner in _all(outer[1][2], beyond=_SETTLED)
        if inner[0] in _REPEATS
    )


def _below(item: Item) -> list[Any]:
    """Return the sequences that an item is made of."""
    op, what = item
    if op is ops.BRANCH:
        return [*what[1]]
    if op is ops.GROUPREF_EXISTS:
        return [part for part in what[1:] if part is not None]
    if op is ops.ATOMIC_GROUP:
        return [what]
    return [what[-1]] if op in _ONE_BELOW else []


def _all(items: Any, beyond: tuple[Any, ...] = ()) -> Iterator[Item]:  # noqa: ANN401 - a parse
    """Yield every item at any depth, but what lies inside those `beyond`."""
    for item in items:
        yield item
        if item[0] not in beyond:
            for part in _below(item):
                yield from _all(part, beyond)


def _ways(inner: Item, outer: Item) -> float:
    """Return in how many ways the rounds of both may share what they take, roughly."""
    least, most = (min(int(bound), _OPEN) for bound in inner[1][:2])
    rounds = min(int(outer[1][1]), _OPEN)
    return float(most - least + 1) ** min(rounds, 100)


def _named(item: Item) -> Iterator[str]:
    op, what = item
    if op in (ops.LITERAL, ops.NOT_LITERAL):
        yield chr(what)
    elif op is ops.IN:
        for kind, value in what:
            if kind is ops.LITERAL:
                yield chr(value)
            elif kind is ops.RANGE:
                yield from map(chr, value)  # both ends


def _letters(item: Item, known: Letters) -> Letters:
    """Return which letters an item of one letter takes, in either case."""
    found = _as_written(item, known)
    return found | {letter.swapcase() for letter in found}


def _as_written(item: Item, known: Letters) -> Letters:
    op, what = item
    if op is ops.LITERAL:
        return frozenset(chr(what))
    if op is ops.NOT_LITERAL:
        return known - {chr(what)}
    if op is ops.ANY:
        return known
    found: set[str] = set()
    for kind, value in what:
        if kind is ops.LITERAL:
            found.add(chr(value))
        elif kind is ops.RANGE:
            found |= {letter for letter in known if value[0] <= ord(letter) <= value[1]}
        elif kind is ops.CATEGORY:
            found |= {letter for letter in known if re.match(_CATEGORIES[value], letter)}
    return known - found if what[0][0] is ops.NEGATE else frozenset(found)


def _is_letter(item: Item) -> bool:
    return item[0] in (ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN)


def _taken(items: Any, known: Letters) -> Letters:  # noqa: ANN401 - a parse
    """Return the letters that a sequence may take."""
    sets = (_letters(one, known) for one in _all(items) if _is_letter(one))
    return frozenset[str]().union(*sets)


def _made_of(items: Any, letters: Letters, known: Letters) -> bool:  # noqa: ANN401 - a parse
    """Tell whether a sequence can match with no other letters than these."""
    for item in items:
        op, what = item
        if _is_letter(item):
            fits = bool(_letters(item, known) & letters)
        elif op in (*_REPEATS, ops.POSSESSIVE_REPEAT):
            fits = what[0] == 0 or _made_of(what[2], letters, known)
        else:
            parts = _below(item)
            looks = not parts or op in _LOOKS
            fits = looks or any(_made_of(part, letters, known) for part in parts)
        if not fits:
            return False
    return True
