"""Writes Outlook MSG files as MS-OXMSG lays them out, for the real library to read."""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from extract_msg.ole_writer import OleWriter

_TEXT, _LONG, _TIME, _BYTES = 0x1F, 0x03, 0x40, 0x102
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class _Storage:
    """One storage of the file: its properties and their streams."""

    def __init__(self, writer: OleWriter, *path: str) -> None:
        self.writer, self.path = writer, list(path)
        self.entries: list[bytes] = []
        if path:
            writer.addEntry(self.path, storage=True)

    def text(self, number: int, value: str) -> None:
        data = value.encode("utf-16-le")
        self._stream(number, _TEXT, data, len(data) + 2)

    def content(self, number: int, data: bytes) -> None:
        self._stream(number, _BYTES, data, len(data))

    def number(self, number: int, value: int) -> None:
        self._entry(number, _LONG, struct.pack("<II", value, 0))

    def time(self, number: int, value: datetime) -> None:
        ticks = int((value - _EPOCH).total_seconds()) * 10**7
        self._entry(number, _TIME, struct.pack("<Q", ticks))

    def close(self, head: bytes) -> None:
        data = head + b"".join(self.entries)
        self.writer.addEntry([*self.path, "__properties_version1.0"], data)

    def _stream(self, number: int, kind: int, data: bytes, size: int) -> None:
        self.writer.addEntry([*self.path, f"__substg1.0_{number:04X}{kind:04X}"], data)
        self._entry(number, kind, struct.pack("<II", size, 0))

    def _entry(self, number: int, kind: int, value: bytes) -> None:
        self.entries.append(struct.pack("<HHI", kind, number, 6) + value)


def write_msg(
    path: Path, texts: Mapping[int, str], *, sent: datetime, to: str, photo: bytes
) -> None:
    """Write a mail without transport headers, as Outlook keeps what was sent from it."""
    writer = OleWriter()
    top = _Storage(writer)
    for number, value in {0x001A: "IPM.Note", **texts}.items():
        top.text(number, value)
    top.time(0x0039, sent)
    top.number(0x0E07, 1)
    top.number(0x340D, 0x40000)
    top.close(bytes(8) + struct.pack("<IIII", 1, 1, 1, 1) + bytes(8))
    names = _Storage(writer, "__nameid_version1.0")
    for stream in ("00020102", "00030102", "00040102"):
        writer.addEntry([*names.path, f"__substg1.0_{stream}"], b"")
    buyer = _Storage(writer, "__recip_version1.0_#00000000")
    for number, value in {0x3001: "Ann", 0x39FE: to, 0x3003: to}.items():
        buyer.text(number, value)
    buyer.number(0x0C15, 1)
    buyer.close(bytes(8))
    file = _Storage(writer, "__attach_version1.0_#00000000")
    file.text(0x3707, "card.jpg")
    file.text(0x370E, "image/jpeg")
    file.content(0x3701, photo)
    file.number(0x3705, 1)
    file.close(bytes(8))
    writer.write(str(path))
