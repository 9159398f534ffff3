"""Writes `evidence.pdf`: PDF/A-2b, in parts under ten megabytes, read back letter by letter."""

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.appeal.audited import Audited
from pipeline.appeal.evidence_views import Row, conversations, front_matter
from pipeline.appeal.extras import need
from pipeline.appeal.facts import Facts, number
from pipeline.appeal.fonts import font_folders
from pipeline.errors import StageError
from pipeline.resources import resource_dir

LARGEST = 10_000_000
"""Bytes of one part: what message attachments of the platform may have."""

_CHUNK = 200
_PPI = 160.0
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufe0e\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Compiles the templates of `reports/appeal/` with the given fonts only."""

    fonts: Sequence[Path]
    made: datetime

    def pdf(self, template: str, data: Mapping[str, Any]) -> bytes:
        """Return a PDF/A-2b file.

        Raises:
            StageError: the fonts lack a letter of the text.

        """
        return self._compile(template, data, format="pdf", pdf_standards=["a-2b"])

    def png(self, template: str, data: Mapping[str, Any]) -> bytes:
        """Return a picture of the first page."""
        return self._compile(template, data, format="png", ppi=_PPI)

    def _compile(self, template: str, data: Mapping[str, Any], **how: Any) -> bytes:  # noqa: ANN401
        typst = need("typst")
        folder = resource_dir("reports") / "appeal"
        packed = json.dumps(data, ensure_ascii=False, sort_keys=True)
        try:
            made: bytes = typst.compile(
                str(folder / template),
                root=str(folder),
                font_paths=[str(path) for path in self.fonts],
                ignore_system_fonts=True,
                sys_inputs={"data": packed},
                timestamp=int(self.made.timestamp()),
                **how,
            )
        except typst.TypstError as error:
            raise StageError(_explained(str(error)), source="evidence.pdf") from None
        return made


def write_evidence_pdf(folder: Path, facts: Facts, audited: Audited) -> list[str]:
    """Write the PDF's parts and the timeline's picture below `folder`; return their names.

    Raises:
        StageError: a quote does not come out of the PDF as it went in; its letters are named.

    """
    setter = Typesetter(font_folders(audited.font_dir), audited.generated_at)
    front = front_matter(facts, audited)
    chunks = _chunked(conversations(facts), _CHUNK)
    while True:
        parts = _parts(front, chunks)
        files = [setter.pdf("evidence.typ", part) for part in parts]
        large = next((no for no, made in enumerate(files) if len(made) > LARGEST), None)
        if large is None or len(chunks[large]) <= 1:
            break
        half = len(chunks[large]) // 2
        chunks[large : large + 1] = [chunks[large][:half], chunks[large][half:]]
    for part, made in zip(parts, files, strict=True):
        check_text(made, _quotes(part))
    names = [_name(no) for no in range(len(files))]
    for name, made in zip(names, files, strict=True):
        (folder / name).write_bytes(made)
    picture = {"words": front["words"], "period": front["period"], "timeline": front["timeline"]}
    (folder / "timeline.png").write_bytes(setter.png("timeline.typ", picture))
    return [*names, "timeline.png"]


def check_text(made: bytes, quotes: Iterable[str]) -> None:
    """Read the PDF back and look for every quote.

    Raises:
        StageError: letters are missing, or a quote is not there in one piece.

    """
    reader = need("pypdf").PdfReader(io.BytesIO(made))
    pages = "".join(page.extract_text() for page in reader.pages)
    flat = _INVISIBLE.sub("", re.sub(r"(?m)^Evidence .*$", "", pages))
    letters = set(flat)
    for quote in quotes:
        wanted = _INVISIBLE.sub("", quote)
        lost = sorted(set(wanted) - letters)
        if lost:
            raise StageError(_lacking("".join(lost)), source="evidence.pdf")
        if wanted not in flat:
            raise StageError(
                f"a quote does not come out in one piece: {quote!r}", source="evidence.pdf"
            )


def _parts(front: Row, chunks: Sequence[Sequence[Row]]) -> list[Row]:
    of = len(chunks)
    index = [
        [talk["title"], number(talk["count"]), _name(no)]
        for no, chunk in enumerate(chunks)
        for talk in chunk
    ]
    return [
        {
            **front,
            "first": no == 0,
            "part": front["words"]["part"].format(n=no + 1, of=of),
            "index": index if of > 1 else [],
            "conversations": list(chunk),
        }
        for no, chunk in enumerate(chunks)
    ]


def _quotes(part: Row) -> list[str]:
    pieces = [
        quote
        for talk in part["conversations"]
        for message in talk["messages"]
        for quote in message["concerned"]
    ]
    return pieces + ([row[2] for row in part["register"]] if part["first"] else [])


def _chunked(items: Sequence[Row], size: int) -> list[Sequence[Row]]:
    return [items[start : start + size] for start in range(0, len(items), size)] or [[]]


def _name(no: int) -> str:
    return "evidence.pdf" if no == 0 else f"evidence-part-{no + 1:02d}.pdf"


def _explained(error: str) -> str:
    """Return what the typesetter said, in words about letters where it is about letters."""
    lost = re.search(r'the text `"(?P<text>.*?)"` could not be displayed', error, re.DOTALL)
    return _lacking(lost["text"]) if lost else error.strip().splitlines()[0]


def _lacking(letters: str) -> str:
    named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
    return f"the fonts lack {named}; put one that has it into a folder and set [appeal] font_dir"
