"""For all tests: properties have no deadline, and rules are read once in a process.

On a busy machine the clock says nothing about a property. The same rule files make the same rules:
what an audit of a few messages spends on reading them is most of what a test would wait for.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.signals.ruleset import Ruleset, load_ruleset

settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")

_known: dict[tuple[object, ...], Ruleset] = {}


def _ruleset(paths: Sequence[Path] = (), disabled: Sequence[str] = ()) -> Ruleset:
    files = [path for base in paths for path in sorted(Path(base).rglob("*.toml"))]
    key = (*paths, *((path, path.read_bytes()) for path in files), *disabled)
    if key not in _known:
        _known[key] = load_ruleset(paths, disabled)
    return _known[key]


@pytest.fixture(scope="session", autouse=True)
def _rules_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for reader in ("pipeline.audit", "pipeline.scan.run"):
            patch.setattr(f"{reader}.cached_ruleset", _ruleset)
        yield
