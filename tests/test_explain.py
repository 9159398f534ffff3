"""`msgaudit explain`: why a finding stands, why a message has none."""

import json
from pathlib import Path

import pytest
from contract.shop import ASK, PLAIN, REMOVE, Run, audit, said, table
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.explaining import Explained

ROWS = [
    said("low", "2025-02-01T09:00:00Z", "I gave one star, the lamp broke.", thread_id="t1",
         direction="inbound", sender="kim@web.example"),
    said("ask", "2025-02-02T10:00:00Z", "We have refunded you in full. " + REMOVE, thread_id="t1"),
    said("negated", "2025-02-03T10:00:00Z", "We will never ask you to change your review.",
         thread_id="t2"),
    said("near", "2025-02-03T11:00:00Z", "Please change the delivery address.", thread_id="t3"),
    said("plain", "2025-02-03T12:00:00Z", PLAIN, thread_id="t4"),
    said("quoting", "2025-02-04T10:00:00Z", thread_id="t5",
         body="Thank you.\n\nOn 1 Feb 2025 at 10:00, Kim wrote:\n> " + ASK + "\n"),
    said("buyer", "2025-02-05T10:00:00Z", REMOVE, thread_id="t6", direction="inbound",
         sender="kim@web.example"),
    said("police", "2025-02-06T10:00:00Z", thread_id="t7", direction="inbound",
         sender="lee@web.example", body="The police need the exact wording of the fake message."),
    said("repeated", "2025-02-06T11:00:00Z", REMOVE, thread_id="t7"),
    said("idea", "2025-02-07T10:00:00Z", "Shall we put five-star cards in every box?",
         thread_id="t8", direction="internal"),
    said("no", "2025-02-07T11:00:00Z", "No, we never ask for stars.", thread_id="t8",
         direction="internal"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit a few conversations."""
    folder = tmp_path_factory.mktemp("explained")
    table(folder / "in" / "m.csv", ROWS)
    return audit(folder)


def explain(shop: Run, *args: str) -> str:
    """Return what the command prints; the lines as one text."""
    done = CliRunner().invoke(app, ["explain", *args, "--audit", str(shop.out)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_finding_names_rule_clause_and_conversation(shop: Run) -> None:
    """Every finding of the message, its signals, and what the conversation holds besides."""
    ids = {row["policy_id"]: row["finding_id"] for row in shop.rows("findings")}
    told = explain(shop, str(ids["refund-for-review-change"]))
    for part in (*ids.values(), "removal_asked.asked", "clause: A refund", "refund_offered", "low",
                 "m.csv", "second reader: "):  # fmt: skip
        assert str(part) in told


def test_json_holds_the_same(shop: Run) -> None:
    """Times as UTC, each finding with its clause."""
    told = json.loads(explain(shop, "--message", "ask", "--json"))
    assert told["message"]["sent_at"] == "2025-02-02T10:00:00Z"
    assert {row["policy_id"] for row in told["findings"]} >= {"review-change-request"}
    assert all(row["clause"] for row in told["findings"])
    assert next(row["ref_id"] for row in told["case"] if row["kind"] == "inbound") == "low"


@pytest.mark.parametrize(
    ("score", "told"),
    [(0.82, "second reader: 0.50, 0.82 with what stands beside it, reads like review-club"),
     (0.5, "second reader: 0.50, reads like review-club")],
)  # fmt: skip
def test_what_stands_beside_a_message_is_told(score: float, told: str) -> None:
    """Where the conversation raises or lowers the score, both scores are told."""
    message = dict.fromkeys(
        ("message_id", "thread_id", "sent_at", "direction", "operator", "channel", "marketplace",
         "order_id", "source_file", "source_locator", "subject", "body"), "",
    ) | {"sent_at": None}  # fmt: skip
    reader = {"signal": "second_reader", "rule_id": "second_reader.review-club",
              "strength": "sure", "score": 0.5}  # fmt: skip
    opinion = {"score": score, "own_score": 0.5}
    explained = Explained(
        message=message, findings=(), queue=(), signals=(reader,), verdicts=(),
        opinion=(opinion,), withdrawal=(), case=(), clauses={}, own_text="", nearest=(),
    )  # fmt: skip
    assert told in explained.lines()
    assert explained.as_dict()["opinion"] == opinion


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("negated", "stopped by disclaimed"),
        ("near", "nearest: "),
        ("plain", "no finding and no queue entry"),
        ("quoting", "quoted mail, signatures and standing texts were left out"),
        ("buyer", "only the seller's side can break a rule"),
        ("repeated", "what it asks does not count: it repeats words that somebody has just asked"),
        ("idea", "what it asks does not count: the idea is turned down in the same conversation"),
    ],
)
def test_a_message_without_a_finding_says_what_stopped_it(
    shop: Run, message: str, part: str
) -> None:
    """A guard and its words, what was nearest, who spoke."""
    assert part in explain(shop, "--message", message)


def test_words_of_a_stranger_are_no_commands_to_the_terminal(tmp_path: Path) -> None:
    """Control characters of a body are not printed."""
    table(tmp_path / "in" / "m.csv", [said("m", "2025-02-01T10:00:00Z", "\x1b[2J" + REMOVE)])
    assert "\x1b" not in explain(audit(tmp_path), "--message", "m")


def test_a_month_of_scans_is_explained_from_their_state(tmp_path: Path) -> None:
    """A month's folder holds what it reports; the conversation is known to the state."""
    table(tmp_path / "in" / "m.csv", ROWS)
    config = tmp_path / "audit.toml"
    config.write_text(
        f'[inputs]\npaths = ["{tmp_path / "in"}"]\n[scan]\n'
        f'state = "{tmp_path / "state"}"\nout = "{tmp_path / "scans"}"\n'
    )
    assert CliRunner().invoke(app, ["scan", "--config", str(config)]).exit_code == 1
    month = str(tmp_path / "scans" / "2025-02")
    asked = ["explain", "--message", "ask", "--audit", month]
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 0, told.output
    assert "review_change_request" in told.stdout.replace("-", "_")
    assert "  inbound" in told.stdout
    drawn = CliRunner().invoke(app, ["sample", month, "--out", str(tmp_path / "s.csv")])
    assert (drawn.exit_code, drawn.stderr.count("\n")) == (2, 1)
    assert "sample an audit of all inputs" in drawn.stderr
    config.unlink()
    lost = CliRunner().invoke(app, asked)
    assert (lost.exit_code, lost.stderr.count("\n")) == (2, 1)
    assert "is not where it was" in lost.stderr


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["f-none"], "there is no finding or queue entry 'f-none'"),
        (["--message", "none"], "there is no message 'none'"),
        ([], "not both"),
        (["f-none", "--message", "ask"], "not both"),
    ],
)
def test_wrong_questions_are_one_line(shop: Run, args: list[str], part: str) -> None:
    """Exit code 2, and what to say instead."""
    done = CliRunner().invoke(app, ["explain", *args, "--audit", str(shop.out)])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert part in done.stderr
