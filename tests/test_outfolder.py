"""Output appears whole or not at all."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.outfolder import beside, outfolder


def fill(target: Path, text: str) -> None:
    """Write an output that looks like an audit."""
    with outfolder(target) as folder:
        (folder / "evidence").mkdir()
        (folder / "summary.json").write_text(text)


def test_appears_whole_and_private(tmp_path: Path) -> None:
    """The folder is there with its files, for the owner alone, and nothing is left beside it."""
    fill(tmp_path / "out", "1")

    assert (tmp_path / "out" / "summary.json").read_text() == "1"
    assert (tmp_path / "out" / "summary.json").stat().st_mode & 0o777 == 0o600
    for made in (tmp_path / "out", tmp_path / "out" / "evidence"):
        assert made.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_failure_leaves_the_old_output(tmp_path: Path, error: type[BaseException]) -> None:
    """When the run fails or is stopped, the earlier output stands, nothing half-written stays."""
    fill(tmp_path / "out", "old")

    with pytest.raises(error), outfolder(tmp_path / "out") as folder:  # noqa: PT012
        (folder / "summary.json").write_text("new")
        raise error
    assert (tmp_path / "out" / "summary.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_replaces_an_earlier_audit(tmp_path: Path) -> None:
    """A second run takes the place of the first."""
    fill(tmp_path / "out", "old")
    fill(tmp_path / "out", "new")

    assert (tmp_path / "out" / "summary.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_never_replaces_something_else(tmp_path: Path) -> None:
    """A folder with other people's files, or a file, is refused and untouched."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("x")
    (tmp_path / "file").write_text("x")

    for name in ("photos", "file"):
        with pytest.raises(UsageError), outfolder(tmp_path / name):
            pass
    assert (tmp_path / "photos" / "a.jpg").read_text() == "x"


def test_what_was_killed_is_swept(tmp_path: Path) -> None:
    """A killed run's folder goes with the next one; that of a run which lives stays."""
    killed = tmp_path / ".out.partial-0123456789abcdef"
    (killed / "evidence").mkdir(parents=True)
    (killed / "evidence" / "findings.csv").write_text("a buyer's words")

    with beside(tmp_path / "out") as living:
        assert not killed.exists()
        fill(tmp_path / "out", "1")
        assert living.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
