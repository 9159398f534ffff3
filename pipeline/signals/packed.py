"""Weights that are ready without being opened: a cached ruleset is read for one short text."""

from array import array
from collections.abc import Iterator, Mapping
from itertools import accumulate


class PackedWeights(Mapping[str, int]):
    """Weights by trait in three flat pieces, found by halving; reading them in costs no loop."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        """Pack them."""
        named = sorted(
            (name.encode("utf-8", "surrogatepass"), one) for name, one in weights.items()
        )
        self._names = b"".join(name for name, _ in named)
        self._ends = array("I", accumulate((len(name) for name, _ in named), initial=0))
        self._weights = array("i", (one for _, one in named))

    def __getitem__(self, trait: str) -> int:
        """Return the weight of a trait.

        Raises:
            KeyError: it has none.

        """
        name = trait.encode("utf-8", "surrogatepass")
        low, high = 0, len(self._weights)
        while low < high:
            middle = (low + high) // 2
            if self._name(middle) < name:
                low = middle + 1
            else:
                high = middle
        if low == len(self._weights) or self._name(low) != name:
            raise KeyError(trait)
        return self._weights[low]

    def __iter__(self) -> Iterator[str]:
        """Yield the traits."""
        for place in range(len(self._weights)):
            yield self._name(place).decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        """Return how many traits have a weight."""
        return len(self._weights)

    def _name(self, place: int) -> bytes:
        return self._names[self._ends[place] : self._ends[place + 1]]
