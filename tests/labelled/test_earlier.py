"""The same words of the seller after another message of the buyer: the other verdict.

In every language, an ask for "it" after a refund, a settlement after a removal and a deal with a
buyer who offers one, each beside its innocent twin: the address, the parcel, the return. The second
reader has learned from these pairs; they prove nothing about unseen texts.
"""

import pytest
from contract.shop import Run
from labelled_threads import audited, labelled, named_in

THREADS = labelled("pairs-earlier")
LANGUAGES = sorted({thread["lang"] for thread in THREADS})
PRONOUN = "-1a"
"""Asks for “it”: what that is only the buyer's message says; such may wait in the queue."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit all threads."""
    return audited(THREADS, tmp_path_factory.mktemp("earlier"))


def test_every_language_has_its_pairs() -> None:
    """Thirteen languages, three pairs each, alike but for the buyer's message."""
    assert (len(LANGUAGES), len(THREADS)) == (13, 13 * 6)
    last = [thread["messages"][-1]["body"] for thread in THREADS]
    assert last[::2] == last[1::2]


def test_the_innocent_twin_is_not_accused(judged: Run) -> None:
    """The address, the parcel sent back, the return: no finding."""
    innocent = {thread["id"] for thread in THREADS if not thread["policies"]}
    assert innocent & named_in(judged, "findings") == set()


def test_what_the_conversation_makes_an_ask_is_seen(judged: Run) -> None:
    """Settlements are found, asks for “it” found or queued."""
    guilty = {thread["id"] for thread in THREADS if thread["policies"]}
    found, queued = named_in(judged, "findings"), named_in(judged, "queue")
    assert guilty - found - queued == set()
    assert {name for name in guilty - found if not name.endswith(PRONOUN)} == set()
