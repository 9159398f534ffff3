"""The weights of one target as their file has them: columns, and a mapping when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.lazy import deferred

if TYPE_CHECKING:
    import polars as pl
else:
    pl = deferred("polars")


class Weights(Mapping[str, int]):
    """Weights by trait; whoever takes in all of them reads the columns and makes no mapping."""

    def __init__(self, table: pl.DataFrame) -> None:
        """Take a table with the columns `trait` (once each) and `weight`."""
        self.table = table

    @cached_property
    def _known(self) -> dict[str, int]:
        columns = (self.table[name].to_list() for name in ("trait", "weight"))
        return dict(zip(*columns, strict=True))

    def __getitem__(self, trait: str) -> int:
        """Return the weight of a trait.

        Raises:
            KeyError: it has none.

        """
        return self._known[trait]

    def get(self, trait: str, default: Any = None) -> Any:  # noqa: ANN401 - of a mapping
        """Return the weight of a trait, or `default`; most traits of a text have none."""
        return self._known.get(trait, default)

    def __iter__(self) -> Iterator[str]:
        """Yield the traits."""
        return iter(self._known)

    def __len__(self) -> int:
        """Return how many traits have a weight."""
        return self.table.height


def columns_of(weights: Mapping[str, int]) -> pl.DataFrame:
    """Return the columns `trait` and `weight` of any weights."""
    if isinstance(weights, Weights):
        return weights.table
    rows = {"trait": [*weights], "weight": [*weights.values()]}
    return pl.DataFrame(rows, {"trait": pl.String, "weight": pl.Int32})
