"""The libraries of the `appeal` extra: loaded when needed, one clear line when one is missing."""

from importlib import import_module
from typing import Any

from pipeline.errors import UsageError


def need(module: str) -> Any:  # noqa: ANN401 - whatever the library is
    """Return a module of the `appeal` extra.

    Raises:
        UsageError: it is not installed.

    """
    try:
        return import_module(module)
    except ImportError as error:
        missing = error.name or module
        raise UsageError(
            f"the evidence pack needs {missing}: pip install 'msgaudit[appeal]'"
        ) from None
