"""Bytes that once broke a reader are read again."""

from pathlib import Path

import pytest
from fuzz import targets

FOUND = sorted((Path(__file__).parent / "found").glob("*-*"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_found_stays_mended(path: Path) -> None:
    """The target's name stands before the first hyphen."""
    targets.run(path.name.partition("-")[0], path.read_bytes())


@pytest.mark.parametrize("target", sorted(targets.TARGETS))
def test_the_seeds_pass(target: str) -> None:
    """What the fuzzer starts from keeps every promise."""
    seeds = list(targets.seeds(target))

    assert len(seeds) >= len(targets.TARGETS[target]) - 1
    for seed in seeds:
        targets.run(target, seed)
