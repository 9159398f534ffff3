"""Facebook Messenger and Instagram: the JSON of a data download, `message_1.json` and so on.

Its text is UTF-8 bytes written as Latin-1 escapes, repaired string by string; downloads of
encrypted chats have other names and need no repair. The newest message comes first.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipeline.ingest._chat import Chat, Line, chat_message
from pipeline.ingest._helpdesk import from_epoch
from pipeline.ingest._json_entries import Entry, Json, entries, keys_of, list_at, text_at
from pipeline.ingest._json_stream import Found, walk_json
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_MEDIA = ("photos", "videos", "audio_files", "gifs", "files", "sticker", "media")


class _Messenger:
    """Reads one file of a chat."""

    name = "messenger"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON of messages as Messenger names their parts, in either kind of download."""
        del path
        keys = keys_of(head)
        return {"sender_name", "timestamp_ms"} <= keys or {
            "senderName", "timestamp", "messages",
        } <= keys  # fmt: skip

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages."""
        chat = _chat(path, context)
        for entry in entries(path, "messages", ("messages",)):
            if isinstance(entry, Quarantined):
                yield entry
            elif entry.key == "messages":
                yield _message(entry, chat, context)


def _chat(path: Path, context: Context) -> Chat:
    """Return the chat; its title stands behind the messages."""
    root: dict[str, object] = {
        str(found.path[0]): found.value
        for found in walk_json(path, lambda place: place == ("messages",))
        if isinstance(found, Found) and len(found.path) == 1
    }
    members = list_at(root, "participants")
    people = [text_at(one, "name") or text_at([one], 0) for one in members]
    place = PurePosixPath(context.source_file.replace("!/", "/"))
    stem = place.parent.name or place.stem
    number = text_at(root, "thread_path").rstrip("/").rpartition("/")[2]
    title = _repaired(text_at(root, "title") or text_at(root, "threadName"))
    return Chat("messenger", number or stem, title, frozenset(map(_repaired, filter(None, people))))


def _message(entry: Entry, chat: Chat, context: Context) -> Record:
    value = entry.value
    if "senderName" in value:
        sender, text = text_at(value, "senderName"), text_at(value, "text")
    else:
        sender = _repaired(text_at(value, "sender_name"))
        text = _repaired(text_at(value, "content"))
    line = Line(
        at=from_epoch(text_at(value, "timestamp_ms") or text_at(value, "timestamp")),
        sender=sender,
        text=text if text.strip() else _rest(value),
    )
    return chat_message(chat, line, entry.where, context.config)


def _rest(value: Json) -> str:
    """Say what a message without words holds."""
    if value.get("is_unsent") is True or value.get("isUnsent") is True:
        return "[message taken back]"
    shared = _repaired(text_at(value, "share", "share_text"))
    link = text_at(value, "share", "link")
    found = [part for part in (shared, link) if part]
    for name in _MEDIA:
        one = value.get(name)
        for item in one if isinstance(one, list) else [one]:
            uri = text_at(item, "uri")
            found += [f"[{name}: {uri.rpartition('/')[2]}]"] if uri else []
    return "\n".join(found)


def _repaired(text: str) -> str:
    """Read text as the UTF-8 that it was before it was written as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


READER = _Messenger()
