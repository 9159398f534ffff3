"""What many messages say of the seller messages beside them, the same as `SecondReader.told`."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.signals.arrays import KeyTable
from pipeline.signals.asked import Heard, Question
from pipeline.signals.hits import Texts
from pipeline.signals.second_reader import SPEAKERS, SecondReader, bias_of, told_by, told_of
from pipeline.signals.tokens import hashes_of
from pipeline.signals.traits import AROUND_SCALE

Floats = npt.NDArray[np.float64]


class Surroundings:
    """The weights by direction, number of concept and hash of word."""

    def __init__(self, reader: SecondReader, concepts: Sequence[str]) -> None:
        """Take the tables apart; `concepts` are numbered in this order."""
        self._size = len(concepts)
        self._of = {who: _Direction(reader, who, concepts) for who in SPEAKERS}

    def told(self, texts: Texts, questions: Sequence[Question]) -> list[dict[str, float]]:
        """Return what each text says of those beside it, by target."""
        found: list[dict[str, float]] = [{} for _ in questions]
        for who, weights in self._of.items():
            places = [at for at, question in enumerate(questions) if question.direction == who]
            if not places:
                continue
            heard = Heard.about(texts, [questions[at].number for at in places], self._size)
            for target, units in weights.units(heard).items():
                for at, one in zip(places, units.tolist(), strict=True):
                    found[at][target] = told_of(one)
        return found


class _Direction:
    def __init__(self, reader: SecondReader, who: str, concepts: Sequence[str]) -> None:
        self._targets = told_by(who)
        tables = [reader.around[target] for target in self._targets]
        prefix = f"{who} word:"
        words = sorted({name for table in tables for name in table if name.startswith(prefix)})
        keys = (
            hashes_of([name[len(prefix) :] for name in words]) if words else np.zeros(0, np.uint64)
        )
        self._known = KeyTable(keys.size)
        self._known.add(keys, np.arange(keys.size))
        self._words = _columns(tables, words)
        self._concepts = _columns(tables, [f"{who} concept:{name}" for name in concepts])
        self._bias = [table.get(bias_of(who), 0) for table in tables]

    def units(self, heard: Heard) -> dict[str, Floats]:
        rows = self._known.find(heard.pieces)
        known = np.flatnonzero(rows >= 0)
        whose, rows = heard.piece_of[known], rows[known]
        size = heard.count(heard.concepts.text) + heard.count(heard.piece_of)
        each = np.where(size > 0, AROUND_SCALE / np.sqrt(np.maximum(size, 1)), 0.0)
        told = {}
        for at, target in enumerate(self._targets):
            said = heard.add(heard.concepts.text, self._concepts[at][heard.concepts.value])
            said += heard.add(whose, self._words[at][rows])
            told[target] = self._bias[at] + each * said
        return told


def _columns(tables: Sequence[Mapping[str, int]], names: Sequence[str]) -> Floats:
    return np.array([[table.get(name, 0) for name in names] for table in tables], np.float64)
