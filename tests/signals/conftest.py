"""The built-in rules, read once for all tests of this folder."""

import pytest

from pipeline.signals.ruleset import Ruleset, load_ruleset


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    """Return the built-in rules."""
    return load_ruleset()
