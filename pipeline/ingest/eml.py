"""Single mails: EML files (Thunderbird, Outlook, drag and drop) and Apple Mail's EMLX."""

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest._mail import Tally, understand
from pipeline.ingest._mail_split import LONGEST
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_BYTE_COUNT = re.compile(rb"\A(\d{1,10})[ \t]*\r?\n")
_HEADER_LINE = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:|[ \t]+\S")
_MAILS_ONLY = frozenset(
    [
        *(b"message-id", b"received", b"mime-version", b"return-path", b"delivered-to"),
        *(b"x-space-notification-type", b"content-transfer-encoding", b"x-mailer"),
    ]
)
_MARK = b"\xef\xbb\xbf"


class _Eml:
    """Reads a file that is one mail."""

    name = "eml"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim files that begin with a mail's headers: From, and what only mails have."""
        text = _BYTE_COUNT.sub(b"", head.removeprefix(_MARK))
        block = re.split(rb"\r?\n\r?\n", text, maxsplit=1)[0]
        lines = block.splitlines()
        whole = len(block) < len(text)
        if not lines or not all(map(_HEADER_LINE.match, lines if whole else lines[:-1])):
            return False
        names = {
            line.partition(b":")[0].lower() for line in lines if not line.startswith((b" ", b"\t"))
        }
        named = path.suffix.lower() in (".eml", ".emlx") and bool({b"date", b"subject"} & names)
        return b"from" in names and (named or bool(_MAILS_ONLY & names))

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the one row of the file."""
        with path.open("rb") as stream:
            raw = stream.read(LONGEST + 1)
        if len(raw) > LONGEST:
            context.warn("message 1", "larger than 64 MB: only the beginning was read")
        tally = Tally()
        raw = _without_envelope(raw[:LONGEST])
        yield understand(raw, "message 1", context, tally)
        context.notes.extend(tally.notes())


def _without_envelope(raw: bytes) -> bytes:
    """Cut Apple's byte count off, and the property list after the mail."""
    raw = raw.removeprefix(_MARK)
    counted = _BYTE_COUNT.match(raw)
    return raw[counted.end() : counted.end() + int(counted.group(1))] if counted else raw


READER = _Eml()
