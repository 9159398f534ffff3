"""Writes `evidence.pdf`: PDF/A-2b, in parts under ten megabytes, read back letter by letter."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.appeal.audited import Audited
from pipeline.appeal.evidence_views import conversations, front_matter
from pipeline.appeal.extras import need
from pipeline.appeal.facts import Facts, number
from pipeline.appeal.fonts import font_folders
from pipeline.appeal.shown_text import check_text, lacking, showable_data
from pipeline.appeal.timeline_view import Row
from pipeline.errors import StageError
from pipeline.resources import resource_dir

LARGEST = 10_000_000
"""Bytes of one part: what message attachments of the platform may have."""

_TALKS = 200
_ROWS = 2_000
_PPI = 160.0


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
        packed = json.dumps(showable_data(data), ensure_ascii=False, sort_keys=True)
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


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one part shows besides the front: rows of the register, conversations."""

    register: Sequence[Row] = ()
    talks: Sequence[Row] = field(default=())

    def halves(self) -> tuple["Chunk", "Chunk"]:
        """Return two chunks that hold the same, in the same order.

        Raises:
            StageError: it holds one row or one message alone.

        """
        if self.register and self.talks:
            return Chunk(register=self.register), Chunk(talks=self.talks)
        if len(self.register) > 1:
            half = len(self.register) // 2
            return Chunk(register=self.register[:half]), Chunk(register=self.register[half:])
        if len(self.talks) > 1:
            half = len(self.talks) // 2
            return Chunk(talks=self.talks[:half]), Chunk(talks=self.talks[half:])
        messages = self.talks[0]["messages"] if self.talks else ()
        half = len(messages) // 2
        if not half:
            raise StageError(
                f"what is shown on one message alone takes more than {number(LARGEST)} bytes",
                source="evidence.pdf",
            )
        first, second = (
            self.talks[0] | {"messages": m} for m in (messages[:half], messages[half:])
        )
        return Chunk(talks=[first]), Chunk(talks=[second])


def write_evidence_pdf(folder: Path, facts: Facts, audited: Audited) -> list[str]:
    """Write the PDF's parts and the timeline's picture below `folder`; return their names.

    Raises:
        StageError: a quote does not come out of the PDF as it went in; its letters are named.

    """
    setter = Typesetter(font_folders(audited.font_dir), audited.generated_at)
    front = front_matter(facts, audited)
    chunks = list(_chunked(front.pop("register"), conversations(facts)))
    while True:
        parts = _parts(front, chunks)
        files = [setter.pdf("evidence.typ", part) for part in parts]
        large = next((no for no, made in enumerate(files) if len(made) > LARGEST), None)
        if large is None:
            break
        chunks[large : large + 1] = chunks[large].halves()
    for part, made in zip(parts, files, strict=True):
        check_text(made, _quotes(part), _others(part))
    names = [part_name(no) for no in range(len(files))]
    for name, made in zip(names, files, strict=True):
        (folder / name).write_bytes(made)
    picture = {"words": front["words"], "period": front["period"], "timeline": front["timeline"]}
    (folder / "timeline.png").write_bytes(setter.png("timeline.typ", picture))
    return [*names, "timeline.png"]


def part_name(no: int) -> str:
    """Return the name of a part; the first one is `evidence.pdf`."""
    return "evidence.pdf" if no == 0 else f"evidence-part-{no + 1:02d}.pdf"


def _chunked(register: Sequence[Row], talks: Sequence[Row]) -> Iterator[Chunk]:
    """Yield the first part with as much as goes into it, then what is left."""
    yield Chunk(register[:_ROWS], talks[:_TALKS] if len(register) <= _ROWS else ())
    for start in range(_ROWS, len(register), _ROWS):
        yield Chunk(register=register[start : start + _ROWS])
    for start in range(_TALKS if len(register) <= _ROWS else 0, len(talks), _TALKS):
        yield Chunk(talks=talks[start : start + _TALKS])


def _parts(front: Row, chunks: Sequence[Chunk]) -> list[Row]:
    of = len(chunks)
    where = {
        message["message_id"]: no + 1
        for no, chunk in enumerate(chunks)
        for talk in chunk.talks
        for message in talk["messages"]
        if message["concerned"]
    }
    index = [_indexed(no, chunk) for no, chunk in enumerate(chunks)]
    return [
        {
            **front,
            "first": no == 0,
            "part": front["words"]["part"].format(n=no + 1, of=of),
            "index": index if of > 1 else [],
            "register": [
                row | {"part": str(where.get(row["message_id"], "")) if of > 1 else ""}
                for row in chunk.register
            ],
            "conversations": list(chunk.talks),
        }
        for no, chunk in enumerate(chunks)
    ]


def _indexed(no: int, chunk: Chunk) -> list[str]:
    """Return what stands in a part: its file, rows of the register, conversations from and to."""
    talks = [talk["title"] for talk in chunk.talks]
    return [
        str(no + 1),
        part_name(no),
        number(len(chunk.register)),
        number(len(talks)),
        talks[0] if talks else "",
        talks[-1] if talks else "",
    ]


def _quotes(part: Row) -> list[str]:
    pieces = [
        quote
        for talk in part["conversations"]
        for message in talk["messages"]
        for quote in message["concerned"]
    ]
    return pieces + [row["cells"][2] for row in part["register"]]


def _others(part: Row) -> Iterator[str]:
    for talk in part["conversations"]:
        for message in talk["messages"]:
            yield message["subject"]
            for piece in message["pieces"]:
                yield piece["text"]


def _explained(error: str) -> str:
    """Return what the typesetter said, in words about letters where it is about letters."""
    lost = re.search(r'the text `"(?P<text>.*?)"` could not be displayed', error, re.DOTALL)
    return lacking(_unescaped(lost["text"])) if lost else error.strip().splitlines()[0]


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)
