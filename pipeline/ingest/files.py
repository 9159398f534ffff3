"""Walks the inputs and names every file as the evidence will name it."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import UsageError

_BLOCK = 1024 * 1024
_IN_THE_MAKING = re.compile(r"\..+\.(?:partial|old)-\w+")
"""How `outfolder` names what it writes beside its target: this run's own, of a random name."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the input; a `note` says why it is not opened.

    An archive has the `reader` that opened it: its members are files of their own.
    """

    path: Path
    source_file: str
    sha256: str = ""
    bytes: int = 0
    note: str = ""
    reader: str = ""
    stamp: tuple[int, int, int] | None = field(default=None, compare=False)
    """What the file system said of the file when it was hashed."""

    def changed(self) -> bool:
        """Tell whether another content may lie there than the one that was hashed."""
        if self.stamp is None:
            return False
        try:
            return _stamp(self.path.stat()) != self.stamp
        except OSError:
            return True


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def find_files(inputs: Sequence[Path]) -> list[SourceFile]:
    """Return every file of the inputs, hashed, in the order of its name in the evidence.

    The name is the input's own name plus the path below it; inputs of one name get `~2`, `~3`
    in the order of their content's SHA-256.

    Raises:
        UsageError: an input does not exist.

    """
    roots = list(dict.fromkeys(path.resolve() for path in map(_existing, inputs)))
    groups: dict[str, list[list[SourceFile]]] = {}
    for root in roots:
        found = [_hashed(file) for file in _walk(root)]
        groups.setdefault(root.name or "root", []).append(found)
    named = []
    for name, group in groups.items():
        for number, found in enumerate(sorted(group, key=_content), 1):
            top = name if number == 1 else f"{name}~{number}"
            named += [replace(file, source_file=top + file.source_file) for file in found]
    return sorted(named, key=lambda file: file.source_file)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise UsageError("no such file or folder", source=str(path))
    return path


def _content(files: Sequence[SourceFile]) -> str:
    if len(files) == 1 and not files[0].source_file:
        return files[0].sha256
    lines = (f"{file.source_file} {file.sha256}\n" for file in files)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _walk(root: Path) -> Iterator[SourceFile]:
    """Yield the files below `root`, sorted; their `source_file` starts at the root."""
    if not root.is_dir():
        yield _entry(root, root, "")
        return
    failed: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=failed.append):
        if _is_audit(Path(folder)):
            folders.clear()
            below = "/" + Path(folder).relative_to(root).as_posix() if folder != str(root) else ""
            yield SourceFile(Path(folder), _shown(below), note="output of an audit, not entered")
            continue
        folders[:] = sorted(name for name in folders if not _IN_THE_MAKING.fullmatch(name))
        for name in [n for n in folders if _skipped(Path(folder) / n, root)]:
            folders.remove(name)
            below = "/" + (Path(folder) / name).relative_to(root).as_posix()
            yield SourceFile(
                Path(folder) / name, _shown(below), note=_skipped(Path(folder) / name, root)
            )
        for name in sorted(files):
            path = Path(folder) / name
            yield _entry(path, root, "/" + path.relative_to(root).as_posix())
    for error in failed:
        path = Path(str(error.filename))
        below = "/" + path.relative_to(root).as_posix() if path != root else ""
        yield SourceFile(path, _shown(below), note=f"cannot be read: {error.strerror}")


def _is_audit(folder: Path) -> bool:
    """Say whether an audit was written here: what it found is no evidence for the next one."""
    return all((folder / name).is_file() for name in ("audit.duckdb", "summary.json"))


def _skipped(folder: Path, root: Path) -> str:
    """Why a folder is not entered: hidden, or a link (its target is walked where it lies)."""
    if folder.name.startswith(".") and not _is_maildir(folder):
        return "hidden folder, not entered"
    if folder.is_symlink():
        inside = _inside(folder, root)
        return "link to a folder of the input" if inside else "link that leaves the input"
    return ""


def _is_maildir(folder: Path) -> bool:
    """Say whether this is a folder of mails: Maildir calls its own `.Sent`, `.Drafts`."""
    return all((folder / name).is_dir() for name in ("cur", "new"))


def _inside(link: Path, root: Path) -> bool:
    """Say whether a link stays below `root`; one that leads to itself goes nowhere else."""
    try:
        return link.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return True


def _entry(path: Path, root: Path, below: str) -> SourceFile:
    note = ""
    if below and path.name.startswith("."):
        note = "hidden file, not read"
    elif below and path.is_symlink() and not _inside(path, root):
        note = "link that leaves the input, not followed"
    elif not _regular(path):
        note = "not a regular file (device, pipe or broken link), not opened"
    return SourceFile(path, _shown(below), note=note)


def _shown(name: str) -> str:
    """Write a file name that is not UTF-8 so that it can stand in a table."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _hashed(file: SourceFile) -> SourceFile:
    if file.note:
        return file
    digest = hashlib.sha256()
    size = 0
    try:
        with file.path.open("rb") as stream:
            stamp = _stamp(os.fstat(stream.fileno()))
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
    except OSError as error:
        return replace(file, note=f"cannot be read: {error.strerror}")
    return replace(file, sha256=digest.hexdigest(), bytes=size, stamp=stamp)
