"""The PDF holds every quote, letter by letter, in parts that can be attached."""

import re
from datetime import UTC, datetime
from pathlib import Path

import page
import pypdf
import pytest

from pipeline.appeal import pdf
from pipeline.appeal.audited import open_audit
from pipeline.appeal.fonts import font_folders
from pipeline.appeal.pdf import Chunk, Typesetter, write_evidence_pdf
from pipeline.appeal.plan import facts_of
from pipeline.appeal.pseudonyms import Pseudonyms
from pipeline.appeal.shown_text import check_text, showable
from pipeline.appeal.tables import load_pack
from pipeline.config import load_config
from pipeline.errors import StageError, UsageError
from pipeline.store import Store

MADE = datetime(2025, 7, 1, tzinfo=UTC)


def text_of(path: Path) -> str:
    """Return the text of a PDF without blanks."""
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages)


def held_against(path: Path) -> list[str]:
    """Return what an independent validator holds against a PDF/A-2b, false alarms left out.

    It measures a stream whose last byte happens to be a carriage return one byte short, so there
    the lengths are measured here.
    """
    data = path.read_bytes()
    told = [one.message for one in page.validate_pdf(path, profile="2b").failures]
    if b"\r\nendstream" not in data:
        return told
    streams = list(re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", data))
    assert len(streams) == data.count(b"\nendstream")
    if all(data[one.end() + int(one[1]) :].startswith(b"\nendstream") for one in streams):
        return [message for message in told if "/Length" not in message]
    return told


def test_archival_form(packed: Path) -> None:
    """It says that it is PDF/A-2b, and an independent validator finds nothing against it."""
    path = packed / "data" / "evidence.pdf"
    data = path.read_bytes()

    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in data
    assert held_against(path) == []
    assert page.validate_pdf(path, profile="2b").rules.total > 100


def test_a_stream_that_ends_like_a_line_is_no_fault(packed: Path, tmp_path: Path) -> None:
    """One in 256 does, by chance; a length that is wrong stays a fault."""
    data = (packed / "data" / "evidence.pdf").read_bytes()
    end = data.index(b"\nendstream")
    path = tmp_path / "evidence.pdf"
    ending = data[: end - 1] + b"\r" + data[end:]
    path.write_bytes(ending)
    assert held_against(path) == []
    path.write_bytes(re.sub(rb"/Length 1", b"/Length 2", ending, count=1))
    assert "a stream /Length does not match its raw content length" in held_against(path)


def test_quotes_of_other_scripts(packed: Path) -> None:
    """Japanese letters are printed and can be read back."""
    assert "レビューを削除" in text_of(packed / "data" / "evidence.pdf")


def test_lost_letters_are_named(tmp_path: Path) -> None:
    """Letters that no font has stop the build, with their names and what to do."""
    setter = Typesetter([tmp_path], MADE)
    words = {"title": "評価", "timeline": "", "timeline_note": ""}
    chart = {"bars": [], "dots": [], "bands": [], "notices": [], "months": []}
    data = {"words": words, "period": "", "timeline": chart}

    with pytest.raises(StageError, match=r"U\+8A55.*font_dir"):
        setter.pdf("timeline.typ", data)


def test_text_check_names_what_did_not_survive(packed: Path) -> None:
    """A quote whose letters are not in the PDF is an error that names them."""
    made = (packed / "data" / "evidence.pdf").read_bytes()

    with pytest.raises(StageError, match=r"ж \(U\+0436\)"):
        check_text(made, ["ж"])
    with pytest.raises(StageError, match="one piece"):
        check_text(made, ["review stars your five to"])
    with pytest.raises(StageError, match="one piece"):
        check_text(made, ["you have your refund. Could you please change your review to one star"])
    check_text(made, ["you have your refund. Could you please change your review to five stars"])


def test_parts(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would grow too large is split, with an index of what stands where."""
    audited = open_audit(shop / "audit", load_config(shop / "audit.toml"))
    with audited.store() as source, Store() as pack:
        load_pack(source, pack, audited, Pseudonyms(b"k" * 32))
        facts = facts_of(pack)
        assert ["evidence.pdf", "timeline.png"] == write_evidence_pdf(tmp_path, facts, audited)
        size = (tmp_path / "evidence.pdf").stat().st_size
        monkeypatch.setattr(pdf, "LARGEST", size - 1)
        names = write_evidence_pdf(tmp_path, facts, audited)
        messages = pack.table("conversations").to_dicts()

    assert {"evidence.pdf", "evidence-part-02.pdf"} <= set(names)
    assert "evidence-part-02.pdf" in text_of(tmp_path / "evidence.pdf")
    shown = "".join(text_of(tmp_path / name) for name in names if name.endswith(".pdf"))
    assert all("".join(one["body"].split()) in shown for one in messages if one["body"])


def test_what_is_too_large_is_halved() -> None:
    """Register, conversations, then the messages of one; one message alone cannot be halved."""
    messages = [{"message_id": str(no)} for no in range(4)]
    talk = {"title": "t", "messages": messages}
    first, second = Chunk(register=[{}, {}], talks=[talk]).halves()

    assert ([{}, {}], ()) == (first.register, first.talks)
    assert ((), [talk]) == (second.register, second.talks)
    assert ([{}], [{}]) == tuple(one.register for one in first.halves())
    halves = [one.talks[0]["messages"] for one in second.halves()]
    assert [messages[:2], messages[2:]] == halves
    with pytest.raises(StageError, match="one message alone"):
        Chunk(talks=[{"title": "t", "messages": messages[:1]}]).halves()


def test_what_no_font_can_show_is_written_out() -> None:
    """Control characters are told by their number; blanks and letters stay."""
    assert "a[U+0007]b\tc\n[U+FFFE]é👍" == showable("a\x07b\tc\r\n\ufffeé👍")


def test_text_check_reads_scripts_from_the_right() -> None:
    """Arabic comes out in another order: its letters are looked for, and missed when gone."""
    words = {"title": "مرحبا", "timeline": "", "timeline_note": ""}
    chart = {"bars": [], "dots": [], "bands": [], "notices": [], "months": []}
    data = {"words": words, "period": "", "timeline": chart}
    made = Typesetter(font_folders(None), MADE).pdf("timeline.typ", data)

    check_text(made, ["مرحبا"])
    with pytest.raises(StageError, match=r"U\+0632"):
        check_text(made, ["زمرحبا"])


def test_picture_of_the_timeline(packed: Path) -> None:
    """The form gets a PNG under ten megabytes."""
    data = (packed / "data" / "timeline.png").read_bytes()

    assert data.startswith(b"\x89PNG")
    assert len(data) < pdf.LARGEST


def test_font_dir_without_fonts(tmp_path: Path) -> None:
    """A folder without fonts is a setting that cannot be meant."""
    with pytest.raises(UsageError, match="font_dir holds no"):
        font_folders(tmp_path)


def test_fonts_are_told(packed: Path) -> None:
    """`method.md` names each font with its hash."""
    assert "NotoSansJP[wght].ttf: `" in (packed / "data" / "method.md").read_text()
