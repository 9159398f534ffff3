"""JSON of a known format with anything in its places: nothing raises, every row is counted."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest.any_bytes_samples import SAMPLES
from ingest.loaded import load_text

from pipeline.config import Config
from pipeline.ingest.base import Context, UnreadableError
from pipeline.ingest.registry import readers

NAMES = sorted(name for name, (file, _) in SAMPLES.items() if file.endswith(".json"))
ODD = (
    *("null", "true", "0", "-1.5", "1" + "0" * 30, "1e308", '""', '"x"', '"\\ud800"', '"\\u0000"'),
    *("[]", "{}", "[[]]", "[null]", '{"": null}', '{"id": []}', '["x", {"text": {}}]'),
    *('{"name": ["a"]}', '[[{"comments": 1}]]'),
)


def places(value: object) -> list[tuple[Any, Any]]:
    """Return every container with a key of it."""
    items = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value))
        if isinstance(value, list)
        else []
    )
    return [(value, key) for key, _ in items] + [p for _, inner in items for p in places(inner)]


@st.composite
def distorted(draw: Callable[[st.SearchStrategy[Any]], Any], sample: bytes) -> bytes:
    """Return a sample with one to three of its values replaced or taken out."""
    value = json.loads(sample)
    for _ in range(draw(st.integers(1, 3))):
        found = places(value)
        if found:
            holder, key = found[draw(st.integers(0, len(found) - 1))]
            if isinstance(holder, dict) and draw(st.booleans()):
                del holder[key]
            else:
                holder[key] = json.loads(draw(st.sampled_from(ODD)))
    return json.dumps(value).encode()


@pytest.mark.parametrize("name", NAMES)
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_distorted_exports(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """A value of another type than expected costs at most its row."""
    file_name, sample = SAMPLES[name]
    content = data.draw(distorted(sample))  # type: ignore[call-arg]

    found = load_text(tmp_path, file_name, content)
    reader = next(one for one in readers() if one.name == name)
    with suppress(UnreadableError):
        list(reader.read(tmp_path / file_name, Context(Config(), file_name)))

    assert found.accounted()
    assert "which is its fault" not in found.notes
