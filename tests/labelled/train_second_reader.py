"""Train the second reader: `python tests/labelled/train_second_reader.py` (needs scikit-learn).

Reads every labelled thread beside it, writes `pipeline/signals/second_reader.parquet`. With
`--check` it writes nothing and prints how it does on each file when trained on the others.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.model import POLICIES
from pipeline.signals.reader import reading_of
from pipeline.signals.ruleset import load_ruleset
from pipeline.signals.second_reader import WEIGHTS, concept_features, letter_features

HERE = Path(__file__).resolve().parent
STRENGTH = 10.0
"""Inverse regularisation of the score; chosen by leaving one author out."""
POLICY_STRENGTH = 3.0
SMALLEST = 0.08
"""Weights below this are left out: they decide nothing, and the table stays small."""
RARE = 3


@dataclass
class Sample:
    """One seller message: its features, whether it is flagged, its thread's policies, its file."""

    concepts: dict[str, float]
    letters: dict[str, float]
    flagged: bool
    policies: frozenset[str]
    thread: str
    violating: bool
    file: str


def samples() -> Iterator[Sample]:
    """Yield the seller messages of every labelled thread."""
    ruleset = load_ruleset()
    for path in sorted(HERE.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            thread = json.loads(line)
            if thread.get("ambiguous"):
                continue
            for number, message in enumerate(thread["messages"]):
                if message["direction"] == "inbound":
                    continue
                reading = reading_of(message["body"], ruleset)
                flagged = number in thread["flagged"]
                yield Sample(
                    concepts=concept_features(reading.hits, message["direction"]),
                    letters=letter_features(reading.document.text),
                    flagged=flagged,
                    policies=frozenset(thread["policies"]) if flagged else frozenset(),
                    thread=thread["id"],
                    violating=bool(thread["policies"]),
                    file=path.stem,
                )


def matrix_of(vectors: DictVectorizer, rows: list[dict[str, float]], *, new: bool) -> csr_matrix:
    """Return the features as a matrix with the narrow indices that the solver wants."""
    wide = vectors.fit_transform(rows) if new else vectors.transform(rows)
    narrow = (wide.data, wide.indices.astype(np.int32), wide.indptr.astype(np.int32))
    return csr_matrix(narrow, shape=wide.shape)


def common(found: list[Sample]) -> set[str]:
    """Return the letter runs of at least a few messages."""
    counts: dict[str, int] = {}
    for sample in found:
        for run in sample.letters:
            counts[run] = counts.get(run, 0) + 1
    return {run for run, count in counts.items() if count >= RARE}


def fit(found: list[Sample]) -> tuple[DictVectorizer, LogisticRegression]:
    """Fit the score."""
    runs = common(found)
    vectors = DictVectorizer()
    kept = [s.concepts | {k: v for k, v in s.letters.items() if k in runs} for s in found]
    rows = matrix_of(vectors, kept, new=True)
    model = LogisticRegression(C=STRENGTH, max_iter=500, solver="liblinear", random_state=0)
    return vectors, model.fit(rows, [s.flagged for s in found])


def table(found: list[Sample]) -> pl.DataFrame:
    """Return the weights of the score and of each policy."""
    vectors, model = fit(found)
    rows = [("violating", "bias", float(model.intercept_[0]))]
    weights = zip(vectors.feature_names_, model.coef_[0], strict=True)
    rows += [("violating", name, round(float(w), 3)) for name, w in weights if abs(w) >= SMALLEST]
    flagged = [s for s in found if s.flagged]
    concepts = DictVectorizer()
    matrix = matrix_of(concepts, [s.concepts for s in flagged], new=True)
    for policy in POLICIES:
        one = LogisticRegression(
            C=POLICY_STRENGTH, max_iter=500, solver="liblinear", random_state=0
        )
        one.fit(matrix, [policy in s.policies for s in flagged])
        rows.append((policy, "bias", float(one.intercept_[0])))
        named = zip(concepts.feature_names_, one.coef_[0], strict=True)
        rows += [(policy, name, round(float(w), 3)) for name, w in named if abs(w) >= SMALLEST]
    return pl.DataFrame(rows, schema=["target", "feature", "weight"], orient="row").sort(
        "target", "feature"
    )


def check(found: list[Sample]) -> None:
    """Print, for each file, the score's thread figures when trained on the other files."""
    for file in sorted({s.file for s in found}):
        vectors, model = fit([s for s in found if s.file != file])
        rest = [s for s in found if s.file == file]
        rows = matrix_of(vectors, [s.concepts | s.letters for s in rest], new=False)
        chances = model.predict_proba(rows)[:, 1]
        for bound in (0.5, 0.9):
            hit = {s.thread for s, chance in zip(rest, chances, strict=True) if chance >= bound}
            bad = {s.thread for s in rest if s.violating}
            right = len(hit & bad)
            print(  # noqa: T201 - its output is what it is for
                f"{file:14} at {bound}: precision {right / max(len(hit), 1):.3f},"
                f" recall {right / max(len(bad), 1):.3f}"
            )


def main() -> None:
    """Train, or check."""
    found = list(samples())
    np.random.seed(0)  # noqa: NPY002 - liblinear takes its chance from here
    if "--check" in sys.argv:
        check(found)
    else:
        table(found).write_parquet(WEIGHTS, compression="zstd")


if __name__ == "__main__":
    main()
