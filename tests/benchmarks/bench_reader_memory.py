"""Whether memory grows with the file: the peak of a reader over 100 MB against one over 400 MB.

`python tests/benchmarks/bench_reader_memory.py [MB ...]` (100 and 400 unless said otherwise). Each
file is read by a process of its own; what counts is the most it held at once, and the most any of
its workers did. The last column is the ratio of the largest file's peak to the smallest one's.
"""
# ruff: noqa: T201 - figures are what it is for

import csv
import io
import json
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_readers import mails, rows

from pipeline.config import Config
from pipeline.ingest import ingest

_ROWS = 20_000
_MB = 1_000_000


def contents() -> dict[str, tuple[bytes, bytes]]:
    """Return what a file of each kind begins with, and what it says again and again."""
    made = rows(_ROWS)
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, list(made[0]))
    writer.writeheader()
    head = table.tell()
    writer.writerows(made)
    text = table.getvalue()
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
    return {
        "csv": (text[:head].encode(), text[head:].encode()),
        "jsonl": (b"", lines.encode()),
        "mbox": (b"", mails(_ROWS)),
    }


def write(path: Path, head: bytes, body: bytes, size: int) -> None:
    """Write a file of about that many bytes."""
    with path.open("wb") as out:
        out.write(head)
        while out.tell() < size:
            out.write(body)


def read(path: Path) -> None:
    """Read a file in this process and print the most memory it and its workers held, in MB."""
    ingest([path], Config(), path.parent / "out")
    peaks = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(*(round(peak / 1024) for peak in peaks))


def main() -> None:
    """Make the files, read each in a process of its own, print the peaks."""
    sizes = [int(size) for size in sys.argv[1:]] or [100, 400]
    for kind, (head, body) in contents().items():
        own = []
        for size in sizes:
            with TemporaryDirectory() as folder:
                path = Path(folder) / f"messages.{kind}"
                write(path, head, body, size * _MB)
                command = [sys.executable, __file__, "--read", str(path)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                peak, worker = map(int, done.stdout.split())
                own.append(peak)
                print(f"{kind:6} {size:5} MB  peak {peak:5} MB, a worker {worker:5} MB", end="")
                print(f"  ratio {own[-1] / own[0]:.2f}" if len(own) > 1 else "")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
    else:
        main()
