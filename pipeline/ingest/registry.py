"""Finds the readers, and the one that a file belongs to."""

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from pipeline.errors import StageError
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


def choose(head: bytes, path: Path, among: Sequence[Reader]) -> Reader | None:
    """Return the reader that claims a file, the more specific one where several do.

    Raises:
        StageError: two readers of the same priority claim it; one of them has to be narrowed.

    """
    claims = [reader for reader in among if reader.sniff(head, path)]
    best = max((reader.priority for reader in claims), default=0)
    first = [reader for reader in claims if reader.priority == best]
    if len(first) > 1:
        raise StageError(
            f"the readers {_names(first)} claim this file with equal priority", source=str(path)
        )
    return first[0] if first else None


def _names(some: Iterable[Reader]) -> str:
    return " and ".join(reader.name for reader in some)
