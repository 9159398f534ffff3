"""Families of wordings: copy trees are recovered, later messages change nothing."""

from itertools import pairwise

from pipeline.wordings import families, plain

ROOT = "We have returned the whole sum, would you kindly turn the one star into five"
TREE = [
    ROOT,
    ROOT + " today",
    ROOT + " today please",
    ROOT.replace("kindly", "please kindly"),
    ROOT.replace("one star", "two stars"),
]
OTHER = "Take the comment about the shade off the page and the voucher is yours"


def test_copy_tree() -> None:
    """Each copy with an edit hangs on the wording it was made from; another text stands alone."""
    found = dict(families([TREE[0], OTHER, *TREE[1:]]))
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
    first, second = (v for _, v in families(["Refund of £12.50 sent", "refund  of £99.10 SENT"]))

    assert first.variant_id == second.variant_id
    assert plain("A  1") == plain("a 2")


def test_later_messages_change_nothing() -> None:
    """Every shorter archive puts its wordings where the longer one does."""
    texts = [TREE[0], OTHER, *TREE[1:]]
    runs = [dict(families(texts[:n])) for n in range(1, len(texts) + 1)]

    for shorter, longer in pairwise(runs):
        assert shorter == {text: longer[text] for text in shorter}
