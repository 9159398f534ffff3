"""What strangers write stays text: in HTML, tables, documents, SQL, paths, and on the terminal."""

import csv
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import docx
import pypdf
import pytest
from contract.shop import Run, audit, below, msgaudit, table
from hypothesis import example, given
from hypothesis import strategies as st
from safety.hostile import DONE, FORMULAS, PRIVATE, SQL, SUM, TYPST, write_archive

from pipeline.quick import checked
from pipeline.setup import Proposal, Sender, render_config

CONFIG = """
[seller]
names = ["{{ 1231*1237 }}", "Robert'); drop table findings; --"]
[privacy]
key_file = "pseudonym.key"
[[inputs.mapping]]
match = "crm.csv"
kind = "messages"
[inputs.mapping.columns]
sent_at = "When\\" Robert'); drop table findings; -- \\" `"
body = "Text' {{ 1231*1237 }}"
[[measure]]
kind = "training"
date = 2025-03-01
title = "{{ 1231*1237 }} {0.__class__} #read(\\"/etc/passwd\\") =1+1"
detail = "{config} %s \\u001b[2J"
"""
RUNS = re.compile(
    "^[\\s\x00-\x1f\x7f-\x9f\u200b-\u202e\u2066-\u2069\ufeff]*[=+@＝＋－＠-]|^[\t\r\n]"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit the archive that tries everything."""
    folder = tmp_path_factory.mktemp("hostile")
    write_archive(folder, hostile=True)
    run = audit(folder, config=CONFIG)
    assert run.code == 0, run.stderr
    return run


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit the same archive without tricks."""
    folder = tmp_path_factory.mktemp("plain")
    write_archive(folder, hostile=False)
    run = audit(folder)
    assert run.code == 0, run.stderr
    return run


def test_everything_is_found_all_the_same(hostile: Run, plain: Run) -> None:
    """SQL in names drops nothing, and no trick hides a message."""
    found, wanted = hostile.rows("findings"), plain.rows("findings")
    assert len({row["message_id"] for row in found}) == len({row["message_id"] for row in wanted})
    assert len(found) >= len(wanted) > 20, "tricks are words too: the second reader may hear more"
    assert len(hostile.rows("quarantine")) == len(plain.rows("quarantine"))
    read = {row["source_file"]: row["rows_read"] for row in hostile.rows("sources")}
    assert read["in/crm.csv"] == "1"
    assert any(SQL in sender for sender in hostile.messages("sender").values() if sender)


def test_ids_never_become_paths(hostile: Run, plain: Run) -> None:
    """The files written are the same, whatever the ids are, and none lies elsewhere."""
    assert {name for name, _ in below(hostile.out)} == {name for name, _ in below(plain.out)}
    beside = {path.name for path in hostile.out.parent.iterdir()}
    assert beside <= {"in", "out", "audit.toml", "new", "pack", "pseudonym.key", "pack.names.csv"}
    assert not Path("/tmp/owned").exists()  # noqa: S108 - what the ids point to


def test_no_template_is_filled_in(hostile: Run) -> None:
    """The sum stands as it was written, and its result stands nowhere."""
    for name, content in below(hostile.out):
        assert DONE.encode() not in content, name
    report = (hostile.out / "report.html").read_text(encoding="utf-8")
    assert SUM in report
    assert "<class" not in report


class _Elements(HTMLParser):
    """Notes scripts, handlers of events and what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        for name, value in attrs:
            fetched = name in {"src", "srcset", "href", "action"} and not (value or "#").startswith(
                ("#", "report.", "data:", "evidence/")
            )
            if name.startswith("on") or fetched:
                self.bad.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("name", ["report.html", "report.redacted.html"])
def test_markup_stays_text(hostile: Run, plain: Run, name: str) -> None:
    """No element, no handler and no address comes out of a name or a message."""
    tricked, harmless = _Elements(), _Elements()
    tricked.feed((hostile.out / name).read_text(encoding="utf-8"))
    harmless.feed((plain.out / name).read_text(encoding="utf-8"))

    assert tricked.scripts == harmless.scripts
    assert [bad for bad in tricked.bad if bad not in harmless.bad] == []


def _cells(run: Run) -> Iterator[tuple[str, str]]:
    for path in sorted((run.out / "evidence").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                yield from ((path.name, cell) for cell in row)
    for sheet in run.workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.value)
                if isinstance(cell.value, str):
                    yield sheet.title, cell.value


def test_no_cell_is_a_formula(hostile: Run) -> None:
    """Texts that a spreadsheet would run have an apostrophe; numbers may be negative."""
    running = [
        (place, cell)
        for place, cell in _cells(hostile)
        if RUNS.search(cell) and not re.fullmatch(r"[-+]?[\d.e+-]+", cell)
    ]
    assert running == []
    exact = set(hostile.parquet("findings")["channel"])
    assert {formula.strip() for formula in FORMULAS} <= {str(one).strip() for one in exact}


def test_the_terminal_gets_letters_only(hostile: Run) -> None:
    """No escape, no line of its own, no overridden direction, on stdout or stderr, as JSON too."""
    base, out = hostile.out.parent / "in", hostile.out
    config = ["--config", out.parent / "audit.toml"]
    finding = hostile.rows("findings")[0]["finding_id"]
    decision = ["--as", "dismissed", "--reason", "other", "--by", "Ann\x1b[2J"]
    runs = [
        hostile,
        msgaudit("audit", base, "--out", out, *config, "--json"),
        msgaudit("sources", base, *config),
        msgaudit("sources", base, *config, "--json"),
        msgaudit("init", out.parent / "new", "--from", base),
        msgaudit("check", "\x1b[2J\u202e Please remove your review. \x9b"),
        msgaudit("check", "\x1b[2J\u202e Please remove your review. \x9b", "--json"),
        msgaudit("check", "--file", _templates(out.parent / "macros")),
        msgaudit("check", "--file", out.parent / "macros", "--json"),
        msgaudit("decide", out, finding, *decision, "--json"),
        msgaudit("audit", out.parent / "no\x1b[2J\u202ewhere", "--out", out),
        msgaudit("audit", base, "--no\x1b[2J\u202esuch"),
        msgaudit("no\x1b[2J\u202esuch"),
    ]
    for run in runs:
        said = run.stdout + run.stderr
        assert said
        assert not [c for c in said if not c.isprintable() and c != "\n"], said[:300]
    lines = [line for run in runs for line in (run.stderr + run.stdout).splitlines()]
    assert [line for line in lines if line.startswith(("2025", "nothing found"))] == []


def test_the_shortest_check_gets_letters_only(capsys: pytest.CaptureFixture[str]) -> None:
    """It prints by itself, and takes whatever bytes the shell hands over."""
    draft = "\x1b[2J\u202e Please remove \udcff your review. \x9b"
    for form in ([], ["--json"]):
        assert checked(["check", draft, *form]) == 1
        said = capsys.readouterr().out
        assert "remove" in said
        assert not [c for c in said if not c.isprintable() and c != "\n"], said


@example(["\x1b[2J", "\U000e0041", '"]\nnames = ["x', "\\u0041"])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=4))
def test_proposed_settings_hold_names_as_text(names: list[str]) -> None:
    """Whoever wrote to many is proposed as the seller, whatever the name: it is read back."""
    senders = [Sender(name, messages=9, partners=9) for name in names]
    text = render_config(Proposal(senders))
    seller = tomllib.loads(text)["seller"]

    assert sorted([*seller["addresses"], *seller["names"]]) == sorted(
        name for name in names if "@marketplace." not in name
    )
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def _templates(folder: Path) -> Path:
    """Write templates whose names are lines of their own."""
    folder.mkdir()
    (folder / "a\nnothing found\x1b[2J.txt").write_text("Please remove your review.")
    rows = [{"title": "x\n2025 all clean\u202e", "body": "Please remove your review. \x9b"}]
    table(folder / "b.csv", rows)
    return folder


def test_no_message_text_where_it_does_not_belong(hostile: Run) -> None:
    """What the command says, and the summary, hold no words of a message."""
    assert PRIVATE in (hostile.out / "report.html").read_text(encoding="utf-8")
    summary = (hostile.out / "summary.json").read_text(encoding="utf-8")
    assert PRIVATE not in hostile.stdout + hostile.stderr + summary


def test_documents_show_what_was_written(hostile: Run) -> None:
    """The pack's PDF, DOCX and Markdown hold the tricks as text, and its tables no formula."""
    folder = hostile.out.parent
    config = ["--config", folder / "audit.toml"]
    run = msgaudit("appeal", hostile.out, "--out", folder / "pack", *config)
    assert run.code == 0, run.stderr
    data = folder / "pack" / "data"
    read = pypdf.PdfReader(data / "evidence.pdf")
    text = "".join(page.extract_text() for page in read.pages)
    assert TYPST.split()[0] in text.replace("\n", "")
    assert DONE not in text
    assert "root:" not in text
    plan = docx.Document(str(data / "plan_of_action.docx"))
    words = "\n".join(part.text for part in plan.paragraphs)
    assert SUM in words + "".join(c.text for t in plan.tables for r in t.rows for c in r.cells)
    for name, content in below(folder / "pack"):
        assert DONE.encode() not in content, name
    assert msgaudit("verify", folder / "pack").code == 0
