"""Normalising: what is folded, what is unmasked, and the way back to the verbatim text."""

import pytest
from bounded import ends_within_limits
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.folding import fold_piece
from pipeline.text.normalise import hides_a_word, normalise

_ALPHABET = st.one_of(
    st.sampled_from(list("review rating 5★☆⭐r3v!ew.-_·@$€ İıßŁéñÉ評価レビュー改成ﾚﾋﾞｭｰＡ５①")),
    st.sampled_from(
        ["\u200b", "\u00ad", "\ufe0f", "\u20e3", "\u202e", "\u0301", "\u00a0", "\u3000"]
    ),
    st.characters(),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello THERE", "hello there"),
        ("Größe, Straße, Łódź, İSTANBUL ışık", "grosse, strasse, lodz, istanbul isik"),
        ("ＡＢＣ ５ ⑤ 5️⃣", "abc 5 5 5"),
        ("⭐️🌟★☆", "★★★☆"),
        ("ﾚﾋﾞｭｰ ガ が", "レビュー ガ が"),
        ("a\u00a0b\u3000c", "a b c"),
        ("it’s “fine” – ok", 'it\'s "fine" - ok'),
    ],
)
def test_folds_case_width_accents_and_blanks(text: str, expected: str) -> None:
    """Letters are folded; a kana's dakuten makes another letter and stays."""
    assert expected == normalise(text).text


@pytest.mark.parametrize(
    "text",
    [
        "r.e.v.i.e.w",
        "r e v i e w",
        "re-view",
        "revi3w",
        "r*view",
        "re\u200bview",
        "rеviеw",
        "R E V I E W",
    ],
)
def test_undoes_disguises_of_a_known_word(text: str) -> None:
    """A hidden spelling reads as the word, and is marked as hidden."""
    folded = normalise(text)
    assert (folded.text, folded.obfuscated) == ("review", ((0, 6),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("re\u00adview", "review"),
        ("re\u00a0stock", "re stock"),
        ("RV-5 and B0C7XK2M1", "rv-5 and b0c7xk2m1"),
        ("👨‍👩‍👧 ok", "👨👩👧 ok"),
        ("feed-back", "feedback"),
        ("5 μm, 7 Ω, Москва", "5 μm, 7 ω, москва"),
    ],
)
def test_innocent_marks_hide_nothing(text: str, expected: str) -> None:
    """Soft hyphens, joined emoji, part numbers and foreign names are no disguise."""
    folded = normalise(text)
    assert (expected, ()) == (folded.text, folded.obfuscated)


def test_a_stretch_maps_back_to_what_was_written() -> None:
    """The way back covers the whole disguised word and nothing around it."""
    text = "Bitte die r.e.v.i.e.w löschen"
    folded = normalise(text)
    start = folded.text.index("review")
    low, high = folded.verbatim(start, start + 6)
    assert text[low:high] == "r.e.v.i.e.w"


@given(st.text("aé字ßﬁ½①Ａ\u0301\u200b。 ", max_size=30))
def test_each_letter_leads_to_what_it_was_folded_from(text: str) -> None:
    """Folding the stretch that letters lead back to gives those letters and no others."""
    folded = normalise(text)
    said: dict[tuple[int, int], str] = {}
    for place, letter in enumerate(folded.text):
        stretch = folded.verbatim(place, place + 1)
        said[stretch] = said.get(stretch, "") + letter
    assert said == {(start, end): fold_piece(text[start:end]) for start, end in said}


def test_composed_and_decomposed_accents_read_the_same() -> None:
    """An accent written apart is folded like one written together."""
    assert normalise("e\u0301valuation").text == normalise("évaluation").text == "evaluation"


@settings(max_examples=300, deadline=None)
@given(st.lists(_ALPHABET, max_size=40).map("".join))
def test_any_text_maps_back_in_order(text: str) -> None:
    """Whatever the text: nothing raises, places rise, and no stretch is empty."""
    folded = normalise(text)
    places = [folded.verbatim(n, n + 1) for n in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
    assert all(0 <= start < end <= len(folded.text) for start, end in folded.obfuscated)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """A normalised ASCII text is its own normal form."""
    once = normalise(text).text
    assert once == normalise(once).text


ENDLESS = {
    "a word": "x" * 250_000,
    "a word of another script's neighbour": "\u00e9" + "x" * 250_000,
    "signs": "z1z " + "!" * 250_000,
    "signs and letters": "!a" * 125_000 + " z1z",
    "spaced letters": "r " * 125_000,
    "split letters": "re." * 80_000,
    "marks on one letter": "e" + "\u0301\u0316" * 250_000,
    "stars in a word": "re*iew" + "*" * 250_000 + "5",
}


@pytest.mark.parametrize("name", sorted(ENDLESS))
def test_endless_texts_are_read_in_one_pass(name: str) -> None:
    """What is quadratic would need many minutes; the kernel ends it after some seconds."""
    assert ends_within_limits(lambda: hides_a_word(normalise(ENDLESS[name]).text))


def test_marks_beyond_any_language_change_no_letter() -> None:
    """A word under a hundred accents per letter reads as the word."""
    buried = "".join(letter + "\u0301" * 100 for letter in "review")

    assert "review" == normalise(buried).text
    assert (0, len(buried)) == normalise(buried).verbatim(0, 6)
