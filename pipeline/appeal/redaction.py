"""Redacts texts and whole tables: names, mail, phone, bank, chat ids, postal addresses.

Every replacement stands in square brackets with its kind and a keyed pseudonym, so that a reader
sees that and what was taken out; offsets into a text are carried over to its redacted form.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from pipeline.appeal.patterns import find_personal, spaced
from pipeline.appeal.people import FullNames, People, standing_alone
from pipeline.appeal.pseudonyms import Pseudonyms
from pipeline.appeal.spoken_names import SpokenNames

_WHOLE = frozenset({"buyer_id"})
_STAFF = frozenset({"operator", "operators", "taken_from_operator", "decided_by"})
_WITHHELD = frozenset({"raw_excerpt"})
_IDS = re.compile(r"(?:^|_)ids?$|^(?:policies|policy_id|sha256|body_sha256|source_sha256)$")
_WORDS_OF_OURS = re.compile(r"[a-z]+(?:[-_;][a-z]+)*")
_REDACTED = re.compile(r"\[(?:[A-Za-z ]+ )?[a-z]+-[0-9a-f]{10}\]|\[the seller's mail address\]")
_PLAIN = re.compile(r"[a-z ,;:'/-]*")
"""Words in small letters alone: the tables are full of our own, and no name looks like that."""
_THREADS = frozenset({"thread_id", "case_id", "shown_in", "other_id"})
_NAMED = frozenset({"value", "name", "shown"})
_REGIONS = {"UK": "GB"}


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted text and the stretches that were replaced, by their old and new offsets."""

    text: str
    edits: tuple[tuple[int, int, int, int], ...]

    def start(self, offset: int) -> int:
        """Carry over the start of a stretch; inside a replacement it becomes its start."""
        return self._carry(offset, outer=2)

    def end(self, offset: int) -> int:
        """Carry over the end of a stretch; inside a replacement it becomes its end."""
        return self._carry(offset, outer=3)

    def _carry(self, offset: int, outer: int) -> int:
        index = bisect_right([edit[0] for edit in self.edits], offset) - 1
        if index < 0:
            return offset
        old_start, old_end, new_start, new_end = self.edits[index]
        if old_start < offset < old_end:
            return (new_start, new_end)[outer - 2]
        if offset == old_start:
            return new_start
        return offset - old_end + new_end


class Redactor:
    """Redacts one audit's texts; the same audit and key give the same result."""

    def __init__(self, people: People, pseudonyms: Pseudonyms, known_ids: frozenset[str]) -> None:
        """Keep who is who; `known_ids` are ids that merely look like mail addresses."""
        self.people = people
        self.pseudonyms = pseudonyms
        self.known_ids = known_ids
        self._full = FullNames(people.full)
        self._spoken = SpokenNames()
        self._staff = standing_alone(dict.fromkeys(people.staff, ""))
        self._ids = re.compile(r"[^\s\[\]()<>,;\"]+@[^\s\[\]()<>,;\"]+")
        self._tokens = re.compile(r"[\w.+-]{6,}")
        self._words: dict[str, re.Pattern[str] | None] = {}
        self._details: dict[str, re.Pattern[str] | None] = {}

    def buyer(self, value: str) -> str:
        """Return the pseudonym of a buyer id."""
        return self.pseudonyms("buyer", value)

    def staff(self, value: str) -> str:
        """Return the pseudonyms of one or several (`a;b`) names of the seller side."""
        return ";".join(self.pseudonyms("staff", name) for name in value.split(";") if name)

    def text(self, text: str, thread: str = "", market: str = "", direction: str = "") -> Redacted:
        """Return a free text without personal data; what is redacted already stays as it is."""
        if _PLAIN.fullmatch(text) and not self._has_handle(text):
            return Redacted(text, ())
        edits: list[tuple[int, int, str]] = []
        taken = [match.span() for match in _REDACTED.finditer(text)]
        for start, end, shown in self._found(text, thread, region_of(market), direction):
            if all(end <= other[0] or other[1] <= start for other in taken):
                edits.append((start, end, shown))
                taken.append((start, end))
        return _applied(text, sorted(edits))

    def _has_handle(self, text: str) -> bool:
        handles = self.people.handles
        return bool(handles) and any(one[0] in handles for one in self._tokens.finditer(text))

    def _found(
        self, text: str, thread: str, region: str, direction: str
    ) -> Iterator[tuple[int, int, str]]:
        ids = [m.span() for m in self._ids.finditer(text) if m[0].rstrip(".:") in self.known_ids]
        for span in find_personal(text, region):
            if not any(start <= span.start and span.end <= end for start, end in ids):
                yield span.start, span.end, self._shown(span.kind, span.shown, span.value)
        yield from self._known(text, thread)
        for found in self._staff.finditer(text) if self._staff else ():
            yield found.start(), found.end(), f"[{self.pseudonyms('staff', found[0])}]"
        if direction in ("outbound", "inbound"):
            yield from self._unlisted(text, thread, direction)

    def _known(self, text: str, thread: str) -> Iterator[tuple[int, int, str]]:
        """Names, account names and addresses that the archive's columns tell."""
        details = self._pattern(self._details, thread, self.people.details_of, spaced)
        for found in details.finditer(text) if details else ():
            kind = self.people.details_of(thread).get(found[0], "address")
            shown = "phone number" if kind == "phone" else "postal address"
            yield found.start(), found.end(), f"[{shown} {self.pseudonyms(kind, found[0])}]"
        words = self.people.words_of(thread)
        for start, end, buyer in self._full.find(text):
            own = words.get(text[start:end].split(maxsplit=1)[0], buyer)
            yield start, end, f"[{self.buyer(own)}]"
        alone = self._pattern(self._words, thread, self.people.words_of, standing_alone)
        for found in alone.finditer(text) if alone else ():
            yield found.start(), found.end(), f"[{self.buyer(words[found[0]])}]"
        for found in self._tokens.finditer(text) if self.people.handles else ():
            buyer = self.people.handles.get(found[0].rstrip(".").casefold(), "")
            if buyer:
                end = found.start() + len(found[0].rstrip("."))
                yield found.start(), end, f"[{self.buyer(buyer)}]"

    def _pattern(
        self,
        made: dict[str, re.Pattern[str] | None],
        thread: str,
        known: Callable[[str], dict[str, str]],
        make: Callable[[dict[str, str]], re.Pattern[str] | None],
    ) -> re.Pattern[str] | None:
        """Return the pattern of what is known of a thread, made once."""
        if thread not in made:
            made[thread] = make(known(thread))
        return made[thread]

    def _unlisted(self, text: str, thread: str, direction: str) -> Iterator[tuple[int, int, str]]:
        """Names that no column gives, where only a name can stand."""
        buyer = self.people.buyer_of(thread)
        for start, end, is_writer in self._spoken.find(text):
            is_buyer = is_writer == (direction == "inbound")
            name = text[start:end]
            shown = self.buyer(buyer) if buyer and is_buyer else self.pseudonyms("person", name)
            yield start, end, f"[{shown}]"

    def _shown(self, kind: str, shown: str, value: str) -> str:
        if kind == "mail" and value.casefold() in self.people.seller_addresses:
            return "[the seller's mail address]"
        if kind == "mail" and value.casefold() in self.people.buyers:
            return f"[{self.buyer(value)}]"
        return f"[{shown} {self.pseudonyms(kind, value)}]"

    def identifier(self, value: str, column: str = "") -> str:
        """Return an id without a buyer's address or number in it; every other id stays."""
        tails = value.split(":")
        places = range(len(tails) + 1)
        parts = {":".join(tails[a:b]) for a, b in combinations(places, 2)}
        parts |= {part for part in re.split(r"[;,/ ]", value) if part}
        for part in sorted(parts, key=lambda part: (-len(part), part)):
            if part.casefold() in self.people.buyers:
                value = value.replace(part, self.buyer(part))
        if column in _THREADS and not value.startswith("mail:"):
            return self.text(value).text
        return value

    def table(self, frame: pl.DataFrame, thread_of: dict[str, str] | None = None) -> pl.DataFrame:
        """Return a table whose texts and ids hold no personal data.

        A row's thread is its `thread_id`, else `shown_in`, else that of its message (`thread_of`).
        """
        columns = {name: frame[name].to_list() for name in frame.columns}
        threads = _threads(columns, frame.height, thread_of or {})
        markets = columns.get("marketplace") or [None] * frame.height
        sides = columns.get("direction") or [None] * frame.height
        changed = {}
        for name, kind in frame.schema.items():
            if kind != pl.String:
                continue
            cells = zip(columns[name], threads, markets, sides, strict=True)
            values = [
                self._cell(name, value, thread, market or "", side or "") if value else value
                for value, thread, market, side in cells
            ]
            changed[name] = pl.Series(name, values, dtype=pl.String)
        return frame.with_columns(changed.values())

    def _cell(self, column: str, value: str, thread: str, market: str, side: str) -> str:
        if column in _WHOLE:
            return self.buyer(value)
        if column in _STAFF or (
            value in self.people.staff and column in ("value", "name", "shown")
        ):
            return self.staff(value)
        if column in _WITHHELD:
            return f"[withheld: {len(value)} letters of an unread row]"
        if column in _THREADS or _IDS.search(column):
            return self.identifier(value, column)
        if _WORDS_OF_OURS.fullmatch(value):
            return value
        return self.text(value, thread, market, side).text


def region_of(marketplace: str) -> str:
    """Return the country of a marketplace (`UK`, `DE`, `ebay-DE`), as phone numbers need it."""
    country = marketplace.rsplit("-", maxsplit=1)[-1].upper()
    return _REGIONS.get(country, country) if len(country) == 2 else ""  # noqa: PLR2004


def _threads(columns: dict[str, list[str]], rows: int, thread_of: dict[str, str]) -> list[str]:
    for name in ("thread_id", "shown_in"):
        if name in columns:
            return [value or "" for value in columns[name]]
    for name in ("message_id", "first_message_id"):
        if name in columns:
            return [thread_of.get(value or "", "") for value in columns[name]]
    return [""] * rows


def _applied(text: str, edits: list[tuple[int, int, str]]) -> Redacted:
    parts: list[str] = []
    carried: list[tuple[int, int, int, int]] = []
    done = length = 0
    for start, end, shown in edits:
        kept = text[done:start]
        parts += [kept, shown]
        length += len(kept)
        carried.append((start, end, length, length + len(shown)))
        length += len(shown)
        done = end
    return Redacted("".join([*parts, text[done:]]), tuple(carried))
