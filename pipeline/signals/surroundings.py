"""What many messages say of the seller messages beside them, the same as `SecondReader.told`."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.signals.second_reader import (
    ROUNDED,
    SPEAKERS,
    UNIT,
    bias_of,
    told_by,
    told_of,
)
from pipeline.signals.trait_columns import Question, TraitColumns
from pipeline.signals.traits import AROUND_SCALE
from pipeline.signals.vocabulary import Vocabulary

Floats = npt.NDArray[np.float64]


class Surroundings:
    """The weights by direction, number of concept and number of word."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the tables apart."""
        self._of = {who: _Direction(who, vocabulary) for who in SPEAKERS}

    def told(
        self, asked: TraitColumns, questions: Sequence[Question], least: float = 0.0
    ) -> list[dict[str, float]]:
        """Return what each text says of those beside it, by target; all are among `asked`.

        What is surely less than `least` log odds may be left out.
        """
        found: list[dict[str, float]] = [{} for _ in questions]
        for who, weights in self._of.items():
            places = [at for at, question in enumerate(questions) if question.direction == who]
            if not places:
                continue
            own = asked.places([questions[at].number for at in places])
            for target, units in weights.units(asked):
                said = units[own]
                for one in np.flatnonzero(np.abs(said) * UNIT > least - ROUNDED).tolist():
                    found[places[one]][target] = told_of(float(said[one]))
        return found


class _Direction:
    def __init__(self, who: str, vocabulary: Vocabulary) -> None:
        self._targets = told_by(who)
        kinds = vocabulary.around
        columns = [kinds.targets.index(target) for target in self._targets]
        words = kinds.of(f"{who} word:", vocabulary.words)[:, columns]
        self._words = np.ascontiguousarray(words.T, np.int32)
        self._concepts = kinds.of(f"{who} concept:", vocabulary.concepts).T[columns]
        self._bias = kinds.of("", [bias_of(who)])[0, columns]

    def units(self, asked: TraitColumns) -> Iterator[tuple[str, Floats]]:
        """Yield each target and what every text says of it."""
        whose, concept = asked.concepts
        size = asked.count(whose) + asked.pieces
        each = np.where(size > 0, AROUND_SCALE / np.sqrt(np.maximum(size, 1)), 0.0)
        for at, target in enumerate(self._targets):
            said = asked.add(whose, self._concepts[at][concept])
            said += asked.add(asked.words.text, self._words[at][asked.words.value])
            yield target, self._bias[at] + each * said
