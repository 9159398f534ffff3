"""CONTRACT sections 4 and 6: decisions that lie in the output folder when it is audited again."""

from pathlib import Path

from contract.shop import REMOVE, Run, audit, said, table

HEADER = "finding_id,decision,reason,note,decided_by,decided_at,expires_on\n"
BY = "anna,2025-03-01T09:00:00Z"


def _shop(folder: Path, body: str = REMOVE) -> Run:
    rows = [
        said("m1", "2025-02-01T10:00:00Z", body),
        {"message_id": "m2", "sent_at": "2025-02-02T10:00:00Z", "body": REMOVE, "sender": "Who"},
    ]
    table(folder / "in" / "m.csv", rows)
    return audit(folder, "--fail-on", "low")


def _decide(run: Run, *lines: str) -> None:
    (run.out / "decisions.csv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def test_a_dismissed_finding_stays_and_does_nothing(tmp_path: Path) -> None:
    """Status and reason are shown; no thread, no incident, no exit code; the file is carried over.

    It comes back when the text changes, or the decision expires, or a later row says otherwise.
    """
    before = _shop(tmp_path)
    assert before.code == 1
    ids = [row["finding_id"] for row in before.rows("findings")]
    _decide(before, *(f"{key},dismissed,not-ours,,{BY}," for key in ids))
    kept = (before.out / "decisions.csv").read_bytes()
    after = _shop(tmp_path)
    assert after.code == 0
    assert [row["finding_id"] for row in after.rows("findings")] == ids
    shown = {(row["status"], row["decision_reason"]) for row in after.rows("findings")}
    assert shown == {("dismissed", "not-ours")}
    assert after.rows("threads") == []
    assert after.rows("incidents") == []
    assert (after.out / "decisions.csv").read_bytes() == kept
    assert _shop(tmp_path, REMOVE + " Thanks!").code == 1


def test_an_expired_decision_and_the_latest_row(tmp_path: Path) -> None:
    """An expired dismissal counts no more; of two rows for one id the latest wins."""
    before = _shop(tmp_path)
    key = before.rows("findings")[0]["finding_id"]
    _decide(before, f"{key},dismissed,other,,{BY},2025-04-01")
    assert {row["status"] for row in _shop(tmp_path).rows("findings")} == {"open"}
    later = "anna,2025-03-02T09:00:00Z"
    _decide(before, f"{key},confirmed,,,{later},", f"{key},dismissed,other,,{BY},")
    assert {row["status"] for row in _shop(tmp_path).rows("findings")} == {"confirmed"}


def test_a_queue_entry_is_confirmed_into_a_finding(tmp_path: Path) -> None:
    """With `policy=ID` in the note: a finding of rule `decision` at the policy's severity."""
    before = _shop(tmp_path)
    entry = next(row for row in before.rows("queue") if row["message_id"] == "m2")
    _decide(before, f"{entry['queue_id']},confirmed,,policy=review-change-request seen,{BY},")
    after = _shop(tmp_path)
    made = [row for row in after.rows("findings") if row["message_id"] == "m2"]
    assert [(row["policy_id"], row["rule_id"], row["status"], row["severity"]) for row in made] == [
        ("review-change-request", "decision", "confirmed", "high")
    ]
    assert "m2" not in {row["message_id"] for row in after.rows("queue")}
    _decide(before, f"{entry['queue_id']},dismissed,other,,{BY},")
    taken = _shop(tmp_path)
    assert "m2" not in {row["message_id"] for row in taken.rows("queue")}
    assert "m2" not in {row["message_id"] for row in taken.rows("findings")}


def test_a_bad_decisions_file_is_named_and_nothing_changes(tmp_path: Path) -> None:
    """Exit 2 with file and line; the earlier output stays."""
    before = _shop(tmp_path)
    _decide(before, "f-1,maybe,,,,,")
    report = (before.out / "report.html").read_bytes()
    after = _shop(tmp_path)
    assert after.code == 2
    assert "decisions.csv:2" in after.stderr
    assert "maybe" in after.stderr
    assert (before.out / "report.html").read_bytes() == report
