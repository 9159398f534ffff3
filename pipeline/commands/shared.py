"""What every command shares: one clear line for what goes wrong, options, ways to print."""

import functools
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, ParamSpec, TypeVar

import typer
from typer.exceptions import TyperException

from pipeline.errors import AuditError, UsageError, is_panic, kind_and_place
from pipeline.shown import json_text, letters_of, one_line
from pipeline.stopping import SAID, STOPPED, stop_if_asked, stoppable, was_stopped

if TYPE_CHECKING:
    from pipeline.config import Config

P = ParamSpec("P")
R = TypeVar("R")

FOUND = 1
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
        with stoppable(), _private(), _quiet():
            return _guarded(lambda: function(*args, **kwargs))

    return guarded


def _guarded(function: Callable[[], R]) -> R:
    try:
        return function()
    except AuditError as error:
        if was_stopped():  # a library has made an error of its own of it
            _fail(SAID, STOPPED)
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail(SAID, STOPPED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(STOPPED) from None
    except OSError as error:
        _fail(f"{error.filename or 'the system'}: {error.strerror}", STOPPED)
    except (typer.Exit, typer.Abort, TyperException):
        raise
    except BaseException as error:  # noqa: BLE001 - what is no error of a program is raised again
        _tell_fault(error)


def _tell_fault(error: BaseException) -> NoReturn:
    """Say that msgaudit failed: a fault of ours is not "something was found" (exit code 1)."""
    if not (isinstance(error, Exception) or is_panic(error)):
        raise error
    if was_stopped():
        _fail(SAID, STOPPED)
    if os.environ.get(TRACEBACK):
        raise error
    _fail(_our_fault(error), STOPPED)


@contextmanager
def _private() -> Iterator[None]:
    """Let only the owner read whatever the command makes: the data is other people's."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep off stderr what libraries say: warnings and logs quote what they stumble over."""
    if os.environ.get(TRACEBACK):
        yield
        return
    logging.getLogger().addHandler(logging.NullHandler())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _our_fault(error: BaseException) -> str:
    return (
        f"a fault of msgaudit itself, {kind_and_place(error)};"
        f" everything is as it was before; run again with {TRACEBACK}=1 to see all of it"
        " (that may show message texts)"
    )


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"msgaudit: {one_line(message)}", err=True)
    raise typer.Exit(code)


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


_OF_DUCKDB = 0.5
"""Its share of the memory limit; Python and the frames on their way in and out have the rest."""


def read_memory_limit(text: str) -> str:
    """Return DuckDB's share of a memory limit, the way it takes it, or an empty text."""
    from pipeline.sizes import parse_size

    return f"{int(parse_size(text, source='--memory-limit') * _OF_DUCKDB)}B" if text else ""


def severities_from(name: str) -> tuple[str, ...]:
    """Return the severities at or above the named one; none for an empty name."""
    from pipeline.model import SEVERITIES

    if not name:
        return ()
    if name not in SEVERITIES:
        raise UsageError(f"--fail-on {name!r} is not one of {', '.join(SEVERITIES)}")
    return SEVERITIES[SEVERITIES.index(name) :]


def show_progress(text: str) -> None:
    """Say on stderr what is going on, on a terminal only, on one line that is overwritten."""
    stop_if_asked()
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{one_line(text)}")
        sys.stderr.flush()


def clear_progress() -> None:
    """Wipe the progress line before the result is printed."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")


def print_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on stdout; control characters are written as escapes, all of them."""
    typer.echo(json_text(value))


def print_lines(lines: Sequence[str], *, err: bool = False) -> None:
    """Print lines without control characters."""
    for line in lines:
        typer.echo(letters_of(line), err=err)
