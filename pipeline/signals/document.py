"""A normalised text cut into words, clauses and sentences, as the grammar sees it."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from pipeline.signals.entries import CJK

_TOKEN = re.compile(rf"\d+|[{CJK}]|★+|[^\W\d_{CJK}]+")
_SENTENCE_END = re.compile(
    r"[.!?…]+[\"')\]]*(?=\s|$)|[。！？!?；]+[」』\"]?|\n\s*(?:[-*•>]\s*)?|;\s"
)
_CLAUSE_BREAK = re.compile(
    r",(?! (?:dass|das|zu|aby|zeby|by|ze|um|que|qu|che|att|dat|om|of|please|or|and)\b)"
    r"|, (?:please|and)\b|[:;()\"–|/]| - |[、，：；（）]|->|→"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or Han or kana letter."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Document:
    """One text ready for the grammar; positions are offsets of the normalised text."""

    text: str
    tokens: list[Token] = field(init=False)
    token_starts: list[int] = field(init=False)
    sentence_starts: list[int] = field(init=False)
    clause_breaks: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Cut the text."""
        self.tokens = [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(self.text)]
        self.token_starts = [token.start for token in self.tokens]
        self.sentence_starts = _starts(self.text)
        self.clause_breaks = [m.start() for m in _CLAUSE_BREAK.finditer(self.text)]

    def sentence_at(self, place: int) -> int:
        """Return the number of the sentence that `place` lies in."""
        return max(bisect_right(self.sentence_starts, place) - 1, 0)

    def sentence_span(self, number: int) -> tuple[int, int]:
        """Return where sentence `number` starts and ends."""
        start = self.sentence_starts[number]
        after = number + 1
        end = self.sentence_starts[after] if after < len(self.sentence_starts) else len(self.text)
        return start, end

    def token_at(self, place: int) -> int:
        """Return the number of the word that `place` lies in or follows."""
        return max(bisect_right(self.token_starts, place) - 1, 0)

    def has_break(self, start: int, end: int) -> bool:
        """Tell whether a clause ends between two places."""
        index = bisect_right(self.clause_breaks, start - 1)
        return index < len(self.clause_breaks) and self.clause_breaks[index] < end


def _starts(text: str) -> list[int]:
    starts = [0]
    for match in _SENTENCE_END.finditer(text):
        rest = match.end()
        while rest < len(text) and text[rest].isspace():
            rest += 1
        if rest > starts[-1] and rest < len(text) and text[starts[-1] : match.start()].strip():
            starts.append(rest)
    return starts
