"""A few of the storms; `storm.py` runs as many as wanted."""

import importlib.util
import sys
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("storm", Path(__file__).with_name("storm.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
storm = importlib.util.module_from_spec(_SPEC)
sys.modules["storm"] = storm
_SPEC.loader.exec_module(storm)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_state_equals_one_clean_audit(seed: int, tmp_path: Path) -> None:
    """Pieces, overlaps, decisions and kills: same tables, everything reported once."""
    run = storm.Storm(tmp_path / "shop", seed)
    run.run()
    assert run.kills > 0
