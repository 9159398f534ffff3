"""Slack: the workspace export, a ZIP or a folder with a file a channel and day.

Layout: hfaran/slack-export-viewer. A workspace is the seller's own staff: all of it is `internal`.
Names come from `users.json` at the top; `ts` is the time in UTC.
"""

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from pipeline.ingest._helpdesk import from_epoch, order_in
from pipeline.ingest._json_entries import Entry, Json, at, entries, keys_of, list_at, text_at
from pipeline.ingest._people import Person, people_beside
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_MENTION = re.compile(r"<([@#!]?)([^<>|]{1,2000})(?:\|([^<>]{0,500}))?>")
_SPOKEN = (
    "", "bot_message", "thread_broadcast", "reply_broadcast", "file_share", "file_comment",
    "me_message",
)  # fmt: skip
_LISTS = (
    {"is_archived", "members"},
    {"team_id", "deleted", "profile"},
    {"members", "created", "id"},
)
_DEEPEST = 8


class _Slack:
    """Reads a channel's day; the export's lists of people and channels hold no messages."""

    name = "slack"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON of messages with `ts`, and the lists beside them."""
        keys = keys_of(head)
        listed = path.stem in ("users", "org_users", "channels", "groups", "dms", "mpims")
        if listed and any(marks <= keys for marks in _LISTS):
            return True
        return {"ts", "type"} <= keys and bool({"user", "bot_id", "subtype", "username"} & keys)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages of one file."""
        people = people_beside(path, context)
        channel = PurePosixPath(context.source_file.replace("!/", "/")).parent.name
        listed = 0
        for entry in entries(path, "messages", ("messages",)):
            if isinstance(entry, Quarantined):
                yield entry
            elif "ts" in entry.value:
                yield _message(entry, channel, people)
            elif "type" not in entry.value:
                listed += 1
        if listed:
            context.notes.append(f"a list of {listed:,} people or channels, no messages")


def _message(entry: Entry, channel: str, people: Mapping[str, Person]) -> Record:
    value = entry.value
    stamp, thread = text_at(value, "ts"), text_at(value, "thread_ts")
    system = text_at(value, "subtype") not in _SPOKEN
    sender = _sender(value, people)
    text = _words(value, people)
    return Record(
        "messages",
        entry.where,
        {
            "message_id": f"slack:{channel}/{stamp}" if stamp else None,
            "thread_id": f"slack:{channel}/{thread}" if thread else f"slack:{channel}",
            "sent_at": from_epoch(stamp),
            "direction": "internal",
            "sender": None if system else sender,
            "recipient": f"#{channel}" if channel else None,
            "channel": "slack",
            "order_id": order_in(text),
            "body": text,
            "operator": None if system else sender,
            "reply_to": f"slack:{channel}/{thread}" if thread and thread != stamp else None,
            "origin": "system" if system else "chat",
        },
    )


def _sender(value: Json, people: Mapping[str, Person]) -> str | None:
    user = text_at(value, "user")
    known = people.get(user)
    told = text_at(value, "user_profile", "real_name") or text_at(value, "username")
    bot = text_at(value, "bot_profile", "name") or text_at(value, "bot_id")
    return (known.name if known else "") or told or user or bot or None


def _words(value: Json, people: Mapping[str, Person]) -> str:
    text = _readable(text_at(value, "text"), people)
    blocks = "".join(_block_text(list_at(value, "blocks"), people, 0)).strip()
    if len(blocks) > len(text):
        text = blocks
    if not text.strip():
        notes = (
            text_at(one, "text") or text_at(one, "fallback")
            for one in list_at(value, "attachments")
        )
        text = _readable("\n".join(filter(None, notes)), people)
    if not text.strip():
        names = (text_at(one, "name") or text_at(one, "title") for one in list_at(value, "files"))
        text = "\n".join(f"[file: {name}]" for name in names if name)
        return text
    shared = (
        text_at(one, "text")
        for one in list_at(value, "attachments")
        if at(one, "is_share") is True or at(one, "is_msg_unfurl") is True
    )
    told = [_readable(one, people) for one in shared if one and one not in text]
    return "\n".join([text, *(_as_quoted(one) for one in told)])


def _as_quoted(text: str) -> str:
    """Mark another message that is passed on: its words are not those of who passes it on."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def _readable(text: str, people: Mapping[str, Person]) -> str:
    """Decode what Slack wrote in angle brackets: people, channels, addresses."""

    def shown(found: re.Match[str]) -> str:
        mark, target, label = found.group(1), found.group(2), found.group(3)
        if mark == "@":
            known = people.get(target)
            return f"@{(known.name if known else '') or label or target}"
        if mark:
            return f"{'#' if mark == '#' else '@'}{label or target}"
        return f"{label} <{target}>" if label and label != target else target

    return html.unescape(_MENTION.sub(shown, text))


def _block_text(values: object, people: Mapping[str, Person], depth: int) -> Iterator[str]:
    """Yield the words of rich text blocks, paragraph by paragraph."""
    if not isinstance(values, list) or depth > _DEEPEST:
        return
    for value in values:
        kind = text_at(value, "type")
        if kind == "user":
            known = people.get(text_at(value, "user_id"))
            yield f"@{known.name if known else text_at(value, 'user_id')}"
        elif kind == "link":
            words, address = text_at(value, "text"), text_at(value, "url")
            yield f"{words} <{address}>" if words and words != address else address
        elif kind == "emoji":
            yield f":{text_at(value, 'name')}:"
        elif isinstance(value, dict):
            text = value.get("text")
            yield text if isinstance(text, str) else _readable(text_at(text, "text"), people)
            yield from _block_text(value.get("elements"), people, depth + 1)
            yield "\n" if kind.startswith("rich_text_") or kind == "section" else ""


READER = _Slack()
