"""Reports of the invented story, each written once for all tests."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from report.story import Story, plant

from pipeline.report import ReportMeta, write_report
from pipeline.store import Store

META = ReportMeta(
    version="9.9.9",
    settings={"gap_days": 14, "negative_at_most": 3, "names": ["Lumenforge"], "disabled": []},
    ruleset_version="2026.11",
    period=(date(2025, 10, 1), date(2026, 6, 15)),
    generated_at=datetime(2026, 6, 20, 8, 0, tzinfo=UTC),
    zone="Europe/London",
    inputs=("exports/",),
)

Planted = Callable[..., tuple[Store, Story]]


@pytest.fixture
def planted() -> Iterator[Planted]:
    """Return a maker of stores that hold the story."""
    stores = []

    def make(
        flagged: int = 24, ordinary: int = 300, more: Callable[[Story], None] | None = None
    ) -> tuple[Store, Story]:
        store = Store()
        stores.append(store)
        return store, plant(store, flagged=flagged, ordinary=ordinary, more=more)

    yield make
    for store in stores:
        store.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of 24 flagged conversations among 300 ordinary ones."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    with Store() as store:
        plant(store, flagged=24, ordinary=300)
        write_report(store, path, META)
    return path
