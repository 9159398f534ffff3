"""Weights that are ready without being opened: a cached ruleset is read for one short text."""

from array import array
from collections.abc import Iterator, Mapping

from pipeline.signals.weights import columns_of


class PackedWeights(Mapping[str, int]):
    """Weights by trait in three flat pieces, found by halving; reading them in costs no loop."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        """Pack them."""
        table = columns_of(weights).sort("trait")  # by the bytes of UTF-8
        ends = table["trait"].str.len_bytes().cum_sum()
        self._names: bytes = table["trait"].str.join().item().encode()
        self._ends: array[int] = array("I", [0, *ends.to_list()])
        self._weights: array[int] = array("i", table["weight"].to_list())

    def __getitem__(self, trait: str) -> int:
        """Return the weight of a trait.

        Raises:
            KeyError: it has none.

        """
        name = trait.encode("utf-8", "surrogatepass")  # any text may be asked for
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
            yield self._name(place).decode()

    def __len__(self) -> int:
        """Return how many traits have a weight."""
        return len(self._weights)

    def _name(self, place: int) -> bytes:
        return self._names[self._ends[place] : self._ends[place + 1]]
