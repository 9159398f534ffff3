"""WeChat: the CSV and TXT that backup tools make of a chat; the app itself exports nothing.

CSV: the columns of WeChatMsg (MemoTrace), `IsSender` 1 being the owner's own. TXT: a line
`2025-02-17 21:40:12 NAME`, the text, and an empty line. Times without a zone are the configured.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipeline.ingest._chat import Chat, Line, chat_message
from pipeline.ingest._helpdesk import from_epoch
from pipeline.ingest.base import FORMAT, HEAD_BYTES, Context
from pipeline.ingest.delimited import Dialect, Plan, read_rows, text_lines
from pipeline.ingest.encodings import decoded_head, encoding_of, looks_like_text
from pipeline.model import Quarantined, Record, Table

_COLUMNS = frozenset({"IsSender", "CreateTime", "StrContent"})
_READ = (
    *("localId", "TalkerId", "Type", "IsSender", "CreateTime", "StrContent", "StrTime"),
    *("Remark", "NickName", "Sender"),
)
_HEADER = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([^\s:：][^:：]{0,60})")
_LONGEST_LINE = 1_000_000
_EXCERPT = 200
_TEXT, _SYSTEM = ("1", ""), "10000"
_KINDS = {"3": "photo", "34": "voice", "43": "video", "47": "sticker", "48": "place", "50": "call"}
_TITLE = re.compile(r"<(title|des|content)>(?:<!\[CDATA\[)?(.{1,20000}?)(?:\]\]>)?</\1>", re.DOTALL)
_OWN = "我"


class _WeChat:
    """Reads one chat, from either kind of file."""

    name = "wechat"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim the CSV by its columns, the TXT by its first message."""
        del path
        if not looks_like_text(head):
            return False
        lines = text_lines(decoded_head(head[: 16 * 1024]))
        bare = [line.strip("\ufeff\r\n") for line in lines]
        return _is_table(bare) or _is_talk(bare)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the messages."""
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        encoding = encoding_of(path, head)
        with path.open(encoding=encoding, newline="") as text:
            first = text.readline(_LONGEST_LINE).strip("\ufeff\r\n")
        if _is_table([first]):
            yield from _table(path, encoding, first, context)
        else:
            yield from _talk(path, encoding, context)


def _is_table(lines: list[str]) -> bool:
    return bool(lines) and set(Dialect(",").cells(lines[0])) >= _COLUMNS


def _is_talk(lines: list[str]) -> bool:
    """Tell a talk from a log: its dated lines stand below empty ones and have text below them."""
    begins = [n for n, line in enumerate(lines) if _HEADER.fullmatch(line)]
    first = next((n for n, line in enumerate(lines) if line.strip()), -1)
    if first not in begins:
        return False
    below = [lines[n + 1] for n in begins if n + 1 < len(lines)]
    return (
        bool(below)
        and all((n == first or not lines[n - 1].strip()) for n in begins)
        and any(line.strip() and not _HEADER.fullmatch(line) for line in below)
    )


def _chat(context: Context, people: frozenset[str] = frozenset(), number: str = "") -> Chat:
    stem = PurePosixPath(context.source_file).stem
    return Chat("wechat", number or stem, stem, people)


def _table(
    path: Path, encoding: str, first: str, context: Context
) -> Iterator[Record | Quarantined]:
    header = Dialect(",").cells(first)
    places = {name: header.index(name) for name in _READ if name in header}
    plan = Plan("messages", places, len(header), Dialect(","))
    for item in read_rows(path, encoding, plan, 1):
        if isinstance(item, Quarantined):
            yield item
            continue
        for row in item.frame.iter_rows(named=True):
            yield _row(row, context)


def _row(row: dict[str, str], context: Context) -> Record:
    own = row["IsSender"].strip() == "1"
    kind = row.get("Type", "").strip()
    names = [row.get(name, "").strip() for name in ("Remark", "NickName", "Sender")]
    sender = next(filter(None, names), "")
    chat = _chat(context, number=row.get("TalkerId", "").strip())
    stamp = row["CreateTime"].strip()
    line = Line(
        id=f"{chat.id}/{row['localId'].strip()}" if row.get("localId", "").strip() else "",
        at=from_epoch(stamp) if stamp else row.get("StrTime", ""),
        sender="" if kind == _SYSTEM else sender,
        text=_content(row["StrContent"], kind),
        own=own,
        system=kind == _SYSTEM,
    )
    partner = Chat(chat.app, chat.id, chat.name, frozenset({chat.name} if own else ()))
    return chat_message(partner, line, row["locator"], context.config)


def _content(text: str, kind: str) -> str:
    """Return the words; of a link or a quotation its titles, of other things what they are."""
    if kind in _TEXT or kind == _SYSTEM:
        return text
    if kind in _KINDS:
        return f"[{_KINDS[kind]}]"
    found = [one.group(2).strip() for one in _TITLE.finditer(text)] if "<" in text else [text]
    return "\n".join(part for part in found if part) or f"[type {kind}]"


def _talk(path: Path, encoding: str, context: Context) -> Iterator[Record | Quarantined]:
    found: re.Match[str] | None = None
    begin, number, empty, lines = 0, 0, True, [""]
    with path.open(encoding=encoding, newline="") as text:
        while raw := text.readline(_LONGEST_LINE):
            number += 1
            line = raw.strip("\ufeff\r\n") if number == 1 else raw.rstrip("\r\n")
            header = _HEADER.fullmatch(line) if empty else None
            if header is not None:
                yield from _said(found, begin, lines, context)
                found, begin, lines = header, number, []
            else:
                lines.append(line)
            empty = not line.strip()
    yield from _said(found, begin, lines, context)


def _said(
    found: re.Match[str] | None, begin: int, lines: list[str], context: Context
) -> Iterator[Record | Quarantined]:
    text = "\n".join(lines).strip("\n")
    if found is None:
        if text.strip():
            reason = "text before the first message"
            yield Quarantined("messages", "line 1", reason, text.strip()[:_EXCERPT])
        return
    sender = found.group(2).strip()
    chat = _chat(context)
    people = frozenset({chat.name, sender})
    own = True if sender == _OWN else False if sender == chat.name else None
    line = Line(at=found.group(1), sender=sender, text=text, own=own)
    yield chat_message(
        Chat(chat.app, chat.id, chat.name, people), line, f"line {begin}", context.config
    )


READER = _WeChat()
