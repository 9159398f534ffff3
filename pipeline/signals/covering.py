"""Which vocabulary entries stand wherever another one does: what makes a word of a rule file dead.

An entry covers another where each match of the other is one of its own, letter for letter from
the same start to the same end. It is decided from the entries alone, without any text.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipeline.signals.entries import GAP_WORDS, Entry, TextEntry, Word, WordEntry
from pipeline.signals.lexicon import match_pieces

_Parts = tuple[Word | None, ...]


def covers(wide: Entry, narrow: Entry) -> bool:
    """Tell whether `wide` matches every stretch that `narrow` does."""
    if isinstance(wide, TextEntry) and isinstance(narrow, TextEntry):
        if len(narrow.pieces) > 1:
            return wide.pieces == narrow.pieces
        return match_pieces(narrow.pieces[0], 0, wide.pieces) == len(narrow.pieces[0])
    if isinstance(wide, WordEntry) and isinstance(narrow, WordEntry):
        return _parts_cover(wide.parts, narrow.parts)
    return False


def begins(wide: Entry, narrow: Entry) -> bool:
    """Tell whether `wide` matches at the start of every stretch that `narrow` matches."""
    if isinstance(wide, TextEntry) and isinstance(narrow, TextEntry):
        return bool(match_pieces(narrow.pieces[0], 0, wide.pieces))
    if isinstance(wide, WordEntry) and isinstance(narrow, WordEntry):
        sizes = range(1, len(narrow.parts) + 1)
        return any(_parts_cover(wide.parts, narrow.parts[:size]) for size in sizes)
    return False


def _parts_cover(wide: _Parts, narrow: _Parts) -> bool:
    if not wide or not narrow:
        return not wide and not narrow
    first, rest = wide[0], wide[1:]
    if first is not None:
        return (
            narrow[0] is not None
            and word_covers(first, narrow[0])
            and _parts_cover(rest, narrow[1:])
        )
    return any(_parts_cover(rest, narrow[size:]) for size in _fitting(narrow))


def _fitting(narrow: _Parts) -> Iterator[int]:
    """Yield how many parts lie in a gap, whatever words stand for them."""
    width = 0
    yield 0
    for size, part in enumerate(narrow, 1):
        width += GAP_WORDS if part is None else 1
        if width > GAP_WORDS:
            return
        yield size


def word_covers(wide: Word, narrow: Word) -> bool:
    """Tell whether `wide` fits every word that `narrow` fits."""
    if wide.open_start and wide.open_end:
        return wide.stem in narrow.stem
    if wide.open_end:
        return not narrow.open_start and narrow.stem.startswith(wide.stem)
    if wide.open_start:
        return not narrow.open_end and narrow.stem.endswith(wide.stem)
    return wide == narrow


class Covers:
    """Many entries, to be asked which of them may cover another one; few are tried."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Sort the entries by how they begin."""
        self._by_stem: dict[str, list[Entry]] = defaultdict(list)
        self._loose: list[Entry] = []
        for entry in entries:
            if isinstance(entry, TextEntry):
                self._by_stem[entry.pieces[0]].append(entry)
            else:
                first = entry.parts[0]
                if first is None or first.open_start:
                    self._loose.append(entry)
                else:
                    self._by_stem[first.stem].append(entry)

    def near(self, narrow: Entry) -> Iterator[Entry]:
        """Yield the entries that begin as `narrow` does, and those that may begin anyhow."""
        if isinstance(narrow, TextEntry):
            stem = narrow.pieces[0]
        else:
            stem = narrow.parts[0].stem if narrow.parts[0] else ""
        for size in range(1, len(stem) + 1):
            yield from self._by_stem.get(stem[:size], ())
        yield from self._loose
