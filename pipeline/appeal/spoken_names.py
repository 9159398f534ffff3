"""Names that no column tells, where only a name can stand: greeted, signed, introduced, titled."""

import re
from collections.abc import Iterator, Sequence

from pipeline.appeal.patterns import privacy_words

_NAME = r"[A-ZÀ-ÞŁŚŻČŠŽİŞĞ][\w'’.-]*\w"
_NAMES = rf"(?-i:(?P<name>{_NAME}(?: {_NAME}){{0,2}}))"
_HONOURED = re.compile(r"(?P<name>[一-鿿ァ-ヶー]{1,6})(?=様|さん|先生|女士|小姐)")
_LAST_LINE = re.compile(rf"(?:[.!?,…]|\n)[ \t]*\n\s*{_NAMES}\s*$")
_NOUN = re.compile(r"(?i)(?:ung|ungen|heit|keit|schaft|tion|tionen)$")
"""Ends of nouns: German writes each with a capital, so a last line of two looks like a name."""
_NOBODY_HONOURED = frozenset({"お客", "客", "皆", "みな", "お母", "お父", "お子"})


class SpokenNames:
    """Finds names by what stands around them; the words are in `reports/appeal/privacy.toml`."""

    def __init__(self) -> None:
        """Compile the patterns."""
        words = privacy_words()
        greetings, titles = _either(words["greetings"]), _either(words["titles"])
        opens, signs = _either(words["introductions"]), _either(words["sign_offs"])
        self._addressed = (
            re.compile(
                rf"(?im)^\W*(?:{greetings})[ ,]+(?:(?:{titles})\.? )?{_NAMES}"
                r"(?=\s*[,!.;:\n–-]|\s*$)"
            ),
            _HONOURED,
        )
        self._writers = (
            re.compile(
                rf"(?im)(?:^\W*|[.!?,] +)(?:{signs})[ ,.!]*(?:\n\s*|(?<=,) ?){_NAMES}[ .]*$"
            ),
            re.compile(rf"(?i)(?<!\w)(?:{opens}) {_NAMES}"),
            _LAST_LINE,
        )
        titled = "|".join(re.escape(word.capitalize()) for word in words["titles"])
        self._titled = re.compile(rf"(?<!\w)(?:{titled})\.? {_NAMES.replace('(?-i:', '(?:')}")
        nobody = [*words["not_names"], *words["sign_offs"]]
        self._nobody = frozenset(nobody) | {phrase.split()[0] for phrase in words["greetings"]}
        self._everyday = frozenset(words["everyday"])

    def find(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """Yield start, end, and whether the writer names himself (else whom he writes to)."""
        for patterns, is_writer in ((self._addressed, False), (self._writers, True)):
            for pattern in patterns:
                for match in pattern.finditer(text):
                    name = match["name"]
                    vague = pattern is _LAST_LINE and self._is_everyday(name)
                    if not vague and not self._is_nobody(name):
                        yield match.start("name"), match.end("name"), is_writer
        for match in self._titled.finditer(text):
            if not self._is_nobody(match["name"]):
                yield match.start("name"), match.end("name"), False

    def _is_everyday(self, name: str) -> bool:
        words = name.split()
        return any(one.casefold() in self._everyday or _NOUN.search(one) for one in words)

    def _is_nobody(self, name: str) -> bool:
        words = [word.casefold().strip(".") for word in name.split()]
        return name in _NOBODY_HONOURED or any(word in self._nobody for word in words)


def _either(words: Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))
