"""The command line: which commands there are, and how each is shown in the help."""

from typing import Annotated

import typer

from pipeline import __version__
from pipeline.commands import (
    appealing,
    auditing,
    checking,
    deciding,
    explaining,
    rules,
    sampling,
    scanning,
)
from pipeline.commands.group import OneLineErrors

app = typer.Typer(
    name="msgaudit",
    cls=OneLineErrors,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog="Exit codes: 0 done, 1 something was found, 2 wrong usage, 3 nothing to read, 4 failed.",
)
rules_app = typer.Typer(no_args_is_help=True, help="The rule catalogue.")


def _version(value: bool) -> None:
    if value:
        typer.echo(f"msgaudit {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Find, date and prove review manipulation in a marketplace seller's message archive."""


def _add(to: typer.Typer, name: str, function: object, example: str) -> None:
    """Register a command; its example is the last line of its help."""
    to.command(name, epilog=f"Example: `{example}`")(function)  # type: ignore[type-var]


_add(app, "demo", auditing.demo, "msgaudit demo --out demo")
_add(app, "init", auditing.init, "msgaudit init . --from exports/")
_add(app, "audit", auditing.audit, "msgaudit audit exports/ --out audit --config audit.toml")
_add(app, "sources", auditing.sources, "msgaudit sources exports/")
_add(
    app,
    "decide",
    deciding.decide,
    "msgaudit decide audit/ f-0123456789abcdef --as dismissed --reason false-positive",
)
_add(app, "scan", scanning.scan, "msgaudit scan --config audit.toml --month 2024-06")
_add(app, "schedule", scanning.schedule, "msgaudit schedule --systemd --config audit.toml")
_add(app, "doctor", scanning.doctor, "msgaudit doctor --config audit.toml")
_add(app, "check", checking.check, "msgaudit check --file templates/")
_add(app, "explain", explaining.explain, "msgaudit explain f-0123456789abcdef --audit audit/")
_add(app, "sample", sampling.sample, "msgaudit sample audit/ --n 300")
_add(app, "appeal", appealing.appeal, "msgaudit appeal audit/ --out pack.zip --sign seller.key")
_add(app, "keygen", appealing.keygen, "msgaudit keygen seller.key")
_add(app, "verify", appealing.verify, "msgaudit verify pack.zip --key seller.key.pub")
_add(rules_app, "list", rules.rules_list, "msgaudit rules list")
_add(rules_app, "show", rules.rules_show, "msgaudit rules show removal_asked")
_add(rules_app, "test", rules.rules_test, "msgaudit rules test my-rules/")
_add(rules_app, "lint", rules.rules_lint, "msgaudit rules lint my-rules/")
_add(rules_app, "profile", rules.rules_profile, "msgaudit rules profile exports/ --top 10")
_add(rules_app, "parity", rules.rules_parity, "msgaudit rules parity --config audit.toml")
app.add_typer(rules_app, name="rules")


def main() -> None:
    """Run the command line."""
    app()
