"""A plain no: what would break a rule, denied in one short sentence, in thirteen languages.

The sentences were written before anything was audited with them; the second reader has not learned
from them. Each stands alone and after a message about a low rating.
"""

import tomllib
from pathlib import Path

import pytest
from contract.shop import Run
from labelled_threads import Thread, audited, named_in

SENTENCES = tomllib.loads(Path(__file__).with_name("plain_no.toml").read_text(encoding="utf-8"))
SPEAKERS = {"to_buyer": ("inbound", "outbound"), "to_staff": ("internal", "internal")}
"""Who speaks of the rating, and who denies."""
MOST_ACCUSED = 16
"""Of 520: 21 before a no right beside the act was a guard."""


def threads() -> list[Thread]:
    """Return each sentence twice."""
    return [
        {
            "id": f"{lang}-{to_whom}-{number}-{'after' if before else 'alone'}",
            "messages": [
                *({"direction": first, "body": texts["review"]} for _ in range(before)),
                {"direction": then, "body": sentence},
            ],
        }
        for lang, texts in SENTENCES.items()
        for to_whom, (first, then) in SPEAKERS.items()
        for number, sentence in enumerate(texts[to_whom])
        for before in (0, 1)
    ]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit all of them."""
    return audited(threads(), tmp_path_factory.mktemp("plain-no"))


def test_who_denies_is_not_accused(judged: Run) -> None:
    """Hardly any of them is a finding."""
    assert len(threads()) == 13 * 20 * 2
    assert len(named_in(judged, "findings")) <= MOST_ACCUSED
