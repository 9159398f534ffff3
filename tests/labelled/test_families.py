"""Everyday families: a violation and five innocent threads with its words, in every language.

Another speaker, negated, quoted, about another object, after another earlier message. They were
written by several authors as unread tests and measured as such first; the second reader has learned
from them since, so the bounds keep what was reached and prove nothing about unseen texts.
"""

from collections import defaultdict

import pytest
from contract.shop import Run
from labelled_threads import audited, labelled, named_in

FILES = (
    "families-p1", "families-p2", "families-q1", "families-q2", "families-r1", "families-u1",
    "families-u2", "families-v1", "families-w1", "families-x1", "families-x2", "families-x3",
    "families-x4", "families-y1", "families-y2", "families-y3", "families-y4", "families-z1",
    "families-z2", "families-z3", "families-z4", "families-a5", "families-a6", "families-b1",
    "families-b2", "families-c1", "families-c2", "families-c3", "families-c4", "families-c5",
    "families-c6", "families-c7", "families-c8", "families-c10", "families-c11", "families-c12",
    "families-c13", "families-c14", "families-c16", "families-c17", "families-c18", "families-c19",
    "families-c20", "families-c21", "families-c22", "families-c23", "families-c24", "families-c25",
    "families-c26", "families-c27", "families-c28", "families-c29", "families-c30", "families-c31",
    "families-c32", "families-c33", "families-c34", "families-s1", "families-s2", "families-s3",
    "families-s4", "families-s5", "families-c35", "families-n1", "families-n2", "families-n4",
    "families-n5", "families-n6", "families-n7", "families-n8", "families-n9",
)  # fmt: skip
KINDS = ("base", "speaker", "negated", "quoted", "object", "earlier")
"""The threads of a family, in the order of the files."""
THREADS = labelled(*FILES)
FAMILIES = 4_550
LEAST_SEEN = 0.99
"""Share of the violations that are found or queued."""
LEAST_FOUND = 0.97
MOST_ACCUSED = {"speaker": 4, "negated": 13, "quoted": 6, "object": 8, "earlier": 79}
"""So many of the innocent ones are flagged, of as many as there are families."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit all threads."""
    return audited(THREADS, tmp_path_factory.mktemp("families"))


def by_kind() -> dict[str, set[str]]:
    """Return the threads of each kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, thread in enumerate(THREADS):
        found[KINDS[number % len(KINDS)]].add(thread["id"])
    return found


def test_families_are_whole() -> None:
    """Thirteen languages, three hundred and fifty families each, the violation first."""
    assert [thread["kind"] == "violation" for thread in THREADS] == (
        [True, False, False, False, False, False] * FAMILIES
    )
    languages = {thread["lang"] for thread in THREADS}
    assert len(languages) == 13
    assert {sum(t["lang"] == lang for t in THREADS) for lang in languages} == {350 * len(KINDS)}


def test_the_same_words_give_the_other_verdict(judged: Run) -> None:
    """Violations are found or at least queued; hardly any innocent thread is flagged."""
    found, queued = named_in(judged, "findings"), named_in(judged, "queue")
    threads = by_kind()
    base = threads["base"]
    assert len(base & (found | queued)) >= LEAST_SEEN * len(base)
    assert len(base & found) >= LEAST_FOUND * len(base)
    accused = {kind: len(threads[kind] & found) for kind in MOST_ACCUSED}
    assert {kind: n for kind, n in accused.items() if n > MOST_ACCUSED[kind]} == {}
