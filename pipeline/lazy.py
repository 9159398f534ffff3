"""Imports that wait until they are needed: one short text is over before a large library is in.

For the few modules that the check before sending goes through (`importlib.util.LazyLoader` loads
at the second import of a module, so it does not do here); elsewhere a plain import is better,
because it fails where it stands.
"""

import importlib
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """A module that is imported when one of its names is first asked for."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        value = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, value)
        return value


def deferred(name: str) -> ModuleType:
    """Return a stand-in for a module that imports it at its first use."""
    return _Deferred(name)
