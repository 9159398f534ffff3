"""The rule catalogue: list, show, test, lint, profile, parity."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    FOUND,
    AsJson,
    ConfigFile,
    command,
    print_json,
    print_lines,
    read_config,
)
from pipeline.shown import one_line

if TYPE_CHECKING:
    from pipeline.signals.ruleset import Ruleset


@command
def rules_list(config_file: ConfigFile = None, as_json: AsJson = False) -> None:
    """List signals, guards and concepts with what each is for."""
    from pipeline.signals.catalogue import list_rules

    rows = list_rules(_ruleset(config_file))
    if as_json:
        print_json({"rules": [row.as_dict() for row in rows]})
        return
    for row in rows:
        print_lines([f"{row.kind:8} {row.name:28} {row.why}"])


@command
def rules_show(
    rule: Annotated[str, typer.Argument(help="A rule, guard, concept or policy id.")],
    config_file: ConfigFile = None,
) -> None:
    """Show one rule as it is applied, with its own examples."""
    from pipeline.signals.catalogue import show_rule

    print_lines(show_rule(_ruleset(config_file), rule).split("\n"))


@command
def rules_test(
    path: Annotated[Path | None, typer.Argument(help="A folder of your own rules.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run every rule's own hits and misses; exit 1 when one fails."""
    from pipeline.signals.cases import run_cases
    from pipeline.signals.ruleset import load_ruleset

    result = run_cases(load_ruleset((path,) if path else ()))
    _print_failures(result.failures, f"{result.count:,} cases", as_json=as_json)


@command
def rules_lint(
    path: Annotated[Path | None, typer.Argument(help="A folder of your own rules.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look for unbounded gaps, dead words and guards, colliding guards, languages without cases.

    Notes are for you to judge and leave the exit code alone: single words that a guard always
    stops, and languages that a guard or rule has words but no example in. With a folder of your
    own, only notes on its files are shown.
    """
    from pipeline.signals.lint import lint
    from pipeline.signals.ruleset import load_ruleset

    result = lint(load_ruleset((path,) if path else ()), path)
    looked_at = f"{result.count:,} files"
    _print_failures(result.failures, looked_at, notes=result.notes, as_json=as_json)


@command
def rules_profile(
    inputs: Annotated[
        list[Path], typer.Argument(help="Exports whose messages the rules are timed on.")
    ],
    config_file: ConfigFile = None,
    top: Annotated[int, typer.Option(min=1, help="How many of the dearest rules to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Tell which patterns and idioms cost how much time on given messages, the dearest first.

    Whole bodies are read, and each rule is timed by itself wherever the scan would run it: take the
    shares, not the seconds, to the scan. *tried* tells in how many messages, *matched* how often
    it stood.
    """
    from tempfile import TemporaryDirectory

    import polars as pl

    from pipeline.errors import NothingReadError
    from pipeline.ingest import ingest
    from pipeline.signals.profile import profile_rules
    from pipeline.signals.ruleset import load_ruleset

    config = read_config(config_file)
    rules = load_ruleset(config.rule_paths, config.disabled)
    with TemporaryDirectory() as folder:
        files = ingest(inputs, config, Path(folder)).files.get("raw_messages", ())
        bodies = [pl.read_parquet(file, columns=["body"])["body"] for file in files]
    texts = [text for part in bodies for text in part.drop_nulls().to_list() if text]
    if not texts:
        raise NothingReadError("no message was read that the rules could be timed on")
    profile = profile_rules(texts, rules)
    if as_json:
        print_json(profile.as_dict(top))
    else:
        print_lines([*profile.lines(top)])


@command
def rules_parity(config_file: ConfigFile = None) -> None:
    """Print how many rules, words and examples stand behind each policy in each language."""
    from pipeline.signals.parity import parity_table

    print_lines(parity_table(_ruleset(config_file)).rstrip("\n").split("\n"))


def _print_failures(
    failures: Sequence[object], looked_at: str, *, as_json: bool, notes: Sequence[object] = ()
) -> None:
    if as_json:
        shown: dict[str, object] = {"failures": [*map(str, failures)], "looked_at": looked_at}
        print_json(shown | ({"notes": [*map(str, notes)]} if notes else {}))
    else:
        print_lines([one_line(f"note: {note}") for note in notes])
        print_lines([one_line(str(failure)) for failure in failures])
        counted = f", {len(notes)} notes" if notes else ""
        print_lines([f"{looked_at}, {len(failures)} failed{counted}"])
    if failures:
        raise typer.Exit(FOUND)


def _ruleset(config_file: Path | None) -> "Ruleset":
    from pipeline.signals.ruleset import load_ruleset

    config = read_config(config_file)
    return load_ruleset(config.rule_paths, config.disabled)
