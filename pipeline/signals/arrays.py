"""Small tools for whole columns: ranges expanded, and a table from 64-bit keys to numbers."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def expand(starts: Numbers, counts: Numbers) -> tuple[Numbers, Numbers]:
    """Return every number of every range, and which range it is of."""
    owners = np.repeat(np.arange(counts.size), counts)
    before = np.cumsum(counts) - counts
    return np.arange(owners.size) - (before - starts)[owners], owners


class KeyTable:
    """A hash table (open addressing) from keys to small numbers, read a column at a time."""

    def __init__(self, room: int) -> None:
        """Make room for about `room` keys."""
        self._make(max(int(room * 3).bit_length(), 4))

    def _make(self, bits: int) -> None:
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = np.zeros(1 << bits, np.uint64)
        self._values = np.full(1 << bits, -1, np.int32)
        self._taken = np.zeros(1 << bits, np.bool_)
        """Which slots hold a key: small enough to stay near the processor where most keys miss."""
        self._longest = 0
        self.size = 0

    def find(self, keys: Keys) -> Numbers:
        """Return the number of each key, -1 for unknown ones."""
        slots = self._slots(keys)
        found = np.full(keys.size, -1, np.int64)
        left = np.flatnonzero(self._taken[slots])
        there = slots[left]
        for _ in range(self._longest + 1):
            right = self._keys[there] == keys[left]
            found[left[right]] = self._values[there[right]]
            wrong = np.flatnonzero(~right)
            there = (there[wrong] + 1) & self._mask
            taken = self._taken[there]
            left, there = left[wrong[taken]], there[taken]
            if not left.size:
                break
        return found

    def add(self, keys: Keys, values: Numbers) -> None:
        """Add keys that are not in the table and differ from each other."""
        if (self.size + keys.size) * 2 > self._keys.size:
            self._grow(keys.size)
        left = np.arange(keys.size)
        slots = self._slots(keys)
        step = 0
        while left.size:
            there = (slots[left] + step) & self._mask
            free = np.flatnonzero(~self._taken[there])
            _, first = np.unique(there[free], return_index=True)
            taken = free[first]
            self._keys[there[taken]] = keys[left[taken]]
            self._values[there[taken]] = values[left[taken]]
            self._taken[there[taken]] = True
            left = np.delete(left, taken)
            self._longest = max(self._longest, step)
            step += 1
        self.size += keys.size

    def _grow(self, more: int) -> None:
        full = np.flatnonzero(self._taken)
        keys, values = self._keys[full], self._values[full].astype(np.int64)
        self._make(int((self.size + more) * 3).bit_length())
        self.add(keys, values)

    def _slots(self, keys: Keys) -> Numbers:
        return ((keys * _SPREAD) >> self._shift).astype(np.int64)


class Lists:
    """Lists of small numbers by number, growing at the end."""

    def __init__(self) -> None:
        """Start with none."""
        self._starts = np.zeros(1024, np.int64)
        self._counts = np.zeros(1024, np.int64)
        self._items = np.zeros(4096, np.int64)
        self._used = 0
        self.size = 0

    def extend(self, lists: Sequence[Sequence[int]]) -> None:
        """Add lists behind the last one."""
        counts = np.fromiter(map(len, lists), np.int64, len(lists))
        items = np.fromiter((item for one in lists for item in one), np.int64, int(counts.sum()))
        self.append(counts, items)

    def append(self, counts: Numbers, items: Numbers) -> None:
        """Add lists of the given lengths behind the last one."""
        end, used = self.size + counts.size, self._used + items.size
        self._starts = _roomy(self._starts, end)
        self._counts = _roomy(self._counts, end)
        self._items = _roomy(self._items, used)
        self._counts[self.size : end] = counts
        self._starts[self.size : end] = self._used + np.cumsum(counts) - counts
        self._items[self._used : used] = items
        self.size, self._used = end, used

    def of(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the items of each list, and the place in `numbers` each belongs to."""
        places, owners = expand(self._starts[numbers], self._counts[numbers])
        return self._items[places], owners


def _roomy(array: Numbers, size: int) -> Numbers:
    if size <= array.size:
        return array
    return np.concatenate([array, np.zeros(max(size, array.size * 2) - array.size, np.int64)])
