"""JSON is read element by element, and what is broken costs no more than its element."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.ingest import _json_stream
from pipeline.ingest._json_entries import Entry, entries, keys_of
from pipeline.ingest._json_stream import Broken, Found, walk_json
from pipeline.model import Quarantined

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
ON_FILES = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


def walked(path: Path, text: str | bytes, *names: str) -> list[Found | Broken]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(walk_json(path, lambda place: len(place) == 1 and place[0] in names))


@ON_FILES
@given(
    items=st.lists(VALUES, min_size=1), indent=st.sampled_from([None, 1]), size=st.integers(1, 9)
)
def test_elements_are_those_of_the_document(
    tmp_path: Path, items: list[object], indent: int | None, size: int
) -> None:
    """A list below the root comes out element by element, however the file is cut into blocks."""
    text = json.dumps({"before": 1, "items": items, "after": "x"}, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_json_stream, "_CHUNK", size)
        found = walked(tmp_path / "x.json", text, "items")

    expected = [Found(("items", n), item) for n, item in enumerate(items)]
    assert [Found(("before",), 1), *expected, Found(("after",), "x")] == found


@ON_FILES
@given(
    data=st.one_of(
        st.binary(),
        st.text(alphabet='{}[]",:\\x08 1aé\n').map(str.encode),
        st.tuples(VALUES, st.integers(0, 60)).map(lambda p: json.dumps(p[0]).encode()[: p[1]]),
    ),
    size=st.integers(1, 9),
)
def test_whatever_the_bytes(tmp_path: Path, data: bytes, size: int) -> None:
    """Any bytes give values or reasons, and nothing raises or hangs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_json_stream, "_CHUNK", size)
        found = walked(tmp_path / "x.json", data, "items")

    assert all(isinstance(item, Found | Broken) for item in found)
    assert isinstance(keys_of(data), frozenset)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a": 1}, {"b": tru}, {"c": 3}]', [{"a": 1}, "not JSON: Expecting value", {"c": 3}]),
        ('[{"a": "\\x08"}, {"b": "\\q"}]', [{"a": "\x08"}, {"b": "\\q"}]),
        ('[{"a": "one\ntwo"}]', [{"a": "one\ntwo"}]),
        ('[{"a": 1}, {"b": "cut of', [{"a": 1}, "the rest is not JSON: Unterminated string"]),
        ('[{"a": 1} {"b": 2}]', [{"a": 1}, "the rest is not JSON: a comma or the end"]),
        ('[{"a": "}"}, {"b": nul, "c": "]}"}, {}]', [{"a": "}"}, "not JSON", {}]),
        ('{"a": 1}\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
        ('\ufeff{"a": 1}\r\n\r\nnot this\n{"b": 2}', [{"a": 1}, "the line is not JSON", {"b": 2}]),
        ('{"a": 1}\n{"b": "\\x1b"}\n', [{"a": 1}, {"b": "\x1b"}]),
        (f'[{{"a": {"9" * 5000}}}, {{"b": 2}}]', ["not JSON: Exceeds the limit", {"b": 2}]),
        ("", []),
    ],
)
def test_broken_places(tmp_path: Path, text: str, expected: list[object]) -> None:
    """A broken element is told with a reason, its neighbours are read."""
    found = [
        item.value if isinstance(item, Found) else item.reason
        for item in walked(tmp_path / "x", text)
    ]

    matched = [
        got.startswith(want) if isinstance(want, str) and isinstance(got, str) else want == got
        for want, got in zip(expected, found, strict=True)
    ]
    assert all(matched), found


def test_deep_nesting_costs_its_element(tmp_path: Path) -> None:
    """An element nested beyond what the decoder takes is set aside, the next one is read."""
    deep = "[" * 100_000 + "]" * 100_000

    found = walked(tmp_path / "x.json", f'[{{"a": {deep}}}, {{"b": 2}}]')

    assert [Broken, Found] == [type(item) for item in found]


def test_entries_know_their_root(tmp_path: Path) -> None:
    """Elements carry what the root said before them; the root comes last."""
    path = tmp_path / "x.json"
    path.write_text('{"id": 11, "comments": [{"id": 1}, 5], "subject": "Lamp"}', encoding="utf-8")

    found = list(entries(path, "messages", {"comments"}))

    rest = {"id": 11, "subject": "Lamp"}
    assert found == [
        Entry({"id": 1}, "comments[0]", "comments", rest),
        Quarantined("messages", "comments[1]", "an object is expected here", "5"),
        Entry(rest, "line 1", root=rest),
    ]


def test_documents_one_after_another(tmp_path: Path) -> None:
    """Indented documents in one file are as many roots."""
    path = tmp_path / "x.json"
    path.write_text('{\n"id": 1\n}\n{\n"id": 2\n}\n', encoding="utf-8")

    found = [item.value for item in entries(path, "messages") if isinstance(item, Entry)]

    assert found == [{"id": 1}, {"id": 2}]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Of a long list only a few elements are held at a time."""
    path = tmp_path / "x.json"
    element = json.dumps({"id": 1, "body": "x" * 1000})
    path.write_text('{"items": [\n' + ",\n".join([element] * 12_000) + "\n]}", encoding="utf-8")

    tracemalloc.start()
    try:
        count = sum(1 for _ in walk_json(path, lambda place: len(place) == 1))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert 12_000 == count
    assert peak < path.stat().st_size / 2


def test_a_value_without_end(tmp_path: Path) -> None:
    """A value or a line of more than 64 million characters is named, not decoded."""
    long = b"x" * (65 << 20)
    document = walked(tmp_path / "a.json", b'[1, "' + long + b'"]')
    lines = walked(tmp_path / "b.json", b'{"a": 1}\n"' + long + b'"\n{"a": 2}\n')

    assert isinstance(document[-1], Broken)
    assert "a value of more than 67,108,864 characters" in document[-1].reason
    assert [isinstance(one, Broken) for one in lines] == [False, True, False]
    assert "too long" in lines[1].reason  # type: ignore[union-attr]
