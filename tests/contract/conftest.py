"""For all runs of this folder: faults of our own show where they are."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _faults_in_full() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MSGAUDIT_TRACEBACK", "1")
        yield
