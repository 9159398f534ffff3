"""Memory that nothing uses any more goes back to the system."""

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.memory import building, give_back, settled

SIZE = 256 << 10
BLOCKS = 400
"""100 MiB in blocks, each too small to be asked of the system by itself."""


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def _kept(take: Callable[[], object], give: Callable[[], object]) -> float:
    """Return the part of the memory that stays with the process after all but a few blocks go."""
    give_back()
    before = _resident()
    blocks = [take() for _ in range(BLOCKS)]
    taken = _resident() - before
    few = blocks[:: BLOCKS // 8]
    del blocks
    give()
    assert few
    return (_resident() - before) / taken


def _from_arrow() -> pa.Buffer:
    stream = pa.BufferOutputStream()
    stream.write(bytes(SIZE))
    return stream.getvalue()


TAKEN = {"c": lambda: b"x" * (SIZE // 2) + b"y" * (SIZE // 2), "arrow": _from_arrow}


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much is resident")
@pytest.mark.parametrize("library", TAKEN)
def test_what_is_free_goes_back(library: str) -> None:
    """In a process of its own: collecting alone leaves most of it, giving back hardly any."""
    kept = {}
    for give in ("collect", "give_back"):
        command = [sys.executable, __file__, library, give]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        kept[give] = float(done.stdout)
    assert kept["collect"] > 0.7, "the test shows nothing: all is given back without asking"
    assert kept["give_back"] < 0.5


if __name__ == "__main__":
    gives = {"collect": gc.collect, "give_back": give_back}
    print(_kept(TAKEN[sys.argv[1]], gives[sys.argv[2]]))  # noqa: T201 - the test reads it


def test_what_is_settled_is_left_alone_until_the_last_says_so() -> None:
    """Nested or not, everything is collected again afterwards."""
    with settled():
        with settled():
            assert gc.get_freeze_count()
        assert gc.get_freeze_count()
    assert not gc.get_freeze_count()


def test_building_ends_whatever_happens() -> None:
    """The collector rests while something is made, and works again after an error."""

    def fail() -> None:
        with building():
            assert not gc.isenabled()
            raise LookupError

    gc.enable()  # a `check` in the same process leaves it off
    with pytest.raises(LookupError):
        fail()
    assert gc.isenabled()
