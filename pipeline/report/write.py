"""Renders the report: one HTML file, and numbered pages beside it where it would grow too large."""

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from pipeline.report.conversation import Conversation
from pipeline.report.conversations import PAGE_SIZE, build_conversations, page_of
from pipeline.report.marks import collect_marks
from pipeline.report.meta import ReportMeta
from pipeline.report.names import Redactor
from pipeline.report.redact import redact
from pipeline.report.tables import Tables, minutes, read_tables
from pipeline.report.timeline import Timeline, build_timeline
from pipeline.report.views import report_context
from pipeline.report.words import Words, load_words
from pipeline.resources import resource_dir
from pipeline.store import Store

SCRIPTS = ("timeline.js", "report.js")


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
    tables = read_tables(store)
    if redactor is not None:
        tables = redact(tables, redactor)
    pages_dir = f"{path.stem}.pages"
    places = page_of(tables, pages_dir, page_size)
    limit = int(str(meta.settings.get("negative_at_most") or 3))
    found = build_conversations(tables, places, words, redactor, limit)
    timeline = build_timeline(tables, collect_marks(tables, places, words), words)
    found = _timed(found, timeline)
    book = _Book(path, meta, words, redacted=redactor is not None)
    written = book.write(tables, found, timeline)
    stale = path.parent / pages_dir
    if stale.is_dir() and len(written) == 1:
        shutil.rmtree(stale)
    return written


def _timed(found: list[Conversation], timeline: Timeline | None) -> list[Conversation]:
    """Give each conversation its minutes on the chart, so that the script can compare them."""
    if timeline is None:
        return found
    start = timeline.start
    return [
        replace(
            item,
            first_minute=minutes(start, item.first_at),
            last_minute=minutes(start, item.last_at),
        )
        for item in found
    ]


@lru_cache(maxsize=8)
def _environment(zone: ZoneInfo) -> jinja2.Environment:
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
    return environment


class _Book:
    """One report and its pages: the templates, the policy of what may load, the writing."""

    def __init__(self, path: Path, meta: ReportMeta, words: Words, *, redacted: bool) -> None:
        self.path = path
        self.meta = meta
        self.words = words
        self.redacted = redacted
        self.folder = resource_dir("reports")
        self.env = _environment(words.zone)

    @cached_property
    def style(self) -> str:
        return (self.folder / "report.css").read_text(encoding="utf-8").strip()

    @cached_property
    def script(self) -> str:
        parts = [(self.folder / name).read_text(encoding="utf-8").strip() for name in SCRIPTS]
        return "\n".join(parts)

    def write(
        self, tables: Tables, found: list[Conversation], timeline: Timeline | None
    ) -> list[Path]:
        """Write the pages first and the report last, each whole or not at all."""
        by_page: dict[str, list[Conversation]] = {}
        for item in found:
            by_page.setdefault(item.page, []).append(item)
        pages = {name: items for name, items in sorted(by_page.items()) if name}
        context = report_context(tables, by_page.get("", []), pages, timeline, self)
        written = [self.path]
        for name, items in pages.items():
            target = self.path.parent / name
            heading = self.words(
                "page.title_side",
                first=self.words.day(items[0].flagged_at),
                last=self.words.day(items[-1].flagged_at),
            )
            shown = {
                "title": heading,
                "heading": heading,
                "conversations": items,
                "report_name": self.path.name,
                "data": self.data({"page": True}),
            }
            written.append(self._render("page.html.j2", target, shown))
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
        shown = {
            **values,
            "css": Markup(self.style),  # noqa: S704 - our own file
            "js": Markup(self.script),  # noqa: S704 - our own file
            "csp": self._policy(),
        }
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            for chunk in self.env.get_template(template).generate(shown):
                file.write(chunk)
        os.replace(aside, target)  # noqa: PTH105 - Path.replace is the same; this one says it
        return target

    def _policy(self) -> str:
        """Allow this style and this script and nothing else: no request can leave the file."""
        return (
            f"default-src 'none'; style-src {_hash(self.style)}; script-src {_hash(self.script)}; "
            "base-uri 'none'; form-action 'none'"
        )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
