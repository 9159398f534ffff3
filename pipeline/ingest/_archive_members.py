"""What is in an archive, member by member, with what forbids to read a member.

Nothing is ever written where a member's name points to: `Place` gives every member a path of its
own below one folder.
"""

import bz2
import gzip
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # a password, or a method that is not implemented
    ValueError,
    struct.error,
)
"""What reading a broken archive may raise."""

ZIP, TAR, PACKED = "zip", "tar", "packed"
CLOSED = {"7-Zip": b"7z\xbc\xaf\x27\x1c", "RAR": b"Rar!\x1a\x07"}
"""Archives that are recognised and not opened."""

_PACKERS = {b"\x1f\x8b": gzip.GzipFile, b"BZh": bz2.BZ2File, b"\xfd7zXZ\x00": lzma.LZMAFile}
_SUFFIXES = (".gz", ".bz2", ".xz")
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257
_DOCUMENTS = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
_MOST_MEMBERS = 100_000
_LONGEST_PART = 120
_DEEPEST = 12
_UNSAFE = re.compile(r"[\x00-\x1f<>:\"|?*\\]")
_ENCRYPTED_FLAG = 0x1


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...


Opener = Callable[[], AbstractContextManager[Readable]]
"""Opens a stream of bytes, to be used with `with`."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; a `note` says why it is not opened."""

    name: str
    open: Opener | None = None
    note: str = ""


def kind_of(path: Path) -> str:
    """Return `zip`, `tar`, `packed`, the name of an archive that is not opened, or nothing.

    Documents that are ZIP files inside (XLSX, DOCX, ODS, JAR) are no archives.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(512)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return "" if _is_document(path) else ZIP
        if head[_TAR_MARK_AT:].startswith(_TAR_MARK):
            return TAR
        packed = _packed(path, head)
        if packed is not None:
            return TAR if _holds_tar(packed) else PACKED
    except OSError:
        return ""
    return next((name for name, mark in CLOSED.items() if head.startswith(mark)), "")


def _packed(path: Path, head: bytes) -> Opener | None:
    """Return what opens a single packed file, if it is one."""
    for mark, packer in _PACKERS.items():
        if head.startswith(mark):
            return lambda: packer(path)
    return None


def _is_document(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in archive.NameToInfo for name in _DOCUMENTS)
    except DAMAGE:
        return False


def _holds_tar(opener: Opener) -> bool:
    try:
        with opener() as stream:
            return stream.read(512)[_TAR_MARK_AT:].startswith(_TAR_MARK)
    except DAMAGE:
        return False


def members(path: Path, kind: str, name: str) -> Iterator[Member]:
    """Yield the members of an archive that is called `name`; folders are none.

    Raises:
        Exception: one of `DAMAGE`, where the archive is broken.

    """
    found = {ZIP: _of_zip, TAR: _of_tar}.get(kind)
    if found is None:
        yield _of_packed(path, name)
        return
    for number, member in enumerate(found(path), 1):
        if number > _MOST_MEMBERS:
            raise ValueError(f"more than {_MOST_MEMBERS:,} files")
        yield member


def _of_packed(path: Path, name: str) -> Member:
    with path.open("rb") as stream:
        head = stream.read(8)
    suffix = next((end for end in _SUFFIXES if name.lower().endswith(end)), "")
    return Member(name[: len(name) - len(suffix)] or name, _packed(path, head))


def _of_zip(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            note = _refused(info.filename)
            if stat.S_ISLNK(info.external_attr >> 16):
                note = "a link in the archive, not followed"
            elif info.flag_bits & _ENCRYPTED_FLAG:
                note = "encrypted: unpack it with its password"
            yield Member(info.filename, lambda info=info: archive.open(info), note)  # type: ignore[misc]


def _of_tar(path: Path) -> Iterator[Member]:
    with tarfile.open(path, "r:*") as archive:
        for info in archive:
            if info.isdir():
                continue
            note = _refused(info.name)
            if not info.isreg():
                note = "a link or a device in the archive, not followed"
            stream = archive.extractfile(info) if not note else None
            yield Member(info.name, (lambda stream=stream: stream) if stream else None, note)  # type: ignore[misc]


def _refused(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name):
        return "its path leaves the archive, not read"
    if any(part.startswith(".") and part != "." for part in parts) or parts[0] == "__MACOSX":
        return "hidden file, not read"
    return ""


@dataclass(slots=True)
class Place:
    """Gives each member a path below a folder, and a name of its own in the evidence."""

    folder: Path
    _files: set[Path] = field(default_factory=set)
    _folders: set[Path] = field(default_factory=set)
    _names: Counter[str] = field(default_factory=Counter)

    def of(self, name: str) -> tuple[Path, str]:
        """Return where a member goes, and how it is shown; a second one of a name gets `~2`."""
        shown = "/".join(p for p in name.replace("\\", "/").split("/") if p not in ("", "."))
        shown = shown.encode("utf-8", "surrogateescape").decode("utf-8", "replace") or "unnamed"
        parts = [_UNSAFE.sub("_", part)[-_LONGEST_PART:] for part in shown.split("/")]
        parts = ["_" if part in (".", "..") else part for part in parts][-_DEEPEST:]
        number = 1
        while self._conflicts(path := self.folder.joinpath(str(number), *parts)):
            number += 1
        self._files.add(path)
        self._folders.update(path.parents)
        self._names[shown] += 1
        times = self._names[shown]
        return path, shown if times == 1 else f"{shown}~{times}"

    def _conflicts(self, path: Path) -> bool:
        """Say whether a file or a folder stands there, or a file where a folder is needed."""
        return (
            path in self._files
            or path in self._folders
            or any(parent in self._files for parent in path.parents)
        )
