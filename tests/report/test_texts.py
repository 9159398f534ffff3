"""All words of the report stand in one file: another language is another file of its shape."""

import re
import tomllib
from pathlib import Path

import pytest

from pipeline.resources import resource_dir

REPORTS = resource_dir("reports")
TEMPLATES = sorted(
    path for path in REPORTS.rglob("*.html.j2") if "appeal" not in path.relative_to(REPORTS).parts
)
SCRIPTS = sorted(REPORTS.glob("*.js"))
SPOKEN = ("aria-label", "title", "placeholder", "alt")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words(path: Path) -> None:
    """Between tags and in attributes that are read out there are only fillings."""
    source = path.read_text(encoding="utf-8")
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    spoken = re.findall(rf'(?:{"|".join(SPOKEN)})="([^"]*)"', source)
    between = re.sub(r"<[^>]*>", " ", source)

    assert re.findall(r"[A-Za-z]{2,}", " ".join([between, *spoken])) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_use_the_texts_there_are(path: Path) -> None:
    """Every text that a script names is in the file, and no script writes a sentence itself."""
    texts = tomllib.loads((REPORTS / "texts.toml").read_text(encoding="utf-8"))["script"]
    source = path.read_text(encoding="utf-8")
    named = set(re.findall(r"\btext\.(\w+)", source))

    assert named <= set(texts)
    assert re.findall(r'textContent = "[^"]*[a-z]{3}', source) == []


def test_every_text_of_the_scripts_is_used() -> None:
    """No text is left over from an earlier script; some names are put together by it."""
    texts = tomllib.loads((REPORTS / "texts.toml").read_text(encoding="utf-8"))["script"]
    source = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    put_together = {
        name
        for name in texts
        if name.startswith(("by_", "shown_")) or name in ("confirmed", "dismissed")
    }

    assert [name for name in texts if f"text.{name}" not in source] == sorted(
        put_together, key=list(texts).index
    )
