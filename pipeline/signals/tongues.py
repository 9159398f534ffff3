"""Which languages many texts and their sentences may be in, as `text.language` tells it of one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.signals.arrays import Numbers
from pipeline.signals.concepts import LANGUAGES
from pipeline.text.language import ENOUGH, ONLY_SIMPLIFIED, ONLY_TRADITIONAL
from pipeline.text.letters import Codes, Letters

Scores = npt.NDArray[np.float64]

NAMES = tuple(sorted((*LANGUAGES, "any")))
"""All languages in the order of their names; `any` never scores."""

_HAN = (0x4E00, 0x9FFF)
_KANA = ((0x3041, 0x3096), (0x30A1, 0x30FA))


def counts(told: Numbers, owners: Numbers, size: int, languages: int) -> Scores:
    """Count tell-tale words by owner (a text or a sentence) and language."""
    found = np.bincount(owners * languages + told, minlength=size * languages)
    return found.reshape(size, languages).astype(np.float64)


def add_scripts(scores: Scores, letters: Letters, languages: Sequence[str]) -> None:
    """Put in what Han letters and kana tell."""
    codes = letters.codes
    han = _within(codes, *_HAN)
    kana = _within(codes, *_KANA[0]) | _within(codes, *_KANA[1])
    if not (han.any() or kana.any()):
        return
    n_han, n_kana = (_by_text(marked, letters) for marked in (han, kana))
    japanese = (n_kana * 8 >= n_han) & (n_kana > 0)
    chinese = ~japanese & (n_han > 0)
    traditional, simplified = (
        _by_text(np.isin(codes, [ord(char) for char in chars]), letters)
        for chars in (ONLY_TRADITIONAL, ONLY_SIMPLIFIED)
    )
    scores[japanese, languages.index("ja")] = ((n_kana + n_han) / 2)[japanese]
    for name, chosen in (
        ("zh-Hant", chinese & (traditional > simplified)),
        ("zh-Hans", chinese & (traditional <= simplified)),
    ):
        scores[chosen, languages.index(name)] = (n_han / 2)[chosen]


def _within(codes: Codes, low: int, high: int) -> npt.NDArray[np.bool_]:
    return (codes >= low) & (codes <= high)


def _by_text(marked: npt.NDArray[np.bool_], letters: Letters) -> Numbers:
    places = np.flatnonzero(marked)
    return np.searchsorted(places, letters.ends) - np.searchsorted(places, letters.starts)


def main(scores: Scores) -> Numbers:
    """Return the likeliest language of each row, -1 where nothing tells.

    The columns stand in the order of their names, for the first of equal ones counts.
    """
    if not scores.size:
        return np.zeros(len(scores), np.int64)
    best = scores.argmax(axis=1)
    return np.where(scores.max(axis=1) > 0, best, -1)


def names(languages: Numbers) -> list[str]:
    """Return the names of languages, empty for -1."""
    return [NAMES[place] if place >= 0 else "" for place in languages.tolist()]


def plausible(scores: Scores) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Return the languages worth believing as bits, and where the text is too short to tell."""
    best = scores.max(axis=1, initial=0)
    likely = (scores * 2 > best[:, None]) & (scores > 0)
    return bits(likely), best < ENOUGH


def bits(marked: npt.NDArray[np.bool_]) -> Numbers:
    """Return each row as the bits of one number."""
    return marked @ (1 << np.arange(marked.shape[1], dtype=np.int64))
