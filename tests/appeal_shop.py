"""Runs the command line on the planted shop and writes its exports."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from typer.testing import CliRunner

from pipeline.cli import app

GENERATED_AT = "2025-07-01T08:00:00Z"

Run = Callable[..., tuple[int, str, str]]


def run(*args: object) -> tuple[int, str, str]:
    """Run a command; return its exit code, stdout and stderr."""
    done = CliRunner().invoke(app, [str(arg) for arg in args], env={"NO_COLOR": "1"})
    return done.exit_code, done.stdout, done.stderr


def audit(folder: Path, inputs: Sequence[Path], out: Path) -> None:
    """Audit inputs with the planted settings; the time of the audit is always the same."""
    code, _, said = run("audit", *inputs, "--out", out, "--config", folder / "audit.toml")
    assert code == 0, said
    date_audit(out)


def date_audit(out: Path) -> None:
    """Give an audit the same date whenever it was made."""
    path = out / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(summary | {"generated_at": GENERATED_AT}), encoding="utf-8")


def write_exports(folder: Path, files: dict[str, list[dict[str, str]]]) -> None:
    """Write tables as CSV."""
    folder.mkdir(parents=True)
    for name, rows in files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
