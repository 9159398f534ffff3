"""For all runs of this folder: rules are read once, and faults of our own show where they are."""

from collections.abc import Iterator
from functools import cache

import pytest

import pipeline.audit
from pipeline.signals import ruleset


@pytest.fixture(scope="session", autouse=True)
def _rules_read_once() -> Iterator[None]:
    known = cache(ruleset.load_ruleset)
    patch = pytest.MonkeyPatch()
    patch.setenv("MSGAUDIT_TRACEBACK", "1")
    patch.setattr(pipeline.audit, "cached_ruleset", lambda a, b: known(tuple(a), tuple(b)))
    yield
    patch.undo()
