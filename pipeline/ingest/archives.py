"""Opens archives where they lie: ZIP, tar, and single files packed with gzip, bzip2 or xz.

Members go to a folder that is gone once they are read, so that lists which belong together lie
side by side. What is refused (encrypted, a path that leaves the archive, more bytes than the
limits allow, nested too deep) is a file with a note.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.config import Config
from pipeline.ingest._archive_members import CLOSED, DAMAGE, PACKED, Member, Place, kind_of, members
from pipeline.ingest.files import SourceFile

_BLOCK = 256 * 1024
_GRACE = 1024 * 1024
"""So much may always be unpacked: a ratio says nothing of tiny files."""

_DEEPEST = 2


def opened(
    files: Iterable[SourceFile], config: Config, room: Path | None = None
) -> Iterator[SourceFile]:
    """Yield the files, each archive followed by what is in it (`a.zip!/x.csv`).

    A member's path is good until the next archive's turn comes, or the iterator is closed. Members
    go below `room`, a folder that somebody removes where this process is killed; without one to
    where the system has its temporary files.
    """
    for file in files:
        if file.note or not kind_of(file.path):
            yield file
            continue
        with TemporaryDirectory(prefix="msgaudit-", dir=room, ignore_cleanup_errors=True) as folder:
            budget = _Budget(config.archive_bytes, config.archive_ratio)
            yield from _Archive(file, Path(folder), budget, depth=1).files()


def is_archive(path: Path) -> bool:
    """Say whether a file is an archive that `opened` opens, or names as one that it does not."""
    return bool(kind_of(path))


@dataclass(slots=True)
class _Budget:
    """How many bytes an archive of the input may still unpack to, those within it included."""

    bytes: int
    ratio: int


class _TooMuch(Exception):  # noqa: N818  it is told as a note
    """The archive unpacks to more than the limits allow."""


class _Archive:
    """One archive on its way into a folder."""

    def __init__(self, file: SourceFile, folder: Path, budget: _Budget, depth: int) -> None:
        self.file = file
        self.kind = kind_of(file.path)
        self.folder = folder
        self.budget = budget
        self.depth = depth
        self.left = max(file.bytes * budget.ratio, _GRACE)
        self.damage = ""

    def files(self) -> Iterator[SourceFile]:
        """Yield the archive itself, with a note of what it is, and its files."""
        if self.kind in CLOSED:
            yield replace(self.file, note=f"a {self.kind} archive: unpack it and name the folder")
            return
        if self.depth > _DEEPEST:
            yield replace(self.file, note="an archive nested too deep: unpack it")
            return
        found = sorted(self._unpacked(), key=lambda file: file.source_file)
        said = f"an archive: its {len(found):,} files are read one by one"
        if self.damage:
            yield replace(self.file, note=f"{said}; {self.damage}")
        else:
            yield replace(self.file, note=said, reader="archive")
        for number, file in enumerate(found):
            if file.note or not kind_of(file.path):
                yield file
            else:
                inner = self.folder / f"within-{number}"
                yield from _Archive(file, inner, self.budget, self.depth + 1).files()

    def _unpacked(self) -> list[SourceFile]:
        found: list[SourceFile] = []
        place = Place(self.folder / "files")
        name = self.file.source_file.rpartition("/")[2]
        try:
            for member in members(self.file.path, self.kind, name):
                path, shown = place.of(member.name)
                file = SourceFile(path, f"{self.file.source_file}!/{shown}", note=member.note)
                found.append(file if member.note else self._written(file, member))
        except DAMAGE as error:
            self.damage = f"damaged: {error or type(error).__name__}"
        return found

    def _written(self, file: SourceFile, member: Member) -> SourceFile:
        """Write a member's bytes to its path; return it with what became of it."""
        digest = hashlib.sha256()
        size, note = 0, ""
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            with file.path.open("wb") as out:
                for block in self._blocks(member):
                    digest.update(block)
                    size += out.write(block)
        except _TooMuch as error:
            note = f"not read: {error}"
        except DAMAGE as error:
            self.damage = f"damaged: {error or type(error).__name__}"
            # one packed file is good up to the damage, a member's bytes are not
            note = "" if self.kind == PACKED and size else self.damage
        if note:
            file.path.unlink(missing_ok=True)
        return replace(file, sha256=digest.hexdigest(), bytes=size, note=note)

    def _blocks(self, member: Member) -> Iterator[bytes]:
        if member.open is None:
            return
        with member.open() as packed:
            while block := packed.read(_BLOCK):
                self.left -= len(block)
                self.budget.bytes -= len(block)
                if self.left < 0:
                    raise _TooMuch(
                        f"the archive unpacks to more than {self.budget.ratio} times its size"
                        " (limits.archive_ratio)"
                    )
                if self.budget.bytes < 0:
                    raise _TooMuch("the archive is too large (limits.archive_bytes)")
                yield block
