"""MBOX mailboxes: Gmail Takeout, Thunderbird, Apple Mail and others."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest._mail import Tally, bounced_ids, understand
from pipeline.ingest._mail_batch import batched
from pipeline.ingest._mail_split import LONGEST_SEPARATOR, is_separator, is_takeout, split_mbox
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_BLOCK = 4 * 1024 * 1024
_OVERLAP = 64
_BOUNCE_WORDS = (
    *(b"mailer-daemon", b"postmaster@", b"multipart/report", b"opt out", b"opted out", b"opt-out"),
    *(b"unable to deliver", b"undeliver"),
)
_LONGEST_EXCERPT = 200


class _Mbox:
    """Reads one mailbox file, mail by mail."""

    name = "mbox"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:  # noqa: ARG002  the content tells
        first = head.lstrip()[:LONGEST_SEPARATOR]
        return is_separator(first, takeout=True) or is_separator(first, takeout=False)

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield a message, a refund, a notice or a quarantined row for each mail."""
        with path.open("rb") as stream:
            takeout = is_takeout(stream.read(_BLOCK))
        tally = Tally()
        tally.bounced = _bounced(path, takeout=takeout)
        yield from batched(_rows(path, context, tally, takeout=takeout))
        context.notes.extend(tally.notes())


def _rows(
    path: Path, context: Context, tally: Tally, *, takeout: bool
) -> Iterator[Record | Quarantined]:
    with path.open("rb") as stream:
        number = 0
        for mail in split_mbox(stream, takeout=takeout):
            if not mail.separated:
                excerpt = mail.raw[:_LONGEST_EXCERPT].decode("utf-8", "replace")
                reason = "text before the first mail of the mailbox"
                yield Quarantined("messages", "byte 0", reason, excerpt)
                continue
            number += 1
            locator = f"message {number} at byte {mail.offset}"
            if mail.cut:
                context.warn(locator, "larger than 64 MB: only the beginning was read")
            yield understand(mail.raw, locator, context, tally)


def _bounced(path: Path, *, takeout: bool) -> set[str]:
    """Find the messages that came back: their bounces stand after them in the file.

    Files without any of the words are looked through only once, at the disk's speed.
    """
    if not _has_bounce_words(path):
        return set()
    found: set[str] = set()
    with path.open("rb") as stream:
        for mail in split_mbox(stream, takeout=takeout):
            lowered = mail.raw.lower()
            if any(word in lowered for word in _BOUNCE_WORDS):
                found |= bounced_ids(mail.raw)
    return found


def _has_bounce_words(path: Path) -> bool:
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            lowered = (rest + block).lower()
            if any(word in lowered for word in _BOUNCE_WORDS):
                return True
            rest = lowered[-_OVERLAP:]
    return False


READER = _Mbox()
