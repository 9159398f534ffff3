"""Rules are read once for all scans of a process: the same files make the same rules."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipeline.signals.ruleset import Ruleset, load_ruleset

_known: dict[tuple[object, ...], Ruleset] = {}


def _ruleset(paths: Sequence[Path] = (), disabled: Sequence[str] = ()) -> Ruleset:
    files = [path for base in paths for path in sorted(Path(base).rglob("*.toml"))]
    key = (*paths, *((path, path.read_bytes()) for path in files), *disabled)
    if key not in _known:
        _known[key] = load_ruleset(paths, disabled)
    return _known[key]


@pytest.fixture(scope="module", autouse=True)
def _rules_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for reader in ("pipeline.audit", "pipeline.scan.run"):
            patch.setattr(f"{reader}.cached_ruleset", _ruleset)
        yield
