"""Openly said and its innocent twin, in every language: the other word gives the other verdict.

The second reader has learned from these pairs, so they prove that nothing openly said was lost,
not how unseen texts fare; that is measured on texts of other authors.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from contract.shop import Run, audit, said, table

PAIRS = [
    json.loads(line)
    for line in Path(__file__).with_name("pairs.jsonl").read_text(encoding="utf-8").splitlines()
]
LANGUAGES = sorted({pair["lang"] for pair in PAIRS})
MOST_MISSED = 2
"""In one language; what is missed has to be in the queue, but for one in all."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit every sentence, each violation also as the buyer's words."""
    folder = tmp_path_factory.mktemp("pairs")
    rows = []
    for pair in PAIRS:
        message = pair["messages"][0]
        rows.append(said(pair["id"], "2025-02-01T10:00:00Z", message["body"], thread_id=pair["id"],
                         direction=message["direction"]))  # fmt: skip
        if pair["policies"]:
            rows.append(said(f"buyer-{pair['id']}", "2025-02-01T10:00:00Z", message["body"],
                             direction="inbound", thread_id=f"buyer-{pair['id']}",
                             sender="kim@web.example"))  # fmt: skip
    table(folder / "in" / "m.csv", rows)
    return audit(folder)


def test_there_are_pairs_in_every_language() -> None:
    """Thirteen languages, every policy in each."""
    kinds = {(pair["lang"], policy) for pair in PAIRS for policy in pair["policies"]}
    assert (len(LANGUAGES), len(kinds)) == (13, 13 * 13)


def test_the_innocent_twin_is_not_flagged(judged: Run) -> None:
    """Negated, about another object, for nothing in return: no finding."""
    flagged = {row["message_id"] for row in judged.rows("findings")}
    assert [pair["id"] for pair in PAIRS if not pair["policies"] and pair["id"] in flagged] == []


def test_the_buyer_may_say_it(judged: Run) -> None:
    """The same words of another speaker are no violation."""
    flagged = {str(row["message_id"]) for row in judged.rows("findings")}
    assert [name for name in flagged if name.startswith("buyer-")] == []


def test_what_is_said_openly_is_found(judged: Run) -> None:
    """A finding of one of its policies; the very few that lack one wait in the queue."""
    found = {(row["message_id"], row["policy_id"]) for row in judged.rows("findings")}
    queued = {row["message_id"] for row in judged.rows("queue")}
    missed = [
        pair
        for pair in PAIRS
        if pair["policies"] and not any((pair["id"], p) in found for p in pair["policies"])
    ]
    by_language = Counter(pair["lang"] for pair in missed)
    assert max(by_language.values(), default=0) <= MOST_MISSED, missed
    assert len([pair["id"] for pair in missed if pair["id"] not in queued]) <= 1, missed
