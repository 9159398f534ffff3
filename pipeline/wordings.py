"""Groups wordings into families of near-duplicates, the earliest flagged one leading.

A leader is the first flagged wording of its family; a later flagged one joins the leader it
resembles most, else the family of a wording it was hardly changed from (a copy of a copy drifts
away from the leader), or leads a family of its own. Later messages never change what earlier ones
were put into, so an audit of a longer archive keeps the families of a shorter one. Wordings of
messages that are not flagged join a family they resemble, and lead none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
_DIGITS = str.maketrans("0123456789", "##########")
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


def plain(wording: str) -> str:
    """Return what two wordings are compared by: case, blanks and numbers made alike."""
    return " ".join(wording.casefold().translate(_DIGITS).split())


def leaders_of(flagged: Iterable[str]) -> dict[str, str]:
    """Return the leader of each flagged wording (both plain), the wordings given earliest first."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only an audit needs it

    leaders: list[str] = []
    followers: list[str] = []
    found: dict[str, str] = {}
    for text in map(plain, flagged):
        if text not in found:
            best = process.extractOne(
                text, leaders, scorer=fuzz.ratio, score_cutoff=ALIKE
            ) or process.extractOne(text, followers, scorer=fuzz.ratio, score_cutoff=COPIED)
            (followers if best else leaders).append(text)
            found[text] = found.get(best[0], best[0]) if best else text
    return found


def joined(leaders: Mapping[str, str], others: Iterable[str]) -> dict[str, str]:
    """Return `leaders` and, of the others, those that resemble a leader or copy a member."""
    found = dict(leaders)
    rest = [text for text in dict.fromkeys(map(plain, others)) if text not in found]
    for heads, cutoff in ((list(dict.fromkeys(leaders.values())), ALIKE), (list(leaders), COPIED)):
        near = _nearest(rest, heads, cutoff)
        found |= {text: leaders[head] for text, head in near.items()}
        rest = [text for text in rest if text not in near]
    return found


def _nearest(texts: Sequence[str], heads: Sequence[str], cutoff: float) -> dict[str, str]:
    """Return the head that each text resembles most, where one reaches the cutoff."""
    import numpy as np  # noqa: PLC0415 - only an audit needs them
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    found = {}
    for start in range(0, len(texts) if heads else 0, _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        scores = process.cdist(
            part, heads, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float32, workers=-1
        )
        best = scores.argmax(axis=1)
        for place in np.flatnonzero(scores.max(axis=1)):
            found[part[int(place)]] = heads[int(best[place])]
    return found


def families(wordings: Iterable[str], leaders: Mapping[str, str]) -> Iterator[tuple[str, Variant]]:
    """Yield each wording that has a leader, earliest first as given, with its place."""
    members: dict[str, list[str]] = {}
    known: dict[str, Variant] = {}
    for wording in wordings:
        text = plain(wording)
        leader = leaders.get(text)
        if leader is None:
            continue
        if text not in known:
            earlier = members.setdefault(leader, [])
            known[text] = _variant(text, leader, earlier)
            if len(earlier) < FIRST:
                earlier.append(text)
        yield wording, known[text]


def group_wordings(store: Store) -> None:
    """Read `wording_uses` and `wording_echoes`, write `wordings`: one row a distinct wording."""
    columns = ("sent_at", "message_id", "wording")
    flagged = store.table("wording_uses").select(columns)
    echoes = store.table("wording_echoes").select(columns)
    leaders = joined(leaders_of(flagged["wording"]), echoes["wording"])
    used = pl.concat([flagged, echoes]).sort(columns).get_column("wording")
    rows = [
        (wording, v.variant_id, v.phrase_id, v.parent_id, v.similarity)
        for wording, v in families(used.unique(maintain_order=True), leaders)
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
