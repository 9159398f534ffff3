"""What the second reader's weights know: concepts by number, words and pairs of them by hash."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.signals.arrays import Keys, KeyTable, Numbers
from pipeline.signals.second_reader import SPEAKERS, SecondReader
from pipeline.signals.tokens import hashes_of
from pipeline.signals.traits import ROLES

Floats = npt.NDArray[np.float64]

_PAIR = np.uint64(0x9E3779B97F4A7C15)


class Kinds:
    """The weights of some targets by the trait's beginning, which tells its kind."""

    def __init__(self, tables: Sequence[Mapping[str, int]]) -> None:
        """Take the tables apart, one a target."""
        self._targets = len(tables)
        self._weights = pl.concat(
            pl.DataFrame(
                {"trait": [*table], "weight": [*table.values()]},
                {"trait": pl.String, "weight": pl.Int64},
            ).with_columns(target=pl.lit(target))
            for target, table in enumerate(tables)
        )

    def of(self, prefix: str, names: Sequence[str]) -> Floats:
        """Return a row for each trait, with a column for each target; 0 is what none says."""
        known = self._begin_with(prefix)
        rows = pl.DataFrame({"name": names}, {"name": pl.String}).with_row_index("row")
        found = rows.join(known, on="name", how="inner")
        weights: Floats = np.zeros((len(names), self._targets))
        weights[found["row"].to_numpy(), found["target"].to_numpy()] = found["weight"].to_numpy()
        return weights

    def names(self, prefix: str) -> list[str]:
        """Return what stands behind a beginning, in order."""
        names: list[str] = self._begin_with(prefix)["name"].unique().sort().to_list()
        return names

    def tables(self, prefixes: Sequence[str]) -> list[dict[str, int]]:
        """Return the weights of the traits with one of these beginnings, a table a target."""
        tables: list[dict[str, int]] = [{} for _ in range(self._targets)]
        for prefix in prefixes:
            known = self._begin_with(prefix).select("target", "trait", "weight")
            for target, trait, weight in known.iter_rows():
                tables[target][trait] = weight
        return tables

    def _begin_with(self, prefix: str) -> pl.DataFrame:
        kind = self._weights.filter(pl.col("trait").str.starts_with(prefix))
        return kind.with_columns(name=pl.col("trait").str.slice(len(prefix)))


class Vocabulary:
    """The numbers of concepts, words and pairs of words; each is looked up once for all weights."""

    def __init__(self, reader: SecondReader, concepts: Sequence[str]) -> None:
        """Collect them; `concepts` are numbered in this order."""
        self.concepts = tuple(concepts)
        self.rank: Numbers = np.argsort(np.argsort(np.array(concepts)))
        """The place of each concept in order of name."""
        opinions = Kinds([*reader.weights.values(), *reader.after.values()])
        around = Kinds([*reader.around.values()])
        self.words = sorted({*_words(opinions, ("", *ROLES)), *_words(around, SPEAKERS)})
        self.pairs = opinions.names("words:")
        self._words = _table(hashes_of(self.words) if self.words else _NONE)
        self._pairs = _table(_pair_hashes(self.pairs) if self.pairs else _NONE)

    def __getstate__(self) -> dict[str, object]:
        """Return all but the names: only who takes the weights apart needs them."""
        return vars(self) | {"words": [], "pairs": []}

    def find_words(self, hashes: Keys) -> Numbers:
        """Return the number of each word, -1 for unknown ones."""
        return self._words.find(hashes)

    def find_pairs(self, first: Keys, second: Keys) -> Numbers:
        """Return the number of each two words that stand side by side, -1 for unknown ones."""
        return self._pairs.find(_pair_keys(first, second))


_NONE = np.zeros(0, np.uint64)


def _words(kinds: Kinds, speakers: Sequence[str]) -> Iterator[str]:
    for who in speakers:
        yield from kinds.names(f"{who} word:".lstrip())


def _table(keys: Keys) -> KeyTable:
    table = KeyTable(keys.size)
    table.add(keys, np.arange(keys.size))
    return table


def _pair_keys(first: Keys, second: Keys) -> Keys:
    with np.errstate(over="ignore"):
        return first * _PAIR + second


def _pair_hashes(pairs: list[str]) -> Keys:
    words = pl.Series(pairs).str.split_exact(" ", 1).struct
    return _pair_keys(*(hashes_of(words[place].to_list()) for place in range(2)))
