"""The language of whole bodies, of which the own part has been read already.

What tells it is counted in the other lines (many a signature is met again and again) and added up;
a body where that is not all there is to it is read as a whole. No disguise goes over a line's end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from pipeline.signals import tongues
from pipeline.signals.hits import Cut
from pipeline.signals.tongues import Scores
from pipeline.signals.words import Words
from pipeline.text.letters import fold_all

_MOST_LETTERS = 700_000
"""So many letters are read together: more cost memory, fewer time, for each page costs some
milliseconds whatever it holds."""

_MOST_RESTS = 20_000
"""So many signatures and quotations are remembered."""

Item = TypeVar("Item")


class Divided(NamedTuple):
    """A body that is its sender's in parts only."""

    counts: Scores | None
    """Those of the sender's part, as `Cut.counts`."""
    rest: str
    """The other lines."""


class BodyLanguages:
    """Tells languages and remembers what the lines that are not the sender's count."""

    def __init__(self, words: Words) -> None:
        """Start without any."""
        self._words = words
        self._rests: dict[str, Scores | None] = {}

    def languages(self, bodies: Mapping[str, Divided]) -> dict[str, str]:
        """Return the likeliest language of each body, empty where nothing tells."""
        self._count([divided.rest for divided in bodies.values()])
        sums: dict[str, Scores] = {}
        for body, (own, rest) in bodies.items():
            other = self._rests[rest]
            if own is not None and other is not None:
                sums[body] = own + other
        found = tongues.names(tongues.main(np.array([*sums.values()])))
        whole = [body for body in bodies if body not in sums]
        found += [language for cut in self._cuts(whole) for language in cut.languages()]
        return dict(zip([*sums, *whole], found, strict=True))

    def _count(self, rests: Iterable[str]) -> None:
        if len(self._rests) > _MOST_RESTS:
            self._rests.clear()
        new = [rest for rest in dict.fromkeys(rests) if rest not in self._rests]
        counts = [one for cut in self._cuts(new) for one in cut.counts()]
        self._rests |= zip(new, counts, strict=True)

    def _cuts(self, texts: Sequence[str]) -> Iterator[Cut]:
        for part in parts(texts, [*map(len, texts)]):
            yield Cut(fold_all(part), self._words)


def parts(texts: Sequence[Item], sizes: Sequence[int]) -> Iterator[Sequence[Item]]:
    """Cut texts into parts that are read together, of much the same size; a giant stands alone."""
    whole = sum(sizes)
    most = 1.03 * whole / max(-(-whole // _MOST_LETTERS), 1)
    start = so_far = 0
    for place, size in enumerate(sizes):
        if place > start and so_far + size > most:
            yield texts[start:place]
            start, so_far = place, 0
        so_far += size
    if start < len(texts):
        yield texts[start:]
