"""The rules are read once for all runs of this folder: they are the same every time."""

from collections.abc import Iterator
from functools import cache

import pytest

import pipeline.audit
from pipeline.signals import ruleset


@pytest.fixture(scope="session", autouse=True)
def _rules_read_once() -> Iterator[None]:
    known = cache(ruleset.load_ruleset)
    patch = pytest.MonkeyPatch()
    patch.setattr(pipeline.audit, "load_ruleset", lambda a, b: known(tuple(a), tuple(b)))
    yield
    patch.undo()
