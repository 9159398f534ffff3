"""Each point that a sceptical reader would attack is named before he can."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from appeal_shop import Run

from pipeline.appeal.audited import open_audit
from pipeline.appeal.pseudonyms import passing_key
from pipeline.appeal.rehearsal import Remark, rehearse
from pipeline.config import Config, Measure


def remarks(folder: Path, *measures: Measure) -> list[Remark]:
    """Rehearse an audit with these measures."""
    return rehearse(open_audit(folder, Config(measures=measures)), passing_key())


def kinds(found: list[Remark]) -> set[str]:
    """Return the kinds of remarks."""
    return {one.remark for one in found}


def change(folder: Path, sql: str) -> None:
    """Plant a defect in an audit's tables."""
    with duckdb.connect(folder / "audit.duckdb") as con:
        con.execute(sql)


def test_exit_code_and_lines(msgaudit: Run, shop: Path) -> None:
    """Remarks are printed with the row they stand in, and the exit code is one."""
    code, said, _ = msgaudit("appeal", shop / "audit", "--rehearse")

    assert 1 == code
    assert "violation after a stated measure: context_events 2025-03-10" in said


def test_json(msgaudit: Run, shop: Path) -> None:
    """All remarks as one object."""
    code, said, _ = msgaudit("appeal", shop / "audit", "--rehearse", "--json")

    assert 1 == code
    assert {"remark", "table", "row_id", "detail"} == json.loads(said)["remarks"][0].keys()


def test_either_out_or_rehearse(msgaudit: Run, shop: Path) -> None:
    """One of both has to be chosen."""
    assert 2 == msgaudit("appeal", shop / "audit")[0]
    assert 2 == msgaudit("appeal", shop / "audit", "--rehearse", "--out", "x")[0]


def test_unreviewed_finding(audited: Path) -> None:
    """Open findings are remarked on, confirmed ones are not."""
    assert "unreviewed finding" in kinds(remarks(audited))

    change(audited, "update findings set status = 'confirmed'")

    assert "unreviewed finding" not in kinds(remarks(audited))


def test_gap_in_coverage(audited: Path) -> None:
    """A month that is missing is remarked on."""
    change(audited, "update coverage set status = 'have'")
    assert "gap in coverage" not in kinds(remarks(audited))

    change(
        audited, "update coverage set status = 'none' where month = '2025-03' or month = '2025-02'"
    )

    assert "gap in coverage" in kinds(remarks(audited))


@pytest.mark.parametrize(
    "sql",
    [
        "update notice_facts set alleged = 'review-club' where notice_id = 'n2'",
        "update notice_facts set flagged_before = 0 where notice_id = 'n1'",
    ],
)
def test_notice_against_data(audited: Path, sql: str) -> None:
    """An allegation that nothing bears out, and a notice that follows nothing, are remarked on."""
    assert "contradiction between notice and data" not in kinds(remarks(audited))

    change(audited, sql)

    assert "contradiction between notice and data" in kinds(remarks(audited))


def test_violation_after_measure(audited: Path) -> None:
    """A measure that is said to be done before the last message is remarked on, a later one not."""
    early = Measure("approval", date(2025, 4, 1), "Approval of texts", document="a.pdf")
    late = Measure("approval", date(2025, 7, 1), "Second approval of texts", document="a.pdf")
    found = [one.detail for one in remarks(audited, early, late) if "measure" in one.remark]

    assert [one for one in found if '"Approval of texts"' in one]
    assert not [one for one in found if "Second approval" in one]


def test_day_of_the_measure_is_not_after_it(audited: Path) -> None:
    """What was sent on the day of a measure may have been sent before it; the zone's days count."""
    same = Measure("approval", date(2025, 5, 20), "Approval that day", document="a.pdf")
    before = Measure("approval", date(2025, 5, 19), "Approval before", document="a.pdf")
    found = " ".join(one.detail for one in remarks(audited, same, before) if "after" in one.remark)

    assert "Approval before" in found
    assert "Approval that day" not in found


def test_measure_out_of_time(audited: Path) -> None:
    """What is told as done before its day, and a promise whose day is over, are remarked on."""
    early = Measure("kpi", date(2026, 1, 1), "New goals", document="a.pdf")
    late = Measure("monitoring", date(2025, 6, 1), "Monthly scan", status="promised")
    sound = Measure("training", date(2025, 6, 20), "Training", document="a.pdf")
    found = [one.detail for one in remarks(audited, early, late, sound) if "time" in one.remark]

    assert ["New goals", "Monthly scan"] == [detail.split('"')[1] for detail in found]


def test_notice_names_an_order(audited: Path) -> None:
    """An order that the notice names and nothing is found on is a contradiction."""
    change(
        audited,
        "update notices set body = body || ' Orders 202-7100000-0000001, 202-7100000-0000099.'"
        " where notice_id = 'n1'",
    )
    found = [one.detail for one in remarks(audited) if "contradiction" in one.remark]

    assert ["it names order 202-7100000-0000099, on which no message concerned is found"] == found


def test_promise_is_no_measure(audited: Path) -> None:
    """What is only promised cannot have failed."""
    promised = Measure("approval", date(2025, 4, 1), "Approval of texts", status="promised")

    assert not [
        one
        for one in remarks(audited, promised)
        if "Approval" in one.detail and "after" in one.remark
    ]


def test_finding_on_normalised_text(audited: Path) -> None:
    """The word that was written with dots has to be read by a person."""
    found = [one for one in remarks(audited) if one.remark == "finding on normalised text only"]

    assert ["m9"] == [one.row_id for one in found]


def test_template_called_violation(audited: Path) -> None:
    """The platform's own text among the messages concerned is remarked on."""
    assert "template called a violation" not in kinds(remarks(audited))

    change(
        audited,
        "insert into signals by name select message_id, 'platform_template' as signal,"
        " 'platform_template.planted' as rule_id, 'body' as matched_in, 0 as match_start,"
        " 1 as match_end, 0 as sentence_no, '' as object, 'asserted' as polarity,"
        " false as conditional, false as obfuscated, 'sure' as strength,"
        " '' as matched_language from messages"
        " where message_id = 'm3'",
    )

    assert "template called a violation" in kinds(remarks(audited))


def test_uncited_number(audited: Path) -> None:
    """A number in a measure's own words needs a document."""
    claimed = Measure("training", date(2025, 7, 1), "Training", detail="12 people attended")
    proven = Measure("training", date(2025, 7, 1), "Training", "12 people attended", "list.pdf")

    assert "uncited number" in kinds(remarks(audited, claimed))
    assert "uncited number" not in kinds(remarks(audited, proven))


def test_statement_without_source(audited: Path) -> None:
    """A cited row that is gone is remarked on, where the build would fail."""
    change(audited, "delete from notices where notice_id = 'n1'")

    assert "statement without a source" in kinds(remarks(audited))
