"""Who is who: the names a thread's buyer goes by, full names of the archive, staff."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from pipeline.appeal.patterns import privacy_words

_TAIL = re.compile(r"\s+[-–|]\s+.*|\(.*|\svia\s.*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_GAP = re.compile(r"[\s.,\u00a0-]{1,3}")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTICLES = frozenset(
    {"van", "von", "de", "der", "den", "da", "di", "del", "della", "la", "le", "les", "du", "dos"}
    | {"das", "el", "al", "bin", "ibn", "ter", "zu", "und", "and", "the"}
)
_GERMAN = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
_SHORTEST_HANDLE = 6
_SHORTEST_HAN_NAME = 3
_SHORTEST_DETAIL = 5


@dataclass
class People:
    """What is known of names; a thread of a case is looked up by its case.

    `words` are names of a thread's own buyers, `full` names of two words and more, `handles` names
    of accounts (in lower case, taken out wherever they stand), `details` addresses and numbers.
    """

    buyers: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    threads: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    words: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    details: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    full: dict[str, str] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    staff: frozenset[str] = frozenset()
    seller_addresses: frozenset[str] = frozenset()

    def buyer_of(self, thread: str) -> str:
        """Return the one buyer of a thread, or an empty text where there are none or several."""
        found = self.threads.get(self.cases.get(thread, thread), set())
        return next(iter(found)) if len(found) == 1 else ""

    def words_of(self, thread: str) -> dict[str, str]:
        """Return the words that name the buyers of a thread, and whom each names."""
        return self.words.get(self.cases.get(thread, thread), {})

    def details_of(self, thread: str) -> dict[str, str]:
        """Return what is known of where a thread's buyers live, and of what kind it is."""
        return self.details.get(self.cases.get(thread, thread), {})


def gather_people(
    rows: pl.DataFrame, details: pl.DataFrame, staff: list[str], addresses: list[str]
) -> People:
    """Return who is who from `people.sql` and `order_details.sql`, staff and seller addresses."""
    people = People(
        staff=frozenset(name for name in staff if "@" not in name),
        seller_addresses=frozenset(address.casefold() for address in addresses),
    )
    names = _names(rows, people)
    for buyer, found in names.items():
        _add_everywhere(people, buyer, found)
    for thread, buyers in people.threads.items():
        for buyer in sorted(buyers):
            for name in sorted(names[buyer]):
                people.words[thread].update(dict.fromkeys(name_words(name), buyer))
    for thread, case, kind, detail in details.iter_rows():
        if len(detail) >= _SHORTEST_DETAIL:
            people.details[case or thread][detail] = kind
    return people


def _add_everywhere(people: People, buyer: str, names: set[str]) -> None:
    """Add what names a buyer wherever it stands: full names, names of accounts."""
    for name in sorted(names):
        words = _words(name)
        if _is_handle(name):
            people.handles[name.casefold()] = buyer
        elif len(words) > 1 or _is_long_han(name):
            people.full[" ".join(words).casefold()] = buyer
    local, at, _ = buyer.casefold().partition("@")
    if at and len(local) >= _SHORTEST_HANDLE:
        people.handles[local] = buyer


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
    """Return the words of a name that stand for it alone: in every way they are written.

    Particles, initials and words such as `Customer` stand for nobody; a name of an account is
    taken as a whole and has no words.
    """
    if _is_handle(name):
        return []
    nobody = privacy_words()["not_names"]
    found = []
    for word in _words(name):
        folded = word.casefold()
        if len(word) > 1 and folded not in _PARTICLES and folded not in nobody:
            found += _spellings(word)
    whole = "".join(_words(name))
    return [*found, whole] if _is_long_han(whole) else found


class FullNames:
    """Finds full names of two words and more, each by its first word."""

    def __init__(self, full: Mapping[str, str]) -> None:
        """Keep whose each name is; names are in lower case, words apart by one blank."""
        self._full = full
        self._lengths: dict[str, set[int]] = defaultdict(set)
        han = []
        for name in full:
            words = name.split(" ")
            self._lengths[words[0]].add(len(words))
            if _HAN.search(name):
                han += [name, name.replace(" ", "")]
        joined = "|".join(sorted(map(re.escape, han), key=lambda one: (-len(one), one)))
        self._han = re.compile(joined) if joined else None
        self._whose = {name.replace(" ", ""): buyer for name, buyer in full.items()}

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Return where a full name stands: start, end, buyer; the longest name wins."""
        if not self._full:
            return []
        found = list(self._spelled(text))
        for match in self._han.finditer(text) if self._han else ():
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                found.append((*match.span(), self._whose[match[0].replace(" ", "")]))
        return sorted(found)

    def _spelled(self, text: str) -> Iterator[tuple[int, int, str]]:
        words = list(_WORD.finditer(text))
        done = 0
        for first, word in enumerate(words):
            lengths = self._lengths.get(word[0].casefold(), ())
            for length in sorted(lengths, reverse=True) if word.start() >= done else ():
                group = words[first : first + length]
                name = " ".join(one[0] for one in group).casefold()
                end = group[-1].end()
                if name in self._full and _side_by_side(text, group):
                    yield word.start(), end, self._full[name]
                    done = end
                    break


def _side_by_side(text: str, words: Sequence[re.Match[str]]) -> bool:
    gaps = (text[one.end() : two.start()] for one, two in pairwise(words))
    return all(_GAP.fullmatch(gap) for gap in gaps)


def standing_alone(words: Mapping[str, str]) -> re.Pattern[str] | None:
    """Return the pattern of words that are no part of a longer one; Han letters have no borders.

    A name that is also an everyday word (`Will`, `May`) counts only before a stop or a comma, as
    somebody who is spoken to is named: `Will you?` has no name in it, `Thank you, Will.` has.
    """
    everyday = frozenset(privacy_words()["everyday"])
    written = sorted(words, key=lambda word: (-len(word), word))
    joined = "|".join(_bordered(word, everyday) for word in written)
    return re.compile(joined) if joined else None


def _bordered(word: str, everyday: frozenset[str]) -> str:
    if _HAN.search(word):
        return re.escape(word)
    spoken_to = r"(?= *(?:[,.!?:;)\n]|$))" if word.casefold() in everyday else ""
    return rf"(?<![\w-]){re.escape(word)}(?![\w-]){spoken_to}"


def _spellings(word: str) -> list[str]:
    """Return a name as written, with a capital, in capitals, and without accents."""
    plain = unicodedata.normalize("NFKD", word)
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    german = word.translate(_GERMAN)
    found = dict.fromkeys((word, bare, german))
    return list(
        dict.fromkeys(
            form
            for one in found
            for form in (one[0].upper() + one[1:], one.upper())
            if len(form) > 1
        )
    )


def _is_handle(name: str) -> bool:
    """Say whether this names an account: one word, with a digit, an underscore or no capital."""
    if " " in name.strip() or _HAN.search(name):
        return False
    plain = not re.search(r"[\d_.]", name) and name[:1].isupper()
    return not plain and len(name) >= _SHORTEST_HANDLE


def _is_long_han(name: str) -> bool:
    return bool(_HAN.search(name)) and len(name.replace(" ", "")) >= _SHORTEST_HAN_NAME


def _words(name: str) -> list[str]:
    return _WORD.findall(name)
