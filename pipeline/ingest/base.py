"""What a reader is: one module an export format, found by its folder.

A module of this package that has a `READER` is a reader; nothing else registers it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Protocol

from pipeline.config import Config, TableMapping
from pipeline.errors import AuditError
from pipeline.model import Attachment, Quarantined, Record, Table

HEAD_BYTES = 64 * 1024
"""How much of a file's beginning `sniff` is given."""

LONGEST_FIRST_LINE = 4 * 1024 * 1024
"""So much more it is given where the first line is longer: a header or an object may be."""

_LINE_END = re.compile(rb"[\r\n]")

FORMAT, DIALECT, GENERIC = 30, 20, 10
"""Priorities: a format with a mark of its own, a known table's header, any table."""


class UnreadableError(AuditError):
    """The file yields nothing; the message says why and is shown as the file's note."""


def beginning(path: Path) -> bytes:
    """Return a file's beginning, with the whole of its first line.

    Raises:
        OSError: the file cannot be read.

    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        if len(head) == HEAD_BYTES and not _LINE_END.search(head.lstrip()):
            head += stream.readline(LONGEST_FIRST_LINE)
    return head


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table's columns were understood: canonical name -> header, and the rest."""

    kind: str
    understood: Mapping[str, str]
    ignored: tuple[str, ...]


@dataclass(slots=True)
class Context:
    """What a reader is told about the file it reads, and where it says what it decided.

    `date_order` and `epoch` may be set by a reader before its first row: they tell how the
    times of this file are written (see `pipeline.times.parse_time`).
    """

    config: Config
    source_file: str
    warn: Callable[[str, str], None] = lambda _locator, _warning: None
    attach: Callable[[str, Attachment], None] = lambda _locator, _attachment: None
    """Takes a file that came with the row of a locator."""
    came_back: Callable[[str, str], None] = lambda _locator, _message_id: None
    """Takes the id of a message that was not delivered, as the row of a locator says."""
    layouts: list[Layout] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    date_order: str = ""
    epoch: bool = False

    @property
    def mapping(self) -> TableMapping | None:
        """The first `[[inputs.mapping]]` that matches the file's name or path."""
        path = PurePosixPath(self.source_file)
        for mapping in self.config.mappings:
            if fnmatch(path.name, mapping.match) or fnmatch(self.source_file, mapping.match):
                return mapping
        return None

    @property
    def marketplace(self) -> str:
        """The marketplace that rules where a file does not say, or nothing."""
        return self.config.marketplaces[0] if self.config.marketplaces else ""


class Reader(Protocol):
    """One export format."""

    name: str
    priority: int

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the file, whose first bytes are `head`, is of this format."""
        ...

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the rows of a file.

        Values are as written; times, directions, marketplaces and amounts are understood by
        the facade. A `Table` may be empty: a table of which there is only the header.

        Raises:
            UnreadableError: nothing in the file can be used.

        """
        ...
