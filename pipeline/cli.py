"""The commands: arguments in, exit code out. Heavy imports happen inside, so help is instant."""

import functools
import json
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer

from pipeline import __version__
from pipeline.errors import AuditError, UsageError

if TYPE_CHECKING:
    from pipeline.audit import AuditResult
    from pipeline.config import Config

P = ParamSpec("P")
R = TypeVar("R")

FOUND = 1
STOPPED = 4

app = typer.Typer(
    name="msgaudit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Find, date and prove review manipulation in a marketplace seller's message archive.",
    epilog="Exit codes: 0 done, 1 something was found, 2 wrong usage, 3 nothing to read, 4 failed.",
)
rules_app = typer.Typer(no_args_is_help=True, help="The rule catalogue.")
app.add_typer(rules_app, name="rules")

Inputs = Annotated[list[Path], typer.Argument(help="Files and folders, any mixture of formats.")]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings (audit.toml); `msgaudit init` writes one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Turn what can go wrong into one clear line on stderr and the exit code of the contract."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            return function(*args, **kwargs)
        except AuditError as error:
            _fail(str(error), error.exit_code)
        except KeyboardInterrupt:
            _fail("stopped; everything is as it was before", STOPPED)
        except OSError as error:
            _fail(f"{error.filename or 'the system'}: {error.strerror}", STOPPED)

    return guarded


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"msgaudit: {printable(message)}", err=True)
    raise typer.Exit(code)


def printable(text: str) -> str:
    """Return the text on one line without control characters: names come from strangers."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


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


@app.command(epilog="Example: `msgaudit demo --out demo`")
@command
def demo(
    out: Annotated[Path, typer.Option(help="Where the result goes.")] = Path("demo"),
    as_json: AsJson = False,
) -> None:
    """Run the whole job on the bundled sample archive."""
    from pipeline.audit import AuditRequest, run_audit
    from pipeline.config import load_config
    from pipeline.resources import resource_dir

    sample = resource_dir("sample_data")
    config = load_config(sample / "audit.toml")
    request = AuditRequest(
        inputs=[sample / "exports"], out=out, config=config, shown_inputs=("sample_data/exports",)
    )
    _print_result(run_audit(request, _progress), as_json=as_json)


@app.command(epilog="Example: `msgaudit audit exports/ --out audit-2025 --config audit.toml`")
@command
def audit(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="Folder for report, tables and database.")],
    config_file: ConfigFile = None,
    since: Annotated[str, typer.Option(help="First day reported, e.g. 2025-01-01.")] = "",
    until: Annotated[str, typer.Option(help="Last day reported, e.g. 2025-06-30.")] = "",
    fail_on: Annotated[
        str, typer.Option(help="Exit 1 on findings of low|medium|high|critical or above.")
    ] = "",
    engine: Annotated[str, typer.Option(help="duckdb (this machine) or spark.")] = "duckdb",
    memory_limit: Annotated[str, typer.Option(help="Memory for DuckDB, e.g. 1GB.")] = "",
    workers: Annotated[int, typer.Option(min=0, help="Scan processes; 0 = one a core.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Audit files and folders once: timeline report, evidence tables, database."""
    from pipeline.audit import AuditRequest, run_audit

    if engine != "duckdb":
        raise UsageError(f"--engine {engine}: this version has duckdb only")
    request = AuditRequest(
        inputs=inputs,
        out=out,
        config=_config(config_file),
        since=_day(since, "--since"),
        until=_day(until, "--until"),
        memory_limit=_size(memory_limit),
        workers=workers,
        shown_inputs=tuple(str(path) for path in inputs),
    )
    if request.since and request.until and request.since > request.until:
        raise UsageError("--since is later than --until")
    threshold = _severity(fail_on)
    result = run_audit(request, _progress)
    _print_result(result, as_json=as_json)
    if threshold and any(result.totals.get(f"findings_{name}", 0) for name in threshold):
        raise typer.Exit(FOUND)


@app.command(epilog="Example: `msgaudit sources exports/`")
@command
def sources(inputs: Inputs, config_file: ConfigFile = None, as_json: AsJson = False) -> None:
    """Say what each file would be read as, and why one would be skipped; nothing is written."""
    from pipeline.ingest import probe

    probes = probe(inputs, _config(config_file))
    if as_json:
        typer.echo(json.dumps([p.as_dict() for p in probes], ensure_ascii=False, indent=2))
        return
    for found in probes:
        typer.echo("\n".join(printable_lines(found.lines())))


@app.command(epilog="Example: `msgaudit init . --from exports/`")
@command
def init(
    folder: Annotated[Path, typer.Argument(help="Where audit.toml goes.")] = Path(),
    inputs: Annotated[
        list[Path] | None, typer.Option("--from", help="Look at these exports to propose settings.")
    ] = None,
) -> None:
    """Write a commented audit.toml, with proposals when there are exports to look at."""
    from pipeline.setup import propose, render_config

    target = folder / "audit.toml"
    if target.exists():
        raise UsageError("exists already; it was left alone", source=str(target))
    proposal = propose(inputs or [])
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(render_config(proposal), encoding="utf-8")
    typer.echo(f"wrote {target}")
    for line in printable_lines(proposal.lines()):
        typer.echo(line)


@rules_app.command("list", epilog="Example: `msgaudit rules list`")
@command
def rules_list(config_file: ConfigFile = None, as_json: AsJson = False) -> None:
    """List signals, guards and concepts with what each is for."""
    from pipeline.signals.catalogue import list_rules

    rows = list_rules(_ruleset(config_file))
    if as_json:
        typer.echo(json.dumps([row.as_dict() for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        typer.echo(f"{row.kind:8} {row.name:28} {row.why}")


@rules_app.command("show", epilog="Example: `msgaudit rules show removal_asked`")
@command
def rules_show(
    rule: Annotated[str, typer.Argument(help="A rule, guard, concept or policy id.")],
    config_file: ConfigFile = None,
) -> None:
    """Show one rule as it is applied, with its own examples."""
    from pipeline.signals.catalogue import show_rule

    typer.echo(show_rule(_ruleset(config_file), rule))


@rules_app.command("test", epilog="Example: `msgaudit rules test my-rules/`")
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


@rules_app.command("lint", epilog="Example: `msgaudit rules lint my-rules/`")
@command
def rules_lint(
    path: Annotated[Path | None, typer.Argument(help="A folder of your own rules.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look for unbounded gaps, dead words, colliding guards and languages without cases."""
    from pipeline.signals.lint import lint
    from pipeline.signals.ruleset import load_ruleset

    result = lint(load_ruleset((path,) if path else ()))
    _print_failures(result.failures, f"{result.count:,} files", as_json=as_json)


def _print_failures(failures: list[Any], looked_at: str, *, as_json: bool) -> None:
    if as_json:
        shown = {"failures": [str(failure) for failure in failures], "looked_at": looked_at}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for failure in failures:
            typer.echo(printable(str(failure)))
        typer.echo(f"{looked_at}, {len(failures)} failed")
    if failures:
        raise typer.Exit(FOUND)


def _ruleset(config_file: Path | None) -> Any:  # noqa: ANN401 - imported late for a fast start
    from pipeline.signals.ruleset import load_ruleset

    config = _config(config_file)
    return load_ruleset(config.rule_paths, config.disabled)


def _config(path: Path | None) -> "Config":
    from pipeline.config import Config, load_config

    if path is None:
        return Config()
    if not path.exists():
        raise UsageError("does not exist; `msgaudit init` writes one", source=str(path))
    return load_config(path)


def _day(text: str, option: str) -> Any:  # noqa: ANN401 - a date or None
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise UsageError(f"{option} {text!r} is no day; write 2025-01-31") from None


def _size(text: str) -> str:
    from pipeline.config import parse_size

    return f"{parse_size(text, source='--memory-limit')}B" if text else ""


def _severity(name: str) -> tuple[str, ...]:
    from pipeline.model import SEVERITIES

    if not name:
        return ()
    if name not in SEVERITIES:
        raise UsageError(f"--fail-on {name!r} is not one of {', '.join(SEVERITIES)}")
    return SEVERITIES[SEVERITIES.index(name) :]


def printable_lines(lines: list[str]) -> list[str]:
    """Return each line without control characters, indentation kept."""
    return ["".join(c if c.isprintable() else "\ufffd" for c in line) for line in lines]


def _progress(text: str) -> None:
    """Say on stderr what is going on, on a terminal only, on one line that is overwritten."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


def _print_result(result: "AuditResult", *, as_json: bool) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
        return
    for line in printable_lines(result.lines()):
        typer.echo(line)
    for line in printable_lines(result.warnings()):
        typer.echo(line, err=True)


def main() -> None:
    """Run the command line."""
    app()
