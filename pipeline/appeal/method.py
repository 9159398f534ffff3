"""Writes `method.md`: what was read, with what rules, what was not, and how to check the pack."""

import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from pipeline.appeal.audited import Audited
from pipeline.appeal.fonts import font_folders, font_hashes
from pipeline.appeal.seal import OPENSSL
from pipeline.evidence.cells import as_text
from pipeline.resources import resource_dir
from pipeline.store import Store

_PARTS = ("bagit", "duckdb", "polars", "pyarrow", "python-docx", "typst", "xlsxwriter")
_UNJUDGED = (
    "No sample of the messages without a finding was judged by a person, so no bound on what was"
    " missed is stated."
)


def write_method(path: Path, pack: Store, audited: Audited, *, signed: bool) -> None:
    """Write the statement of method from the pack's tables."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource_dir("reports") / "appeal"),
        autoescape=False,  # noqa: S701 - Markdown of our own tables
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = env.get_template("method.md.j2").render(
        audited=audited,
        signed=signed,
        openssl=OPENSSL,
        columns=column_meanings(),
        **_values(pack, audited),
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def column_meanings() -> dict[str, dict[str, str]]:
    """Return what each column of the pack's own tables holds (`reports/appeal/columns.toml`)."""
    path = resource_dir("reports") / "appeal" / "columns.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _values(pack: Store, audited: Audited) -> dict[str, Any]:
    sources = pack.table("sources")
    settings = audited.meta().settings
    since, until = audited.period
    files = sources.unique("source_file").height
    return {
        "archive": as_text(pack.table("archive")).row(0, named=True),
        "period": f"{since or 'from the beginning'} to {until or 'the end'}",
        "sources": files,
        "rows_read": sources["rows_read"].sum(),
        "quarantined": sources["rows_quarantined"].sum(),
        "gaps": pack.table("coverage").filter(pl.col("status") != "have").to_dicts(),
        "disabled": ", ".join(_texts(settings.get("disabled"))) or "none",
        "settings": ", ".join(
            f"{name} = {' '.join(_texts(value)) or 'none' if isinstance(value, list) else value}"
            for name, value in sorted(settings.items())
            if name != "disabled"
        ),
        "bound": _bound(pack),
        "waiting": pack.table("queue").height,
        "decided": pack.table("affected_messages")["decided_at"].drop_nulls().len(),
        "versions": [(name, version(name)) for name in _PARTS],
        "fonts": font_hashes(font_folders(audited.font_dir)),
    }


def _bound(pack: Store) -> str:
    """Return the bound on what was missed, where a sample was judged."""
    if "elusion" not in pack.tables():
        return _UNJUDGED
    return " ".join(pack.table("elusion").get_column("reading").to_list())


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []
