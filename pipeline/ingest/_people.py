"""Names and roles of the authors that a help desk's or a chat's messages know only by id.

They stand in the message file itself, or in a list beside it (`users.json`, `agents.json`, ...).
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.ingest._json_entries import Entry, Json, entries, text_at
from pipeline.ingest._json_stream import Found, walk_json
from pipeline.ingest.base import Context

LISTS = ("users", "agents", "contacts", "customers", "teammates", "admins", "members")
"""What lists of people are called, as keys and as file names."""

_BLOCK = 1024 * 1024
_LONGEST_LIST = 256 * 1024 * 1024
_HEAD = 1024
_BEFORE_JSON = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
"""Byte order marks, the zero bytes of UTF-16, and blanks."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes: how the export calls them, and their role in its own words."""

    id: str
    name: str = ""
    email: str = ""
    role: str = ""

    @property
    def shown(self) -> str:
        """Return `Name <address>`, or what there is of it."""
        if self.name and self.email and self.name.lower() != self.email.lower():
            return f"{self.name} <{self.email}>"
        return self.name or self.email


def person(value: Json) -> Person:
    """Read a person as any of the tools writes one."""
    first = text_at(value, "first_name") or text_at(value, "firstName") or text_at(value, "first")
    last = text_at(value, "last_name") or text_at(value, "lastName") or text_at(value, "last")
    profile = text_at(value, "profile", "real_name") or text_at(value, "real_name")
    contact = value.get("contact")
    inner = person(contact) if isinstance(contact, dict) else Person("")
    return Person(
        id=text_at(value, "id"),
        name=profile or text_at(value, "name") or f"{first} {last}".strip() or inner.name,
        email=text_at(value, "email") or text_at(value, "profile", "email") or inner.email,
        role=text_at(value, "role") or text_at(value, "type"),
    )


def people_in(values: Iterable[object]) -> dict[str, Person]:
    """Return the people of a list, by id."""
    found = (person(value) for value in values if isinstance(value, dict))
    return {one.id: one for one in found if one.id}


def people_within(path: Path, name: str = "users") -> dict[str, Person]:
    """Return the people of a list at the root of a file: it may stand behind what they wrote."""
    if not _mentions(path, f'"{name}"'.encode()):
        return {}
    values = (
        found.value
        for found in walk_json(path, lambda place: place == (name,))
        if isinstance(found, Found) and found.path[:1] == (name,)
    )
    return people_in(values)


def _mentions(path: Path, word: bytes) -> bool:
    """Say whether a word stands anywhere in a file."""
    before = b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if word in before + block:
                return True
            before = block[-len(word) :]
    return False


def lists_beside(path: Path) -> list[Path]:
    """Return the lists of people beside a file, or in the folder above it; the nearest last."""
    return [
        beside
        for folder in (path.parent.parent, path.parent)
        for name in LISTS
        for beside in (folder / f"{name}.json", folder / f"{name}.ndjson")
        if beside != path and beside.is_file() and beside.stat().st_size <= _LONGEST_LIST
    ]


def lists_read_with(path: Path) -> list[Path]:
    """Return the lists that the reading of a file may depend on: none where it is no JSON."""
    with suppress(OSError), path.open("rb") as stream:
        if stream.read(_HEAD).lstrip(_BEFORE_JSON)[:1] in {b"{", b"["}:
            return lists_beside(path)
    return []


def people_beside(path: Path, context: Context) -> dict[str, Person]:
    """Return the people of the lists that lie beside a file, or in the folder above it."""
    found: dict[str, Person] = {}
    for beside in lists_beside(path):
        found |= _people_of(beside, beside.stem, beside.stat().st_mtime_ns)
        context.notes.append(f"names and roles from {beside.name}")
    return found


@lru_cache(maxsize=8)
def _people_of(path: Path, name: str, changed: int) -> Mapping[str, Person]:
    """Read a list of people once, for all the files it is beside of."""
    del changed
    roles = {"agents": "agent", "admins": "admin", "teammates": "teammate", "customers": "customer"}
    found: dict[str, Person] = {}
    for entry in entries(path, "messages", LISTS):
        if isinstance(entry, Entry):
            value = entry.value.get(name.removesuffix("s"), entry.value)
            one = person(value) if isinstance(value, dict) else Person("")
            if one.id:
                found[one.id] = (
                    one if one.role else Person(one.id, one.name, one.email, roles.get(name, ""))
                )
    return found
