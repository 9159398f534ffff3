"""Whatever the bytes, a reader yields rows or reasons; nothing raises, every row is counted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest.any_bytes_samples import SAMPLES, WITHOUT_ROWS
from ingest.loaded import load_text

from pipeline.config import Config
from pipeline.ingest.base import Context, UnreadableError
from pipeline.ingest.registry import readers
from pipeline.model import Quarantined, Record, Table

Draw = Callable[[st.SearchStrategy[int]], int]
PIECES = [
    b"",
    b"\x00",
    b"\xff",
    b'"',
    b"{",
    b"]",
    b"\\",
    b"\r",
    b"\n\n",
    b",",
    b"\t",
    b"-1",
    b"null",
]
PIECES += ["\u200e".encode(), b"99/99/2025", b"[[[[", b"1e999", b"\\ud800"]


@st.composite
def damaged(draw: Draw, sample: bytes) -> bytes:
    """Return a sample with a few pieces replaced, cut off or doubled."""
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(sample)))
        end = min(len(sample), begin + draw(st.integers(0, 12)))
        piece = PIECES[draw(st.integers(0, len(PIECES) - 1))]
        sample = sample[:begin] + piece + sample[end:]
    return sample[: draw(st.integers(len(sample) // 2, len(sample)))]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damaged_files(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """A damaged export of every format is read as far as it goes."""
    file_name, sample = SAMPLES[name]
    content = data.draw(st.one_of(damaged(sample), st.binary(max_size=80)))  # type: ignore[call-arg,arg-type]
    found = load_text(tmp_path, file_name, content)
    assert found.accounted()
    assert "which is its fault" not in found.notes

    reader = next(one for one in readers() if one.name == name)
    try:
        items = list(reader.read(tmp_path / file_name, Context(Config(), file_name)))
    except UnreadableError:
        items = []
    assert all(isinstance(item, Record | Quarantined | Table) for item in items)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_samples(tmp_path: Path, name: str) -> None:
    """Each sample is claimed by its reader alone, and gives rows."""
    file_name, sample = SAMPLES[name]

    found = load_text(tmp_path, file_name, sample)

    assert found.accounted()
    if name in WITHOUT_ROWS:
        assert "export the conversations" in found.notes or {name} == found.readers
    else:
        assert {name} == found.readers
        assert any(table.startswith("raw_") for table in found.tables)
    assert "looks like" not in found.notes


def test_every_reader_has_a_sample() -> None:
    """What is not damaged here is not known to stand damage."""
    assert {reader.name for reader in readers()} == set(SAMPLES)
