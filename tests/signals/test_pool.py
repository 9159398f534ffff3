"""Scan processes: the same result as without them, in order, and a clear end if one dies."""

import multiprocessing
from collections.abc import Iterator

import polars as pl
import pytest

from pipeline.errors import StageError
from pipeline.signals import pool
from pipeline.signals.batch import BatchReader
from pipeline.signals.pool import scan_batches
from pipeline.signals.ruleset import Ruleset

BODIES = (
    "Please change your review to five stars.",
    "Der Paketdienst kommt am Montag.\n\nViele Grüße\nTom",
    "麻烦您修改一下评价。",
    "> Please delete your review\nNo.",
    "",
)


def batches(count: int) -> Iterator[pl.DataFrame]:
    """Yield batches of a few messages each."""
    for number in range(count):
        yield pl.DataFrame(
            {
                "message_id": [f"{number}-{place}" for place in range(len(BODIES))],
                "subject": ["", "Re: review", "", "", "x"],
                "body": BODIES,
                "direction": ["outbound", "outbound", "internal", "inbound", "inbound"],
            }
        )


@pytest.mark.parametrize("largest", [4_000, 2])
def test_processes_change_nothing(
    ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    """One process or three, batches whole or cut: every table has the same rows in order."""
    monkeypatch.setattr(pool, "_LARGEST", largest)
    monkeypatch.setattr(pool, "_SMALLEST", min(largest, 500))
    alone = list(scan_batches(batches(7), ruleset, workers=1, messages=35))
    shared = list(scan_batches(batches(7), ruleset, workers=3, messages=35))
    assert [5] * 7 == [height for height, _ in shared]
    for (_, expected), (_, found) in zip(alone, shared, strict=True):
        assert all(one.equals(other) for one, other in zip(expected, found, strict=True))
    assert alone[0][1].signals.height > 2


def test_a_stop_before_the_processes_have_the_rules(
    ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They wait for nothing: the scan ends at once, and no process stays behind."""

    def stopped(_: Ruleset) -> BatchReader:
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "batch_reader", stopped)
    with pytest.raises(KeyboardInterrupt):
        list(scan_batches(batches(3), ruleset, workers=2, messages=60))
    assert not multiprocessing.active_children()


def test_a_process_that_dies(ruleset: Ruleset) -> None:
    """What is left undone is said in one line, and no process stays behind."""

    def deadly() -> Iterator[pl.DataFrame]:
        yield from batches(3)
        for child in multiprocessing.active_children():
            child.kill()
        yield from batches(9)

    with pytest.raises(StageError, match="scan process died"):
        list(scan_batches(deadly(), ruleset, workers=2, messages=60))
    assert not multiprocessing.active_children()
