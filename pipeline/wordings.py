"""Groups wordings into families of near-duplicates, the earliest flagged one leading.

A leader is the first flagged wording of its family; a later flagged one joins the leader it
resembles most, else the family of a wording it was hardly changed from (a copy of a copy drifts
away from the leader), or leads a family of its own. Later messages never change what earlier ones
were put into, so an audit of a longer archive keeps the families of a shorter one. Wordings of
messages that are not flagged join a family they resemble, and lead none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

import polars as pl

from pipeline.store import Store

ALIKE = 82.0
"""From this similarity on (0 to 100, normalised insertions and deletions) two wordings are kin:
a changed name, amount or polite word stays below it, another request does not."""

COPIED = 90.0
"""From this similarity on a wording is a copy of another with about one word changed."""

FIRST = 500
"""A parent is looked for among so many first wordings of a family: the work grows with the
archive, not with its square."""

_AT_ONCE = 2_000
_REMEMBERED = 100_000
"""So many plain wordings are kept at hand: each step of the grouping asks for them again."""

_DIGITS = re.compile("[0-9]")
_SCHEMA = {
    "wording": pl.String,
    "variant_id": pl.String,
    "phrase_id": pl.String,
    "parent_id": pl.String,
    "similarity": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording: its family, and which of the family's first wordings it resembles most."""

    variant_id: str
    phrase_id: str
    parent_id: str | None
    similarity: float | None


@dataclass(frozen=True, slots=True)
class Near:
    """Which head a wording resembles most (None: no one enough), and how much."""

    head: str | None
    score: float


@dataclass(slots=True)
class Memory:
    """What an earlier grouping found out, all by plain wording: nothing is compared twice.

    `leaders` holds each flagged wording's leader and `members` each family's wordings, in the
    order they came; `nearest` by cutoff what the others were found to be near to. What does not
    follow from the same beginning is found out anew, so the result never depends on a memory.
    """

    leaders: dict[str, str] = field(default_factory=dict)
    nearest: dict[float, dict[str, Near]] = field(default_factory=dict)
    members: dict[str, dict[str, Variant]] = field(default_factory=dict)


@lru_cache(maxsize=_REMEMBERED)
def plain(wording: str) -> str:
    """Return what two wordings are compared by: case, blanks and numbers made alike."""
    return " ".join(_DIGITS.sub("#", wording.casefold()).split())


def leaders_of(flagged: Iterable[str], earlier: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the leader of each flagged wording (both plain), the wordings given earliest first.

    `earlier` is what this returned before: it holds as far as the wordings are the same.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only an audit needs it

    texts = list(dict.fromkeys(map(plain, flagged)))
    same = _same(texts, list(earlier or ()))
    found = {text: (earlier or {})[text] for text in texts[:same]}
    leaders = [text for text, leader in found.items() if text == leader]
    followers = [text for text, leader in found.items() if text != leader]
    for text in texts[same:]:
        best = process.extractOne(
            text, leaders, scorer=fuzz.ratio, score_cutoff=ALIKE
        ) or process.extractOne(text, followers, scorer=fuzz.ratio, score_cutoff=COPIED)
        (followers if best else leaders).append(text)
        found[text] = found.get(best[0], best[0]) if best else text
    return found


def joined(
    leaders: Mapping[str, str], others: Iterable[str], memory: Memory | None = None
) -> dict[str, str]:
    """Return `leaders` and, of the others, those that resemble a leader or copy a member.

    `memory` is brought up to date.
    """
    memory = memory or Memory()
    found = dict(leaders)
    rest = [text for text in dict.fromkeys(map(plain, others)) if text not in found]
    for cutoff, heads_of in ((ALIKE, _heads), (COPIED, list[str])):
        heads, before = heads_of(leaders), heads_of(memory.leaders)
        near = _nearest(rest, heads, cutoff, before, memory.nearest.get(cutoff, {}))
        memory.nearest[cutoff] = near
        found |= {text: leaders[one.head] for text, one in near.items() if one.head is not None}
        rest = [text for text in rest if text not in found]
    memory.leaders = dict(leaders)
    return found


def _heads(leaders: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(leaders.values()))


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many texts both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _nearest(
    texts: Sequence[str],
    heads: Sequence[str],
    cutoff: float,
    before: Sequence[str],
    known: Mapping[str, Near],
) -> dict[str, Near]:
    """Return the head that each text resembles most, where one reaches the cutoff.

    `known` are those found among the heads of `before`: where they stand, only what came to the
    heads since is compared.
    """
    same = _same(heads, before)
    standing = {None, *before[:same]}
    kept = {t: known[t] for t in texts if t in known and known[t].head in standing}
    found = _compared([t for t in texts if t not in kept], heads, cutoff)
    for text, near in _compared(list(kept), heads[same:], cutoff).items():
        found[text] = max(kept[text], near, key=lambda one: one.score)
    return {text: found[text] for text in texts}


def _compared(texts: Sequence[str], heads: Sequence[str], cutoff: float) -> dict[str, Near]:
    import numpy as np  # noqa: PLC0415 - only an audit needs them
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    if not heads:
        return dict.fromkeys(texts, Near(None, 0.0))
    found = {}
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        scores = process.cdist(
            part, heads, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float32, workers=-1
        )
        best, most = scores.argmax(axis=1).tolist(), scores.max(axis=1).tolist()
        for text, place, score in zip(part, best, most, strict=True):
            found[text] = Near(heads[place] if score else None, score)
    return found


def families(
    wordings: Iterable[str],
    leaders: Mapping[str, str],
    earlier: Mapping[str, Mapping[str, Variant]] | None = None,
) -> Iterator[tuple[str, Variant]]:
    """Yield each wording that has a leader, earliest first as given, with its place.

    `earlier` are the families as they were found before, by leader.
    """
    growing: dict[str, _Family] = {}
    known: dict[str, Variant] = {}
    for wording in wordings:
        text = plain(wording)
        leader = leaders.get(text)
        if leader is None:
            continue
        if text not in known:
            if leader not in growing:
                growing[leader] = _Family(leader, (earlier or {}).get(leader, {}))
            known[text] = growing[leader].add(text)
        yield wording, known[text]


class _Family:
    """One family as it grows; as long as it grows as it did before, parents are those of before."""

    def __init__(self, leader: str, before: Mapping[str, Variant]) -> None:
        self.leader, self.before = leader, before
        self.places = {text: place for place, text in enumerate(before)}
        self.first: list[str] = []
        self.as_before = True

    def add(self, text: str) -> Variant:
        place, size = self.places.get(text), len(self.first)
        if self.as_before and place is not None and min(place, FIRST) == size:
            variant = self.before[text]
        else:
            variant = _variant(text, self.leader, self.first)
        if size < FIRST:
            self.as_before &= place == size
            self.first.append(text)
        return variant


def group_wordings(store: Store, memory: Memory | None = None) -> None:
    """Read `wording_uses` and `wording_echoes`, write `wordings`: one row a distinct wording.

    `memory` saves comparing again what was compared before, and is brought up to date.
    """
    memory = memory or Memory()
    columns = ("sent_at", "message_id", "wording")
    flagged = store.table("wording_uses").select(columns)
    echoes = store.table("wording_echoes").select(columns)
    others = echoes["wording"].unique(maintain_order=True)
    leaders = joined(leaders_of(flagged["wording"], memory.leaders), others, memory)
    used = pl.concat([flagged, echoes]).sort(columns).get_column("wording")
    placed = list(families(used.unique(maintain_order=True), leaders, memory.members))
    memory.members = {}
    for wording, variant in placed:
        text = plain(wording)
        memory.members.setdefault(leaders[text], {})[text] = variant
    rows = [
        (wording, v.variant_id, v.phrase_id, v.parent_id, v.similarity) for wording, v in placed
    ]
    store.put("wordings", pl.DataFrame(rows, schema=_SCHEMA, orient="row"))


def _variant(text: str, leader: str, earlier: Sequence[str]) -> Variant:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only an audit needs it

    variant_id, phrase_id = _name("w", text), _name("p", leader)
    if not earlier:
        return Variant(variant_id, phrase_id, None, None)
    parent, score, _ = process.extractOne(text, earlier, scorer=fuzz.ratio)
    return Variant(variant_id, phrase_id, _name("w", parent), round(score / 100, 3))


def _name(prefix: str, text: str) -> str:
    return f"{prefix}-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
