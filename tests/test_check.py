"""A draft is judged as an audit would judge it, before it is sent."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl
import pytest
from exports import ASK, FIVE, PLAIN, write_messages
from typer.testing import CliRunner

from pipeline.check import check_drafts
from pipeline.cli import app
from pipeline.config import Config
from pipeline.drafts import Draft, read_drafts
from pipeline.errors import UsageError
from pipeline.model import POLICIES
from pipeline.quick import checked
from pipeline.resources import resource_dir
from pipeline.signals.cache import cached_ruleset
from pipeline.signals.engine import scan_reference
from pipeline.signals.ruleset import load_ruleset

CHANGE = "Could you please change your review?"


def msgaudit(*args: object, stdin: str = "") -> tuple[int, str, str]:
    """Run a command; return its exit code, stdout and stderr."""
    done = CliRunner().invoke(app, [str(arg) for arg in args], input=stdin)
    return done.exit_code, done.stdout, done.stderr


def test_a_violation_is_named_with_clause_and_other_words() -> None:
    """The policy, the words, the clause and what to write instead; exit 1."""
    code, said, _ = msgaudit("check", "-", "--json", stdin=FIVE)
    (found,) = json.loads(said)["findings"]

    assert code == 1
    assert found["policy_id"] == "positive-review-request"
    assert FIVE[found["match_start"] : found["match_end"]] == found["matched_text"]
    assert found["clause"]
    assert found["instead"]


@pytest.mark.parametrize("text", [PLAIN, "We will never ask you to change your review."])
def test_ordinary_words_pass(text: str) -> None:
    """Nothing is found, and the exit code says so."""
    assert msgaudit("check", text)[:2] == (0, "nothing found\n")


def test_fail_on_is_a_threshold() -> None:
    """A finding below the threshold is shown but not counted."""
    code, said, _ = msgaudit("check", FIVE, "--fail-on", "critical")
    assert code == 0
    assert "positive-review-request" in said


def test_an_ask_after_a_refund_needs_the_thread(tmp_path: Path) -> None:
    """Alone it is a request; after the refund of its conversation it is paid for."""
    rows = [
        ("m1", "t1", "2024-06-03T11:00:00Z", "outbound", "We have issued a full refund to you."),
        ("m2", "t2", "2024-06-03T11:00:00Z", "outbound", PLAIN),
    ]
    messages = write_messages(tmp_path / "messages.csv", rows)
    out = tmp_path / "out"
    msgaudit("audit", messages, "--out", out)

    draft = [Draft("draft", CHANGE)]
    alone = {r.policy_id for r in check_drafts(draft, Config())}
    other = {r.policy_id for r in check_drafts(draft, Config(), thread="t2", audit=out)}
    after = {r.policy_id for r in check_drafts(draft, Config(), thread="t1", audit=out)}
    assert alone == other == {"review-change-request"}
    assert after == {"review-change-request", "refund-for-review-change"}
    with pytest.raises(UsageError, match="t9"):
        check_drafts(draft, Config(), thread="t9", audit=out)


def test_a_conversation_is_named_by_its_order_too(tmp_path: Path) -> None:
    """Of two threads of an order the one that was written in last is meant."""
    head = "message_id,thread_id,sent_at,direction,sender,order_id,body\n"
    rows = [
        "m1,t1,2024-06-03T11:00:00Z,outbound,shop,205-1234567-7654321,We have refunded you.",
        "m2,t2,2024-06-04T11:00:00Z,inbound,anna,205-1234567-7654321,Thank you.",
        "m3,t3,2024-06-05T11:00:00Z,inbound,ben,205-7654321-1234567,Where is my parcel?",
    ]
    messages = tmp_path / "messages.csv"
    messages.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    msgaudit("audit", messages, "--out", tmp_path / "out")

    said = {
        order: msgaudit("check", CHANGE, "--thread", order, "--audit", tmp_path / "out")[1]
        for order in ("205-1234567-7654321", "205-7654321-1234567")
    }
    paid = [order for order, words in said.items() if "refund-for-review-change" in words]
    assert paid == ["205-1234567-7654321"], said


def test_macros_of_help_desks(tmp_path: Path) -> None:
    """Every text of a folder is checked, and named so that a person finds it."""
    (tmp_path / "replies.csv").write_text(f"Title,Body\nShipping,{PLAIN}\nStars,{FIVE}\n")
    zendesk = {
        "macros": [
            {"title": "Ask", "actions": [{"field": "comment_value_html", "value": f"<p>{ASK}</p>"}]}
        ]
    }
    (tmp_path / "macros.json").write_text(json.dumps(zendesk))
    gorgias = [{"name": "Hi", "actions": [{"arguments": {"body_html": "x", "body_text": PLAIN}}]}]
    (tmp_path / "more.json").write_text(json.dumps(gorgias))
    (tmp_path / "letter.txt").write_text(PLAIN)

    drafts = read_drafts(tmp_path)
    assert len(drafts) == 5
    found = {Path(r.source).name for r in check_drafts(drafts, Config())}
    assert found == {"replies.csv:3 Stars", "macros.json Ask"}


def test_a_spreadsheet_of_macros_in_any_encoding(tmp_path: Path) -> None:
    """A file that cannot be read as what it is must not pass for one in which nothing was found."""
    for name, codec in (("a.csv", "utf-16"), ("b.csv", "cp1252"), ("c.csv", "utf-8-sig")):
        (tmp_path / name).write_bytes(f"Title;Body\nGrüße;{FIVE}\n".encode(codec))
    (tmp_path / "d.txt").write_bytes(FIVE.encode("utf-16"))
    found = [Path(r.source).name for r in check_drafts(read_drafts(tmp_path), Config())]
    assert found == ["a.csv:2 Grüße", "b.csv:2 Grüße", "c.csv:2 Grüße", "d.txt"]


def test_what_is_not_checked_is_named(tmp_path: Path) -> None:
    """A letter of a word processor is refused by name; in a folder it is said besides the rest."""
    letter = tmp_path / "letter.docx"
    letter.write_bytes(b"PK\x03\x04\0\0" + FIVE.encode())
    code, _, wrong = msgaudit("check", "--file", letter)
    assert (code, "letter.docx: is no text" in wrong) == (2, True), wrong

    (tmp_path / "plain.txt").write_text(PLAIN)
    (tmp_path / ".index").write_text("of the system")
    code, said, wrong = msgaudit("check", "--file", tmp_path, "--json")
    assert code == 0
    assert json.loads(said)["not_checked"] == [str(letter)]
    assert wrong.startswith(f"not checked: {letter} ")
    assert ".index" not in wrong


@pytest.mark.parametrize(
    "args",
    [(), ("text", "--file", "x.csv"), ("text", "--thread", "t1"), ("--file", "no-such-file")],
)
def test_wrong_usage(args: tuple[str, ...]) -> None:
    """Nothing to check, two things to check, half a thread, no file: exit 2."""
    assert msgaudit("check", *args)[0] == 2


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_the_name_of_a_file_is_no_draft(tmp_path: Path, more: tuple[str, ...]) -> None:
    """Whoever forgets `--file` is not told that the name is harmless; a long text is no name."""
    file = tmp_path / "draft.txt"
    file.write_text("Please change your review to five stars.")

    code, _, err = msgaudit("check", file, *more)
    assert code == 2
    assert f"--file {file}" in err
    assert checked(["check", str(file), *more]) is None
    assert msgaudit("check", "Your parcel is on its way. " * 400, *more)[0] == 0


def test_a_dash_is_stdin_whatever_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of that name is not meant."""
    (tmp_path / "-").write_text("Your parcel is on its way.")
    monkeypatch.chdir(tmp_path)
    assert msgaudit("check", "-", stdin="Please change your review to five stars.")[0] == 1


def test_every_policy_has_other_words() -> None:
    """No policy is without a compliant wording, and none of these is itself flagged."""
    words = tomllib.loads((resource_dir("reports") / "check.toml").read_text())["instead"]
    assert set(words) == set(POLICIES)
    assert check_drafts([Draft(name, text) for name, text in words.items()], Config()) == []


@pytest.mark.parametrize("more", [(), ("--json",)])
@pytest.mark.parametrize("text", [FIVE, PLAIN, f"{ASK}\x1b[2K\u2028{FIVE}", "check"])
def test_the_shortest_form_says_the_same(
    text: str, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Checked at once or by the command: same words, same exit code."""
    code = checked(["check", text, *more])
    assert (code, capsys.readouterr().out) == msgaudit("check", text, *more)[:2]


@pytest.mark.parametrize(
    "args", [["check"], ["check", "-"], ["check", "a", "b"], ["check", "a", "--fail-on", "high"]]
)
def test_other_forms_are_the_commands_business(args: list[str]) -> None:
    """Only one text, perhaps as JSON, is checked at once."""
    assert checked(args) is None


def test_one_text_is_checked_without_the_libraries_for_many() -> None:
    """They take longer to import than the whole check takes; a draft needs none of them."""
    code = (
        "import sys; sys.argv = ['msgaudit', 'check', sys.argv[1]]\n"
        "from pipeline.__main__ import main\n"
        "try:\n    main()\n"
        "finally:\n    slow = {'polars', 'pyarrow', 'numpy', 'rich', 'typer', 'pydantic'}\n"
        "    print(slow & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, FIVE], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "set()"), done.stderr


def test_the_cached_rules_say_the_same(tmp_path: Path) -> None:
    """Packed and opened again, the rules find what they find when read from their files."""
    rules = load_ruleset()
    texts = [t for r in rules.rules.values() for hits in r.hits.values() for t in hits]
    batch = pl.DataFrame({"message_id": [str(n) for n in range(len(texts))], "body": texts})
    batch = batch.with_columns(subject=pl.lit(""), own=None)
    first = cached_ruleset(folder=tmp_path)
    second = cached_ruleset(folder=tmp_path)

    expected = scan_reference(batch, rules)
    assert expected.height > len(texts)
    assert expected.equals(scan_reference(batch, first))
    assert expected.equals(scan_reference(batch, second))
    assert rules.version == second.version
