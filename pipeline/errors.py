"""What can go wrong, as one clear line: what happened, where, and what to do about it."""

import traceback
from pathlib import Path


def kind_and_place(error: BaseException) -> str:
    """Say of an error that nobody foresaw what kind it is and where it rose, never its words.

    Its words may be those of a message: libraries quote the value that they could not take.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def is_panic(error: BaseException) -> bool:
    """Say whether a library written in Rust gave up: Python is told by no Exception of its kind."""
    return type(error).__name__ == "PanicException"


class AuditError(Exception):
    """The run cannot go on; `exit_code` is what the command ends with (CONTRACT: exit codes)."""

    exit_code = 4

    def __init__(self, message: str, *, source: str = "") -> None:
        """Name what happened and, in `source`, the file and the place in it."""
        super().__init__(f"{source}: {message}" if source else message)
        self.source = source


class UsageError(AuditError):
    """Wrong usage: an option, an argument, an input that does not exist."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration holds a key or a value that is not understood."""


class RuleError(UsageError):
    """A rule, concept or guard file is not well formed."""


class NothingReadError(AuditError):
    """No input yielded a row."""

    exit_code = 3


class StageError(AuditError):
    """A stage failed or an invariant broke; nothing was written."""
