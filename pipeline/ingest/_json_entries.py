"""What JSON exports of messages have in common: lists of things below a root, and their marks."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipeline.ingest._json_stream import Broken, walk_json
from pipeline.ingest.encodings import decoded_head, looks_like_text
from pipeline.model import Quarantined

Json = Mapping[str, object]
"""A JSON object."""

NONE: Json = {}

ROW_LISTS = (
    *("messages", "data", "items", "rows", "records", "results", "reviews", "orders", "refunds"),
    *("notices", "events", "entries"),
)
"""What scripts call the list of rows below the root of a document."""

_EXCERPT = 200
_KEY = re.compile(r'"((?:[^"\\]|\\.){1,60}+)"\s{0,20}+:')


@dataclass(frozen=True, slots=True)
class Entry:
    """An element of a list, or the root itself without the lists that were read before."""

    value: Json
    where: str
    key: str = ""
    """The list's name below the root; empty for a bare list, a line, or the root."""
    root: Json = field(default_factory=dict)
    """What the root said before its list."""


def entries(path: Path, kind: str, lists: Collection[str] = ()) -> Iterator[Entry | Quarantined]:
    """Yield the elements of the lists with the given names, of a bare list, or of the lines.

    After a root object comes the object itself, with all that was not in those lists.
    """
    root: dict[str, object] = {}
    document = 1
    for found in walk_json(path, lambda place: _opened(place, lists)):
        if found.document != document:
            yield from _rest(root, document)
            root, document = {}, found.document
        if isinstance(found, Broken):
            where = where_of(found.path, found.document)
            yield Quarantined(kind, where, found.reason, found.excerpt)
        elif not found.path or isinstance(found.path[-1], int):
            key = str(found.path[0]) if len(found.path) > 1 else ""
            where = where_of(found.path, found.document)
            if isinstance(found.value, dict):
                yield Entry(found.value, where, key, root)
            else:
                shown = str(found.value)[:_EXCERPT]
                yield Quarantined(kind, where, "an object is expected here", shown)
        else:
            root[str(found.path[0])] = found.value
    yield from _rest(root, document)


def parts(entry: Entry, kind: str, *path: str) -> Iterator[Entry | Quarantined]:
    """Yield the objects of a list within an element, each with its place."""
    for number, value in enumerate(list_at(entry.value, *path)):
        where = f"{entry.where} {path[-1]}[{number}]"
        if isinstance(value, dict):
            yield Entry(value, where, path[-1], entry.value)
        else:
            shown = str(value)[:_EXCERPT]
            yield Quarantined(kind, where, "an object is expected here", shown)


def _opened(place: Sequence[str | int], lists: Collection[str]) -> bool:
    return len(place) == 1 and place[0] in lists


def _rest(root: Json, document: int) -> Iterator[Entry]:
    if root:
        yield Entry(root, where_of((), document), root=root)


def where_of(path: Sequence[str | int], document: int = 1) -> str:
    """Write a place for people: `tickets[3]`, `line 7`."""
    names = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    if not names:
        return f"line {document}"
    return names.lstrip(".") if document == 1 else f"{names.lstrip('.')} of document {document}"


@lru_cache(maxsize=4)
def keys_of(head: bytes) -> frozenset[str]:
    """Return the keys in the beginning of a JSON file, of any depth; none if it is not JSON."""
    if not looks_like_text(head):
        return frozenset()
    text = decoded_head(head).lstrip("\ufeff \t\r\n")
    return frozenset(_KEY.findall(text)) if text[:1] in ("{", "[") else frozenset()


def at(value: object, *path: str | int) -> object:
    """Return what stands at a path of keys and places, or None."""
    for part in path:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and -len(value) <= part < len(value):
            value = value[part]
        else:
            return None
    return value


def text_at(value: object, *path: str | int) -> str:
    """Return the text or the number that stands at a path, or an empty text."""
    one_key = len(path) == 1 and type(value) is dict
    found = value.get(path[0]) if one_key else at(value, *path)  # type: ignore[attr-defined]
    if isinstance(found, str):
        return found
    if found is None or isinstance(found, bool) or not isinstance(found, int | float):
        return ""
    return repr(found)


def list_at(value: object, *path: str | int) -> Sequence[object]:
    """Return the list that stands at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, list) else ()


def object_at(value: object, *path: str | int) -> Json:
    """Return the object that stands at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, dict) else NONE
