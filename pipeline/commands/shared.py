"""What every command shares: one clear line for what goes wrong, options, ways to print."""

import functools
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, ParamSpec, TypeVar

import typer
from typer.exceptions import TyperException

from pipeline.errors import AuditError, UsageError

if TYPE_CHECKING:
    from pipeline.config import Config

P = ParamSpec("P")
R = TypeVar("R")

FOUND = 1
STOPPED = 4
TRACEBACK = "MSGAUDIT_TRACEBACK"
"""Environment variable that lets an unforeseen error through with its traceback."""

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
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(STOPPED) from None
        except OSError as error:
            _fail(f"{error.filename or 'the system'}: {error.strerror}", STOPPED)
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except Exception as error:  # a fault of ours is not "something was found" (exit code 1)
            if os.environ.get(TRACEBACK):
                raise
            _fail(_our_fault(error), STOPPED)

    return guarded


def _our_fault(error: Exception) -> str:
    """Say what to report of an error that nobody foresaw: its kind, its words, its place."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return (
        f"a fault of msgaudit itself, {type(error).__name__} at {place}: {error};"
        f" everything is as it was before; run again with {TRACEBACK}=1 to see where"
    )


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"msgaudit: {printable(message)}", err=True)
    raise typer.Exit(code)


def printable(text: str) -> str:
    """Return the text on one line without control characters: names come from strangers."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


def read_config(path: Path | None) -> "Config":
    """Return the settings of the file, or the defaults without one."""
    from pipeline.config import Config, load_config

    if path is None:
        return Config()
    if not path.exists():
        raise UsageError("does not exist; `msgaudit init` writes one", source=str(path))
    return load_config(path)


def read_day(text: str, option: str) -> date | None:
    """Return the day an option names, or None where it was not given."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise UsageError(f"{option} {text!r} is no day; write 2025-01-31") from None


def read_size(text: str) -> str:
    """Return a size option the way DuckDB takes it, or an empty text."""
    from pipeline.sizes import parse_size

    return f"{parse_size(text, source='--memory-limit')}B" if text else ""


def severities_from(name: str) -> tuple[str, ...]:
    """Return the severities at or above the named one; none for an empty name."""
    from pipeline.model import SEVERITIES

    if not name:
        return ()
    if name not in SEVERITIES:
        raise UsageError(f"--fail-on {name!r} is not one of {', '.join(SEVERITIES)}")
    return SEVERITIES[SEVERITIES.index(name) :]


def printable_lines(lines: Sequence[str]) -> list[str]:
    """Return each line without control characters, indentation kept."""
    return ["".join(c if c.isprintable() else "\ufffd" for c in line) for line in lines]


def show_progress(text: str) -> None:
    """Say on stderr what is going on, on a terminal only, on one line that is overwritten."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


def clear_progress() -> None:
    """Wipe the progress line before the result is printed."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")


def print_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_lines(lines: Sequence[str], *, err: bool = False) -> None:
    """Print lines without control characters."""
    for line in printable_lines(lines):
        typer.echo(line, err=err)
