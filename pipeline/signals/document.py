"""A normalised text cut into words, clauses and sentences, as the grammar sees it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from pipeline.signals.entries import CJK

_TOKEN = re.compile(rf"\d+|[{CJK}]|★+|[^\W\d_{CJK}]+")
_SENTENCE_END = re.compile(
    r"(?P<stops>[.!?…]++)(?:[\"')\]]*+(?=\s|$)(?P<done>))?"
    r"|[。！？；][。！？!?；]*+[」』\"]?|\n\s*(?:[-*•>]\s*)?|;\s"
)
_MARKS = re.compile(r"[。！？!?；]++[」』\"]?")
_MARK = re.compile(r"[!?]")
_CLAUSE_BREAK = re.compile(
    r",(?! (?:dass|das|zu|aby|zeby|by|ze|um|que|qu|che|att|dat|om|of|please|or|and)\b)"
    r"|, (?:please|and)\b|[:;()\"–|/]| - |[、，：；（）]|->|→"
)


class Token(NamedTuple):
    """One word, number or Han or kana letter."""

    text: str
    start: int
    end: int


class Document:
    """One text ready for the grammar; positions are offsets of the normalised text."""

    def __init__(
        self,
        text: str,
        sentence_starts: list[int] | None = None,
        token_starts: list[int] | None = None,
    ) -> None:
        """Cut the text where somebody asks; take the cuts that are known already."""
        self.text = text
        if sentence_starts is not None:
            self.sentence_starts = sentence_starts
        if token_starts is not None:
            self.token_starts = token_starts

    @cached_property
    def tokens(self) -> list[Token]:
        """The words, in order."""
        return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(self.text)]

    @cached_property
    def token_starts(self) -> list[int]:
        """Where each word starts."""
        return [token.start for token in self.tokens]

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Where each sentence starts; the first one at 0."""
        return sentence_starts(self.text)

    @cached_property
    def clause_breaks(self) -> list[int]:
        """Where clauses end within sentences."""
        return [m.start() for m in _CLAUSE_BREAK.finditer(self.text)]

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


def sentence_starts(text: str) -> list[int]:
    """Return where the sentences of a text start, 0 first."""
    starts = [0]
    for end, after in _sentence_ends(text):
        rest = after
        while rest < len(text) and text[rest].isspace():
            rest += 1
        if rest > starts[-1] and rest < len(text) and text[starts[-1] : end].strip():
            starts.append(rest)
    return starts


def _sentence_ends(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each end of a sentence starts and ends.

    Stops with a letter behind them ("a.b") end nothing, whichever of them one begins with; only
    the marks among them do.
    """
    match = _SENTENCE_END.search(text)
    while match is not None:
        place = match.end()
        if match["stops"] is None or match["done"] is not None:
            yield match.span()
        else:
            stop = match.end("stops")
            mark = _MARK.search(text, match.start(), stop)
            while mark and (marks := _MARKS.match(text, mark.start())):
                yield marks.span()
                place = max(place, marks.end())
                mark = _MARK.search(text, marks.end(), stop)
        match = _SENTENCE_END.search(text, place)
