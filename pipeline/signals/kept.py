"""What takes seconds to make from a ruleset, kept in the user's cache folder for the next run.

The name of a file is a hash of the rules and of all code and data beside them, so nothing stale is
ever used. A cache that cannot be read or written costs time and nothing else.
"""

import contextlib
import os
import pickle
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from pipeline.signals.cache import cache_folder, code_key, is_own
from pipeline.signals.ruleset import Ruleset

_KEPT = 3
"""How many are kept: one's own rules, others' rules, the version before; some 15 MB each."""

Made = TypeVar("Made")


def kept(
    rules: Ruleset, kind: type[Made], make: Callable[[Ruleset], Made], *, folder: Path | None = None
) -> Made:
    """Return what `make` makes of the rules, from the cache where it holds that."""
    folder = folder or cache_folder()
    told = f"{code_key()}\0{rules.version}\0{np.__version__}\0{pl.__version__}"
    name = kind.__name__.lower()
    file = folder / f"{name}-{sha256(told.encode()).hexdigest()[:32]}.pickle.zst"
    found = _read(file)
    if isinstance(found, kind):
        return found
    made = make(rules)
    _write(file, made, f"{name}-*.pickle.zst")
    return made


def _read(file: Path) -> object:
    """Return what the file holds; a file that others may have written is not opened."""
    try:
        if not is_own(file):
            return None
        import pyarrow as pa  # noqa: PLC0415 - slow; processes that get the reader do without

        with pa.input_stream(file, compression="zstd") as stream:
            return pickle.loads(stream.read())  # noqa: S301 - this user's own file
    except (OSError, pickle.UnpicklingError, LookupError, EOFError, AttributeError, ImportError,
            TypeError, ValueError):  # fmt: skip
        return None


def _write(file: Path, made: object, alike: str) -> None:
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, name = tempfile.mkstemp(prefix=".kept-", dir=file.parent)
        os.close(number)
        try:
            import pyarrow as pa  # noqa: PLC0415 - see `_read`

            with pa.output_stream(name, compression="zstd") as stream:
                stream.write(pickle.dumps(made, 5))
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
        old = sorted(file.parent.glob(alike), key=lambda p: p.stat().st_mtime)
        for path in old[:-_KEPT]:
            path.unlink(missing_ok=True)
