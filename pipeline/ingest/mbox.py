"""MBOX mailboxes: Gmail Takeout, Thunderbird, Apple Mail and others."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest._mail_batch import RawMails, read_mails
from pipeline.ingest._mail_split import LONGEST_SEPARATOR, is_separator, is_takeout, split_mbox
from pipeline.ingest.base import FORMAT, HEAD_BYTES, Context
from pipeline.model import Quarantined, Record, Table


class _Mbox:
    """Reads one mailbox file, mail by mail."""

    name = "mbox"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:  # noqa: ARG002  the content tells
        first = head.lstrip()[:LONGEST_SEPARATOR]
        return is_separator(first, takeout=True) or is_separator(first, takeout=False)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield a message, a refund, a notice or a quarantined row for each mail."""
        yield from read_mails(_batches(path), path.stat().st_size, context)


def _batches(path: Path) -> Iterator[RawMails]:
    """Yield the mails in batches of limited size, each with its place."""
    with path.open("rb") as stream:
        takeout = is_takeout(stream.read(HEAD_BYTES))
        stream.seek(0)
        number, waiting = 0, RawMails()
        for mail in split_mbox(stream, takeout=takeout):
            number += mail.separated
            where = f"message {number} at byte {mail.offset}" if mail.separated else "byte 0"
            waiting.add(where, mail)
            if waiting.full:
                yield waiting
                waiting = RawMails()
        if waiting.mails:
            yield waiting


READER = _Mbox()
