from collections.abc import Iterator

import polars as pl
import pytest

from pipeline.ingest.gather import Batch, batches
from pipeline.model import Quarantined, Record, Table


def rows(count: int) -> Iterator[Record | Quarantined]:
    """Yield messages, refunds and broken rows in turn."""
    for n in range(count):
        kind = "messages" if n % 3 == 0 else "refunds"
        broken = Quarantined("messages", f"row {n}", "broken", "")
        yield broken if n % 3 == 2 else Record(kind, f"row {n}", {})


def places(batch: Batch) -> list[str]:
    frame = batch.aside["source_locator"] if batch.frame is None else batch.frame["locator"]
    return frame.to_list()


def test_kinds_that_take_turns_are_gathered() -> None:
    """Rows that alternate make a frame a kind, not one a row; each knows where it stood."""
    found = list(batches(rows(300)))

    assert len(found) == 3
    assert [[f"row {n}" for n in batch.numbers] for batch in found] == [*map(places, found)]
    assert sorted(n for batch in found for n in batch.numbers) == list(range(300))


def test_long_texts_are_not_gathered_without_end() -> None:
    """Mails may be long: a frame is made before they fill the memory, and no row is lost."""
    body = "x" * 1_000_000
    mails = (Record("messages", f"row {n}", {"body": body}) for n in range(100))

    found = list(batches(mails))

    assert [n for batch in found for n in batch.numbers] == list(range(100))
    assert max(len(batch.numbers) for batch in found) < 40


def test_tables_pass_through() -> None:
    """What waits goes before a table, and its rows are counted with the others."""
    table = Table("orders", pl.DataFrame({"locator": ["a", "b"]}))

    found = list(batches([*rows(2), table, *rows(1)]))

    kinds = [(batch.kind, list(batch.numbers)) for batch in found]
    assert kinds == [("messages", [0]), ("refunds", [1]), ("orders", [2, 3]), ("messages", [4])]


def test_what_came_before_an_error_comes_first() -> None:
    """A reader that stops costs nothing that it gave before."""

    def stops() -> Iterator[Record | Quarantined]:
        yield from rows(2)
        raise OSError

    found = batches(stops())

    assert [next(found).kind, next(found).kind] == ["messages", "refunds"]
    with pytest.raises(OSError):  # noqa: PT011  no other can come
        next(found)
