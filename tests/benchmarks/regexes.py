"""Make what the peers search for: 192 single expressions, written as one would without an engine.

`regexes.txt` holds short ones: a few words of two concepts with a bounded gap, in one language;
seeded, so the same bytes every time. `full` makes as many that hold all words of both concepts of a
rule in a language: what a peer would have to run to find as much (a quarter of all such pairs).
"""

import random
import re
from pathlib import Path

from pipeline.signals.ruleset import Ruleset, load_ruleset

HERE = Path(__file__).resolve().parent
FILE = HERE / "regexes.txt"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
SPACED = (*LANGUAGES, "pl", "pt", "sv", "tr")
"""Languages with blanks between words."""
PAIRS = (
    ("change_act", "review_noun"), ("remove_act", "review_noun"), ("give_five", "request"),
    ("gift", "review_noun"), ("refund", "review_noun"), ("contact_act", "own_contact"),
    ("vote_act", "review_noun"), ("insider", "post_act"),
)  # fmt: skip
COUNT, WORDS = 192, 4


def make() -> list[str]:
    """Return the short expressions."""
    chance = random.Random(192)
    rules = load_ruleset()
    found: list[str] = []
    while len(found) < COUNT:
        pair = chance.choice(PAIRS)
        lang = chance.choice(LANGUAGES)
        sides = []
        for name in pair:
            words = _words(rules, (name,), lang)
            sides.append(chance.sample(words, min(WORDS, len(words))))
        if all(sides):
            found.append(_joined(*sides))
    return found


def full(rules: Ruleset) -> tuple[list[str], int]:
    """Return as many expressions with all words, and how many there would be in all."""
    found = []
    for pattern in rules.patterns:
        for lang in SPACED:
            sides = [_words(rules, slot, lang) for slot in pattern.slots[:2]]
            if len(sides) > 1 and all(sides):
                found.append(_joined(*sides))
    return random.Random(192).sample(found, COUNT), len(found)


def _words(rules: Ruleset, concepts: tuple[str, ...], lang: str) -> list[str]:
    found: dict[str, None] = {}
    for name in concepts:
        vocabulary = rules.concepts[name].languages.get(lang)
        words = vocabulary.words if vocabulary else ()
        found |= dict.fromkeys(_written(word) for word in words if ".." not in word)
    return list(found)


def _joined(one: list[str], other: list[str]) -> str:
    return rf"\b(?:{'|'.join(one)})\b.{{0,40}}\b(?:{'|'.join(other)})\b"


def _written(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", " ")


if __name__ == "__main__":
    FILE.write_text("\n".join(make()) + "\n", encoding="utf-8")
