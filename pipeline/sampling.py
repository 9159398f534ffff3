"""How much was missed at most: a sample of the messages nobody was pointed to, judged by a person.

This is the elusion test of electronic discovery: the pile that was set aside is sampled. The
sample is seeded, so that a sceptic draws the same one, and spread over channel, side and language
in proportion. The bound is the exact one of Clopper and Pearson (1934) for a simple sample; it
holds for a proportional one too, whose count varies less (Hoeffding 1956, "On the Distribution of
the Number of Successes in Independent Trials").
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import UsageError
from pipeline.evidence.cells import as_text, guarded
from pipeline.exact import clopper_pearson
from pipeline.finished import opened
from pipeline.queries import Query, queries
from pipeline.rebuild import refuse_month
from pipeline.store import Store

_YES = frozenset({"yes", "y", "true", "1", "ja", "oui", "si", "sí"})
_NO = frozenset({"no", "n", "false", "0", "nein", "non"})


@dataclass(frozen=True, slots=True)
class Bound:
    """What a judged sample says of the messages it was drawn from."""

    sampled: int
    violating: Sequence[str]
    population: int
    seed: int

    @property
    def share(self) -> float:
        """The upper end of the exact 95 % interval of the violating share."""
        return clopper_pearson(len(self.violating), self.sampled)[1]

    @property
    def at_most(self) -> int:
        """So many messages of the pile at most, by that share; those seen are among them."""
        return max(math.floor(self.share * self.population), len(self.violating))

    @property
    def reading(self) -> str:
        """Return it in one sentence."""
        return (
            f"A person judged {self.sampled:,} of the {self.population:,} seller messages without a"
            f" finding or queue entry (seed {self.seed}): {len(self.violating):,} of them"
            f" {'breaks' if len(self.violating) == 1 else 'break'} a rule. So at most"
            f" {self.share:.2%} of those messages do, which is {self.at_most:,} messages"
            " (upper end of the exact 95 % interval, Clopper and Pearson)."
        )

    def frame(self) -> pl.DataFrame:
        """Return the row that the report's and the appeal's method sections read."""
        return pl.DataFrame(
            {
                "sampled": [self.sampled],
                "violating": [len(self.violating)],
                "population": [self.population],
                "seed": [self.seed],
                "share_at_most": [self.share],
                "messages_at_most": [self.at_most],
                "reading": [self.reading],
            }
        )


def draw_sample(audit: Path, n: int, seed: int, out: Path) -> tuple[int, int]:
    """Write a sample of `n` messages to judge; return how many, and of how many.

    Raises:
        UsageError: there is no finished audit of all inputs, nothing to draw from, or `out` is
            there already.

    """
    if out.exists():
        raise UsageError("is there already; judge it with --judge, or name another --out",
                         source=str(out))  # fmt: skip
    with _whole(audit) as store:
        pile = _pile(store, seed)
        ids = _drawn(pile, n)
        if not ids:
            raise UsageError("holds no seller message without a finding", source=str(audit))
        rows = store.rows(_query("drawn"), {"ids": ids})
    out.write_text(as_text(guarded(rows)).write_csv(), encoding="utf-8-sig")
    return len(ids), pile.height


def judge_sample(audit: Path, file: Path, seed: int) -> Bound:
    """Return what a judged sample proves; every row has to say yes or no under `violates`.

    Raises:
        UsageError: there is no finished audit of all inputs, the file is no sample of it drawn
            with this seed, or a row is not judged.

    """
    judged = _read(file)
    with _whole(audit) as store:
        pile = _pile(store, seed)
    ids = [message for message, _ in judged]
    if sorted(ids) != sorted(_drawn(pile, len(ids))):
        raise UsageError(
            f"is not the sample of {len(ids)} messages that seed {seed} draws from {audit}:"
            " rows were added or left out, the audit has changed, or --seed is another",
            source=str(file),
        )
    return Bound(len(ids), [m for m, violates in judged if violates], pile.height, seed)


def _read(file: Path) -> list[tuple[str, bool]]:
    if not file.exists():
        raise UsageError("no such file", source=str(file))
    try:
        rows = pl.read_csv(file, infer_schema=False, encoding="utf8")
        named = rows.select("message_id", "violates").rows()
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise UsageError("is no CSV with message_id and violates", source=str(file)) from error
    judged = []
    for number, (message, said) in enumerate(named, 1):
        word = str(said or "").strip().casefold()
        if word not in _YES | _NO:
            raise UsageError(
                f"row {number} ({message}): violates says {said or 'nothing'}; write yes or no",
                source=str(file),
            )
        judged.append((str(message or "").removeprefix("'"), word in _YES))
    if not judged:
        raise UsageError("holds no row", source=str(file))
    return judged


def _pile(store: Store, seed: int) -> pl.DataFrame:
    return store.rows(_query("unflagged"), {"seed": str(seed)})


def _drawn(pile: pl.DataFrame, n: int) -> list[str]:
    """Return `n` messages in proportion to the strata: the largest remainders get what is over."""
    n = min(n, pile.height)
    sizes = pile.group_by("stratum", maintain_order=True).len().rows()
    quotas = {stratum: n * size / pile.height for stratum, size in sizes}
    counts = {stratum: math.floor(quota) for stratum, quota in quotas.items()}
    over = sorted(quotas, key=lambda stratum: (counts[stratum] - quotas[stratum], stratum))
    for stratum in over[: n - sum(counts.values())]:
        counts[stratum] += 1
    place = pl.int_range(pl.len()).over("stratum")
    wanted = pl.col("stratum").replace_strict(counts, return_dtype=pl.Int64)
    return pile.filter(place < wanted)["message_id"].to_list() if n else []


def _whole(audit: Path) -> Store:
    refuse_month(audit)
    return opened(audit)


def _query(name: str) -> Query:
    return next(query for query in queries("sample") if query.table == name)
