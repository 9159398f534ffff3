"""Groups the wordings of findings into families of near-duplicates, the earliest one leading.

A leader is the first message's wording; a later one joins the leader it resembles most, or leads
a family of its own. Later messages never change what earlier ones were put into, so an audit of a
longer archive keeps the families of a shorter one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from pipeline.store import Store

ALIKE = 82.0
"""From this similarity on (0 to 100, normalised insertions and deletions) two wordings are kin:
a changed name, amount or polite word stays below it, another request does not."""

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
    """One wording: its family, and the earlier wording of the family it resembles most."""

    variant_id: str
    phrase_id: str
    parent_id: str | None
    similarity: float | None


def plain(wording: str) -> str:
    """Return what two wordings are compared by: case, blanks and numbers made alike."""
    return " ".join(wording.casefold().translate(_DIGITS).split())


def families(wordings: Iterable[str]) -> Iterator[tuple[str, Variant]]:
    """Yield each wording, in the order given (earliest first), with its place in its family."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only an audit needs it

    leaders: list[str] = []
    members: dict[str, list[str]] = {}
    known: dict[str, Variant] = {}
    for wording in wordings:
        text = plain(wording)
        if text not in known:
            found = process.extractOne(text, leaders, scorer=fuzz.ratio, score_cutoff=ALIKE)
            leader = found[0] if found else text
            if found is None:
                leaders.append(text)
                members[text] = []
            known[text] = _variant(text, leader, members[leader])
            members[leader].append(text)
        yield wording, known[text]


def group_wordings(store: Store) -> None:
    """Read `wording_uses`, write `wordings`: one row a distinct wording, with its family."""
    used = store.table("wording_uses").get_column("wording").unique(maintain_order=True)
    rows = [
        (wording, v.variant_id, v.phrase_id, v.parent_id, v.similarity)
        for wording, v in families(used.to_list())
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
