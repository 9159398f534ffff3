"""A ruleset that is ready at once: kept compiled in the user's cache folder, opened piece by piece.

Reading the rule files and building the lexicon takes seconds of work that one short text does not
need. The cached form holds the same objects; branches of the lexicon and regular expressions are
unpacked when a text first asks for them. Its name is a hash of every rule file and of the code
that reads them, so nothing stale is ever used.
"""

import contextlib
import hashlib
import os
import pickle
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.signals.lexicon import Lexicon
from pipeline.signals.packed import PackedWeights
from pipeline.signals.patterns import Idiom
from pipeline.signals.ruleset import Ruleset, load_ruleset

_CODE = Path(__file__).resolve().parent
_DERIVED = tuple(n for n, value in vars(Ruleset).items() if isinstance(value, cached_property))
_KEPT = 4
"""How many rulesets are kept: one's own rules, others' rules, the version before."""


def cached_ruleset(
    user_paths: Iterable[Path] = (), disabled: Iterable[str] = (), *, folder: Path | None = None
) -> Ruleset:
    """Return the same ruleset as `load_ruleset`, from the cache where it holds it.

    A cache that cannot be read or written costs time and nothing else.

    Raises:
        RuleError: a rule file is not well formed.

    """
    paths, off = tuple(user_paths), tuple(disabled)
    folder = folder or cache_folder()
    file = folder / f"rules-{_key(paths, off)}.pickle"
    found = _read(file)
    if found is None:
        rules = load_ruleset(paths, off)
        _write(file, _packed(rules))
        return rules
    return _unpacked(found)


def cache_folder() -> Path:
    """Return where this user's caches lie (XDG base directories; LOCALAPPDATA on Windows)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "msgaudit"


def code_key() -> str:
    """Return a hash of the built-in rules and of all code and data that reading depends on."""
    return _key((), ())


def is_own(file: Path) -> bool:
    """Tell whether nobody but this user can have written the file.

    Raises:
        OSError: there is no such file.

    """
    status = file.stat()
    return not hasattr(os, "getuid") or (
        status.st_uid == os.getuid() and not status.st_mode & 0o022
    )


class _Lazy(dict[Any, Any]):
    """A mapping whose values are pickled until somebody asks for one."""

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - of a dict
        value = super().get(key, default)
        if isinstance(value, bytes):
            value = self[key] = pickle.loads(value)  # noqa: S301 - written by this user
        return value


class _Sealed(Mapping[str, Any]):
    """A mapping that stays pickled until somebody looks into it."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @cached_property
    def _opened(self) -> dict[str, Any]:
        opened: dict[str, Any] = pickle.loads(self._packed)  # noqa: S301 - written by this user
        return opened

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - of a mapping
        return self._opened[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened)

    def __len__(self) -> int:
        return len(self._opened)


class _LazyPattern:
    """A regular expression that is compiled when a text first holds its literal."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return re.compile(self.pattern, self.flags).finditer(text)


@dataclass(frozen=True, eq=False)
class _Packed:
    """What is pickled: the ruleset without texts that only tests and people read."""

    ruleset: Ruleset
    derived: Mapping[str, Any]
    """Every cached property of the ruleset; the lexicon as its state."""


def _packed(rules: Ruleset) -> _Packed:
    state = dict(vars(rules.lexicon))
    root = state.pop("_root")
    branches = {key: pickle.dumps(node, 5) for key, node in root.words.items()}
    root = type(root)(words=branches, gap=root.gap, ends=root.ends)
    state |= {
        "_root": root,
        "_open": {},
        "_cache": {},
        "_by_prefix": {k: pickle.dumps(v, 5) for k, v in state["_by_prefix"].items()},
        "_texts": {k: pickle.dumps(v, 5) for k, v in state["_texts"].items()},
    }
    guards = {name: replace(g, hits={}, misses={}) for name, g in rules.guards.items()}
    reader = rules.second_reader
    derived = {name: getattr(rules, name) for name in _DERIVED} | {
        "lexicon": state,
        "second_reader": replace(
            reader,
            weights=_packed_weights(reader.weights),
            after=_packed_weights(reader.after),
            around=_packed_weights(reader.around),
        ),
        "idioms": tuple(_without_regexes(idiom) for idiom in rules.idioms),
    }
    concepts: Any = _Sealed(pickle.dumps(rules.concepts, 5))
    kept = Ruleset(rules.version, concepts, guards, {}, rules.disabled, rules.user_paths)
    return _Packed(kept, derived)


def _packed_weights(tables: Mapping[str, Mapping[str, int]]) -> dict[str, PackedWeights]:
    return {name: PackedWeights(table) for name, table in tables.items()}


def _without_regexes(idiom: Idiom) -> Idiom:
    lazy: Any = tuple(_LazyPattern(regex.pattern, regex.flags) for regex in idiom.any)
    return replace(idiom, any=lazy)


def _unpacked(found: _Packed) -> Ruleset:
    lexicon = Lexicon(())
    state = dict(found.derived["lexicon"])
    state["_root"].words = _Lazy(state["_root"].words)
    state |= {name: _Lazy(state[name]) for name in ("_by_prefix", "_texts")}
    vars(lexicon).update(state)
    vars(found.ruleset).update(found.derived, lexicon=lexicon)
    return found.ruleset


def _key(user_paths: Iterable[Path], disabled: Iterable[str]) -> str:
    digest = hashlib.sha256(f"{sys.version_info}\0{sorted(disabled)}\0".encode())
    code = [*_CODE.glob("*.py"), *(_CODE.parent / "text").glob("*.py")]
    for base in (_CODE, *user_paths):
        files = [*base.glob("*.toml"), *base.glob("*/*.toml"), *base.glob("*/*.parquet")]
        for path in sorted(files + (code if base == _CODE else [])):
            digest.update(f"{path}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _read(file: Path) -> _Packed | None:
    """Return what the file holds; a file that others may have written is not opened."""
    try:
        if not is_own(file):
            return None
        found = pickle.loads(file.read_bytes())  # noqa: S301 - this user's own file
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, TypeError):
        return None
    return found if isinstance(found, _Packed) else None


def _write(file: Path, packed: _Packed) -> None:
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, name = tempfile.mkstemp(prefix=".rules-", dir=file.parent)
        with open(number, "wb") as handle:  # noqa: PTH123 - a descriptor, not a path
            handle.write(pickle.dumps(packed, 5))
        Path(name).replace(file)
        old = sorted(file.parent.glob("rules-*.pickle"), key=lambda p: p.stat().st_mtime)
        for path in old[:-_KEPT]:
            path.unlink(missing_ok=True)
