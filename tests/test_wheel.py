"""The wheel, installed into a bare environment, does the whole job from another folder."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WHEEL = (
    *("pipeline", "sql", "reports", "sample_data"),
    *("pyproject.toml", "README.md", "LICENSE", ".gitignore"),
)
"""What a wheel is made of."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel once."""
    return built(tmp_path_factory.mktemp("dist"))


def built(folder: Path, checkout: Path = ROOT) -> Path:
    """Build a wheel of a checkout."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(checkout)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_is_reproducible(wheel: Path, tmp_path: Path) -> None:
    """Built from another checkout, at another time and with other modes, it has the same bytes."""
    copy = tmp_path / "copy"
    for part in WHEEL:
        if (ROOT / part).is_dir():
            scratch = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, copy / part, copy_function=shutil.copyfile, ignore=scratch)
        else:
            shutil.copyfile(ROOT / part, copy / part)
    for path in copy.rglob("*"):
        os.utime(path, (0, 978_307_200))
        path.chmod(0o700 if path.is_dir() else 0o600)

    assert built(tmp_path / "dist", copy).read_bytes() == wheel.read_bytes()


def test_wheel_carries_what_it_needs(wheel: Path) -> None:
    """SQL, templates, rules and sample archive are inside; scratch files are not."""
    names = zipfile.ZipFile(wheel).namelist()

    for part in ("pipeline/sql/facts/", "pipeline/reports/", "pipeline/sample_data/exports/"):
        assert any(name.startswith(part) for name in names), part
    assert any(name.startswith("pipeline/signals/rules/") for name in names)
    assert not [
        name for name in names if "__pycache__" in name or name.startswith(("sql/", "tests/"))
    ]


def test_bare_environment(wheel: Path, tmp_path: Path) -> None:
    """In a fresh environment, away from the checkout, the demo runs and finds the story."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "bare")], check=True)
    python = tmp_path / "bare" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", str(ROOT / "constraints.txt"), str(wheel)], check=True)
    away = tmp_path / "away"
    away.mkdir()

    command = [str(tmp_path / "bare" / "bin" / "msgaudit"), "demo", "--out", "here", "--json"]
    run = subprocess.run(command, cwd=away, capture_output=True, text=True, check=True)
    assert 2 == len(json.loads(run.stdout)["incidents"])
    assert (away / "here" / "report.html").exists()
