"""WhatsApp: the text export of a chat, in every dialect of phones and languages.

The order of day and month is decided by all dates of the file, else it follows the marketplace.
Lines without an author (somebody joined) are kept with the origin `system`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.ingest._chat import Chat, Line, chat_message
from pipeline.ingest._whatsapp_lines import DateVote, Header, header_of
from pipeline.ingest.base import FORMAT, HEAD_BYTES, Context
from pipeline.ingest.delimited import text_lines
from pipeline.ingest.encodings import decoded_head, encoding_of, looks_like_text
from pipeline.model import Quarantined, Record, Table

_LONGEST_LINE = 1_000_000
_LINES_LOOKED_AT = 4
_MOST_PEOPLE = 1000
_EXCERPT = 200
_TITLE = re.compile(
    r"(?:whatsapp[ -]?chat|chat|discussion|conversa|conversación|gesprek|czat|sohbet)?"
    r"(?: de| do| da)?[ -]*(?:whatsapp)?[ -]*"
    r"(?:with|mit|avec|con|com|met|med|z|ile|-)\s+(?P<name>.+)",
    re.IGNORECASE,
)


class _WhatsApp:
    """Reads one chat."""

    name = "whatsapp"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim text that begins with a chat's line, dated as only chats are."""
        del path
        if not looks_like_text(head):
            return False
        lines = text_lines(decoded_head(head[: 16 * 1024]))[:_LINES_LOOKED_AT]
        found = [header for line in lines if (header := header_of(line[:1000])) is not None]
        return any(header.strong for header in found)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages and the system's lines."""
        with path.open("rb") as stream:
            encoding = encoding_of(path, stream.read(HEAD_BYTES))
        survey = _survey(path, encoding)
        context.date_order = survey.vote.order
        chat = Chat("whatsapp", name := chat_name(context), name, frozenset(survey.people))
        owner = survey.owner(name)
        for item in _messages(path, encoding, marked=survey.marked):
            if isinstance(item, Quarantined):
                yield item
                continue
            header = item.header
            line = Line(
                at=header.at(survey.vote.order),
                sender=header.author,
                text="\n".join(item.lines).rstrip("\r\n"),
                own=None if not owner else header.author == owner,
                system=not header.author,
            )
            if item.cut:
                context.warn(item.where, f"only the first {_LONGEST_LINE:,} characters were read")
            yield chat_message(chat, line, item.where, context.config)


def chat_name(context: Context) -> str:
    """Return a chat's name from the name of its file, or of the archive or folder around it."""
    path = PurePosixPath(context.source_file.replace("!/", "/"))
    stem = path.stem
    if stem in ("_chat", "chat"):
        stem = PurePosixPath(path.parent.name).stem if path.parent.name else stem
    titled = _TITLE.fullmatch(stem)
    return (titled.group("name") if titled else stem).strip()


@dataclass(slots=True)
class _Survey:
    """What has to be known of the whole file before its first message is read."""

    vote: DateVote = field(default_factory=DateVote)
    people: set[str] = field(default_factory=set)
    marked: bool = False
    """The chat's first line is told by brackets or a hyphen: so are the others."""

    def owner(self, chat: str) -> str:
        """Return who exported a chat of two that is named after the other one."""
        others = self.people - {chat}
        pair = 2
        return next(iter(others)) if len(self.people) == pair and len(others) == 1 else ""


@dataclass(slots=True)
class _Message:
    where: str
    header: Header
    lines: list[str]
    length: int = 0
    cut: bool = False


def _survey(path: Path, encoding: str) -> _Survey:
    survey = _Survey()
    with path.open(encoding=encoding, newline="") as text:
        first = True
        while line := text.readline(_LONGEST_LINE):
            header = header_of(line, strong_only=survey.marked)
            if header is not None:
                survey.marked |= first and header.marked
                first = False
                survey.vote.add(header)
                if header.author and len(survey.people) < _MOST_PEOPLE:
                    survey.people.add(header.author)
    return survey


def _messages(path: Path, encoding: str, *, marked: bool) -> Iterator[_Message | Quarantined]:
    current: _Message | None = None
    number, begins = 1, True
    with path.open(encoding=encoding, newline="") as text:
        while line := text.readline(_LONGEST_LINE):
            header = header_of(line, strong_only=marked) if begins else None
            bare = line.rstrip("\r\n")
            if header is not None:
                if current is not None:
                    yield current
                current = _Message(f"line {number}", header, [bare[header.begin :]])
            elif current is None:
                if bare.strip("\ufeff \t"):
                    reason = "text before the first message"
                    yield Quarantined("messages", f"line {number}", reason, bare[:_EXCERPT])
            elif current.length + len(bare) > _LONGEST_LINE:
                current.cut = True
            else:
                current.lines.append(bare)
                current.length += len(bare)
            begins = line.endswith(("\n", "\r"))
            number += begins
    if current is not None:
        yield current


READER = _WhatsApp()
