"""Outlook: MSG files, and the mailboxes PST and OST, with the optional extra `outlook`.

MSG is read by extract-msg, PST and OST by libpff (import name pypff); both are asked for only when
such a file is met. Property numbers: MS-OXPROPS.
"""

import importlib
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.ingest._mail import Tally, understand
from pipeline.ingest._outlook_mail import Item, as_mail, decoded, described
from pipeline.ingest.base import FORMAT, Context, UnreadableError
from pipeline.model import Attachment, Quarantined, Record, Table

_PST, _OLE = b"!BDN", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MSG_MARK = "__substg1.0_".encode("utf-16-le")
_MISSING = (
    "Outlook files need an extra: pip install 'msgaudit[outlook]'; or export the folder from"
    " Outlook or Thunderbird as EML or MBOX"
)
_DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error, RuntimeError)
"""What the two libraries raise on files they cannot make sense of."""

_SENDER_NAME, _SENDER, _SENDER_SMTP, _SHOWN_TO = 0x0C1A, 0x0C1F, 0x5D01, 0x0E04
_SHOWN_CC, _MESSAGE_ID, _REPLY_TO, _FLAGS = 0x0E03, 0x1035, 0x1042, 0x0E07
_CODE_PAGE, _OLD_CODE_PAGE, _ADDRESS, _SMTP = 0x3FDE, 0x3FFD, 0x3003, 0x39FE
_LONG_NAME, _SHORT_NAME, _MIME = 0x3707, 0x3704, 0x370E
_UNSENT = 0x8
_DEEPEST = 30


class _Outlook:
    """Reads one mail or one mailbox."""

    name = "outlook"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim PST and OST by their mark, MSG by the mark of its container and its streams."""
        if head.startswith(_PST):
            return True
        return head.startswith(_OLE) and (path.suffix.lower() == ".msg" or _MSG_MARK in head)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the mails.

        Raises:
            UnreadableError: the extra is not installed, or the file is none of Outlook's.

        """
        with path.open("rb") as stream:
            mailbox = stream.read(len(_PST)) == _PST
        tally = Tally()
        yield from _mailbox(path, context, tally) if mailbox else _single(path, context, tally)
        context.notes.extend(tally.notes())


def _library(name: str) -> Any:  # noqa: ANN401  neither library has types
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UnreadableError(_MISSING) from None


def _row(item: Item, where: str, context: Context, tally: Tally) -> Record | Quarantined:
    row = understand(as_mail(item), where, context, tally)
    for attachment in item.attachments:
        context.attach(where, attachment)
    tally.attachments += len(item.attachments)
    tally.with_attachments += bool(item.attachments)
    if item.unsent and isinstance(row, Record) and row.kind == "messages":
        return Record(row.kind, row.locator, {**row.fields, "delivered": False})
    return row


def _single(path: Path, context: Context, tally: Tally) -> Iterator[Record | Quarantined]:
    library = _library("extract_msg")
    try:
        with library.openMsg(str(path)) as mail:
            html = mail.htmlBody
            item = Item(
                headers=mail.headerText or "",
                sender=mail.sender or "",
                to=mail.to or "",
                cc=mail.cc or "",
                subject=mail.subject or "",
                sent=mail.date if isinstance(mail.date, datetime) else None,
                message_id=mail.messageId or "",
                in_reply_to=mail.inReplyTo or "",
                plain=mail.body or "",
                html=decoded(html) if html else "",
                attachments=tuple(map(_of_msg, mail.attachments)),
                unsent=not mail.isSent,
            )
    except (*_DAMAGE, library.exceptions.ExMsgBaseException) as error:
        raise UnreadableError(f"no mail that can be read: {error}") from None
    yield _row(item, "message 1", context, tally)


def _of_msg(attachment: Any) -> Attachment:  # noqa: ANN401
    name = _tried(attachment, "longFilename") or _tried(attachment, "shortFilename") or ""
    data = _tried(attachment, "data")
    kind = _tried(attachment, "mimetype") or ""
    return described(str(name), str(kind), data if isinstance(data, bytes) else None)


def _attachments(message: Any) -> Iterator[Attachment]:  # noqa: ANN401
    for number in range(_count(message, "number_of_attachments")):
        data: bytes | None = None
        values: dict[int, bytes] = {}
        with suppress(*_DAMAGE):
            attachment = message.get_attachment(number)
            values = _properties(attachment)
            data = attachment.read_buffer(attachment.get_size())
        name = _text(values.get(_LONG_NAME)) or _text(values.get(_SHORT_NAME))
        yield described(name, _text(values.get(_MIME)), data)


def _mailbox(path: Path, context: Context, tally: Tally) -> Iterator[Record | Quarantined]:
    library = _library("pypff")
    mailbox = library.file()
    try:
        mailbox.open(str(path))
    except OSError as error:
        raise UnreadableError(f"no mailbox that can be read: {str(error)[:120]}") from None
    try:
        yield from _folder(mailbox.get_root_folder(), "", context, tally, 0)
        yield from _orphans(mailbox, context, tally)
    finally:
        mailbox.close()


def _folder(
    folder: Any,  # noqa: ANN401
    name: str,
    context: Context,
    tally: Tally,
    depth: int,
) -> Iterator[Record | Quarantined]:
    inside = replace(context, source_file=f"{context.source_file}/{name}")  # tells Sent items
    for number in range(_count(folder, "number_of_sub_messages")):
        where = f"{name} message {number + 1}".strip()
        yield from _rows(folder.get_sub_message, number, where, inside, tally)
    for number in range(_count(folder, "number_of_sub_folders") if depth < _DEEPEST else 0):
        try:
            inner = folder.get_sub_folder(number)
            below = "/".join(part for part in (name, inner.name or f"folder {number + 1}") if part)
        except _DAMAGE as error:
            context.warn(name or "root", f"a folder cannot be read: {error}"[:200])
            continue
        yield from _folder(inner, below, context, tally, depth + 1)


def _rows(
    get: Callable[[int], Any], number: int, where: str, context: Context, tally: Tally
) -> Iterator[Record | Quarantined]:
    """Yield the mail that an item is, if it is one; an item that cannot be read is told of."""
    try:
        item = _item(get(number))
    except _DAMAGE as error:
        yield Quarantined("messages", where, f"the item cannot be read: {error}"[:200], "")
        return
    if item is not None:
        yield _row(item, where, context, tally)


def _orphans(mailbox: Any, context: Context, tally: Tally) -> Iterator[Record | Quarantined]:  # noqa: ANN401
    """Yield the mails that are in no folder any more, as damage or deletion leaves them.

    Folders among them are not mails; what was in one is an orphan of its own.
    """
    count = _count(mailbox, "number_of_orphan_items")
    if count:
        context.notes.append(f"{count:,} items in no folder: read where they are mails")
    for number in range(count):
        where = f"orphan item {number + 1}"
        yield from _rows(mailbox.get_orphan_item, number, where, context, tally)


def _count(thing: Any, name: str) -> int:  # noqa: ANN401
    with suppress(*_DAMAGE):
        return int(getattr(thing, name) or 0)
    return 0


def _item(message: Any) -> Item | None:  # noqa: ANN401
    """Return a mail; appointments, contacts and empty items are none."""
    found = _properties(message)
    pages = [int.from_bytes(found.get(p, b"")[:4], "little") for p in (_CODE_PAGE, _OLD_CODE_PAGE)]
    plain = decoded(_tried(message, "plain_text_body"), *pages)
    html = decoded(_tried(message, "html_body"), *pages)
    if not (plain or html):
        plain, html = _from_rtf(_tried(message, "rtf_body"))
    headers = decoded(_tried(message, "transport_headers"), *pages)
    text = {number: _text(found.get(number)) for number in found}
    address = text.get(_SENDER_SMTP) or text.get(_SENDER) or ""
    if not (plain or html or headers or address):
        return None
    sender = text.get(_SENDER_NAME) or decoded(_tried(message, "sender_name"), *pages)
    sent = _tried(message, "client_submit_time") or _tried(message, "delivery_time")
    return Item(
        headers=headers,
        sender=f"{sender} <{address}>" if "@" in address else sender or address,
        to=_recipients(message) or text.get(_SHOWN_TO, ""),
        cc=text.get(_SHOWN_CC, ""),
        subject=_subject(decoded(_tried(message, "subject"), *pages)),
        sent=sent if isinstance(sent, datetime) else None,
        message_id=text.get(_MESSAGE_ID, ""),
        in_reply_to=text.get(_REPLY_TO, ""),
        plain=plain,
        html=html,
        attachments=tuple(_attachments(message)),
        unsent=bool(int.from_bytes(found.get(_FLAGS, b"")[:4], "little") & _UNSENT),
    )


def _from_rtf(rtf: object) -> tuple[str, str]:
    """Return the text or the HTML that an RTF body was made from; sent items may have no other."""
    if not isinstance(rtf, bytes) or not rtf:
        return "", ""
    with suppress(ImportError, *_DAMAGE):
        body = importlib.import_module("RTFDE.deencapsulate").DeEncapsulator(rtf)
        body.deencapsulate()
        text = decoded(body.content)
        return ("", text) if body.content_type == "html" else (text, "")
    return "", ""


def _tried(thing: Any, name: str) -> Any:  # noqa: ANN401
    with suppress(*_DAMAGE):
        return getattr(thing, name)
    return None


def _properties(thing: Any) -> dict[int, bytes]:  # noqa: ANN401
    found: dict[int, bytes] = {}
    with suppress(*_DAMAGE):
        for record_set in thing.record_sets:
            for entry in record_set.entries:
                if isinstance(entry.data, bytes):
                    found.setdefault(entry.entry_type, entry.data)
    return found


def _text(data: bytes | None) -> str:
    if not data:
        return ""
    wide = len(data) > 1 and data[1] == 0
    return data.decode("utf-16-le" if wide else "cp1252", "replace").strip("\x00 ")


def _subject(text: str) -> str:
    """Drop the two characters with which Outlook marks the length of a prefix."""
    return text[2:] if text.startswith("\x01") else text


def _recipients(message: Any) -> str:  # noqa: ANN401
    shown = []
    with suppress(*_DAMAGE):
        for record_set in message.recipients.record_sets:
            values = {e.entry_type: _text(e.data) for e in record_set.entries if e.data}
            address = values.get(_SMTP) or values.get(_ADDRESS) or ""
            if "@" in address:
                shown.append(address)
    return ", ".join(shown)


READER = _Outlook()
