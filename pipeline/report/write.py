"""Renders the report: one HTML file, and numbered pages beside it where it would grow too large."""

import base64
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import polars as pl
from markupsafe import Markup

from pipeline.report.conversations import FACTS, Drawing, summarise
from pipeline.report.marks import collect_marks
from pipeline.report.meta import ReportMeta
from pipeline.report.names import Redactor
from pipeline.report.places import PAGE_SIZE, place_threads
from pipeline.report.redact import redact
from pipeline.report.shown import Conversations, Stored
from pipeline.report.stencil import Stencils
from pipeline.report.tables import Tables, read_tables
from pipeline.report.timeline import build_timeline
from pipeline.report.views import choices, page_context, report_context
from pipeline.report.words import Words, load_words
from pipeline.resources import resource_dir
from pipeline.store import Store

_CHUNKS = 16
_PART = 16
_NO_CSS = re.compile(r"[^\w ,.:·–-]")
"""What is left out of the text that becomes part of the style sheet."""

SCRIPTS = ("timeline.js", "decide.js", "report.js")


def write_report(
    store: Store,
    path: Path,
    meta: ReportMeta,
    *,
    redactor: Redactor | None = None,
    page_size: int = PAGE_SIZE,
) -> list[Path]:
    """Write the report and return the files written, the report first.

    With a `redactor` (kind, text -> text; kind is `buyer` or `body`) it is the redacted twin;
    `redact.redactor(store)` is the one that comes with the tool. More than `page_size` flagged
    conversations go to numbered pages in a folder beside the report; nothing is left out.

    Raises:
        StageError: the tables that `sql/evidence/report_*.sql` make are not those expected.

    """
    words = load_words(meta.timezone)
    tables = read_tables(store, words)
    talks: Conversations = Stored(store, words)
    if redactor is not None:
        tables, talks = redact(tables, talks, redactor)
    pages_dir = f"{path.stem}.pages"
    places = place_threads(tables.frames["findings"], pages_dir, page_size)
    book = _Book(path, meta, words, redacted=redactor is not None)
    written = book.write(tables, talks, places)
    stale = path.parent / pages_dir
    if stale.is_dir() and len(written) == 1:
        shutil.rmtree(stale)
    return written


@lru_cache(maxsize=8)
def _environment(zone: ZoneInfo) -> tuple[jinja2.Environment, Stencils]:
    """Return the templates of a zone's words: the report and its twin compile them once."""
    words = load_words(zone)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource_dir("reports")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=words, number=words.number)
    return environment, Stencils(environment, "conversation.html.j2")


class _Book:
    """One report and its pages: the templates, the policy of what may load, the writing."""

    def __init__(self, path: Path, meta: ReportMeta, words: Words, *, redacted: bool) -> None:
        self.path = path
        self.meta = meta
        self.words = words
        self.redacted = redacted
        self.folder = resource_dir("reports")
        self.env, self.stencils = _environment(words.zone)

    def style(self, title: str, run: str) -> str:
        """Return the style sheet, with what stands at the foot of each printed page."""
        sheet = (self.folder / "report.css").read_text(encoding="utf-8").strip()
        said = _NO_CSS.sub(" ", self.words("page.foot", title=title, run=run))
        return sheet + "\n" + self.env.get_template("foot.css.j2").render(foot=said).strip()

    @cached_property
    def script(self) -> str:
        parts = [(self.folder / name).read_text(encoding="utf-8").strip() for name in SCRIPTS]
        return "\n".join(parts)

    def write(self, tables: Tables, talks: Conversations, places: pl.DataFrame) -> list[Path]:
        """Write the pages first and the report last, each whole or not at all."""
        hrefs = dict(places.select("thread_id", "href").iter_rows())
        timeline = build_timeline(tables, collect_marks(tables, hrefs, self.words), self.words)
        start = int(timeline.start.timestamp()) if timeline else 0
        summaries = summarise(tables, places, self.words)
        offered = choices(tables, summaries, self.words)
        drawing = Drawing(tables, talks, summaries, self.words, self.stencils)
        written, facts = [self.path], [pl.DataFrame(schema=FACTS)]
        for shown in (
            summaries.filter(pl.col("page_no") > 0)
            .sort("page_no")
            .partition_by("page_no", maintain_order=True)
        ):
            values = page_context(tables, shown, offered, self)
            drawn = drawing.draw(int(shown["page_no"][0]), start)
            values |= {"conversations": _in_parts(drawn, facts)}
            written.append(
                self._render("page.html.j2", self.path.parent / str(shown["page"][0]), values)
            )
        context = report_context(tables, summaries, pl.concat(facts), timeline, self)
        context |= {
            "choices": offered,
            "conversations": _in_parts(drawing.draw(0, start), facts),
            "conversation_count": summaries.filter(pl.col("page_no") == 0).height,
        }
        self._render("report.html.j2", self.path, context)
        return written

    def data(self, values: Mapping[str, object]) -> Markup:
        """Return the script's data; no letter of it can end the element it stands in."""
        texts = {"text": self.words.entry("script"), "language": self.words("language")}
        texts["months"] = self.words.entry("months_short")
        packed = json.dumps(
            {**values, **texts}, ensure_ascii=True, separators=(",", ":"), sort_keys=True
        )
        return Markup(packed.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - escaped

    def _render(self, template: str, target: Path, values: Mapping[str, Any]) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.part")
        style = self.style(values["title"], values["run"])
        shown = {
            **values,
            "css": Markup(style),  # noqa: S704 - our own file, and a foot without CSS in it
            "js": Markup(self.script),  # noqa: S704 - our own file
            "csp": self._policy(style),
        }
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            stream = self.env.get_template(template).stream(shown)
            stream.enable_buffering(_CHUNKS)
            file.writelines(stream)
        os.replace(aside, target)  # noqa: PTH105 - Path.replace is the same; this one says it
        return target

    def _policy(self, style: str) -> str:
        """Allow this style and this script and nothing else: no request can leave the file."""
        return (
            f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(self.script)}; "
            "base-uri 'none'; form-action 'none'"
        )


def _in_parts(
    drawn: Iterator[tuple[pl.DataFrame, list[str]]], facts: list[pl.DataFrame]
) -> Iterator[Markup]:
    """Yield the markup of conversations in parts, and put what is known of each into `facts`.

    Parts of a hundred kilobytes or so: a piece of megabytes would be copied, page by page of
    memory, at each step between here and the file.
    """
    waiting: list[str] = []
    for known, markup in drawn:
        facts.append(known)
        waiting += markup
        while len(waiting) > _PART:
            yield Markup("\n".join(waiting[:_PART]))  # noqa: S704 - made by stencils, which escape
            del waiting[:_PART]
    if waiting:
        yield Markup("\n".join(waiting))  # noqa: S704 - the same


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
