"""What else could scan the same bodies: each peer's CPU seconds a message, on a sample it can bear.

Every peer answers which expression matched which message, as msgaudit does.
"""

import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from pipeline.signals.entries import TextEntry
from pipeline.signals.ruleset import Ruleset

Scan = Callable[[Sequence[str], Sequence[str]], int]


@contextmanager
def cpu(into: list[float]) -> Iterator[None]:
    """Append the CPU seconds of this process and its ended children."""
    before = _cpu()
    yield
    into.append(_cpu() - before)


def _cpu() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def python_re(bodies: Sequence[str], regexes: Sequence[str]) -> int:
    """Search with `re`, one expression after the other, in a loop."""
    compiled = [re.compile(regex, re.IGNORECASE) for regex in regexes]
    return sum(regex.search(body) is not None for body in bodies for regex in compiled)


def duckdb_regexp(bodies: Sequence[str], regexes: Sequence[str]) -> int:
    """Run one `regexp_matches` query an expression."""
    with duckdb.connect() as con:
        con.execute("create table messages as select unnest($1) as body", [list(bodies)])
        query = "select count(*) from messages where regexp_matches(body, $1)"
        return sum(con.execute(query, [f"(?i){regex}"]).fetchall()[0][0] for regex in regexes)


def polars_contains(bodies: Sequence[str], regexes: Sequence[str]) -> int:
    """Run one `str.contains` an expression."""
    series = pl.Series(bodies)
    return sum(int(series.str.contains(f"(?i){regex}").sum()) for regex in regexes)


def ripgrep(bodies: Sequence[str], regexes: Sequence[str]) -> int:
    """Run ripgrep once an expression over a file of one line a message."""
    rg = ripgrep_path()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bodies"
        file.write_text("\n".join(" ".join(body.split()) for body in bodies) + "\n", "utf-8")
        count = 0
        for regex in regexes:
            found = subprocess.run(
                [rg, "-c", "-i", regex, file], capture_output=True, text=True, check=False
            )
            count += int(found.stdout or 0)
    return count


def ripgrep_path() -> str | None:
    """Return where ripgrep is, None where it is not installed."""
    beside = Path(sys.executable).with_name("rg")
    return str(beside) if beside.exists() else shutil.which("rg")


class Hyperscan:
    """Bare Hyperscan over the bodies' bytes: the ceiling; the database is compiled beforehand."""

    def __init__(self, expressions: Sequence[str], *, literal: bool) -> None:
        """Compile the expressions."""
        import hyperscan as hs  # noqa: PLC0415 - only `make bench` has it

        flags = hs.HS_FLAG_CASELESS | hs.HS_FLAG_SINGLEMATCH
        self.database = hs.Database()
        plain = [one if literal else one.replace(r"\b", "") for one in expressions]
        self.database.compile(
            expressions=[one.encode() for one in plain],
            ids=list(range(len(plain))),
            elements=len(plain),
            flags=[flags] * len(plain),
            literal=literal,
        )

    def __call__(self, bodies: Sequence[bytes]) -> int:
        """Scan every body; count the hits."""
        count = 0

        def hit(*_: object) -> None:
            nonlocal count
            count += 1

        for body in bodies:
            self.database.scan(body, match_event_handler=hit)
        return count


def literals(rules: Ruleset) -> list[str]:
    """Return one literal of every entry of the vocabulary: what a bare scan would look for."""
    found = set()
    for concept in rules.concepts.values():
        for _, _, entry in concept.entries():
            if isinstance(entry, TextEntry):
                found.add(max(entry.pieces, key=len))
            else:
                found.add(max((part.stem for part in entry.parts if part), key=len))
    return sorted(found)


def seconds(scan: Scan, bodies: Sequence[str], regexes: Sequence[str]) -> tuple[float, int]:
    """Return a scan's CPU seconds a message, and how much it found."""
    spent: list[float] = []
    with cpu(spent):
        found = scan(bodies, regexes)
    return spent[0] / len(bodies), found
