"""The second reader's opinion of many texts at once, the same as `SecondReader.opinion` of each.

Words are looked up by hash. All sums are sums of whole numbers, so they agree with those of single
texts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.signals.arrays import Keys, KeyTable, Numbers
from pipeline.signals.asked import Asked, Question, pair_keys
from pipeline.signals.hits import Texts
from pipeline.signals.second_reader import VIOLATING, SecondReader, chance_of, named
from pipeline.signals.tokens import hashes_of
from pipeline.signals.traits import (
    MEANING_SCALE,
    MOST_LETTERS,
    ROLES,
    SIGNAL_TRAITS,
    TEXT_SCALE,
    length_trait,
    together_trait,
)

Floats = npt.NDArray[np.float64]


class Opinions:
    """The weights of all targets, by number of concept and by hash of words."""

    def __init__(self, reader: SecondReader, concepts: Sequence[str]) -> None:
        """Take the tables apart; `concepts` are numbered in this order."""
        self._policies = sorted(target for target in reader.weights if target != VIOLATING)
        targets = [VIOLATING, *self._policies]
        tables = [reader.weights[target] for target in targets]
        self._bias = np.array([reader.bias[target] for target in targets], np.float64)
        self._size = len(concepts)
        self._rank = np.argsort(np.argsort(np.array(concepts)))
        kinds = _Kinds(tables)
        self._roles = kinds.of("role:", ROLES)
        both = kinds.of("concept:", concepts)
        self._concepts = np.array([both + kinds.of(f"{role} concept:", concepts) for role in ROLES])
        self._order = kinds.of("order:", [f"{one}>{two}" for one in concepts for two in concepts])
        self._together = kinds.of("", [*map(together_trait, product(concepts, concepts))])
        powers = range(MOST_LETTERS.bit_length() + 1)
        self._lengths = kinds.of("", [length_trait((1 << power) - 1) for power in powers])
        self._words = kinds.family("word:", hashes_of)
        self._role_words = [kinds.family(f"{role} word:", hashes_of) for role in ROLES]
        self._pairs = kinds.family("words:", _pair_hashes)
        self._signals = kinds.tables(SIGNAL_TRAITS)

    def scores(self, texts: Texts, questions: Sequence[Question]) -> list[float]:
        """Return how likely each text breaks a rule."""
        return [chance_of(units) for (units,) in self._totals(texts, questions, [0])]

    def policies(
        self, texts: Texts, questions: Sequence[Question]
    ) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return the policies each text reads like, and those it may read like."""
        columns = range(1, len(self._signals))
        return [
            named(dict(zip(self._policies, map(chance_of, units), strict=True)))
            for units in self._totals(texts, questions, columns)
        ]

    def _totals(
        self, texts: Texts, questions: Sequence[Question], columns: Sequence[int]
    ) -> list[list[float]]:
        if not questions:
            return []
        asked = Asked.of(texts, questions, self._size, self._rank)
        words = self._words_of(asked)
        found = []
        for column in columns:
            total = np.full(asked.size, self._bias[column])
            for block in self._blocks(asked, words, column):
                total += block
            found.append(total)
        totals: list[list[float]] = np.array(found).T.tolist()
        return totals

    def _blocks(self, asked: Asked, words: Sequence["_Weighed"], column: int) -> Iterator[Floats]:
        """Yield what each block adds, in the order of `traits.blocks`."""
        whose, concept = asked.concepts
        said = asked.add(whose, self._concepts[asked.role[whose], concept, column])
        size = 1 + 2 * asked.count(whose)
        yield _each(TEXT_SCALE, size) * (self._roles[asked.role, column] + said)
        size = 2 * asked.count(asked.piece_of) + asked.count(asked.pair_of)
        said = np.zeros(asked.size)
        for one in words:
            said += asked.add(one.whose, one.family.weights(one.rows, column))
        yield _each(TEXT_SCALE, size) * said
        whose, order = asked.order
        said = asked.add(whose, self._order[order, column])
        yield _each(MEANING_SCALE, asked.count(whose)) * said
        whose, pair = asked.together
        said = asked.add(whose, self._together[pair, column])
        yield _each(MEANING_SCALE, asked.count(whose)) * said
        weights = self._signals[column]
        said = _numbers(sum(weights.get(t, 0) for t in traits) for traits in asked.signals)
        yield _each(MEANING_SCALE, _numbers(map(len, asked.signals))) * said
        yield self._lengths[asked.length, column]

    def _words_of(self, asked: Asked) -> list["_Weighed"]:
        """Return the words and pairs that have a weight, looked up once for all targets."""
        role = asked.role[asked.piece_of]
        found = [self._words.weighed(asked.piece_of, asked.pieces)]
        for number, family in enumerate(self._role_words):
            here = role == number
            found.append(family.weighed(asked.piece_of[here], asked.pieces[here]))
        found.append(self._pairs.weighed(asked.pair_of, asked.pairs))
        return found


def _numbers(values: Iterable[int]) -> Floats:
    return np.array([*values], np.float64)


def _each(scale: float, size: npt.NDArray[np.int64] | Floats) -> Floats:
    """Return what one trait counts for, as `traits.each`."""
    return np.where(size > 0, scale / np.sqrt(np.maximum(size, 1)), 0.0)


def _pair_hashes(pairs: list[str]) -> Keys:
    words = pl.Series(pairs).str.split_exact(" ", 1).struct
    return pair_keys(*(hashes_of(words[place].to_list()) for place in range(2)))


class _Kinds:
    """The weights of all targets by the trait's beginning, which tells its kind."""

    def __init__(self, tables: Sequence[Mapping[str, int]]) -> None:
        self._targets = len(tables)
        self._weights = pl.concat(
            pl.DataFrame({"trait": [*table], "weight": [*table.values()]}).with_columns(
                target=pl.lit(target)
            )
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

    def family(self, prefix: str, hashes: Callable[[list[str]], Keys]) -> "_Family":
        """Return the weights of the traits that begin with `prefix`, by the hash of the rest."""
        names = self._begin_with(prefix)["name"].unique().sort().to_list()
        keys = hashes(names) if names else np.zeros(0, np.uint64)
        return _Family(keys, self.of(prefix, names))

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


class _Family:
    """Weights of all targets by hash."""

    def __init__(self, keys: Keys, weights: Floats) -> None:
        self._table = KeyTable(keys.size)
        self._table.add(keys, np.arange(keys.size))
        self._by_target = np.ascontiguousarray(weights.T, np.int32)

    def weighed(self, whose: Numbers, keys: Keys) -> "_Weighed":
        """Return which of the keys have a weight, and whose they are."""
        rows = self._table.find(keys)
        known = np.flatnonzero(rows >= 0)
        return _Weighed(self, whose[known], rows[known])

    def weights(self, rows: Numbers, column: int) -> npt.NDArray[np.int32]:
        """Return the weight of each row for one target."""
        weights: npt.NDArray[np.int32] = self._by_target[column][rows]
        return weights


class _Weighed(NamedTuple):
    """Words that have a weight: whose they are, and the row of their weights."""

    family: _Family
    whose: Numbers
    rows: Numbers
