"""Few dependencies, each with its reason and its licence; every promise with a test that exists."""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| (every command|`\[\w+\]`) \| ([\w-]+) \| ([^|]{3,}) \| ([^|]{3,}) \|$",
    CONTRIBUTING,
    re.MULTILINE,
)
GROUPS = {"every command": PROJECT["dependencies"]} | {
    f"`[{name}]`": needed
    for name, needed in PROJECT["optional-dependencies"].items()
    if name not in ("dev", "bench")
}
NAMES = {
    "MIT": r"\bMIT\b",
    "BSD": r"\bBSD\b|0BSD",
    "Apache-2.0": r"Apache",
    "OFL": r"\bOFL\b",
    "LGPL": r"LGPL|Lesser General Public",
    "GPL": r"(?<!L)\bGPL(?!.*Lesser)|GNU General Public",
    "public domain": r"(?i)public domain|unlicense|CC0",
}
FREE = "MIT|BSD|Apache|ISC|PSF|Python Software|OFL|MPL|Mozilla|Zlib|CC0|Unlicense|Public Domain"


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _licence(package: str) -> str:
    """Return all that a package's own metadata says of its licence."""
    about = importlib.metadata.metadata(package)
    classes = [one for one in about.get_all("Classifier") or [] if one.startswith("License")]
    said = [about.get("License-Expression") or "", *classes, (about.get("License") or "")[:100]]
    return " | ".join(said)


def _needed(packages: Iterable[str]) -> Iterator[str]:
    """Yield packages and all that they need, extras aside, as far as they are installed."""
    waiting, seen = [*packages], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            requires = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        yield name
        waiting += [_name(one) for one in requires if "extra ==" not in one]


def test_each_dependency_has_its_reason() -> None:
    """CONTRIBUTING names what pyproject asks for, under who needs it, and nothing else."""
    named = {(group, package) for group, package, _, _ in ROWS}

    assert named == {(group, _name(one)) for group, some in GROUPS.items() for one in some}
    assert len(ROWS) == len(named)
    assert len(GROUPS["every command"]) <= 12, "few"


def test_licences_are_what_the_packages_say() -> None:
    """A package that changes its licence is noticed with its next version."""
    said = {name: _licence(name) for _, name, _, _ in ROWS if name in set(_needed([name]))}
    told = {name: licence.partition(" (")[0] for _, name, _, licence in ROWS}

    assert len(said) > 20, "all but those of extras that are not installed"
    assert {} == {n: text for n, text in said.items() if not re.search(NAMES[told[n]], text)}


def test_nothing_that_is_needed_binds_who_uses_it() -> None:
    """What every command needs, and what that needs in turn, is under a permissive licence."""
    core = map(_name, GROUPS["every command"])
    licences = {name: _licence(name) for name in _needed(core)}

    assert len(licences) >= len(GROUPS["every command"])
    assert {} == {name: said for name, said in licences.items() if not re.search(FREE, said)}
    assert {} == {name: said for name, said in licences.items() if re.search(r"GPL", said)}


def test_everything_that_is_needed_is_pinned() -> None:
    """A build of next year takes the versions that were tested."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {_name(line) for line in lines if "==" in line}
    asked = [_name(one) for some in GROUPS.values() for one in some]

    assert {*asked, *_needed(asked)} <= pinned


def _promises() -> Iterator[tuple[str, list[str]]]:
    """Yield each promise of SECURITY.md with what stands for its tests."""
    rows = re.findall(r"^\| (?!---|promise)([^|]+) \| ([^|]+) \|", SECURITY, re.MULTILINE)
    for promise, tests in rows:
        yield promise, re.findall(r"`([^`]+)`", tests)


@pytest.mark.parametrize(("promise", "tests"), [*_promises()])
def test_every_promise_has_its_tests(promise: str, tests: list[str]) -> None:
    """Files of tests, functions of them (`::test_x`), folders: each one is there."""
    assert tests, promise
    for name in tests:
        file, _, function = name.partition("::")
        path = ROOT / file
        assert path.is_file() or (path.is_dir() and [*path.glob("test_*.py")]), name
        assert not function or f"def {function}(" in path.read_text(encoding="utf-8"), name


def test_promises_are_read() -> None:
    """The table is found."""
    assert len([*_promises()]) >= 20
