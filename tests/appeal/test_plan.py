"""Every sentence of the Plan of Action can be looked up, or is visibly a gap."""

import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import duckdb
import polars as pl
import pytest
from appeal_shop import Run
from planted_shop import MESSAGES

from pipeline.appeal.audited import open_audit
from pipeline.appeal.citations import KEYS, Citation, Sentence, check_sentences, row_ids
from pipeline.appeal.facts import Count, PlanTexts
from pipeline.appeal.measured import kind_of
from pipeline.appeal.plan import facts_of, make_plan
from pipeline.appeal.pseudonyms import Pseudonyms
from pipeline.appeal.quotes import in_sentence
from pipeline.appeal.tables import load_pack
from pipeline.config import load_config
from pipeline.errors import StageError
from pipeline.resources import resource_dir
from pipeline.store import Store

TABLES = Path("data") / "tables"


@pytest.fixture(scope="module")
def store(shop: Path) -> Iterator[Store]:
    """Return the pack's tables of the planted shop."""
    audited = open_audit(shop / "audit", load_config(shop / "audit.toml"))
    with audited.store() as source, Store() as pack:
        load_pack(source, pack, audited, Pseudonyms(b"k" * 32))
        yield pack


@pytest.fixture(scope="module")
def sentences(store: Store) -> list[Sentence]:
    """Return the plan of the planted shop."""
    return make_plan(facts_of(store))


def said(sentences: list[Sentence], start: str) -> Sentence:
    """Return the one sentence that begins so."""
    found = [one for one in sentences if start in one.text]
    assert 1 == len(found), [one.text for one in sentences]
    return found[0]


def test_every_sentence_has_a_source_or_is_a_gap(sentences: list[Sentence]) -> None:
    """No sentence stands on nothing."""
    assert sentences
    assert [] == [one.text for one in sentences if bool(one.citations) == one.is_gap]


def test_numbers_are_those_of_the_tables(sentences: list[Sentence], store: Store) -> None:
    """What the first sentence says is what counting the table says."""
    rows = store.table("affected_messages")
    first = said(sentences, "in our records break")

    assert f"{rows.height} of the {len(_messages())} messages" in first.text
    assert f"in {rows['thread_id'].n_unique()} conversations" in first.text
    assert rows.height == first.citations[0].rows


def _messages() -> list[dict[str, str]]:
    return MESSAGES


def test_no_number_of_its_own() -> None:
    """Texts hold no digits: numbers come from tables alone."""
    texts = PlanTexts()
    path = resource_dir("reports") / "appeal" / "plan_of_action.toml"
    parts = tomllib.loads(path.read_text())

    for section in ("root_cause", "actions", "prevention"):
        for name in parts[section]:
            assert not re.search(r"\d", re.sub(r"\{[^}]*\}", "", texts[f"{section}.{name}"]))


def test_nobody_is_blamed(sentences: list[Sentence]) -> None:
    """Neither a name nor a pseudonym of staff stands in the plan."""
    text = " ".join(one.text for one in sentences)

    assert "Florentyna" not in text
    assert not re.search(r"staff-[0-9a-f]{10}", text)


def test_done_and_promised(sentences: list[Sentence]) -> None:
    """A done measure is told as done, a promised one as planned."""
    assert "done on 10 June 2025" in said(sentences, "Training on the review policy").text
    assert "planned, to begin on 1 August 2025" in said(sentences, "Monthly scan of sent").text


def test_what_was_tried_before_is_told(sentences: list[Sentence]) -> None:
    """A training that did not prevent the second series belongs to the root cause."""
    found = said(sentences, "“Policy training”")

    assert "root_cause" == found.section
    assert "did not prevent it" in found.text
    assert not [
        one for one in sentences if one.section == "actions" and "Policy training" in one.text
    ]


def test_after_the_warning(sentences: list[Sentence]) -> None:
    """The second series is set against the notice before it."""
    found = said(sentences, "days after the platform's notice")

    assert "notice of 17 February 2025" in found.text
    assert "n1" in found.citations[1].row_ids


def test_missing_kinds_are_gaps(sentences: list[Sentence]) -> None:
    """What the form asks for and nobody has written down is asked of the owner."""
    gaps = [one.text for one in sentences if one.is_gap]

    assert [one for one in gaps if one.startswith("Approval of outgoing text")]
    assert not [one for one in gaps if one.startswith("Training:")]


def test_uncited_sentence_fails(store: Store) -> None:
    """A sentence without a source stops the build and is quoted."""
    with pytest.raises(StageError, match=r"no source.*We are sorry"):
        check_sentences([Sentence("root_cause", "We are sorry.")], store)


@pytest.mark.parametrize(
    "citation",
    [
        Citation("incidents", ("i-none",), 1),
        Citation("incidents", (), 0),
        Citation("notices", ("*",), 7),
        Citation("gossip", ("g1",), 1),
    ],
)
def test_missing_row_fails(store: Store, citation: Citation) -> None:
    """A row, a table or a number of rows that is not in the pack stops the build."""
    with pytest.raises(StageError, match="has no row"):
        check_sentences([Sentence("root_cause", "It was so.", (citation,))], store)


def test_deleted_cited_row_fails(msgaudit: Run, shop: Path, audited: Path, tmp_path: Path) -> None:
    """Without the notice that the plan cites, no pack is made."""
    with duckdb.connect(audited / "audit.duckdb") as con:
        con.execute("delete from notices where notice_id = 'n1'")

    code, _, said = msgaudit(
        "appeal", audited, "--out", tmp_path / "p", "--config", shop / "audit.toml"
    )

    assert (4, True) == (code, "notices has no row n1" in said)
    assert not (tmp_path / "p").exists()


def test_document(packed: Path) -> None:
    """The DOCX has three parts, marked gaps, the orders, and a source for every number."""
    document = docx.Document(str(packed / "data" / "plan_of_action.docx"))
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    marked = [r.text for p in document.paragraphs for r in p.runs if r.font.highlight_color]
    citations = pl.read_parquet(packed / TABLES / "citations.parquet")
    numbers = {int(n) for p in document.paragraphs for n in re.findall(r"\[(\d+)\]$", p.text)}
    orders = {cell.text for cell in document.tables[0].columns[1].cells}

    assert ["1. Root cause", "2. Actions taken", "3. Steps taken to prevent recurrence"] == heads[
        :3
    ]
    gaps = citations.filter(pl.col("kind") == "to-complete").height
    assert gaps + 2 == len(marked)
    assert set(citations.filter(pl.col("kind") == "cited")["sentence_no"]) == numbers
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert "202-7100000-0000001" in orders


def test_words_in_question_stand_in_their_sentence(packed: Path) -> None:
    """Annex A quotes the whole sentence, with the words in question in bold."""
    document = docx.Document(str(packed / "data" / "plan_of_action.docx"))
    cells = document.tables[0].columns[2].cells
    bold = {run.text for cell in cells[1:] for p in cell.paragraphs for run in p.runs if run.bold}

    assert "“Could you please change your review to five stars now?”" in {c.text for c in cells}
    assert "please change your review to five stars" in bold


def test_rows_are_named_by_one_id_each(store: Store) -> None:
    """What a statement cites is one row, not one of several with the same id."""
    for table in KEYS:
        if table in store.tables():
            ids = row_ids(store.table(table), table)
            assert len(ids) == len(set(ids)), table


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 message was"), (2, "2 messages were"), (1_234, "1,234 messages were")]
)
def test_words_go_with_their_number(n: int, said: str) -> None:
    """One message was, two were."""
    count = Count(n)

    assert said == f"{count} {count:message was|messages were}"


@pytest.mark.parametrize(
    ("text", "start", "end", "parts"),
    [
        ("Hi. Could you change it? Thanks.", 14, 20, ("Could you ", "change", " it?")),
        ("お返金しました。削除して下さい。", 8, 10, ("", "削除", "して下さい。")),
        ("rated 5.0 stars\nplease\nbye", 16, 22, ("", "please", "")),
        ("change it. Now! Please.", 0, 14, ("", "change it. Now", "!")),
        ("no end", 3, 6, ("no ", "end", "")),
    ],
)
def test_sentence_around_words(
    text: str, start: int, end: int, parts: tuple[str, str, str]
) -> None:
    """The sentence is cut at its ends, whatever the script; the words stay as they are."""
    assert parts == in_sentence(text, start, end)


def test_kinds_as_people_write_them(store: Store) -> None:
    """A kind is understood in the usual spellings; an unknown one stays what it is."""
    facts = facts_of(store)

    assert "sender-restriction" == kind_of(facts, "Sender_Restriction")
    assert "approval" == kind_of(facts, "control")
    assert "tea" == kind_of(facts, "tea")


def test_document_has_no_date_of_its_own(packed: Path) -> None:
    """Every member of the DOCX has the same fixed date."""
    with zipfile.ZipFile(packed / "data" / "plan_of_action.docx") as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in archive.infolist()}
        assert "2025-07-01T08:00:00Z" in archive.read("docProps/core.xml").decode()
