"""Decisions are recorded once, shown everywhere, and survive the next audit."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from exports import ASK, COMPLAINT, FIVE, PLAIN, read_table, write_messages
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.config import load_config
from pipeline.decisions import Decision, append_decisions, read_decisions
from pipeline.errors import ConfigError

MESSAGES = [
    ("m1", "t1", "2024-06-03T10:00:00Z", "inbound", COMPLAINT),
    ("m2", "t1", "2024-06-03T11:00:00Z", "outbound", ASK),
    ("m3", "t2", "2024-06-05T09:00:00Z", "outbound", FIVE),
    ("m4", "t3", "2024-06-06T09:00:00Z", "outbound", FIVE),
    ("m5", "t4", "2024-06-07T09:00:00Z", "outbound", PLAIN),
    ("m6", "t5", "2024-06-08T09:00:00Z", "unknown", FIVE),
]


def msgaudit(*args: object) -> tuple[int, str, str]:
    """Run a command; return its exit code, stdout and stderr."""
    done = CliRunner().invoke(app, [str(arg) for arg in args])
    return done.exit_code, done.stdout, done.stderr


def audited(tmp_path: Path, config: str = "") -> Path:
    """Audit the messages above; return the output folder."""
    messages = write_messages(tmp_path / "exports" / "messages.csv", MESSAGES)
    settings = tmp_path / "audit.toml"
    settings.write_text(config)
    out = tmp_path / "out"
    code, _, said = msgaudit("audit", messages, "--out", out, "--config", settings)
    assert code == 0, said
    return out


def finding(out: Path, message_id: str, policy: str) -> dict[str, str]:
    """Return the finding of a message and a policy."""
    return next(
        row
        for row in read_table(out / "evidence" / "findings.csv")
        if (row["message_id"], row["policy_id"]) == (message_id, policy)
    )


def test_dismissed_everywhere_and_carried_over(tmp_path: Path) -> None:
    """A dismissal shows at once, without the inputs, and in a later audit into the same folder."""
    out = audited(tmp_path)
    name = finding(out, "m3", "positive-review-request")["finding_id"]
    hidden = (tmp_path / "exports").rename(tmp_path / "elsewhere")

    code, said, _ = msgaudit(
        "decide", out, name, "--as", "dismissed", "--reason", "false-positive", "--by", "Ann"
    )
    shown = finding(out, "m3", "positive-review-request")
    assert (0, "dismissed", "false-positive") == (code, shown["status"], shown["decision_reason"])
    assert str(out / "decisions.csv") in said
    assert "t2" not in {row["thread_id"] for row in read_table(out / "evidence" / "threads.csv")}

    msgaudit("audit", hidden / "messages.csv", "--out", out)
    assert finding(out, "m3", "positive-review-request")["status"] == "dismissed"


def test_same_text_is_decided_too_and_shown_as_such(tmp_path: Path) -> None:
    """With --same-text every finding of that policy and wording follows, and says whom."""
    out = audited(tmp_path)
    name = finding(out, "m3", "positive-review-request")["finding_id"]
    msgaudit("decide", out, name, "--as", "dismissed", "--reason", "other", "--same-text")

    assert finding(out, "m4", "positive-review-request")["status"] == "dismissed"
    assert finding(out, "m2", "review-change-request")["status"] == "open"
    notes = [row["note"] for row in read_table(out / "decisions.csv")]
    assert notes == ["", f"same text as {name}"]


def test_a_queue_entry_becomes_a_finding_with_its_policy(tmp_path: Path) -> None:
    """Confirming needs a policy; then the entry is a confirmed finding and leaves the queue."""
    out = audited(tmp_path)
    (entry,) = read_table(out / "evidence" / "queue.csv")
    assert entry["message_id"] == "m6"

    code, _, said = msgaudit("decide", out, entry["queue_id"], "--as", "confirmed")
    assert code == 2
    assert "--policy" in said

    policy = "positive-review-request"
    code, _, said = msgaudit(
        "decide", out, entry["queue_id"], "--as", "confirmed", "--policy", policy
    )
    assert (0, "") == (code, said)
    shown = finding(out, "m6", policy)
    assert ("confirmed", "decision", "high") == (
        shown["status"],
        shown["rule_id"],
        shown["severity"],
    )
    assert read_table(out / "evidence" / "queue.csv") == []


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("f-0000000000000000", "--as", "dismissed", "--reason", "other"), "f-0000000000000000"),
        (("KNOWN", "--as", "maybe"), "--as"),
        (("KNOWN", "--as", "dismissed"), "--reason"),
        (("KNOWN", "--as", "dismissed", "--reason", "because"), "because"),
        (("KNOWN", "--as", "confirmed", "--policy", "no-such"), "no-such"),
    ],
)
def test_mistakes_change_nothing(tmp_path: Path, args: tuple[str, ...], named: str) -> None:
    """A mistake is named, ends with 2, and leaves the folder as it was."""
    out = audited(tmp_path)
    before = (out / "summary.json").read_bytes()
    known = finding(out, "m3", "positive-review-request")["finding_id"]
    code, _, said = msgaudit("decide", out, *(known if a == "KNOWN" else a for a in args))

    assert code == 2
    assert named in said
    assert (out / "summary.json").read_bytes() == before
    assert not (out / "decisions.csv").exists()


def test_the_configured_file_is_appended_to(tmp_path: Path) -> None:
    """With a configured file decisions go there, and rows decided earlier keep their bytes."""
    kept = tmp_path / "kept.csv"
    out = audited(tmp_path, '[scan]\ndecisions = "kept.csv"\n')
    kept.write_text("decision,finding_id,reason,note,decided_by,decided_at,expires_on\n")
    name = finding(out, "m3", "positive-review-request")["finding_id"]
    msgaudit("decide", out, name, "--as", "dismissed", "--reason", "other", "--by", "Ann")

    lines = kept.read_text().splitlines()
    assert lines[0].startswith("decision,finding_id")
    assert lines[1].startswith(f"dismissed,{name},other,,Ann,")
    assert not (out / "decisions.csv").exists()


def test_an_expired_decision_brings_the_finding_back(tmp_path: Path) -> None:
    """The day after its last day a dismissal no longer holds."""
    out = audited(tmp_path)
    name = finding(out, "m3", "positive-review-request")["finding_id"]
    args = ("--as", "dismissed", "--reason", "other", "--expires", "2020-01-31")
    code, said, _ = msgaudit("decide", out, name, *args)

    assert code == 0
    assert "until 2020-01-31, which is over: it counts as undecided" in said
    assert finding(out, "m3", "positive-review-request")["status"] == "open"


def test_appending_keeps_what_was_there(tmp_path: Path) -> None:
    """Rows are only ever added, also behind a last line without an end."""
    path = tmp_path / "decisions.csv"
    held = "finding_id,decision,reason,note,decided_by,decided_at,expires_on\nf-1,confirmed,,,,,"
    path.write_text(held)
    row = Decision("dismissed", "Ann", datetime(2025, 3, 1, 9, tzinfo=UTC), reason="other")
    append_decisions(path, [row.of("f-2")])

    assert path.read_text().startswith(held + "\n")
    assert ["f-1", "f-2"] == read_decisions(path)["finding_id"].to_list()


def test_a_file_without_the_columns_is_named(tmp_path: Path) -> None:
    """A file by hand that cannot hold a decision whole is refused, not bent."""
    path = tmp_path / "decisions.csv"
    path.write_text("finding_id,decision\nf-1,confirmed\n")
    row = Decision("dismissed", "Ann", datetime(2025, 3, 1, 9, tzinfo=UTC))

    with pytest.raises(ConfigError, match="reason"):
        append_decisions(path, [row.of("f-2")])


def test_two_files_are_read_as_one_history(tmp_path: Path) -> None:
    """Of rows of the same time the later file's counts, whatever its line."""
    for name, decision in (("a.csv", "confirmed"), ("b.csv", "dismissed")):
        with (tmp_path / name).open("w", newline="") as handle:
            csv.writer(handle).writerows([("finding_id", "decision"), ("f-1", decision)])

    read = read_decisions(tmp_path / "a.csv", tmp_path / "b.csv")
    assert [("confirmed", 1), ("dismissed", 2)] == read.select("decision", "row_no").rows()


def test_a_given_decisions_file_is_known_as_such(tmp_path: Path) -> None:
    """The default name is read; only a given one is written to by an audit's decisions."""
    path = tmp_path / "audit.toml"
    path.write_text("[scan]\n")
    assert load_config(path).decisions_given is False
    path.write_text('[scan]\ndecisions = "d.csv"\n')
    assert load_config(path).decisions_given is True


def test_decisions_of_a_downloaded_file_are_recorded_beside_the_earlier_ones(
    tmp_path: Path,
) -> None:
    """The report's file is taken over: nothing recorded is lost, nothing is recorded twice."""
    out = audited(tmp_path)
    early = finding(out, "m4", "positive-review-request")["finding_id"]
    msgaudit("decide", out, early, "--as", "confirmed", "--by", "Ann")
    late = finding(out, "m3", "positive-review-request")["finding_id"]
    queued = read_table(out / "evidence" / "queue.csv")[0]["queue_id"]
    downloaded = tmp_path / "decisions.csv"
    downloaded.write_text(
        "finding_id,decision,reason,note,decided_by,decided_at,expires_on\r\n"
        f'{late},dismissed,duplicate,"so, so",Ina,2024-07-01T10:00:00Z,\r\n'
        f"{queued},confirmed,,policy=positive-review-request; read,Ina,2024-07-01T10:01:00Z,\r\n",
        encoding="utf-8",
    )

    code, said, wrong = msgaudit("decide", out, "--from", downloaded)

    assert (code, wrong) == (0, "")
    assert f"{late}: dismissed (so, so)" in said
    states = {row["finding_id"]: row for row in read_table(out / "evidence" / "findings.csv")}
    assert (states[early]["status"], states[late]["status"]) == ("confirmed", "dismissed")
    assert any(row["rule_id"] == "decision" for row in states.values())
    code, _, wrong = msgaudit("decide", out, "--from", downloaded)
    assert code == 2
    assert "holds no decision that is not recorded yet" in wrong
    assert len(read_decisions(out / "decisions.csv")) == 3


def test_a_file_that_decides_of_something_else_records_nothing(tmp_path: Path) -> None:
    """One wrong line and nothing is recorded; the error names it."""
    out = audited(tmp_path)
    known = finding(out, "m3", "positive-review-request")["finding_id"]
    downloaded = tmp_path / "decisions.csv"
    for row, told in (
        ("f-nothing,dismissed,other,,Ina,,", "there is no finding or queue entry 'f-nothing'"),
        ("q-1,perhaps,,,Ina,,", "is not one of confirmed, dismissed"),
    ):
        downloaded.write_text(
            "finding_id,decision,reason,note,decided_by,decided_at,expires_on\n"
            f"{known},confirmed,,,Ina,,\n{row}\n",
            encoding="utf-8",
        )
        code, _, wrong = msgaudit("decide", out, "--from", downloaded)
        assert (code, told in wrong) == (2, True)

    assert not (out / "decisions.csv").exists()
    assert msgaudit("decide", out)[0] == 2
    assert msgaudit("decide", out, "--from", tmp_path / "none.csv")[0] == 2
    assert msgaudit("decide", out, known, "--from", downloaded)[0] == 2
