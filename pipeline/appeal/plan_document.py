"""Writes the Plan of Action as DOCX: three parts, gaps visibly marked, sources at the end."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.appeal.archives import read_zip, zip_bytes
from pipeline.appeal.citations import ALL, Sentence, numbered
from pipeline.appeal.document_tables import Cell, Piece, add_table, printable
from pipeline.appeal.extras import need
from pipeline.appeal.facts import Facts, number
from pipeline.appeal.quotes import in_sentence

PLAN = "plan_of_action.docx"
SECTIONS = ("root_cause", "actions", "prevention")
_NUMBERED = "\u00a0["
_FONT = "Calibri"
_EAST_ASIAN = "MS Mincho"
_GREY = "666666"
_ORDER_WIDTHS = (2.3, 4.0, 6.0, 3.2, 2.0)
_SOURCE_WIDTHS = (1.2, 3.6, 12.7)
_MOST_IDS = 60
_MOST_ORDERS = 1_000
"""Rows of Annex A: 150 pages and three megabytes; the register of evidence.pdf has them all."""


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


def statements_in(data: bytes) -> set[str]:
    """Return the paragraphs of a written plan, without the numbers of their sources.

    Raises:
        ValueError: the data is no such document.

    """
    try:
        document = need("docx").Document(io.BytesIO(data))
    except (KeyError, OSError, need("docx.opc.exceptions").OpcError) as error:
        raise ValueError(str(error)) from error
    return {_without_number(paragraph.text) for paragraph in document.paragraphs}


def shown_statement(sentence: str) -> str:
    """Return a sentence as it stands in the document."""
    return printable(sentence)


def _without_number(text: str) -> str:
    return text.rpartition(_NUMBERED)[0] if _NUMBERED in text else text


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
        for gap in ("account_ask", "draft_note"):
            self._gap(self.document.add_paragraph(), self.texts[gap])
        for section in SECTIONS:
            self.document.add_heading(self.texts[f"headings.{section}"], level=1)
            group = ""
            for no, sentence in numbered(sentences):
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

    def _note(self, text: str) -> None:
        run = self.document.add_paragraph().add_run(text)
        run.font.color.rgb = self.shared.RGBColor.from_string(_GREY)

    def _sentence(self, no: int, sentence: Sentence) -> None:
        paragraph = self.document.add_paragraph(style="List Bullet")
        if sentence.is_gap:
            self._gap(paragraph, sentence.text)
            return
        paragraph.add_run(printable(sentence.text))
        run = paragraph.add_run(f"{_NUMBERED}{no}]")
        run.font.size = self.shared.Pt(8.5)
        run.font.color.rgb = self.shared.RGBColor.from_string(_GREY)

    def _gap(self, paragraph: Any, text: str) -> None:  # noqa: ANN401 - docx has no types
        run = paragraph.add_run(f"[[ {printable(text.rstrip('.'))}\u00a0]]")
        run.bold = True
        run.font.highlight_color = self.enums.WD_COLOR_INDEX.YELLOW

    def _orders(self) -> None:
        rows = self.facts.affected
        if rows.is_empty():
            return
        self.document.add_page_break()
        self.document.add_heading(self.texts["annex_orders"], level=1)
        self._note(self.texts["annex_orders_note"].format(zone=self.facts.zone.key))
        bodies = {
            row["message_id"]: row
            for row in self.facts.table("conversations").select("message_id", "subject", "body")
            .iter_rows(named=True)
        }  # fmt: skip
        listed = rows.sort("sent_at", "message_id").head(_MOST_ORDERS)
        shown = [self._order(row, bodies[row["message_id"]]) for row in listed.to_dicts()]
        add_table(self.document, self.texts["columns_orders"], shown, _ORDER_WIDTHS)
        if rows.height > listed.height:
            more = self.texts.filled("annex_orders_more", n=rows.height - listed.height)
            self._note(more)

    def _order(self, row: dict[str, Any], message: dict[str, Any]) -> tuple[Cell, ...]:
        text = message[row["matched_in"]]
        before, words, after = in_sentence(text, row["match_start"], row["match_end"])
        quote = [Piece(f"“{before}"), Piece(words, bold=True), Piece(f"{after}”")]
        return (
            self.facts.time(row["sent_at"]),
            row["order_id"] or str(self.texts["none"]),
            quote,
            self.facts.practices(row["policies"].split(";")),
            self.facts.stars(row),
        )

    def _sources(self, sentences: Sequence[Sentence]) -> None:
        self.document.add_page_break()
        self.document.add_heading(self.texts["annex_sources"], level=1)
        self._note(self.texts["annex_sources_note"])
        rows = []
        for no, sentence in numbered(sentences):
            for citation in sentence.citations:
                ids = self._ids(citation.row_ids, citation.rows)
                rows.append((f"[{no}]", citation.table, ids))
        add_table(self.document, self.texts["columns_sources"], rows, _SOURCE_WIDTHS)

    def _ids(self, ids: Sequence[str], rows: int) -> str:
        if tuple(ids) == (ALL,):
            return str(self.texts["all_rows"]).format(n=number(rows))
        shown = "; ".join(one.strip("|") for one in ids[:_MOST_IDS])
        more = len(ids) - _MOST_IDS
        return f"{shown}; {self.texts['more_rows'].format(n=number(more))}" if more > 0 else shown

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
