"""Packed weights are the same weights."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.signals.packed import PackedWeights
from pipeline.signals.second_reader import load_second_reader
from pipeline.signals.weights import columns_of


@given(st.dictionaries(st.text(max_size=8), st.integers(-(2**31), 2**31 - 1)), st.text(max_size=8))
def test_any_weights(weights: dict[str, int], other: str) -> None:
    """Known traits have their weight, also after a pickle; others have none."""
    packed = pickle.loads(pickle.dumps(PackedWeights(weights)))  # noqa: S301 - made here

    assert dict(packed) == weights
    assert packed.get(other) == weights.get(other)
    assert all(packed[name] == one for name, one in weights.items())


def test_the_weights_of_the_second_reader() -> None:
    """All of one table, and nothing beside it."""
    weights = load_second_reader().weights["review-club"]
    packed = PackedWeights(weights)

    assert dict(packed) == dict(weights)
    with pytest.raises(KeyError):
        packed["word:no such word"]


def test_columns_and_mapping_are_the_same_weights() -> None:
    """What a file has, by trait and by the column."""
    weights = load_second_reader().weights["review-club"]
    columns = columns_of(weights)

    assert dict(columns.iter_rows()) == dict(weights) == dict(columns_of(dict(weights)).iter_rows())
    assert len(weights) == columns.height
    assert weights.get("word:no such word", 0) == 0
