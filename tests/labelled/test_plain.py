"""Plain texts: what anybody would recognise at once, a sentence or two, in thirteen languages.

"Can you make it five?", "for five stars we pay 5 € back", "mum and sister should review it too":
short messages give little to read, and most of what is learned from holds such a sentence more
often where it is harmless. The second reader has learned from these files, so the bounds keep what
was reached and prove nothing about unseen texts; from those in `unread/` it never learns.
"""

import pytest
from contract.shop import Run
from labelled_threads import Thread, audited, labelled, named_in

LEARNED = labelled("plain-own", "plain-a", "plain-b", "plain-c")
UNREAD = labelled("unread/plain-d")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit all threads."""
    return audited([*LEARNED, *UNREAD], tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize(
    ("threads", "least_found", "least_seen", "most_accused"),
    [(LEARNED, 0.9, 0.97, 0.01), (UNREAD, 0.58, 0.87, 0.02)],
    ids=["learned", "unread"],
)
def test_plain_texts_are_seen(
    judged: Run,
    threads: list[Thread],
    least_found: float,
    least_seen: float,
    most_accused: float,
) -> None:
    """Most are found, nearly all at least queued; hardly anybody is accused of harmless ones."""
    found, queued = named_in(judged, "findings"), named_in(judged, "queue")
    violating = {thread["id"] for thread in threads if thread["policies"]}
    innocent = {thread["id"] for thread in threads if not thread["policies"]}
    assert len(violating & found) >= least_found * len(violating)
    assert len(violating & (found | queued)) >= least_seen * len(violating)
    assert len(innocent & found) <= most_accused * len(innocent)
