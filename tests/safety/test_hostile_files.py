"""Files made to hurt, in one folder, one of them changing and one vanishing under the reader.

The audit runs in a process of its own that may use only so much of the machine.
"""

import ctypes
import json
import os
import resource
import struct
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from bounded import limit
from contract.shop import PLAIN, jsonl, said, table

import pipeline.ingest.facade
from pipeline.cli import app
from pipeline.ingest.files import SourceFile

HEADER = "message_id,sent_at,direction,body\n"
ROW = "{},2025-03-01T10:00:00Z,outbound,{}\n"
WIDE = 100_000
DEEP = 100_000
LINE = 64 << 20
BIDI, HOMOGLYPH = "\u202egnp.vsc.csv", "\u043c.csv"
_MOST_MEMORY = 3 << 30
_CAPABILITIES = 0x20080522
_OVERRIDES = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: by these root reads what nobody may read."""


def write(folder: Path) -> None:
    """Write the folder."""
    table(folder / "m.csv", [said("m1", "2025-03-01T10:00:00Z", PLAIN)])
    columns = ",".join(f"c{n}" for n in range(WIDE))
    cells = "x," * (WIDE - 1) + "x\n"
    (folder / "wide.csv").write_text(f"message_id,sent_at,body,{columns}\n" + ROW.replace(
        "outbound,{}\n", PLAIN + "," + cells).format("wide"))  # fmt: skip
    (folder / "deep.json").write_text('{"a":' * DEEP + "1" + "}" * DEEP)
    (folder / "open.json").write_text("[" * DEEP)
    deep_row = said("deep", "2025-03-01T10:00:00Z", PLAIN)
    jsonl(folder / "deep.jsonl", [deep_row])
    with (folder / "deep.jsonl").open("a") as file:
        file.write('{"body":' + "[" * DEEP + "]" * DEEP + "}\n" + json.dumps(deep_row) + "\n")
    (folder / "line.csv").write_bytes(HEADER.encode() + b"a" * LINE)
    with (folder / "zeros.csv").open("wb") as file:
        file.truncate(1 << 30)
    (folder / "nul.csv").write_text(
        HEADER + ROW.format("nul\0", "one\0two") + ROW.format("n2", "x" * 400)
    )
    for number, name in enumerate((BIDI, HOMOGLYPH, "m.csv\n2025 all clean.csv")):
        (folder / name).write_text(HEADER + ROW.format(f"name{number}", "x"))
    os.mkfifo(folder / "pipe.csv")
    (folder / "device.csv").symlink_to("/dev/zero")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "closed.csv").write_text(HEADER + ROW.format("closed", "x"))
    (folder / "closed.csv").chmod(0)
    (folder / "grows.csv").write_text(HEADER + ROW.format("grows", "x"))
    (folder / "goes.csv").write_text(HEADER + ROW.format("goes", "x"))


def drop_overrides() -> None:
    """Let file modes hold for root too, in this process."""
    kernel = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(struct.pack("Ii", _CAPABILITIES, 0))
    sets = ctypes.create_string_buffer(24)
    if kernel.capget(header, sets) == 0:
        numbers = list(struct.unpack("6I", sets.raw))
        numbers[0] &= ~_OVERRIDES
        kernel.capset(header, struct.pack("6I", *numbers))


def audit(folder: Path) -> None:
    """Audit the folder; one file grows and one goes between hashing and reading."""
    drop_overrides()
    reader_of = pipeline.ingest.facade._reader_of  # noqa: SLF001

    def meddled(file: SourceFile) -> object:
        if file.path.name == "goes.csv":
            file.path.unlink()
        if file.path.name == "grows.csv":
            with file.path.open("a") as stream:
                stream.write(ROW.format("later", "x"))
        return reader_of(file)

    pipeline.ingest.facade._reader_of = meddled  # type: ignore[assignment]  # noqa: SLF001
    os.chdir(folder)
    sys.stderr = (folder / "said.txt").open("w")
    with pytest.raises(SystemExit) as left:
        app(["audit", "in", "--out", "out", "--workers", "1"])
    sys.stderr.close()
    assert left.value.code == 0, (folder / "said.txt").read_text()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert most < _MOST_MEMORY, f"{most >> 20} MB"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder after the audit."""
    folder = tmp_path_factory.mktemp("hostile-files")
    (folder / "in").mkdir()
    write(folder / "in")
    path = os.pathsep.join(part for part in sys.path if part)
    subprocess.run(  # a pipe that is opened would wait for ever
        [sys.executable, __file__, folder],
        env=os.environ | {"PYTHONPATH": path},
        check=True,
        timeout=300,
    )
    return folder


@pytest.fixture(scope="module")
def notes(folder: Path) -> dict[str, str]:
    """Return the notes of each file."""
    rows = pl.read_parquet(folder / "out" / "evidence" / "sources.parquet").to_dicts()
    for row in rows:
        parts = row["rows_loaded"] + row["rows_duplicate"] + row["rows_quarantined"]
        assert row["rows_read"] == parts, row
    return {row["source_file"].removeprefix("in/"): row["note"] or "" for row in rows}


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("closed.csv", "cannot be read: Permission denied"),
        ("device.csv", "link that leaves the input"),
        ("goes.csv", "cannot be read: No such file"),
        ("grows.csv", "changed while it was read"),
        ("loop", ""),
        ("open.json", ""),
        ("pipe.csv", "not a regular file"),
        ("zeros.csv", "no reader knows this format"),
        ("deep.json", ""),
    ],
)
def test_each_is_named(notes: dict[str, str], name: str, named: str) -> None:
    """Every file that is not wholly read says why."""
    assert notes[name], name
    assert named in notes[name]
    assert "which is its fault" not in notes[name]


def test_the_rest_is_audited(folder: Path) -> None:
    """Rows beside what hurts are read; what cannot be used is in quarantine."""
    evidence = folder / "out" / "evidence"
    loaded = {
        row["source_file"].removeprefix("in/"): row["rows_loaded"]
        for row in pl.read_parquet(evidence / "sources.parquet").to_dicts()
    }
    refused = set(pl.read_parquet(evidence / "quarantine.parquet")["source_file"])
    assert {"in/line.csv", "in/deep.jsonl"} <= refused
    expected = {"m.csv": 1, "wide.csv": 1, "deep.jsonl": 1, "nul.csv": 2, BIDI: 1, HOMOGLYPH: 1}
    assert expected == {name: loaded[name] for name in expected}


def test_names_cannot_pass_for_others(folder: Path) -> None:
    """What is said on the terminal has no line and no direction out of a name."""
    said = (folder / "said.txt").read_text()

    assert said
    assert "Traceback" not in said
    assert not [c for c in said if not c.isprintable() and c != "\n"]
    assert not [line for line in said.splitlines() if line.startswith("2025")]


if __name__ == "__main__":
    limit(120)
    audit(Path(sys.argv[1]))
