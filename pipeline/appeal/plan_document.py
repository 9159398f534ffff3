"""Writes the Plan of Action as DOCX: three parts, gaps visibly marked, sources at the end."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.appeal.archives import read_zip, zip_bytes
from pipeline.appeal.citations import ALL, Sentence
from pipeline.appeal.extras import need
from pipeline.appeal.facts import Facts, number

SECTIONS = ("root_cause", "actions", "prevention")
_FONT = "Calibri"
_EAST_ASIAN = "MS Mincho"
_GREY = "666666"
_ORDER_WIDTHS = (2.6, 4.3, 4.0, 4.4, 2.2)
_SOURCE_WIDTHS = (1.2, 4.0, 12.3)
_MOST_IDS = 60


def write_plan(path: Path, sentences: Sequence[Sentence], facts: Facts, made: datetime) -> None:
    """Write the document; the same sentences give the same bytes."""
    document = need("docx").Document()
    _Writer(document, facts).write(sentences)
    properties = document.core_properties
    properties.title = facts.texts["title"]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = made.astimezone(UTC).replace(tzinfo=None)
    properties.revision = 1
    packed = io.BytesIO()
    document.save(packed)
    members = read_zip(packed.getvalue())
    path.write_bytes(zip_bytes(members, first=("[Content_Types].xml", "_rels/.rels")))


class _Writer:
    """One document: styles once, then parts and annexes in order."""

    def __init__(self, document: Any, facts: Facts) -> None:  # noqa: ANN401 - docx has no types
        self.document = document
        self.facts = facts
        self.texts = facts.texts
        self.shared = need("docx.shared")
        self.enums = need("docx.enum.text")
        self.ns = need("docx.oxml.ns")
        self.oxml = need("docx.oxml")
        self._styles()

    def write(self, sentences: Sequence[Sentence]) -> None:
        self.document.add_heading(self.texts["title"], level=0)
        self._paragraph(self.texts["subtitle"], grey=True)
        self._gap(self.document.add_paragraph(), self.texts["account_ask"])
        self._paragraph(self.texts["draft_note"], grey=True)
        for section in SECTIONS:
            self.document.add_heading(self.texts[f"headings.{section}"], level=1)
            group = ""
            for no, sentence in enumerate(sentences, 1):
                if sentence.section != section:
                    continue
                if sentence.group != group:
                    self.document.add_heading(sentence.group, level=2)
                group = sentence.group
                self._sentence(no, sentence)
        self._orders()
        self._sources(sentences)
        self._footer()

    def _styles(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = self.shared.Cm(21), self.shared.Cm(29.7)
        for side in ("left_margin", "right_margin"):
            setattr(section, side, self.shared.Cm(1.75))
        section.top_margin = section.bottom_margin = self.shared.Cm(2)
        for name, size in (("Normal", 10.5), ("Title", 22), ("Heading 1", 13), ("Heading 2", 10.5)):
            style = self.document.styles[name]
            style.font.name = _FONT
            style.font.size = self.shared.Pt(size)
            style.font.color.rgb = self.shared.RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(self.ns.qn(f"w:{theme}"), None)
            fonts.set(self.ns.qn("w:eastAsia"), _EAST_ASIAN)
        spacing = self.document.styles["Normal"].paragraph_format
        spacing.space_after = self.shared.Pt(4)
        spacing.line_spacing = 1.1

    def _paragraph(self, text: str, *, grey: bool = False) -> Any:  # noqa: ANN401 - docx has no types
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(text)
        if grey:
            run.font.color.rgb = self.shared.RGBColor.from_string(_GREY)
        return paragraph

    def _sentence(self, no: int, sentence: Sentence) -> None:
        paragraph = self.document.add_paragraph(style="List Bullet")
        if sentence.is_gap:
            self._gap(paragraph, sentence.text)
            return
        paragraph.add_run(sentence.text)
        run = paragraph.add_run(f" [{no}]")
        run.font.size = self.shared.Pt(8.5)
        run.font.color.rgb = self.shared.RGBColor.from_string(_GREY)

    def _gap(self, paragraph: Any, text: str) -> None:  # noqa: ANN401 - docx has no types
        run = paragraph.add_run(f"[[ {text.rstrip('.')} ]]")
        run.bold = True
        run.font.highlight_color = self.enums.WD_COLOR_INDEX.YELLOW

    def _orders(self) -> None:
        rows = self.facts.affected
        if rows.is_empty():
            return
        self.document.add_page_break()
        self.document.add_heading(self.texts["annex_orders"], level=1)
        note = self.texts["annex_orders_note"].format(zone=self.facts.zone.key)
        self._paragraph(note, grey=True)
        shown = [self._order(row) for row in rows.sort("sent_at", "message_id").to_dicts()]
        self._table(self.texts["columns_orders"], shown, _ORDER_WIDTHS)

    def _order(self, row: dict[str, Any]) -> tuple[str, ...]:
        none = str(self.texts["none"])
        quote = " ".join(row["matched_text"].split())
        return (
            self.facts.time(row["sent_at"]),
            row["order_id"] or none,
            row["message_id"],
            f"“{quote}”",
            self._stars(row["rating_before"], row["rating_after"], none),
        )

    def _stars(self, before: float | None, after: float | None, none: str) -> str:
        if before is None and after is None:
            return none
        unknown = str(self.texts["unknown_stars"])
        first, last = (unknown if one is None else f"{one:g}" for one in (before, after))
        return f"{first} → {last}"

    def _sources(self, sentences: Sequence[Sentence]) -> None:
        self.document.add_page_break()
        self.document.add_heading(self.texts["annex_sources"], level=1)
        self._paragraph(self.texts["annex_sources_note"], grey=True)
        rows = []
        for no, sentence in enumerate(sentences, 1):
            for citation in sentence.citations:
                ids = self._ids(citation.row_ids, citation.rows)
                rows.append((f"[{no}]", citation.table, ids))
        self._table(self.texts["columns_sources"], rows, _SOURCE_WIDTHS)

    def _ids(self, ids: Sequence[str], rows: int) -> str:
        if tuple(ids) == (ALL,):
            return str(self.texts["all_rows"]).format(n=number(rows))
        shown = "; ".join(one.strip("|") for one in ids[:_MOST_IDS])
        more = len(ids) - _MOST_IDS
        return f"{shown}; {self.texts['more_rows'].format(n=number(more))}" if more > 0 else shown

    def _table(
        self, titles: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> None:
        table = self.document.add_table(rows=1, cols=len(titles), style="Table Grid")
        self._borders(table)
        table.autofit = False
        for cell, title in zip(table.rows[0].cells, titles, strict=True):
            self._cell(cell, title, bold=True)
        self._repeat(table.rows[0])
        for values in rows:
            cells = table.add_row().cells
            for cell, value in zip(cells, values, strict=True):
                self._cell(cell, value, bold=False)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = self.shared.Cm(width)
        for row in table.rows:
            self._unbroken(row)
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = self.shared.Cm(width)

    def _borders(self, table: Any) -> None:  # noqa: ANN401 - docx has no types
        """Draw thin grey lines between rows, none between columns."""
        borders = self.oxml.OxmlElement("w:tblBorders")
        for side in ("top", "bottom", "insideH"):
            line = self.oxml.OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", "4"), ("color", "BBBBBB")):
                line.set(self.ns.qn(f"w:{name}"), value)
            borders.append(line)
        for side in ("left", "right", "insideV"):
            line = self.oxml.OxmlElement(f"w:{side}")
            line.set(self.ns.qn("w:val"), "nil")
            borders.append(line)
        table._tbl.tblPr.append(borders)  # noqa: SLF001 - docx has no other way

    def _cell(self, cell: Any, text: str, *, bold: bool) -> None:  # noqa: ANN401 - docx has no types
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = self.shared.Pt(1)
        run = paragraph.add_run(_printable(text))
        run.font.size = self.shared.Pt(8.5)
        run.bold = bold

    def _repeat(self, row: Any) -> None:  # noqa: ANN401 - docx has no types
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - docx has no other way
        properties.append(self.oxml.OxmlElement("w:tblHeader"))

    def _unbroken(self, row: Any) -> None:  # noqa: ANN401 - docx has no types
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - docx has no other way
        properties.append(self.oxml.OxmlElement("w:cantSplit"))

    def _footer(self) -> None:
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.alignment = self.enums.WD_ALIGN_PARAGRAPH.CENTER
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = paragraph.add_run()
            if kind:
                element = self.oxml.OxmlElement("w:fldChar")
                element.set(self.ns.qn("w:fldCharType"), kind)
            else:
                element = self.oxml.OxmlElement("w:instrText")
                element.text = text
            run._r.append(element)  # noqa: SLF001 - docx has no other way


def _printable(text: str) -> str:
    """Return the text with the letters that XML forbids shown as a box."""
    return "".join(one if one.isprintable() or one in "\n\t" else "\ufffd" for one in text)
