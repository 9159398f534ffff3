r"""Telegram Desktop: `result.json` of one chat or of a whole account.

Fields: telegramdesktop/tdesktop, export_output_json.cpp. Its control characters are written as
`\x08`, which the JSON reader repairs; `date` is wall time, so `date_unixtime` is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.ingest._chat import Chat, Line, chat_message
from pipeline.ingest._helpdesk import from_epoch
from pipeline.ingest._json_entries import Json, at, keys_of, list_at, text_at, where_of
from pipeline.ingest._json_stream import Broken, Found, Place, walk_json
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_LISTS = ("chats", "left_chats")
_MOST_PEOPLE = 200
_MARKS = ("date_unixtime", "text_entities", "from_id", "actor_id")


@dataclass(slots=True)
class _About:
    """What is known of one chat: it may stand behind the chat's messages."""

    id: str = ""
    name: str = ""
    type: str = ""
    people: set[str] = field(default_factory=set)


class _Telegram:
    """Reads the messages of all chats of an export."""

    name = "telegram"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON of messages as Telegram names their parts."""
        del path
        keys = keys_of(head)
        one = {"messages", "date", "text"} <= keys and bool(keys.intersection(_MARKS))
        return one or {"personal_information", "chats"} <= keys

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages and service lines."""
        chats, owner = _survey(path)
        for found in walk_json(path, _enter):
            where = where_of(found.path, found.document)
            if isinstance(found, Broken):
                yield Quarantined("messages", where, found.reason, found.excerpt)
            elif found.path[-2:-1] == ("messages",):
                about = chats.setdefault(found.path[:-2], _About())
                if isinstance(found.value, dict):
                    yield _message(found.value, about, owner, where, context)
                else:
                    shown = str(found.value)[:200]
                    yield Quarantined("messages", where, "an object is expected here", shown)


def _enter(place: Place) -> bool:
    """Open one chat, the lists of chats, and their messages."""
    if place[0] in _LISTS:
        place = place[1:]
        if len(place) < 3:  # noqa: PLR2004  the list and each of its chats
            return place[:1] in ((), ("list",))
        place = place[2:]
    return place == ("messages",)


def _survey(path: Path) -> tuple[dict[Place, _About], str]:
    """Return what is known of the chats, and the id of the account's owner."""
    chats: dict[Place, _About] = {}
    owner = ""
    for found in walk_json(path, _enter):
        if not isinstance(found, Found) or not found.path:
            continue
        if found.path == ("personal_information",):
            number = text_at(found.value, "user_id")
            owner = f"user{number}" if number else ""
        if found.path[-2:-1] == ("messages",):
            people = chats.setdefault(found.path[:-2], _About()).people
            if len(people) < _MOST_PEOPLE:
                people.update(filter(None, [text_at(found.value, "from")]))
        elif found.path[-1] in ("id", "name", "type"):
            about = chats.setdefault(found.path[:-1], _About())
            setattr(about, str(found.path[-1]), text_at(found.value))
    return chats, owner


def _message(value: Json, about: _About, owner: str, where: str, context: Context) -> Record:
    sender, sender_id = text_at(value, "from"), text_at(value, "from_id")
    service = text_at(value, "type") == "service"
    own: bool | None = None
    if owner and sender_id:
        own = sender_id == owner
    elif about.type == "personal_chat" and sender_id:
        own = sender_id.removeprefix("user") != about.id
    number, reply = text_at(value, "id"), text_at(value, "reply_to_message_id")
    stamp = text_at(value, "date_unixtime")
    people = about.people | ({about.name} if about.type == "personal_chat" else set())
    chat = Chat("telegram", about.id, about.name, frozenset(filter(None, people)))
    line = Line(
        id=f"{about.id}/{number}" if number else "",
        at=from_epoch(stamp) if stamp else text_at(value, "date"),
        sender=text_at(value, "actor") if service else sender or sender_id,
        text=_action(value) if service else _text(value),
        own=own,
        system=service,
        reply_to=f"{about.id}/{reply}" if reply else "",
    )
    return chat_message(chat, line, where, context.config)


def _action(value: Json) -> str:
    told = [text_at(value, "action").replace("_", " "), text_at(value, "title"), _text(value)]
    return " ".join(part for part in told if part)


def _text(value: Json) -> str:
    """Join the pieces of a text; an address that hides behind words is shown after them."""
    written = at(value, "text") or list_at(value, "text_entities")
    pieces = written if isinstance(written, list) else [written]
    text = "".join(_piece(piece) for piece in pieces)
    return text if text.strip() else _poll(value) or _media(value)


def _poll(value: Json) -> str:
    """Return the question that a poll puts, and the answers it offers."""
    answers = (text_at(one, "text") for one in list_at(value, "poll", "answers"))
    return "\n".join(filter(None, [text_at(value, "poll", "question"), *answers]))


def _piece(piece: object) -> str:
    if isinstance(piece, str):
        return piece
    words, address = text_at(piece, "text"), text_at(piece, "href")
    return f"{words} <{address}>" if address and address != words else words


def _media(value: Json) -> str:
    kind = text_at(value, "media_type") or ("photo" if "photo" in value else "file")
    name = text_at(value, "file_name") or text_at(value, "file") or text_at(value, "photo")
    return f"[{kind}: {name}]" if name else ""


READER = _Telegram()
