"""Reading one step ahead changes nothing but the time it takes."""

import threading
from collections.abc import Iterator

import pytest

from pipeline.ingest.ahead import ahead


def test_items_come_in_order_and_from_another_thread() -> None:
    """Every item comes once, empty ones too; the next one is made while this one is used."""

    def items() -> Iterator[object]:
        yield from (0, "", None, threading.current_thread())

    found = list(ahead(items()))

    assert found[:3] == [0, "", None]
    assert found[3] is not threading.current_thread()


def test_an_error_comes_after_the_items_before_it() -> None:
    """What was read before the error is not lost."""

    def items() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    found = ahead(items())

    assert next(found) == 1
    with pytest.raises(OSError, match="gone"):
        next(found)
