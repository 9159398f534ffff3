"""What is made from a ruleset is made once for each ruleset, and never taken from a stranger."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.signals.kept import kept
from pipeline.signals.ruleset import Ruleset

RULES, OTHERS = (Ruleset(version, {}, {}, {}) for version in ("one", "other"))


@dataclass
class Made:
    """Something that is made of rules."""

    version: str


class Maker:
    """Makes it, and counts."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.made = 0

    def __call__(self, rules: Ruleset) -> Made:
        """Make one."""
        self.made += 1
        return Made(rules.version)


def test_once_for_each_ruleset(tmp_path: Path) -> None:
    """The second time it is read; other rules get their own."""
    maker = Maker()
    for _ in range(2):
        for rules in (RULES, OTHERS):
            assert kept(rules, Made, maker, folder=tmp_path) == Made(rules.version)
    assert maker.made == 2
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["short", "empty", "odd", "theirs", "another"])
def test_nothing_damaged_or_foreign_is_read(tmp_path: Path, damage: str) -> None:
    """It is made again, and the file is whole again."""
    maker = Maker()
    kept(RULES, Made, maker, folder=tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    if damage == "theirs":
        file.chmod(0o666)
    elif damage == "another":
        kept(OTHERS, Maker, lambda _: Maker(), folder=tmp_path)
        next(tmp_path.glob("maker-*")).replace(file)
    else:
        file.write_bytes({"short": whole[:-20], "empty": b"", "odd": os.urandom(200)}[damage])
    for _ in range(2):
        assert kept(RULES, Made, maker, folder=tmp_path) == Made("one")
    assert maker.made == 2
    assert list(tmp_path.iterdir()) == [file]


def test_only_a_few_are_kept(tmp_path: Path) -> None:
    """Rules that change every day do not fill the disk."""
    for number in range(6):
        kept(Ruleset(str(number), {}, {}, {}), Made, Maker(), folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Costs time and nothing else."""
    (tmp_path / "file").write_text("not a folder")
    maker = Maker()
    for _ in range(2):
        assert kept(RULES, Made, maker, folder=tmp_path / "file" / "below") == Made("one")
    assert maker.made == 2
