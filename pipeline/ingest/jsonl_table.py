"""JSON Lines: one object a line, with the contract's columns or those a mapping names."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from pipeline.ingest._json_entries import ROW_LISTS
from pipeline.ingest.base import FORMAT, Context, Layout, UnreadableError, beginning
from pipeline.ingest.canonical import EXCERPT
from pipeline.ingest.columns import layout_of, nearest_lack
from pipeline.ingest.csv_table import empty_table
from pipeline.ingest.delimited import BATCH_BYTES, utf8_blocks
from pipeline.ingest.encodings import decoded_head, encoding_of, looks_like_text
from pipeline.ingest.gather import as_text
from pipeline.model import Quarantined, Record, Table

_LOOKED_AT = 20
_LONGEST_LINE = 16 * 1024 * 1024
"""A longer one holds a text that is too long in any case, and is passed over."""


class JsonLinesReader:
    """Any file of JSON objects, one a line; what it holds is decided by their keys."""

    name = "jsonl"
    priority = FORMAT - 5  # exports whose lines have a mark of their own come first

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim text of which one of the first lines is a whole object, and no list of rows."""
        del path
        if not looks_like_text(head):
            return False
        return any(_is_row(_loaded(line)) for line in _first_lines(head))

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the rows in batches.

        Raises:
            UnreadableError: the objects have no known keys.

        """
        head = beginning(path)
        keys: dict[str, None] = {}
        for line in _first_lines(head):
            found = _loaded(line)
            if isinstance(found, dict):
                keys |= dict.fromkeys(key for key in found if key.strip())
        layout = layout_of(list(keys), context.mapping)
        if layout is None:
            raise UnreadableError(f"JSON Lines of unknown keys: {nearest_lack(list(keys))}")
        context.layouts.append(layout)
        context.epoch = True
        yield empty_table(layout)
        number, carry, passing = 1, b"", False
        for block, last in utf8_blocks(path, encoding_of(path, head), BATCH_BYTES):
            begin = block.find(b"\n") if passing else 0
            if begin < 0:
                continue
            text, passing = carry + block[begin:], False
            cut = len(text) if last else text.rfind(b"\n") + 1
            yield from _rows(text[:cut], number, layout)
            number += text.count(b"\n", 0, cut)
            carry = text[cut:]
            if len(carry) > _LONGEST_LINE:
                shown = carry[: 4 * EXCERPT].decode("utf-8", "ignore")[:EXCERPT]
                reason = f"a line of more than {_LONGEST_LINE:,} bytes"
                yield Quarantined(layout.kind, f"line {number}", reason, shown)
                carry, passing = b"", True


def _first_lines(head: bytes) -> list[str]:
    lines = (line.strip("\ufeff \t\r") for line in decoded_head(head).split("\n"))
    return [line for line in lines if line][:_LOOKED_AT]


def _is_row(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    lists = (value.get(name) for name in ROW_LISTS)
    return not any(isinstance(one, list) and one and isinstance(one[0], dict) for one in lists)


def _loaded(line: str | bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _rows(text: bytes, number: int, layout: Layout) -> Iterator[Table | Quarantined]:
    if not text.strip():
        return
    regular = _by_column(text, number, layout)
    if regular is not None:
        yield regular
    else:
        yield from _line_by_line(text, number, layout)


def _by_column(text: bytes, number: int, layout: Layout) -> Table | None:
    """Read a batch at once; refuse one with a blank or broken line or half a character."""
    if b"\\ud" in text or b"\\uD" in text:
        return None
    headers = dict.fromkeys(layout.understood.values(), pl.String)
    try:
        frame = pl.read_ndjson(io.BytesIO(text), schema=headers)
    except (pl.exceptions.PolarsError, RuntimeError):
        return None
    if frame.height != text.count(b"\n") + (not text.endswith(b"\n")):
        return None
    numbers = pl.int_range(number, number + frame.height, eager=True)
    columns = [pl.col(header).alias(name) for name, header in layout.understood.items()]
    return Table(
        layout.kind, frame.select(pl.format("line {}", pl.lit(numbers)).alias("locator"), *columns)
    )


def _line_by_line(text: bytes, number: int, layout: Layout) -> Iterator[Table | Quarantined]:
    good: list[tuple[str | None, ...]] = []
    for at, line in enumerate(text.split(b"\n"), number):
        if not line.strip():
            continue
        found = _loaded(line)
        if isinstance(found, dict):
            cells = (_cell(found.get(header)) for header in layout.understood.values())
            good.append((f"line {at}", *cells))
            continue
        if good:
            yield _table(good, layout)
            good = []
        reason = "not valid JSON" if found is None else "not a JSON object"
        shown = line.decode("utf-8", "replace").strip()[:EXCERPT]
        yield Quarantined(layout.kind, f"line {at}", reason, shown)
    if good:
        yield _table(good, layout)


def _table(rows: Sequence[tuple[str | None, ...]], layout: Layout) -> Table:
    schema = dict.fromkeys(("locator", *layout.understood), pl.String)
    return Table(layout.kind, pl.DataFrame(rows, schema=schema, orient="row"))


def _cell(value: object) -> str | None:
    if isinstance(value, dict | list):
        return as_text(json.dumps(value, ensure_ascii=False))
    return as_text(value)


READER = JsonLinesReader()
