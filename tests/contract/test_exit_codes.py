"""CONTRACT section 2: exit codes, one clear line, and outputs that are as they were before."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from contract.shop import PLAIN, REMOVE, Run, audit, below, msgaudit, said, table

import pipeline.audit


def _one_line(run: Run) -> bool:
    lines = run.stderr.strip().splitlines()
    return len(lines) == 1 and "Traceback" not in run.stderr


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one ordinary message."""
    folder = tmp_path_factory.mktemp("good")
    table(folder / "in" / "m.csv", [said("m1", "2025-03-01T10:00:00Z", PLAIN)])
    return folder


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--since", "yesterday"], "yesterday"),
        (["--until", "2025-13-01"], "2025-13-01"),
        (["--since", "2025-03-02", "--until", "2025-03-01"], "--since"),
        (["--fail-on", "hi"], "hi"),
        (["--engine", "abacus"], "abacus"),
        (["--memory-limit", "lots"], "lots"),
        (["--workers", "-1"], "--workers"),
        (["--workers", "many"], "--workers"),
        (["--confg", "x"], "--confg"),
        (["--config", "no-such.toml"], "no-such.toml"),
    ],
)
def test_wrong_options_are_exit_2_and_named(good: Path, options: list[str], named: str) -> None:
    """A wrong option or value is exit 2, says which, and writes nothing."""
    run = msgaudit("audit", good / "in", "--out", good / "no", *options)
    assert run.code == 2
    assert named in run.stderr
    assert _one_line(run)
    assert not (good / "no").exists()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ('[seller]\nadresses = ["a@x.example"]\n', "adresses"),
        ("[sellr]\n", "sellr"),
        ("[seller]\ntimezone = 7\n", "timezone"),
        ('[seller]\ntimezone = "Europe/Atlantis"\n', "Europe/Atlantis"),
        ('[seller]\nnames = "anna"\n', "names"),
        ("[incidents]\ngap_days = -1\n", "gap_days"),
        ('[scan]\nfail_on = "loud"\n', "fail_on"),
        ('[[inputs.mapping]]\nmatch = "*"\nkind = "letters"\n', "letters"),
        ('[[inputs.mapping]]\nmatch = "*"\nkind = "orders"\ncolumns = { mood = "M" }\n', "mood"),
        ('[rules]\npaths = ["no-such-rules/"]\n', "no-such-rules"),
        ('[rules]\ndisable = ["no-such-rule"]\n', "no-such-rule"),
        ("[seller\n", "audit.toml"),
    ],
)
def test_wrong_settings_are_exit_2_and_named(tmp_path: Path, settings: str, named: str) -> None:
    """An unknown key or a value that cannot be used is exit 2, with the file and the key."""
    table(tmp_path / "in" / "m.csv", [said("m1", "2025-03-01T10:00:00Z", PLAIN)])
    run = audit(tmp_path, config=settings)
    assert run.code == 2
    assert named in run.stderr
    assert _one_line(run)
    assert not run.out.exists()


@pytest.mark.parametrize("arguments", [["audti"], ["audit"], ["rules"], ["rules", "shwo"], []])
def test_mistyped_commands(arguments: list[str]) -> None:
    """A command that does not exist, or lacks what it needs, is exit 2."""
    assert msgaudit(*arguments).code == 2


def test_an_input_that_does_not_exist_is_exit_2(good: Path) -> None:
    """Even beside one that does; it is named."""
    run = msgaudit("audit", good / "in", good / "nowhere", "--out", good / "no")
    assert run.code == 2
    assert "nowhere" in run.stderr
    assert _one_line(run)
    for command in (["sources"], ["init", good / "new", "--from"]):
        assert msgaudit(*command, good / "nowhere").code == 2
    assert not (good / "new").exists()


def test_nothing_readable_is_exit_3_and_keeps_what_was_there(tmp_path: Path) -> None:
    """No input yields a row: exit 3, the reasons on one line, an earlier output untouched."""
    some = tmp_path / "in"
    table(some / "m.csv", [said("m1", "2025-03-01T10:00:00Z", PLAIN)])
    first = audit(tmp_path)
    before = dict(below(first.out))
    (some / "m.csv").write_bytes(b"")
    (some / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    run = audit(tmp_path)
    assert run.code == 3
    assert "photo.png" in run.stderr
    assert _one_line(run)
    assert dict(below(run.out)) == before
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}
    (tmp_path / "empty").mkdir()
    out = tmp_path / "new"
    assert msgaudit("audit", tmp_path / "empty", "--out", out).code == 3
    assert not out.exists()


def test_a_table_with_only_its_header_is_exit_0(tmp_path: Path) -> None:
    """It was read, and it holds nothing: all tables are there and empty."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "m.csv").write_text("sent_at,body\n", encoding="utf-8")
    run = audit(tmp_path)
    assert run.code == 0
    assert [(row["reader"], row["rows_read"]) for row in run.rows("sources")] == [("csv", "0")]
    assert run.rows("findings") == []


def test_findings_below_fail_on_are_exit_0(tmp_path: Path) -> None:
    """`--fail-on critical` with a plain ask alone: the finding is there, the code is 0."""
    table(tmp_path / "in" / "m.csv", [said("m1", "2025-03-01T10:00:00Z", REMOVE)])
    run = audit(tmp_path, "--fail-on", "critical", "--json")
    assert [row["severity"] for row in run.rows("findings")] == ["high"]
    assert run.code == 0
    answer = run.answer
    assert answer["totals"]["findings"] == 1
    assert answer["report"] == str(run.out / "report.html")
    assert run.stderr == ""


def test_disabled_policies_and_rules_find_nothing(tmp_path: Path) -> None:
    """`disable` takes policy ids."""
    table(tmp_path / "in" / "m.csv", [said("m1", "2025-03-01T10:00:00Z", REMOVE)])
    run = audit(tmp_path, config='[rules]\ndisable = ["review-change-request"]\n')
    assert run.code == 0, run.stderr
    assert run.rows("findings") == []


def test_an_output_that_is_no_audit_is_left_alone(good: Path) -> None:
    """A file, or a folder of other things, is exit 2; its content stays."""
    target = good / "precious"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work", encoding="utf-8")
    for out in (target, target / "thesis.txt"):
        run = msgaudit("audit", good / "in", "--out", out)
        assert run.code == 2
        assert _one_line(run)
    assert dict(below(target)) == {"thesis.txt": b"years of work"}


def test_a_failed_run_is_exit_4_and_leaves_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted, out of disk, or a fault of our own: one line, 4, nothing half-written."""
    table(tmp_path / "in" / "m.csv", [said("m1", "2025-03-01T10:00:00Z", PLAIN)])
    before = dict(below(audit(tmp_path).out))
    monkeypatch.delenv("MSGAUDIT_TRACEBACK")
    for error in (KeyboardInterrupt(), OSError(28, "No space left"), ZeroDivisionError("x")):
        monkeypatch.setattr(pipeline.audit, "write_report", _raiser(error))
        run = audit(tmp_path)
        assert run.code == 4, error
        assert _one_line(run), error
        assert dict(below(run.out)) == before
        assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}


def _raiser(error: BaseException) -> object:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_odd_files_are_noted_and_the_rest_is_audited(tmp_path: Path) -> None:
    """A pipe, a loop of links, a broken link, hidden and binary files, one endless line."""
    some = tmp_path / "in"
    table(some / "m.csv", [said("m1", "2025-03-01T10:00:00Z", PLAIN)])
    os.mkfifo(some / "pipe.csv")
    (some / "loop").symlink_to(some, target_is_directory=True)
    (some / "self").symlink_to(some / "self")
    (some / "broken.csv").symlink_to(some / "gone.csv")
    (some / "outside.csv").symlink_to("/etc/hostname")
    (some / "empty.csv").write_bytes(b"")
    (some / "noise.csv").write_bytes(bytes(range(256)) * 64)
    (some / "line.csv").write_bytes(b"a,b " * 500_000)
    (some / "cut.parquet").write_bytes(b"PAR1" + b"\0" * 40)
    (some / "cut.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 40)
    (some / "strange\nname.csv").write_bytes(b"\0\1\2")
    run = audit(tmp_path)
    assert run.code == 0, run.stderr
    assert set(run.messages("body")) == {"m1"}
    rows = {row["source_file"]: row for row in run.rows("sources")}
    unread = {name for name, row in rows.items() if not row["reader"]}
    assert {f"in/{name}" for name in (
        "pipe.csv", "loop", "self", "broken.csv", "outside.csv", "empty.csv", "noise.csv",
        "line.csv", "cut.parquet", "cut.xlsx",
    )} <= unread  # fmt: skip
    assert all(rows[name]["note"] and rows[name]["rows_read"] == "0" for name in unread)
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_without_rights_are_noted(tmp_path: Path) -> None:
    """What may not be read is listed with its reason; the rest is audited."""
    some = tmp_path / "in"
    table(some / "m.csv", [said("m1", "2025-03-01T10:00:00Z", PLAIN)])
    table(some / "secret.csv", [said("m2", "2025-03-01T10:00:00Z", PLAIN)]).chmod(0)
    run = audit(tmp_path)
    assert run.code == 0
    assert "secret.csv" in run.stderr


def test_version_and_help() -> None:
    """`--version` and `--help` are there, everywhere."""
    assert msgaudit("--version").stdout.startswith("msgaudit ")
    for arguments in ([], ["audit"], ["demo"], ["init"], ["sources"], ["rules"], ["rules", "list"]):
        run = msgaudit(*arguments, "--help")
        assert run.code == 0
        assert "Usage" in run.stdout


def test_what_libraries_say_is_kept_off() -> None:
    """Warnings and logs quote what they stumble over, and that is somebody's message."""
    program = """
        import logging, warnings
        from pipeline.commands.shared import command

        @command
        def loud():
            warnings.warn("Zebulon heard it")
            logging.getLogger("library").error("Zebulon heard it")

        loud()
    """
    plain = {name: value for name, value in os.environ.items() if name != "MSGAUDIT_TRACEBACK"}
    run = subprocess.run(
        [sys.executable, "-c", dedent(program)],
        capture_output=True, text=True, check=True, env=plain,
    )  # fmt: skip
    assert run.stdout + run.stderr == ""
