"""What the second reader sees of a message: named traits, in blocks of one length each.

Words and pairs of words are what this writer says; concepts, their order, which of them stand
together and the grammar's signals are what it means in any of the languages; so is what stands in
quotation marks and what is said about it. Each block has the same say however long the text is.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise, product
from typing import NamedTuple

from pipeline.signals.entries import CJK
from pipeline.signals.lexicon import Hit
from pipeline.signals.rows import OBJECT, SIGNAL, STOPPED_BY, STRENGTH, Row

MOST_LETTERS = 4_000
"""A score needs no more of a text than this; it bounds the work a single message costs."""
FOLLOWERS = 3
"""So many concepts behind one are read as following it."""
TEXT_SCALE, MEANING_SCALE, AROUND_SCALE = 3.0, 2.0, 1.5
ROLES = ("outbound", "internal")
SIGNAL_TRAITS = ("signal:", "stopped:")
"""What the traits of `signal_traits` begin with."""

OPENING = '"「『'
"""What opens a quotation; a folded text knows no other marks."""
_QUOTATION = re.compile(r'(?<![a-z0-9])"[^"]*"|「[^「」]*」|『[^『』]*』')
"""The marks of inches and seconds open nothing."""
_LEAST_QUOTED = 8
"""What is shorter, marks included, is a name or a word and no message."""
_WORD = re.compile(rf"\d+|[{CJK}]|★+|[^\W\d_{CJK}]+|\S")


class Block(NamedTuple):
    """Traits with how often each stands, and the length they have together."""

    counts: Mapping[str, int]
    scale: float

    @property
    def each(self) -> float:
        """What one trait counts for."""
        return each(self.scale, sum(self.counts.values()))


def each(scale: float, size: int) -> float:
    """Return what one of `size` traits counts for in a block of the given length."""
    return scale / math.sqrt(size) if size else 0.0


def role_of(direction: str) -> str:
    """Return who speaks, as the weights know it."""
    return ROLES[1] if direction == "internal" else ROLES[0]


def blocks(
    text: str, found: Mapping[str, Sequence[Hit]], rows: Iterable[Row], direction: str
) -> list[Block]:
    """Return the traits of a folded text.

    `found` are the concepts' hits before masks, `rows` the grammar's rows, stopped ones included.
    """
    said, role = text[:MOST_LETTERS], role_of(direction)
    return [
        Block(_of_concepts(found, role), TEXT_SCALE),
        Block(_of_words(said, role), TEXT_SCALE),
        Block(_of_order(found), MEANING_SCALE),
        Block(_together(found), MEANING_SCALE),
        *_of_quotations(said, found),
        Block(signal_traits(rows), MEANING_SCALE),
        Block({length_trait(len(said)): 1}, 1.0),
    ]


def around(text: str, found: Iterable[str], direction: str) -> Block:
    """Return the traits of a folded text that tell of the seller messages around it."""
    counts = Counter(f"{direction} concept:{concept}" for concept in found)
    counts.update(f"{direction} word:{word}" for word in _WORD.findall(text[:MOST_LETTERS]))
    return Block(counts, AROUND_SCALE)


def _of_concepts(found: Iterable[str], role: str) -> dict[str, int]:
    names = [f"role:{role}"]
    for concept in found:
        names += [f"concept:{concept}", f"{role} concept:{concept}"]
    return dict.fromkeys(names, 1)


def _of_words(text: str, role: str) -> Counter[str]:
    words = _WORD.findall(text)
    counts = Counter(f"word:{word}" for word in words)
    counts.update(f"{role} word:{word}" for word in words)
    counts.update(f"words:{one} {next_one}" for one, next_one in pairwise(words))
    return counts


def _of_order(found: Mapping[str, Sequence[Hit]]) -> dict[str, int]:
    hits = sorted((hit.start, concept, hit.sentence) for concept in found for hit in found[concept])
    traits = {}
    for place, (_, concept, sentence) in enumerate(hits):
        for _, follower, in_sentence in hits[place + 1 : place + 1 + FOLLOWERS]:
            if in_sentence == sentence:
                traits[f"order:{concept}>{follower}"] = 1
    return traits


def quotations(text: str) -> list[tuple[int, int]]:
    """Return where a folded text quotes somebody's words, marks included."""
    spans = (match.span() for match in _QUOTATION.finditer(text[:MOST_LETTERS]))
    return [(start, end) for start, end in spans if end - start >= _LEAST_QUOTED]


def _of_quotations(text: str, found: Mapping[str, Sequence[Hit]]) -> list[Block]:
    """Return which concepts stand inside and outside of quotations, and which beside which.

    The same words are an order where staff are told to write them, and a lesson where they are
    told of: what frames a quotation tells the one from the other, in any language.
    """
    spans = quotations(text)
    if not spans:
        return []
    inside, outside = set[str](), set[str]()
    for concept, hits in found.items():
        for hit in hits:
            quoted = any(start <= hit.start < end for start, end in spans)
            (inside if quoted else outside).add(concept)
    sides = [side_trait(one, quoted=True) for one in inside]
    sides += [side_trait(one, quoted=False) for one in outside]
    return [
        Block(dict.fromkeys(sides, 1), TEXT_SCALE),
        Block(dict.fromkeys(map(across_trait, product(inside, outside)), 1), MEANING_SCALE),
    ]


def side_trait(concept: str, *, quoted: bool) -> str:
    """Return the trait of a concept inside or outside of the text's quotations."""
    return f"{'quoted' if quoted else 'unquoted'}:{concept}"


def across_trait(pair: tuple[str, str]) -> str:
    """Return the trait of a concept inside and one outside of the text's quotations."""
    return f"quoted:{pair[0]}|{pair[1]}"


def _together(found: Iterable[str]) -> dict[str, int]:
    """Return the pairs of concepts anywhere in the text: what the one means beside the other."""
    return dict.fromkeys(map(together_trait, combinations(sorted(found), 2)), 1)


def together_trait(pair: tuple[str, str]) -> str:
    """Return the trait of two concepts, in whichever order they are given."""
    return f"both:{min(pair)}&{max(pair)}"


def signal_traits(rows: Iterable[Row]) -> dict[str, int]:
    """Return the traits of the grammar's rows: what stands, and what a guard took away."""
    names: set[str] = set()
    for row in rows:
        signal, guard = row[SIGNAL], row[STOPPED_BY]
        if guard:
            names |= {f"stopped:{signal}", f"stopped:{signal} by {guard}"}
        else:
            names |= {
                f"signal:{signal}",
                f"signal:{signal} {row[STRENGTH]}",
                f"signal:{signal} of {row[OBJECT]}",
            }
    return dict.fromkeys(sorted(names), 1)


def length_trait(size: int) -> str:
    """Return the trait of a text of so many letters: its power of two."""
    return f"length:{(size + 1).bit_length() - 1}"
