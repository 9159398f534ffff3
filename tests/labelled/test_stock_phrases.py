"""Stock phrases: what shops send word for word, thousands of times, in thirteen languages.

"Contact us before leaving negative feedback" and "write a review, get a voucher" must not be
missed, however short and alone they stand; nobody is accused of thanks for five stars, of being
sorry about three, of asking what was missing or of telling where one leaves feedback. The second
reader has learned from these files, so the bounds keep what was reached and prove nothing about
unseen texts; from those in `unread/` it never learns.
"""

import pytest
from contract.shop import Run
from labelled_threads import Thread, audited, labelled, named_in

OWN = labelled("macros-own")
OTHERS = labelled("macros-a", "macros-b", "macros-d")
UNREAD = labelled("unread/macros-c")
LEAST_FOUND = 0.95
MOST_ACCUSED = 0.02


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit all threads."""
    return audited([*OWN, *OTHERS, *UNREAD], tmp_path_factory.mktemp("phrases"))


def test_the_plainest_are_found_and_nobody_is_accused(judged: Run) -> None:
    """Every phrase of our own list gets its verdict."""
    found = named_in(judged, "findings")
    violating = {thread["id"] for thread in OWN if thread["policies"]}
    assert violating - found == set()
    assert {thread["id"] for thread in OWN} & found - violating == set()


@pytest.mark.parametrize("threads", [OTHERS, UNREAD], ids=["learned", "unread"])
def test_phrases_of_other_authors_hold(judged: Run, threads: list[Thread]) -> None:
    """Nearly all are found, the rest waits in the queue; hardly any innocent one is flagged."""
    found, queued = named_in(judged, "findings"), named_in(judged, "queue")
    violating = {thread["id"] for thread in threads if thread["policies"]}
    innocent = {thread["id"] for thread in threads if not thread["policies"]}
    assert len(violating & found) >= LEAST_FOUND * len(violating)
    assert len(violating & (found | queued)) >= 0.99 * len(violating)
    assert len(innocent & found) <= MOST_ACCUSED * len(innocent)
