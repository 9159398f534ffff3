"""Families of wordings: copy trees are recovered, later messages change nothing."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest

from pipeline import wordings
from pipeline.wordings import Memory, Variant, families, joined, leaders_of, plain

ROOT = "We have returned the whole sum, would you kindly turn the one star into five"
TREE = [
    ROOT,
    ROOT + " today",
    ROOT + " today please",
    ROOT.replace("kindly", "please kindly"),
    ROOT.replace("one star", "two stars"),
]
OTHER = "Take the comment about the shade off the page and the voucher is yours"


def grouped(texts: Sequence[str], flagged: Sequence[str] | None = None) -> dict[str, Variant]:
    """Return the place of each wording; all of them are flagged unless said otherwise."""
    leaders = joined(leaders_of(texts if flagged is None else flagged), texts)
    return dict(families(texts, leaders))


def test_copy_tree() -> None:
    """Each copy with an edit hangs on the wording it was made from; another text stands alone."""
    found = grouped([TREE[0], OTHER, *TREE[1:]])
    root = found[ROOT]

    assert (root.parent_id, root.similarity) == (None, None)
    assert {root.phrase_id} == {found[text].phrase_id for text in TREE}
    assert found[OTHER].phrase_id != root.phrase_id
    parents = [found[text].parent_id for text in TREE[1:]]
    assert parents == [
        root.variant_id,
        found[TREE[1]].variant_id,
        root.variant_id,
        root.variant_id,
    ]


def test_numbers_case_and_blanks_are_one_variant() -> None:
    """A macro filled with another sum is the same variant."""
    first, second = grouped(["Refund of £12.50 sent", "refund  of £99.10 SENT"]).values()

    assert first.variant_id == second.variant_id
    assert plain("A  1") == plain("a 2")


def test_later_messages_change_nothing() -> None:
    """Every shorter archive puts its wordings where the longer one does."""
    texts = [TREE[0], OTHER, *TREE[1:]]
    runs = [grouped(texts[:n]) for n in range(1, len(texts) + 1)]

    for shorter, longer in pairwise(runs):
        assert shorter == {text: longer[text] for text in shorter}


def test_an_unflagged_draft_is_the_root() -> None:
    """A draft nobody flagged joins the family of what was flagged later, and is its first form."""
    draft, other = (
        ROOT.replace("the whole sum", "all the money"),
        "Your parcel left our house today",
    )
    found = grouped([draft, other, ROOT, TREE[1]], flagged=[ROOT, TREE[1]])

    assert other not in found
    assert (found[draft].parent_id, found[draft].phrase_id) == (None, found[ROOT].phrase_id)
    assert found[ROOT].parent_id == found[draft].variant_id
    assert found[TREE[1]].parent_id == found[ROOT].variant_id


def test_copies_of_copies_stay_in_the_family() -> None:
    """Word by word everything is replaced; each is a copy of the one before it."""
    words = ROOT.split()
    texts = [ROOT]
    for place in range(0, len(words), 2):
        words[place] = f"{words[place][::-1]}x"
        texts.append(" ".join(words))
    found = grouped(texts)

    assert {v.phrase_id for v in found.values()} == {found[ROOT].phrase_id}
    assert [found[text].parent_id for text in texts[1:]] == [
        found[text].variant_id for text in texts[:-1]
    ]
    assert grouped([ROOT, texts[-1]])[texts[-1]].phrase_id != found[ROOT].phrase_id


def test_nothing_flagged_leads_nothing() -> None:
    """Without a flagged wording no family is made of what staff write every day."""
    assert grouped(TREE, flagged=[]) == {}


def test_the_work_of_a_large_family_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parents come from a family's first wordings; every later one still finds its family."""
    monkeypatch.setattr(wordings, "FIRST", 2)
    texts = [f"Please change the review you wrote about parcel {name}" for name in "abcdef"]
    found = grouped(texts)
    assert len({variant.phrase_id for variant in found.values()}) == 1
    parents = {variant.parent_id for variant in found.values()} - {None}
    assert parents <= {found[text].variant_id for text in texts[:2]}


@pytest.mark.parametrize("seed", range(40))
def test_a_memory_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what was found out before, archives that grow and shrink get the very same families."""
    pick = random.Random(seed)
    monkeypatch.setattr(wordings, "FIRST", 3)
    words = ROOT.split()

    def text() -> str:
        changed = list(words if pick.random() < 0.7 else OTHER.split())
        for _ in range(pick.randint(0, 4)):
            changed[pick.randrange(len(changed))] = pick.choice(("please", "now", "star", "7"))
        return " ".join(changed)

    texts = [text() for _ in range(pick.randint(2, 12))]
    memory = Memory()
    for _ in range(5):
        flagged = [one for at, one in enumerate(texts) if at % 3 or at == 0]
        leaders = joined(leaders_of(flagged, memory.leaders), texts, memory)
        found = dict(families(texts, leaders, memory.members))
        memory.members = {}
        for one in texts:
            if plain(one) in leaders:
                members = memory.members.setdefault(leaders[plain(one)], {})
                members.setdefault(plain(one), found[one])

        assert found == grouped(texts, flagged)
        for _ in range(pick.randint(0, 6)):
            texts.insert(len(texts) if pick.random() < 0.7 else pick.randint(0, len(texts)), text())
        if pick.random() < 0.3:
            texts.pop(pick.randrange(len(texts)))
