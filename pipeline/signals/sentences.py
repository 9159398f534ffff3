"""Where the sentences of many folded texts start, as `Document` finds them in one.

The usual ends (a stop and a blank, a line end, a bullet, 。) are found a column at a time; a text
with a stranger one (a question mark inside a link, stops of two scripts together) is cut by itself.
"""

import numpy as np
import numpy.typing as npt

from pipeline.signals.arrays import Numbers
from pipeline.signals.document import sentence_starts
from pipeline.signals.tokens import char_tables, known
from pipeline.text.letters import Letters, runs

Flags = npt.NDArray[np.bool_]

_LIMIT = 0xFF70
_NONE, _DOT, _ASK, _WIDE, _SEMICOLON, _CLOSER, _WIDE_CLOSER, _BULLET = range(8)


def _classes() -> npt.NDArray[np.uint8]:
    table = np.zeros(_LIMIT + 1, np.uint8)
    for chars, number in (
        (".…", _DOT), ("!?", _ASK), ("。！？；", _WIDE), (";", _SEMICOLON),
        ("\"')]", _CLOSER), ("」』", _WIDE_CLOSER), ("-*•>", _BULLET),
    ):  # fmt: skip
        table[[ord(char) for char in chars]] = number
    return table


_CLASS = _classes()


class _Scan:
    """The letters of all texts, and what each is to a sentence."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters
        self.kind = _CLASS[np.minimum(letters.codes, _LIMIT)]
        self.line = letters.codes == ord("\n")
        self.blank = char_tables().blank[known(letters.codes)]

    def solid(self, places: Numbers) -> Numbers:
        """Return the place of the first letter from each place on that is no blank."""
        return _skip(self.blank, places)

    def ends(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return where each end of a sentence starts and ends, and places in strange texts."""
        begins, run_ends = runs((self.kind >= _DOT) & (self.kind <= _WIDE))
        latin, wide, strange = self._run_sorts(begins, run_ends)
        closed = _skip(self.kind == _CLOSER, run_ends)
        done = self.blank[closed] | np.isin(closed, self.letters.ends)
        strange |= latin & ~done & self._holds(_ASK, begins, run_ends)
        latin &= done
        wide_ends = run_ends[wide] + (self.kind[run_ends[wide]] == _WIDE_CLOSER)
        wide_ends += (self.letters.codes[run_ends[wide]] == ord('"')).astype(np.int64)
        lines, line_ends, odd = self._lines()
        semicolons = np.flatnonzero(self.kind == _SEMICOLON)
        semicolons = semicolons[self.blank[semicolons + 1]]
        taken = semicolons[self.line[semicolons + 1]]
        starts = np.concatenate([begins[latin], begins[wide], lines, semicolons])
        ends = np.concatenate([closed[latin], wide_ends, line_ends, semicolons + 2])
        order = np.argsort(starts, kind="stable")
        return starts[order], ends[order], np.concatenate([begins[strange], odd, taken])

    def _run_sorts(self, runs: Numbers, ends: Numbers) -> tuple[Flags, Flags, Flags]:
        has_dot = self._holds(_DOT, runs, ends)
        has_wide = self._holds(_WIDE, runs, ends)
        return ~has_wide, has_wide & ~has_dot, has_wide & has_dot

    def _holds(self, kind: int, runs: Numbers, ends: Numbers) -> Flags:
        """Tell which stretches hold a letter of a kind."""
        places = np.flatnonzero(self.kind == kind)
        return np.searchsorted(places, ends) > np.searchsorted(places, runs)

    def _lines(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return line ends with the blanks and the bullet behind them."""
        lines = np.flatnonzero(self.line)
        ends = self.solid(lines)
        first = np.ones(lines.size, np.bool_)
        first[1:] = ends[1:] != ends[:-1]
        lines, ends = lines[first], ends[first]
        bullet = self.kind[ends] == _BULLET
        after = ends.copy()
        after[bullet] = self.solid(ends[bullet] + 1)
        newlines = np.flatnonzero(self.line)
        odd = np.searchsorted(newlines, after) > np.searchsorted(newlines, ends)
        return lines, after, lines[bullet & odd]


_STEPS = 8


def _skip(marked: Flags, places: Numbers) -> Numbers:
    """Return the first place from each on that is not marked; the last letter never is."""
    found = places.copy()
    left = np.flatnonzero(marked[found])
    for _ in range(_STEPS):
        if not left.size:
            return found
        found[left] += 1
        left = left[marked[found[left]]]
    free = np.flatnonzero(~marked)
    found[left] = free[np.searchsorted(free, found[left])]
    return found


def all_sentence_starts(letters: Letters) -> Numbers:
    """Return where every sentence of every text starts, in order of place."""
    if not letters.codes.size:
        return letters.starts
    scan = _Scan(letters)
    starts, ends, strange = scan.ends()
    rests = scan.solid(ends)
    texts = np.searchsorted(letters.starts, starts, side="right") - 1
    inside = rests < letters.ends[texts]
    own = letters.starts[texts]
    said = scan.solid(own) < starts
    usable = np.flatnonzero(inside & said)
    kept = usable[_apart(starts[usable], rests[usable], texts[usable])]
    found, of_text = rests[kept], texts[kept]
    alone = np.unique(np.searchsorted(letters.starts, strange, side="right") - 1)
    found = found[~np.isin(of_text, alone)]
    single = [
        letters.starts[number] + start
        for number in alone.tolist()
        for start in sentence_starts(letters.folded(number))[1:]
    ]
    return np.sort(np.concatenate([letters.starts, found, np.array(single, np.int64)]))


def _apart(starts: Numbers, rests: Numbers, texts: Numbers) -> Flags:
    """Drop ends right behind the sentence start that another end made: nothing stands between."""
    joined = np.zeros(starts.size, np.bool_)
    joined[1:] = (starts[1:] <= rests[:-1]) & (texts[1:] == texts[:-1])
    kept = ~joined
    heads = np.flatnonzero(kept)
    size = np.diff(np.append(heads, starts.size))
    since = rests[heads]
    for step in range(1, int(size.max(initial=0))):
        longer = size > step
        heads, size, since = heads[longer], size[longer], since[longer]
        places = heads + step
        new = starts[places] > since
        kept[places] = new
        since = np.where(new, rests[places], since)
    return kept
