"""Places marks of a lane so that they hide one another as little as may be."""

from collections.abc import Sequence

SIZES = (9.0, 7.0, 5.5, 4.4, 3.6)
"""Distances between marks, the largest first; a crowd gets the first that lets all be seen."""


def swarm(xs: Sequence[float], half: float) -> tuple[float, list[float]]:
    """Return the distance between marks, and a vertical offset for each.

    `xs` are the marks' places from left to right, `half` is the height there is above and
    below the lane's middle. Where even the smallest distance is too large, marks overlap
    evenly. The script lays marks out in the same way.
    """
    placed: list[float] = []
    for size in SIZES:
        placed, overlaps = _placed(xs, size, half)
        if not overlaps:
            return size, placed
    return SIZES[-1], placed


def _placed(xs: Sequence[float], size: float, half: float) -> tuple[list[float], bool]:
    offsets = [0.0]
    for row in range(1, int(half / size) + 1):
        offsets += [-row * size, row * size]
    free_from = [float("-inf")] * len(offsets)
    placed, overlaps = [], False
    for x in xs:
        best = next((slot for slot, free in enumerate(free_from) if free <= x), -1)
        if best < 0:
            overlaps = True
            best = free_from.index(min(free_from))
        free_from[best] = x + size
        placed.append(offsets[best])
    return placed, overlaps
