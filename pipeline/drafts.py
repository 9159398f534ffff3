"""Drafts to be checked: one text, a text file, or the templates and macros of a help desk."""

import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.sheets import Sheet, read_sheet
from pipeline.shown import encodable
from pipeline.text.html import html_to_text

TEXTS = (
    "body",
    "body_text",
    "text",
    "content",
    "comment_value",
    "message",
    "reply",
    "template",
    "macro",
    "answer",
)
"""What columns and keys that hold a macro's words are called in help desks' exports."""

MARKUP = ("body_html", "content_html", "comment_value_html", "html_body", "html")
NAMES = ("title", "name", "subject", "shortcut", "id")
_READ = (".txt", ".md", ".html", ".htm", ".csv", ".json")


@dataclass(frozen=True, slots=True)
class Draft:
    """One text somebody may send, and where it stands."""

    source: str
    text: str

    def __post_init__(self) -> None:
        """Take letters that no table can hold out of the text: arguments and JSON may have some."""
        object.__setattr__(self, "text", encodable(self.text))


def read_drafts(path: Path) -> list[Draft]:
    """Return the drafts of a file, or of every text, CSV and JSON file below a folder.

    CSV: the column named like a text (`body`, `text`, `content` …). JSON: every object that has
    such a key, as Zendesk, Gorgias, Freshdesk and Help Scout export macros; Zendesk's actions
    count where their `field` is a comment.

    Raises:
        UsageError: the path does not exist, or a file holds no text to check.

    """
    if not path.exists():
        raise UsageError("no such file or folder", source=str(path))
    if not path.is_dir():
        return list(_drafts(path))
    files = [p for p in _files(path) if p.suffix.lower() in _READ]
    found = [draft for file in files for draft in _drafts(file)]
    if not found:
        known = ", ".join(_READ)
        raise UsageError(f"holds no template ({known})", source=str(path))
    return found


def unread(path: Path) -> list[str]:
    """Return the files of a folder that are not looked at, because of what they are called."""
    return [str(p) for p in _files(path) if p.suffix.lower() not in _READ] if path.is_dir() else []


def _files(path: Path) -> list[Path]:
    """Return the files below a folder, without those that systems put there for themselves."""
    return [p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith(".")]


def _drafts(path: Path) -> Iterator[Draft]:
    sheet, suffix = _read(path), path.suffix.lower()
    if suffix == ".csv":
        yield from _rows(path, sheet)
    elif suffix == ".json":
        yield from _objects(path, sheet.text)
    else:
        markup = suffix in (".html", ".htm")
        yield Draft(str(path), html_to_text(sheet.text) if markup else sheet.text)


def _read(path: Path) -> Sheet:
    try:
        return decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", source=str(path)) from None


def names_a_file(text: str) -> bool:
    """Tell whether a draft is the name of a file: the name would pass, whatever the file says."""
    return os.path.exists(text)  # noqa: PTH110 - a draft may be longer than any path, and is no error


def decoded(data: bytes, source: str) -> Sheet:
    """Return the text that bytes are, and how its columns are told apart if it has any.

    Raises:
        UsageError: they are no text, so that nothing in them could be found.

    """
    sheet = read_sheet(data)
    if "\0" in sheet.text:
        raise UsageError("is no text; save it as text, CSV or JSON", source=source)
    return sheet


def _rows(path: Path, sheet: Sheet) -> Iterator[Draft]:
    csv.field_size_limit(sys.maxsize)
    reader = csv.DictReader(io.StringIO(sheet.text, newline=""), delimiter=sheet.delimiter)
    columns = {_plain(name): name for name in reader.fieldnames or () if name}
    wanted = next((columns[name] for name in (*TEXTS, *MARKUP) if name in columns), None)
    if wanted is None:
        known = ", ".join(TEXTS)
        raise UsageError(f"has no column with a text ({known})", source=str(path))
    named = next((columns[name] for name in NAMES if name in columns), None)
    markup = _plain(wanted) in MARKUP
    for row in reader:
        words = row[wanted] or ""
        if words.strip():
            place = f"{path}:{reader.line_num}" + (f" {row[named]}" if named else "")
            yield Draft(place, html_to_text(words) if markup else words)


def _objects(path: Path, text: str) -> Iterator[Draft]:
    try:
        data = json.loads(text)
        found = [Draft(f"{path} {name}".strip(), words) for name, words in _walk(data, "")]
    except ValueError as error:
        raise UsageError(f"is not valid JSON: {error}", source=str(path)) from None
    except RecursionError:
        raise UsageError("is nested too deep", source=str(path)) from None
    if not found:
        raise UsageError("holds no text of a macro or template", source=str(path))
    yield from found


def _walk(item: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(item, list):
        for number, part in enumerate(item, 1):
            yield from _walk(part, name or str(number))
    elif isinstance(item, Mapping):
        name = next((str(item[key]) for key in NAMES if item.get(key)), name)
        words = _words(item)
        if words.strip():
            yield name, words
        for part in item.values():
            if isinstance(part, list | Mapping):
                yield from _walk(part, name)


def _words(item: Mapping[str, object]) -> str:
    """Return an object's own text; markup only where there is no plain form beside it."""
    for key in TEXTS:
        if isinstance(item.get(key), str):
            return str(item[key])
    for key in MARKUP:
        if isinstance(item.get(key), str):
            return html_to_text(str(item[key]))
    field, value = str(item.get("field", "")), item.get("value")
    if not field.startswith("comment_value"):
        return ""
    parts = value if isinstance(value, list) else [value]
    text = str(parts[-1] or "")
    return html_to_text(text) if field.endswith("_html") else text


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")
