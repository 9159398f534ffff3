"""The last look before a pack is closed: nothing known of a buyer may stand in any file.

Redaction works on the tables; this reads what was written, in every file and every form, for what
the archive itself knows of its buyers.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipeline.appeal.archives import read_zip
from pipeline.appeal.extras import need
from pipeline.appeal.people import FullNames, People
from pipeline.errors import StageError

_TEXTS = (".csv", ".html", ".md", ".sha256")
_ZIPS = (".docx", ".xlsx")
_MARKUP = re.compile(r"<[^>]*>")
_TOKEN = re.compile(r"[\w.+%'@-]{6,}")
_BLANKS = re.compile(r"\s+")


class Leaks:
    """Looks for what the archive knows of its buyers: addresses, full names, account names."""

    def __init__(self, people: People, known_ids: frozenset[str]) -> None:
        """Keep who is who; `known_ids` are ids of messages that merely look like addresses."""
        self._names = FullNames(people.full)
        addresses = {one for one in people.buyers if "@" in one} - known_ids
        self._tokens = addresses | people.handles.keys()
        self._details = tuple(
            sorted(
                {
                    _BLANKS.sub(" ", detail).casefold()
                    for details in people.details.values()
                    for detail in details
                    if " " in detail.strip() and re.search(r"\d", detail)
                }
            )
        )

    def kind_in(self, text: str) -> str:
        """Return what is found in a text, in words; nothing of the value itself."""
        for match in _TOKEN.finditer(text):
            token = match[0].casefold().strip(".-'")
            if token in self._tokens:
                return "a buyer's mail address" if "@" in token else "the name of a buyer's account"
        flat = _BLANKS.sub(" ", text).casefold()
        if any(detail in flat for detail in self._details):
            return "a buyer's postal address or number"
        return "a buyer's full name" if self._names.find(text) else ""


def refuse_leaks(folder: Path, leaks: Leaks) -> None:
    """Search every file of the pack but the rules, unpacked.

    Raises:
        StageError: something known of a buyer is in a file; the file is named, the value is not.

    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("rules/"):
            for text in _texts(path):
                kind = leaks.kind_in(text)
                if kind:
                    raise StageError(f"still holds {kind}; please report this", source=name)


def _texts(path: Path) -> Iterator[str]:
    if path.suffix in _TEXTS:
        yield path.read_text(encoding="utf-8")
    elif path.suffix in _ZIPS:
        for name, data in sorted(read_zip(path.read_bytes()).items()):
            if name.endswith(".xml"):
                yield _MARKUP.sub(" ", data.decode("utf-8"))
    elif path.suffix == ".pdf":
        for page in need("pypdfium2").PdfDocument(path.read_bytes()):
            yield page.get_textpage().get_text_range()
    elif path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        for name, kind in frame.schema.items():
            if kind == pl.String:
                yield "\n".join(frame[name].drop_nulls().unique().sort())
