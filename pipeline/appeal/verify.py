"""Checks a pack, folder or ZIP: files against manifests, signature, tables against each other."""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.appeal.archives import write_zip
from pipeline.appeal.bag import broken_files
from pipeline.appeal.following import tables_that_do_not_follow
from pipeline.appeal.seal import (
    OPENSSL,
    PUBLIC_KEY,
    SIGNATURE,
    TAG_MANIFEST,
    fingerprint,
    is_signed_by,
)
from pipeline.errors import UsageError


@dataclass(frozen=True, slots=True)
class Verified:
    """What is wrong with a pack, and whose signature it bears (a fingerprint, or empty)."""

    pack: Path
    problems: tuple[str, ...]
    signed_by: str

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "pack": str(self.pack),
            "problems": list(self.problems),
            "signed_by": self.signed_by or None,
        }

    def lines(self) -> list[str]:
        """Return what is printed."""
        if self.problems:
            return [*self.problems, f"{self.pack}: {len(self.problems)} problems"]
        lines = [f"{self.pack}: every file and table is as it was packed"]
        if self.signed_by:
            lines += [f"signed by {self.signed_by}; in the pack's folder:", f"  {OPENSSL}"]
        else:
            lines.append("not signed: it is whole, and that is all that can be said of its origin")
        return lines


def verify(pack: Path, public_key: Path | None = None) -> Verified:
    """Check a pack; with `public_key` (PEM) the signature has to be that key's.

    Tables are followed only where their files are as packed: an altered one is named as a file.

    Raises:
        UsageError: there is no pack, or it cannot be opened at all.

    """
    if not pack.exists():
        raise UsageError("does not exist", source=str(pack))
    with _opened(pack) as (folder, outside):
        if folder is None:
            return Verified(pack, tuple(outside), "")
        if not (folder / "data").is_dir():
            raise UsageError("is no pack: it has no data folder", source=str(pack))
        inside = broken_files(folder)
        if not any(line.startswith("data/tables/") for line in inside):
            inside += tables_that_do_not_follow(folder / "data" / "tables")
        wrong, signed_by = _signature(folder, public_key)
        return Verified(pack, tuple(dict.fromkeys(outside + inside + wrong)), signed_by)


def _signature(folder: Path, public_key: Path | None) -> tuple[list[str], str]:
    paths = [folder / name for name in (PUBLIC_KEY, SIGNATURE, TAG_MANIFEST)]
    there = [path.is_file() for path in paths[:2]]
    if not any(there):
        wanted = [f"{SIGNATURE}: missing: the pack is not signed"] if public_key else []
        return wanted, ""
    if not all(path.is_file() for path in paths):
        return [f"{SIGNATURE}: signature, its key or the tag manifest is missing"], ""
    public, signature, manifest = (path.read_bytes() for path in paths)
    if not is_signed_by(public, manifest, signature):
        return [f"{SIGNATURE}: wrong signature: it is not {PUBLIC_KEY}'s over {TAG_MANIFEST}"], ""
    if public_key and public_key.read_bytes() != public:
        return [f"{PUBLIC_KEY}: wrong signature: signed by another key than {public_key}"], ""
    return [], fingerprint(public)


@contextmanager
def _opened(pack: Path) -> Iterator[tuple[Path | None, list[str]]]:
    """Give the folder of a pack, and what is wrong with its container."""
    if pack.is_dir():
        yield pack, []
        return
    with tempfile.TemporaryDirectory() as name:
        outer = Path(name)
        try:
            problems = _unpacked(pack, outer / "pack")
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError) as error:
            yield None, [f"{pack.name}: the ZIP is altered: {error}"]
            return
        tops = sorted(path for path in (outer / "pack").iterdir() if path.is_dir())
        if len(tops) != 1:
            yield None, [f"{pack.name}: the ZIP is altered: it does not hold one folder"]
            return
        fresh = outer / "fresh.zip"
        write_zip(tops[0], fresh, tops[0].name)
        if not problems and fresh.read_bytes() != pack.read_bytes():
            problems.append(f"{pack.name}: the ZIP around the files is not as it was written")
        yield tops[0], problems


def _unpacked(pack: Path, target: Path) -> list[str]:
    """Unpack a ZIP member by member; name those that its own checksums give away."""
    target.mkdir()
    problems = []
    with zipfile.ZipFile(pack) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > pack.stat().st_size:
            raise ValueError("it says to hold more than its size")
        for entry in entries:
            place = PurePosixPath(entry.filename)
            if place.is_absolute() or ".." in place.parts or entry.is_dir():
                problems.append(f"{entry.filename}: the ZIP holds a name that a pack never has")
                continue
            path = target / place
            path.parent.mkdir(parents=True, exist_ok=True)
            inner = "/".join(place.parts[1:])
            try:
                with archive.open(entry) as member, path.open("wb") as file:
                    shutil.copyfileobj(member, file)
            except zipfile.BadZipFile:
                path.unlink(missing_ok=True)
                problems.append(f"{inner}: altered inside the ZIP")
    return problems
