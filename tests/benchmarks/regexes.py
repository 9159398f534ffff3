"""Make `regexes.txt`: 192 single expressions as somebody would write them who has no engine.

Each joins words of two concepts with a bounded gap, in one language; seeded, so the same bytes
every time. They are what the peers run; msgaudit's own rules find more than they do.
"""

import random
import re
from pathlib import Path

from pipeline.signals.ruleset import load_ruleset

HERE = Path(__file__).resolve().parent
FILE = HERE / "regexes.txt"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
PAIRS = (
    ("change_act", "review_noun"), ("remove_act", "review_noun"), ("give_five", "request"),
    ("gift", "review_noun"), ("refund", "review_noun"), ("contact_act", "own_contact"),
    ("vote_act", "review_noun"), ("insider", "post_act"),
)  # fmt: skip
COUNT, WORDS = 192, 4


def make() -> list[str]:
    """Return the expressions."""
    chance = random.Random(192)
    concepts = load_ruleset().concepts
    found: list[str] = []
    while len(found) < COUNT:
        first, second = chance.choice(PAIRS)
        lang = chance.choice(LANGUAGES)
        sides = []
        for name in (first, second):
            vocabulary = concepts[name].languages.get(lang)
            words = [word for word in vocabulary.words if ".." not in word] if vocabulary else []
            sides.append([_written(word) for word in chance.sample(words, min(WORDS, len(words)))])
        if all(sides):
            one, other = ("|".join(side) for side in sides)
            found.append(rf"\b(?:{one})\b.{{0,40}}\b(?:{other})\b")
    return found


def _written(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", " ")


if __name__ == "__main__":
    FILE.write_text("\n".join(make()) + "\n", encoding="utf-8")
