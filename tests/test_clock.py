"""Stages, rates and what is left of them."""

import pytest

from pipeline import clock as clock_module
from pipeline.clock import Clock, Counter


def test_seconds_by_stage() -> None:
    """Each stage has its seconds, and was announced."""
    said: list[str] = []
    clock = Clock(said.append)
    with clock.stage("read"):
        pass
    assert said == ["read"]
    assert list(clock.timing() or ()) == ["read"]


def test_nothing_that_differs_is_written_for_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With SOURCE_DATE_EPOCH neither seconds nor memory are told."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    clock = Clock(lambda _: None)
    assert (clock.timing(), clock.peak_memory()) == (None, None)


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        (1, "scan: 50,000 of 200,000"),
        (10, "scan: 50,000 of 200,000, 5,000/s, 30 s left"),
        (100, "scan: 50,000 of 200,000, 500/s, 5 min 0 s left"),
        (5_000, "scan: 50,000 of 200,000, 10/s, 4 h 10 min left"),
    ],
)
def test_how_long_it_still_takes(monkeypatch: pytest.MonkeyPatch, spent: float, said: str) -> None:
    """A rate is told once it means something."""
    now = [0.0]
    monkeypatch.setattr(clock_module.time, "monotonic", lambda: now[0])
    heard: list[str] = []
    counter = Counter(heard.append, "scan", 200_000)
    now[0] = spent
    counter.add(50_000)
    assert heard == [said]
