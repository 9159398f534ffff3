"""The fonts of the PDF: from declared packages or the user's folder, never the system's."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pipeline.appeal.extras import need
from pipeline.errors import UsageError

_PACKAGES = ("manimgx_fonts", "justmytype_intl_cjk")
_KINDS = (".ttf", ".otf", ".ttc", ".otc")


def font_folders(own: Path | None) -> list[Path]:
    """Return the folders that fonts are taken from: the user's first, then the packages'.

    Raises:
        UsageError: the user's folder holds no font.

    """
    folders = [Path(str(need(package).__file__)).parent for package in _PACKAGES]
    if own is None:
        return folders
    if not own.is_dir() or not font_files([own]):
        raise UsageError("appeal.font_dir holds no .ttf, .otf or .ttc file", source=str(own))
    return [own, *folders]


def font_files(folders: Sequence[Path]) -> list[Path]:
    """Return the font files of the folders, by name."""
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in _KINDS
    ]


def font_hashes(folders: Sequence[Path]) -> list[tuple[str, str]]:
    """Return name and SHA-256 of every font file, for `method.md`."""
    return [
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in font_files(folders)
    ]
