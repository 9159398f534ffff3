"""Lists of a help desk's people, `users.json` or `agents.json`: no messages, but names and roles.

The readers of messages look for them beside their own files; here they are only named, so that
they do not count as files that nobody could read.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest._json_entries import Entry, entries, keys_of
from pipeline.ingest._people import LISTS
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_NAMES = {"name", "email", "first_name", "firstName", "first"}
_WORDS = {"body", "text", "comments", "messages", "content"}


class _PeopleLists:
    """Counts the people of a list."""

    name = "people"
    priority = FORMAT - 1  # exports whose lists have a mark of their own come first

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON that is named as a list of people and has their parts, but no words."""
        if path.stem.lower() not in LISTS:
            return False
        keys = keys_of(head)
        return "id" in keys and bool(_NAMES & keys) and not _WORDS & keys

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield nothing but what is broken; the note says how many there are."""
        people = 0
        for entry in entries(path, "messages", LISTS):
            if isinstance(entry, Entry):
                people += entry.key in LISTS or "id" in entry.value
            else:
                yield entry
        context.notes.append(f"a list of {people:,} people: names and roles, no messages")


READER = _PeopleLists()
