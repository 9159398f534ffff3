"""The documentation names what there is: every command has help, an example, and its line."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.config import load_config
from pipeline.evidence.tables import TABLES as EVIDENCE
from pipeline.queries import queries
from pipeline.setup import Proposal, render_config

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands(group: object, path: str = "") -> Iterator[tuple[str, typer.core.TyperCommand]]:
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        whole = f"{path} {name}".strip()
        if hasattr(command, "commands"):
            yield from _commands(command, whole)
        else:
            yield whole, command


COMMANDS = dict(_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """Its own help has a sentence, a text for every option and argument, and an example."""
    command = COMMANDS[name]
    assert (command.help or "").strip().endswith(".")
    for parameter in command.params:
        if parameter.name != "help":
            assert getattr(parameter, "help", ""), f"{name}: {parameter.name} has no help"
    shown = CliRunner().invoke(app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert "Example" in shown.output


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_are_of_the_command_and_parse(name: str) -> None:
    """The example begins with the command and uses options that it has."""
    command = COMMANDS[name]
    found = re.search(r"`([^`]+)`", command.epilog or "")
    assert found, f"{name} has no example"
    words = shlex.split(found[1])
    assert words[: 1 + len(name.split())] == ["msgaudit", *name.split()]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_every_command(name: str) -> None:
    """`msgaudit <command>` stands in README.md; of a group, its commands may share a line."""
    group, _, own = name.partition(" ")
    lines = [line for line in README.splitlines() if re.search(rf"\bmsgaudit {group}\b", line)]
    assert lines, f"README.md lacks msgaudit {group}"
    assert re.search(rf"\b{own}\b", "\n".join(lines)), f"README.md lacks msgaudit {name}"


def test_the_readme_names_no_command_that_is_not_there() -> None:
    """Every `msgaudit word` in code of README.md is a command or a group."""
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", README, flags=re.DOTALL))
    groups = {name.split()[0] for name in COMMANDS}
    named = set(re.findall(r"\bmsgaudit ([a-z]+)\b", code))
    assert named <= groups


def test_the_written_configuration_is_the_defaults(tmp_path: Path) -> None:
    """What `init` writes without inputs loads, and says the default of every key."""
    written = tmp_path / "audit.toml"
    written.write_text(render_config(Proposal()), encoding="utf-8")
    assert tomllib.loads(written.read_text(encoding="utf-8"))["incidents"]["gap_days"] == 14
    empty = tmp_path / "none" / "audit.toml"
    empty.parent.mkdir()
    empty.write_text("", encoding="utf-8")
    with_all, without = load_config(written), load_config(empty)
    assert without.gap_days == with_all.gap_days
    assert without.window_days == with_all.window_days
    assert without.scan_fail_on == with_all.scan_fail_on
    assert without.archive_ratio == with_all.archive_ratio
    assert without.archive_bytes == with_all.archive_bytes


def test_the_readme_explains_every_root_cause_table() -> None:
    """Each table with a reading of its own has its line: what it answers, and when it is silent."""
    wanted = {
        query.table
        for stage in ("root_cause", "conclusions")
        for query in queries(stage)
        if query.table in EVIDENCE
    }
    lines = set(re.findall(r"^\| `(\w+)` \| .+ \| .* \|$", README, flags=re.MULTILINE))

    assert len(wanted) >= 10
    assert wanted <= lines
