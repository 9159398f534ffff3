"""ZIP files with the same bytes everywhere: names in order, one fixed date.

What Python's own zlib makes differs by machine, so DOCX and XLSX are compressed by the zlib that
pyarrow brings along: the same version gives the same bytes. The ZIP around a pack is not compressed
at all; it is compared byte by byte when it is verified, by whatever version.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

_LEVEL = 6
_DATE = (1980, 1, 1, 0, 0, 0)


def zip_bytes(members: Mapping[str, bytes], *, first: Iterable[str] = ()) -> bytes:
    """Return a ZIP of these members, `first` ones first (a DOCX wants its content types there)."""
    target = io.BytesIO()
    ahead = [name for name in first if name in members]
    with zipfile.ZipFile(target, "w") as archive:
        for name in [*ahead, *sorted(members.keys() - set(ahead))]:
            entry, data = _entry(name), members[name]
            archive.writestr(entry, _deflated(data))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.file_size, entry.CRC = len(data), zlib.crc32(data)
            end = target.seek(0, io.SEEK_CUR)
            target.seek(entry.header_offset)
            target.write(entry.FileHeader())
            target.seek(end)
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


def _deflated(data: bytes) -> bytes:
    """Return the deflate stream within a gzip one: ten bytes stand before it, eight behind."""
    packed: bytes = pa.Codec("gzip", compression_level=_LEVEL).compress(data, asbytes=True)
    return packed[10:-8]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o600 << 16
    return entry
