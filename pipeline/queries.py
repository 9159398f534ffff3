"""The SQL files: a stage is a folder of them, each one SELECT whose stem names the table it makes.

The order inside a folder follows from what the files read.
"""

import re
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from pipeline.errors import StageError
from pipeline.resources import resource_dir

_PARAMETER = re.compile(r"\$([a-z_]+)")
_HEADER = re.compile(r"^-- (?P<key>[a-z_]+): *(?P<value>.*)$")


@dataclass(frozen=True, slots=True)
class Query:
    """One SQL file: the table it makes, what it reads, the columns it emits, its text."""

    path: Path
    table: str
    purpose: str
    why: str
    reads: tuple[str, ...]
    emits: tuple[str, ...]
    sql: str

    @property
    def parameters(self) -> frozenset[str]:
        """The named parameters (`$name`) the query wants."""
        code = "\n".join(line for line in self.sql.splitlines() if not line.startswith("--"))
        return frozenset(_PARAMETER.findall(code))


def read_query(path: Path) -> Query:
    """Parse the header of an SQL file.

    The header's first line is `-- <table>: purpose`, then `-- why:`, `-- reads:` (a comma list)
    and `-- emits:` (a comma list, two blanks, then the grain); a line that begins `--   `
    continues the one before.

    Raises:
        StageError: a key is missing.

    """
    sql = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    key = ""
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        match = _HEADER.match(line)
        if match and not line.startswith("--   "):
            key = match["key"]
            header[key] = match["value"].strip()
        elif key:
            header[key] += " " + line[2:].strip()
    missing = {path.stem, "why", "reads", "emits"} - header.keys()
    if missing:
        raise StageError(f"header lacks {', '.join(sorted(missing))}", source=str(path))
    reads = header["reads"].strip().rstrip(".")
    emits = re.split(r"\s{2,}|; ", header["emits"], maxsplit=1)[0]
    return Query(
        path=path,
        table=path.stem,
        purpose=header[path.stem],
        why=header["why"],
        reads=() if reads in ("", "-") else tuple(part.strip() for part in reads.split(",")),
        emits=tuple(part.strip() for part in emits.split(",")),
        sql=sql,
    )


def queries(folder: str) -> list[Query]:
    """Return the SQL files of a stage in an order in which each one's inputs come first.

    Raises:
        StageError: two files read each other.

    """
    found = {
        q.table: q for q in map(read_query, sorted((resource_dir("sql") / folder).glob("*.sql")))
    }
    graph = {name: sorted(set(query.reads) & found.keys()) for name, query in found.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise StageError(f"the files of sql/{folder} read each other: {error.args[1]}") from None
    return [found[name] for name in order]
