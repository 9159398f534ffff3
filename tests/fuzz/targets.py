"""What is fuzzed: bytes as a mail, a mailbox or a chat export, read as an audit reads them.

Used by `fuzz.py`, which looks for bytes that break a promise, and by `test_found.py`, which reads
again those that once did.
"""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl
from ingest.any_bytes_samples import SAMPLES

from pipeline.config import Config
from pipeline.ingest.base import Context, Reader, UnreadableError
from pipeline.ingest.canonical import sort_out
from pipeline.ingest.gather import batches
from pipeline.ingest.registry import readers
from pipeline.model import Attachment
from pipeline.resources import resource_dir
from pipeline.text.html import html_to_text
from pipeline.text.normalise import normalise
from pipeline.text.quotes import quoted_messages
from pipeline.text.segments import split_body
from pipeline.text.unwrap import unwrap

TARGETS = {
    "mail": ("eml", "mbox"),
    "chat": ("whatsapp", "telegram", "messenger", "slack", "wechat", "transcripts"),
}
"""Readers by target; the first byte of an input chooses one of them."""

_FILES = {"eml": "mail.eml", "mbox": "mail.mbox"} | {name: SAMPLES[name][0] for name in SAMPLES}
_LONGEST_LOOKED_AT = 4_000
_MAILS = 12
_BODIES = 3
_SELDOM = 16
"""One input in so many is understood to the end: columns are slow to set up for a single row."""


def run(target: str, data: bytes) -> None:
    """Read the bytes with a reader of the target.

    Raises:
        AssertionError: a row is lost, or a text is not what was promised.

    """
    if not data:
        return
    names = TARGETS[target]
    name = names[data[0] % len(names)]
    path = _folder() / _FILES[name]
    path.write_bytes(data[1:])
    _read(_readers()[name], path, whole=data[-1] % _SELDOM == 0)


def seeds(target: str) -> Iterator[bytes]:
    """Yield well-formed inputs to start from."""
    names = TARGETS[target]
    for choice, name in enumerate(names):
        if name in SAMPLES:
            yield bytes([choice]) + SAMPLES[name][1]
    if target == "mail":
        for path in sorted((resource_dir("sample_data") / "exports" / "mail").glob("*.mbox")):
            mails = path.read_bytes().split(b"\nFrom ")[:_MAILS]
            yield from (bytes([0]) + mail.partition(b"\n")[2] for mail in mails)
            yield bytes([1]) + b"\nFrom ".join(mails[:3])


@cache
def _folder() -> Path:
    room = Path("/dev/shm")  # noqa: S108 - in memory, where there is such a place
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=room if room.is_dir() else None))


@cache
def _readers() -> dict[str, Reader]:
    return {reader.name: reader for reader in readers()}


def _read(reader: Reader, path: Path, *, whole: bool) -> None:
    attached: list[Attachment] = []
    said: list[tuple[str, str]] = []
    context = Context(
        Config(names=("Shop",), addresses=("shop@example.com",)),
        path.name,
        warn=lambda *row: said.append(row),
        attach=lambda _where, one: attached.append(one),
    )
    reader.sniff(path.read_bytes()[:65536], path)
    try:
        for batch in batches(reader.read(path, context)):
            if batch.frame is None:
                assert not batch.aside.filter(pl.col("reason") == "").height
                continue
            if batch.kind == "messages":
                for body in batch.frame["body"].head(_BODIES):
                    look_at(body or "")
            if whole:
                frame = batch.frame.rename({"locator": "source_locator"})
                numbers = pl.int_range(frame.height, dtype=pl.Int64, eager=True)
                done = sort_out(batch.kind, frame.with_columns(row_no=numbers), context)
                assert done.good.height + done.bad.height == len(batch.numbers), "a row is lost"
    except UnreadableError:
        pass
    assert all(one.size >= 0 for one in attached)


def look_at(body: str) -> None:
    """Take a body apart as the stages do.

    Raises:
        AssertionError: a place does not lead back to the text.

    """
    text = body[:_LONGEST_LOOKED_AT]
    parts = split_body(text)
    assert "".join(text[part.start : part.end] for part in parts) == text, "segments do not cover"
    for part in parts:
        if part.kind == "quoted":
            for quoted in quoted_messages(text, part.start, part.end):
                at = quoted.place(0)
                assert part.start <= at < part.end, "quoted from elsewhere"
                assert text[at] == quoted.words[0], "a quoted letter stands elsewhere"
    folded = normalise(text)
    places = [folded.verbatim(n, n + 1) for n in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in places), "a place leads nowhere"
    assert places == sorted(places), "places do not rise"
    assert isinstance(unwrap(text).body, str)
    assert isinstance(html_to_text(text), str)
