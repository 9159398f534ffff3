"""Who is who: the names a thread's buyer goes by, full names of the archive, staff."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipeline.appeal.patterns import privacy_words

_TAIL = re.compile(r"\s+[-–|]\s+.*|\(.*|\svia\s.*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PARTICLES = frozenset(
    {"van", "von", "de", "der", "den", "da", "di", "del", "della", "la", "le", "les", "du", "dos"}
    | {"das", "el", "al", "bin", "ibn", "ter", "zu", "und", "and", "the"}
)


@dataclass
class People:
    """What is known of names; a thread of a case is looked up by its case."""

    buyers: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    threads: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    words: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    full: dict[str, str] = field(default_factory=dict)
    staff: frozenset[str] = frozenset()
    seller_addresses: frozenset[str] = frozenset()

    def buyer_of(self, thread: str) -> str:
        """Return the one buyer of a thread, or an empty text where there are none or several."""
        found = self.threads.get(self.cases.get(thread, thread), set())
        return next(iter(found)) if len(found) == 1 else ""

    def words_of(self, thread: str) -> dict[str, str]:
        """Return the words that name the buyers of a thread, and whom each names."""
        return self.words.get(self.cases.get(thread, thread), {})


def gather_people(rows: pl.DataFrame, staff: list[str], addresses: list[str]) -> People:
    """Return who is who from `sql/appeal/people.sql`, staff names and the seller's addresses."""
    people = People(
        staff=frozenset(name for name in staff if "@" not in name),
        seller_addresses=frozenset(address.casefold() for address in addresses),
    )
    names = _names(rows, people)
    for buyer, found in names.items():
        for name in sorted(found):
            if len(_words(name)) > 1:
                people.full[" ".join(_words(name)).casefold()] = buyer
    for thread, buyers in people.threads.items():
        for buyer in sorted(buyers):
            for name in sorted(names[buyer]):
                people.words[thread].update(dict.fromkeys(name_words(name), buyer))
    return people


def _names(rows: pl.DataFrame, people: People) -> dict[str, set[str]]:
    """Fill in whose the threads are; return the names of each buyer."""
    own = {name.casefold() for name in people.staff}
    names: dict[str, set[str]] = defaultdict(set)
    for thread, case, buyer, named in rows.iter_rows():
        people.buyers[buyer.casefold()] = buyer
        people.cases[thread] = case or thread
        people.threads[case or thread].add(buyer)
        for name in (display_name(named), display_name(buyer)):
            if name and name.casefold() not in own:
                names[buyer].add(name)
    return names


def display_name(text: str) -> str:
    """Return the name of `Kofi Lamb <mail>` or `Kofi Lamb - Amazon`; none of a bare address."""
    name = _TAIL.sub("", text.split("<", maxsplit=1)[0]).strip(" \"'")
    nobody = name.casefold() in privacy_words()["not_people"]
    return "" if nobody or "@" in name or not _WORD.search(name) else name


def name_words(name: str) -> list[str]:
    """Return the words of a name that stand for it: no particles, no initials."""
    return [word for word in _words(name) if len(word) > 1 and word.casefold() not in _PARTICLES]


class FullNames:
    """Finds full names of two to four words, each by its first word."""

    def __init__(self, full: Mapping[str, str]) -> None:
        """Keep whose each name is; names are in lower case, words apart by one blank."""
        self._full = full
        self._lengths: dict[str, set[int]] = defaultdict(set)
        for name in full:
            words = name.split(" ")
            self._lengths[words[0]].add(len(words))

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Return where a full name stands: start, end, buyer; the longest name wins."""
        if not self._full:
            return []
        words = list(_WORD.finditer(text))
        found: list[tuple[int, int, str]] = []
        for first, word in enumerate(words):
            lengths = self._lengths.get(word[0].casefold())
            if lengths and not (found and word.start() < found[-1][1]):
                for length in sorted(lengths, reverse=True):
                    group = words[first : first + length]
                    name = " ".join(one[0] for one in group).casefold()
                    end = group[-1].end()
                    if name in self._full and end - word.start() <= len(name) + 2 * (length - 1):
                        found.append((word.start(), end, self._full[name]))
                        break
        return found


def _words(name: str) -> list[str]:
    return _WORD.findall(name)
