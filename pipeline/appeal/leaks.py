"""The last look before a pack is closed: nothing known of a buyer may stand in any file.

Redaction works on the tables; this reads what was written. Mail addresses of buyers and full names
are searched in every text file and inside DOCX and XLSX. PDF and Parquet are made of the same
tables and are searched as those.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.appeal.archives import read_zip
from pipeline.appeal.people import FullNames, People
from pipeline.errors import StageError

_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_TEXTS = (".csv", ".html", ".md", ".sha256")
_ZIPS = (".docx", ".xlsx")
_MARKUP = re.compile(r"<[^>]*>")


def refuse_leaks(folder: Path, people: People) -> None:
    """Search every file of the pack's tables and documents.

    Raises:
        StageError: something known of a buyer is in a file; the file is named, the value is not.

    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("rules/"):
            for text in _texts(path):
                kind = _known(text, people)
                if kind:
                    raise StageError(f"still holds {kind}; please report this", source=name)


def _texts(path: Path) -> Iterator[str]:
    if path.suffix in _TEXTS:
        yield path.read_text(encoding="utf-8")
    elif path.suffix in _ZIPS:
        for name, data in sorted(read_zip(path.read_bytes()).items()):
            if name.endswith(".xml"):
                yield _MARKUP.sub(" ", data.decode("utf-8"))


def _known(text: str, people: People) -> str:
    if any(match[0].casefold() in people.buyers for match in _MAIL.finditer(text)):
        return "a buyer's mail address"
    return "a buyer's full name" if FullNames(people.full).find(text) else ""
