"""What the second reader's weights know: concepts by number, words and pairs of them by hash."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.signals.arrays import Keys, KeyTable, Numbers
from pipeline.signals.second_reader import SPEAKERS, VIOLATING, SecondReader
from pipeline.signals.tokens import hashes_of
from pipeline.signals.traits import ROLES
from pipeline.signals.weights import columns_of

Floats = npt.NDArray[np.float64]

_TRAIT = pl.col("trait")
_KIND = _TRAIT.str.head(_TRAIT.str.find(":", literal=True) + 1).alias("kind")
_PAIR = np.uint64(0x9E3779B97F4A7C15)

_TAKEN_APART = ("words", "pairs", "opinions", "around")


class Kinds:
    """The weights of some targets by the kind of trait: what it begins with, up to its colon."""

    def __init__(self, tables: Mapping[str, Mapping[str, int]]) -> None:
        """Take the tables apart, one a target."""
        self.targets = [*tables]
        weights = pl.concat(
            columns_of(weights).with_columns(_KIND, target=pl.lit(number))
            for number, weights in enumerate(tables.values())
        )
        self._of = weights.partition_by("kind", as_dict=True, include_key=False)

    def of(self, prefix: str, names: Sequence[str]) -> Floats:
        """Return a row for each trait, with a column for each target; 0 is what none says."""
        asked = pl.DataFrame({"trait": names}, {"trait": pl.String}).with_row_index("row")
        asked = asked.with_columns(trait=pl.lit(prefix) + pl.col("trait")).with_columns(_KIND)
        weights: Floats = np.zeros((len(names), len(self.targets)))
        for kind, rows in asked.partition_by("kind", as_dict=True).items():
            if kind in self._of:
                found = rows.join(self._of[kind], on="trait", how="inner")
                place = found["row"].to_numpy(), found["target"].to_numpy()
                weights[place] = found["weight"].to_numpy()
        return weights

    def names(self, kind: str) -> list[str]:
        """Return what stands behind the colon in the traits of a kind, in order."""
        if (kind,) not in self._of:
            return []
        traits = self._of[kind,]["trait"].unique().sort()
        names: list[str] = traits.str.slice(len(kind)).to_list()
        return names

    def tables(self, kinds: Sequence[str]) -> list[dict[str, int]]:
        """Return the weights of the traits of these kinds, a table a target."""
        tables: list[dict[str, int]] = [{} for _ in range(len(self.targets))]
        for kind in kinds:
            if (kind,) in self._of:
                known = self._of[kind,].select("target", "trait", "weight")
                for target, trait, weight in known.iter_rows():
                    tables[target][trait] = weight
        return tables


class Vocabulary:
    """The numbers of concepts, words and pairs of words; each is looked up once for all weights."""

    def __init__(self, reader: SecondReader, concepts: Sequence[str]) -> None:
        """Collect them; `concepts` are numbered in this order."""
        self.concepts = tuple(concepts)
        self.rank: Numbers = np.argsort(np.argsort(np.array(concepts)))
        """The place of each concept in order of name."""
        policies = {policy: reader.weights[policy] for policy in reader.policies}
        first = {VIOLATING: reader.weights[VIOLATING]}
        self.opinions = Kinds(first | policies | dict(reader.after))
        self.around = Kinds(reader.around)
        words = [*_words(self.opinions, ("", *ROLES)), *_words(self.around, SPEAKERS)]
        self.words = sorted({*words})
        self.pairs = self.opinions.names("words:")
        self._words = _table(hashes_of(self.words) if self.words else _NONE)
        self._pairs = _table(_pair_hashes(self.pairs) if self.pairs else _NONE)

    def __getstate__(self) -> dict[str, object]:
        """Return all but names and weights: only who takes the weights apart needs them."""
        return {name: one for name, one in vars(self).items() if name not in _TAKEN_APART}

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
