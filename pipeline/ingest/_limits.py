"""How much a packed table (XLSX, Parquet) may hold: measured before it is opened, or as it is read.

The libraries that open them take a file at its word: a workbook of six kilobytes whose one cell
stands in the sheet's far corner asks for half a terabyte, and that ends the process.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from pipeline.config import Config
from pipeline.ingest.base import UnreadableError

_ALWAYS = 64 * 1024 * 1024
"""So much may always be unpacked: a ratio says nothing of small files."""

_MOST_CELLS = 64_000_000
"""Cells of the rectangle that a sheet's filled cells span, empty ones too: 2 GB in memory."""

_LONGEST_PART = 1024 * 1024 * 1024
"""A part of a workbook is held in memory as a whole, a few times over."""

_BLOCK = 1024 * 1024
_OTHER_FORMATS = (".ods", ".xlsb")
_NARROW = 61
"""A sheet of so many columns cannot span too many cells: it has 1,048,576 rows at most."""

_FAR = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{2,3})\d")
_UNPLACED = re.compile(rb"[<:]c(?! r=)(?=[\s/>])(?![^>]*\sr\s*=)")


class Allowance:
    """How many bytes a file may still unpack to."""

    def __init__(self, path: Path, config: Config) -> None:
        """Begin with what the file's size and the settings allow."""
        self._ratio = config.archive_ratio
        self._by_ratio = max(path.stat().st_size * config.archive_ratio, _ALWAYS)
        self._in_all = config.archive_bytes

    def spend(self, size: int) -> None:
        """Count bytes that were unpacked.

        Raises:
            UnreadableError: they are more than the settings allow.

        """
        self.need(size)
        self._by_ratio -= size
        self._in_all -= size

    def need(self, size: int) -> None:
        """Say how many bytes are about to be unpacked.

        Raises:
            UnreadableError: they are more than the settings allow.

        """
        if size > self._by_ratio:
            raise UnreadableError(
                f"it unpacks to more than {self._ratio} times its size (limits.archive_ratio)"
            )
        if size > self._in_all:
            raise UnreadableError("it unpacks to too much (limits.archive_bytes)")


def check_workbook(path: Path, config: Config) -> None:
    """Refuse a workbook that unpacks to too much, or whose cells stand too far apart.

    Raises:
        UnreadableError: it does, or it is damaged.

    """
    if path.suffix.lower() in _OTHER_FORMATS:
        raise UnreadableError(f"an XLSX workbook named {path.suffix}; give it its own ending")
    allowance = Allowance(path, config)
    try:
        with zipfile.ZipFile(path) as book:
            for info in book.infolist():
                if _may_span_too_much(_blocks(book, info, allowance)):
                    _refuse_far_cells(book, info)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, EOFError) as error:
        raise UnreadableError(f"damaged workbook: {error}") from None
    except expat.ExpatError as error:
        raise UnreadableError(f"damaged workbook: a sheet is no XML: {error}") from None


def _blocks(book: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance) -> Iterator[bytes]:
    size = 0
    with book.open(info) as part:
        while block := part.read(_BLOCK):
            size += len(block)
            allowance.spend(len(block))
            if size > _LONGEST_PART:
                raise UnreadableError(f"{info.filename} is too large; save its sheet as CSV")
            yield block


def _may_span_too_much(blocks: Iterator[bytes]) -> bool:
    """Say whether cells may stand too far apart; all of the blocks are read."""
    odd, rest = False, b""
    for block in blocks:
        text = rest + block
        end = text.rfind(b"<")
        text, rest = text[:end], text[end:]
        if odd := odd or len(rest) > _BLOCK:  # no cell is that long
            rest = b""
            continue
        odd = any(_column(far) > _NARROW for far in set(_FAR.findall(text)))
        odd = odd or _UNPLACED.search(text) is not None
    return odd or any(_column(far) > _NARROW for far in _FAR.findall(rest))


def _column(letters: bytes) -> int:
    """Return a column's number: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _refuse_far_cells(book: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    span = _Span()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = span.element
    with book.open(info) as part:
        while block := part.read(_BLOCK):
            try:
                parser.Parse(block)
            except expat.ExpatError:
                if span.rows:  # what is no XML at all is no sheet either
                    raise
                return
            if span.cells > _MOST_CELLS:
                raise UnreadableError(
                    f"the cells of {info.filename} stand {span.rows:,} rows and {span.columns:,}"
                    " columns apart; save its sheet as CSV"
                )


class _Span:
    """The rectangle that the filled cells of a sheet stand in."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self.rows = self.columns = 0

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Follow where a cell stands; it is filled if a value comes within it."""
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self.row = _number(attributes.get("r"), self.row + 1)
            self.column = 0
        elif tag == "c":
            place = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,9})", attributes.get("r", ""))
            self.column = _column(place[1].encode()) if place else self.column + 1
            self.row = int(place[2]) if place else self.row
        elif tag in ("v", "is"):
            self.rows = max(self.rows, self.row)
            self.columns = max(self.columns, self.column)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) <= 9 else otherwise  # noqa: PLR2004
