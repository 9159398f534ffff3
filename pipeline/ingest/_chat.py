"""What chats have in common: who of a chat's people is the seller's side, and its records.

A chat among configured names is the staff's own (`internal`). The export's owner is the seller's
side wherever an export tells who that is.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.config import Config
from pipeline.ingest._helpdesk import order_in
from pipeline.model import Record

_MOST_RECIPIENTS = 5

SYSTEM = "system"
"""The origin of lines that nobody wrote: somebody joined, a number changed."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation of an app: its name, and everybody who is known to be in it."""

    app: str
    id: str
    name: str = ""
    people: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of a chat."""

    at: str
    sender: str
    text: str
    id: str = ""
    own: bool | None = None
    """Written by the export's owner, if that is known."""
    system: bool = False
    delivered: bool | None = None
    reply_to: str = ""


def chat_message(chat: Chat, line: Line, where: str, config: Config) -> Record:
    """Return the record of one message of a chat."""
    direction = "internal" if line.system else side_of(chat, line, config)
    seller = direction in ("outbound", "internal")
    return Record(
        "messages",
        where,
        {
            "message_id": f"{chat.app}:{line.id}" if line.id else None,
            "thread_id": f"{chat.app}:{chat.id}" if chat.id else None,
            "sent_at": line.at,
            "direction": direction or None,
            "sender": line.sender or None,
            "recipient": None if line.system else _recipient(chat, line),
            "channel": chat.app,
            "order_id": order_in(line.text),
            "subject": None,
            "body": line.text,
            "operator": line.sender or None if seller else None,
            "reply_to": f"{chat.app}:{line.reply_to}" if line.reply_to else None,
            "delivered": line.delivered,
            "origin": SYSTEM if line.system else "chat",
        },
    )


def side_of(chat: Chat, line: Line, config: Config) -> str:
    """Return the direction of a message, nothing where no name of the chat is known."""
    seller = {text.strip().lower() for text in (*config.addresses, *config.names)}
    sender = _name(line.sender) in seller
    known = [_name(one) in seller for one in chat.people if one != line.sender]
    if line.own is False:
        return "internal" if sender else "inbound"
    if line.own or sender:
        return "internal" if known and all(known) else "outbound"
    return "inbound" if any(known) else ""


def _name(text: str) -> str:
    return text.strip().removeprefix("~").strip().lower()


def _recipient(chat: Chat, line: Line) -> str | None:
    others = sorted(one for one in chat.people if one != line.sender)
    if not others or len(others) > _MOST_RECIPIENTS:
        return chat.name if chat.name not in ("", line.sender) else None
    return "; ".join(others)
