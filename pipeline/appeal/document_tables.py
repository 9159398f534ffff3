"""Tables of a DOCX: thin lines between rows, a head on every page, rows that stay in one piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.appeal.extras import need

_SIZE = 8.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a cell in one style."""

    text: str
    bold: bool = False


Cell = str | Sequence[Piece]


def add_table(
    document: Any,  # noqa: ANN401 - docx has no types
    titles: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
) -> None:
    """Add a table at the end of a document; widths are in centimetres."""
    centimetres = need("docx.shared").Cm
    table = document.add_table(rows=1, cols=len(titles), style="Table Grid")
    _thin_lines(table)
    table.autofit = False
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        _fill(cell, [Piece(title, bold=True)])
    _mark_row(table.rows[0], "w:tblHeader")
    for values in rows:
        cells = table.add_row().cells
        for cell, value in zip(cells, values, strict=True):
            _fill(cell, [Piece(value)] if isinstance(value, str) else value)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = centimetres(width)
    for row in table.rows:
        _mark_row(row, "w:cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = centimetres(width)


def printable(text: str) -> str:
    """Return the text with the letters that XML forbids shown as a box."""
    return "".join(one if one.isprintable() or one in "\n\t" else "\ufffd" for one in text)


def _fill(cell: Any, pieces: Sequence[Piece]) -> None:  # noqa: ANN401 - docx has no types
    shared = need("docx.shared")
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = shared.Pt(1)
    for piece in pieces:
        run = paragraph.add_run(printable(piece.text))
        run.font.size = shared.Pt(_SIZE)
        run.bold = piece.bold


def _thin_lines(table: Any) -> None:  # noqa: ANN401 - docx has no types
    oxml, qn = need("docx.oxml"), need("docx.oxml.ns").qn
    borders = oxml.OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = oxml.OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "BBBBBB")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    for side in ("left", "right", "insideV"):
        line = oxml.OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "nil")
        borders.append(line)
    table._tbl.tblPr.append(borders)  # noqa: SLF001 - docx has no other way


def _mark_row(row: Any, name: str) -> None:  # noqa: ANN401 - docx has no types
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - docx has no other way
    properties.append(need("docx.oxml").OxmlElement(name))
