"""A small CSV file that people keep by hand: read as their spreadsheet program left it."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's text, and how it was written, for rows to be added in the same way."""

    text: str
    codec: str = "utf-8"
    delimiter: str = ","

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows with the lines they end in, the header first, without blank ones.

        Raises:
            csv.Error: a quotation or a cell has no end.

        """
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        yield from ((reader.line_num, row) for row in reader if any(map(str.strip, row)))

    def header(self) -> list[str]:
        """Return the names of the columns, however their letters and blanks are written."""
        _, first = next(self.rows(), (0, []))
        return ["_".join(name.casefold().split()) for name in first]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the rows below the header by their columns; what a short row lacks is empty.

        Raises:
            csv.Error: as `rows`.

        """
        names = self.header()
        for line, row in islice(self.rows(), 1, None):
            cells = (cell.strip() for cell in (*row, *([""] * len(names))))
            yield line, dict(zip(names, cells, strict=False))

    def added(self, rows: Sequence[Mapping[str, str]]) -> bytes:
        """Return what more rows are in this file, by the order of its own columns."""
        out = io.StringIO()
        if self.text and not self.text.endswith("\n"):
            out.write("\n")
        writer = csv.DictWriter(
            out, self.header(), restval="", delimiter=self.delimiter, lineterminator="\n"
        )
        writer.writerows(rows)
        return out.getvalue().encode(self.codec)

    def anew(self, rows: Sequence[Mapping[str, str]]) -> bytes:
        """Return the file with more rows, in an encoding that has every letter."""
        wide = replace(self, codec="utf-8")
        return codecs.BOM_UTF8 + self.text.encode() + wide.added(rows)


def read_sheet(data: bytes) -> Sheet:
    """Tell how a file is written: UTF-8 or UTF-16, else Windows' Western code page."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _sheet(data[len(mark) :].decode(codec, "replace"), codec)
    for codec in ("utf-8", "cp1252"):
        try:
            return _sheet(data.decode(codec), codec)
        except UnicodeDecodeError:
            continue
    return _sheet(data.decode("latin-1"), "latin-1")


def _sheet(text: str, codec: str) -> Sheet:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return Sheet(text, codec, max(_DELIMITERS, key=first.count))
