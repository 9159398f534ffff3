"""Finds the readers, and the one that a file belongs to."""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pipeline.ingest.base import Reader


@cache
def readers() -> tuple[Reader, ...]:
    """Return the reader of every module of `pipeline.ingest` that has one, sorted by name."""
    found = []
    for info in sorted(
        pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda info: info.name
    ):
        module = importlib.import_module(f"{__package__}.{info.name}")
        if hasattr(module, "READER"):
            found.append(module.READER)
    return tuple(found)


def choose(head: bytes, path: Path, among: Sequence[Reader]) -> tuple[Reader, ...]:
    """Return the readers that claim a file, the one that is to read it first.

    The more specific one wins; of several equally specific ones the first by name, and the
    others are returned too, for the file's note: one odd file must not stop an audit.
    """
    claims = [reader for reader in among if reader.sniff(head, path)]
    best = max((reader.priority for reader in claims), default=0)
    return tuple(
        sorted((reader for reader in claims if reader.priority == best), key=lambda one: one.name)
    )
