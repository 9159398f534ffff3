"""ZIP files with the same bytes everywhere: names in order, one fixed date, nothing compressed.

Compressed bytes depend on the machine's zlib, so nothing is compressed: the parts that are large
are compressed formats themselves.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)


def zip_bytes(members: Mapping[str, bytes], *, first: Iterable[str] = ()) -> bytes:
    """Return a ZIP of these members, `first` ones first (a DOCX wants its content types there)."""
    target = io.BytesIO()
    ahead = [name for name in first if name in members]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in [*ahead, *sorted(members.keys() - set(ahead))]:
            archive.writestr(_entry(name), members[name])
    return target.getvalue()


def write_zip(folder: Path, target: Path, top: str) -> None:
    """Write every file below a folder into a ZIP, under one top folder."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{top}/{path.relative_to(folder).as_posix()}"
                archive.writestr(_entry(name), path.read_bytes())


def read_zip(data: bytes) -> dict[str, bytes]:
    """Return the members of a ZIP by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o600 << 16
    return entry
