"""Wrong usage as one clear line: the framework's boxes are several, and logs cut them."""

import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from pipeline.shown import one_line


class OneLineErrors(TyperGroup):
    """A group whose usage errors name the option or the command on one line (exit code 2)."""

    def main(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """Run the command line and leave with its exit code."""
        if not options.get("standalone_mode", True):
            return super().main(*args, **options)
        try:
            code = super().main(*args, **options | {"standalone_mode": False})
        except typer.Abort:
            _leave("msgaudit: stopped; everything is as it was before", 4)
        except TyperException as error:
            context = getattr(error, "ctx", None)
            path = context.command_path if context is not None else "msgaudit"
            describe = getattr(error, "format_message", None)  # its box names option and reason
            message = one_line(describe() if describe else str(error))
            if not message or "Usage:" in message:  # no arguments at all: the help was asked for
                _leave(context.get_help() if context is not None else message, 2)
            _leave(f"{path}: {message.rstrip('.')}; see `{path} --help`", 2)
        sys.exit(code if isinstance(code, int) else 0)


def _leave(text: str, code: int) -> NoReturn:
    typer.echo(text, err=True)
    sys.exit(code)
