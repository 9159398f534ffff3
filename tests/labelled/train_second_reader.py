"""Train the second reader: `python tests/labelled/train_second_reader.py` (needs scikit-learn).

Reads every labelled thread beside it, writes the tables in `pipeline/signals/weights/`. With
`--without FILE...` those files are left out, so that what is audited with the tables was never
seen by them; with `--to FOLDER` the tables are written there.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from pyarrow import parquet
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.model import POLICIES
from pipeline.signals.reader import around_of, reading_of, stretches_of, traits_of
from pipeline.signals.ruleset import Ruleset, load_ruleset
from pipeline.signals.second_reader import (
    AFTER,
    FOLDER,
    FOLLOWING,
    PRECEDING,
    SPEAKERS,
    UNIT,
    VIOLATING,
    bias_of,
    told_by,
)
from pipeline.signals.topics import plainest, topic_of
from pipeline.signals.traits import ROLES

HERE = Path(__file__).resolve().parent
STRENGTH = 10.0
"""Inverse regularisation; chosen by leaving authors out."""
RARE = 2
"""A trait of fewer messages is left out."""
TIMES = {
    "pairs": 5.0, "plain": 5.0, "macros": 5.0, "ordinary": 2.0, "families": 0.7, "twins": 0.5,
    "denied": 0.5,
}  # fmt: skip
"""By the first word of a file's name: what is said openly, and its innocent twin, counts so often,
as the plainest must not be missed; ordinary service does, as it is most of what is read; families
count less, as there are many of them; so do twins and what is denied."""
DOUBLES = ("families", "twins", "denied")
INNOCENT_DOUBLE = 0.4
"""What is harmless in these files counts that share besides: they hold the same plain sentence five
times where it is harmless for once where it is not, which taught that plain asks mean nothing."""
AMID_SERVICE = 0.3
"""A long message counts so little as a whole where its stretches are learned from besides: most of
it is service, and service must not become suspicious."""


class Way(NamedTuple):
    """How one kind of target is learned; all chosen by leaving authors out."""

    rarity: float
    """The power of the inverse document frequency that a trait is scaled by."""
    words: float
    """What words and pairs of words are scaled by besides: they say more one by one."""
    smallest: int
    """Weights below so many units decide nothing, and the tables stay small."""


SCORE, POLICY = Way(1.5, 2.8, 310), Way(1.0, 3.0, 300)
WORDS_ALONE, MEANING_ALONE = Way(1.5, 1.0, 0), Way(0.5, 1.0, 0)
ALONE = 0.5
"""What is learned from words alone and from all else alone has half the say of both together: each
learns what the other would otherwise explain away, and an unknown author may lack either."""
AROUND = {FOLLOWING: "following ", PRECEDING: "preceding "}
"""How the traits of the messages beside one begin while they are learned."""
LEAST_AROUND, LEAST_AFTER = 100, 60
CROSSED = ("role:", "concept:", "word:", "words:", "signal:", "stopped:")
"""Which traits of a message may mean something else after other messages."""
BESIDE = (*AROUND.values(), *(f"{target} " for target in AFTER.values()))
WORDS = ("word:", "words:", *(f"{role} word:" for role in ROLES))


@dataclass
class Sample:
    """One seller message: its traits, whether it is flagged, its thread's policies."""

    traits: dict[str, float]
    flagged: bool
    policies: frozenset[str]
    times: float


def samples(without: Sequence[str] = ()) -> Iterator[Sample]:
    """Yield the seller messages of every labelled thread, and the stretches looked at closer.

    A stretch is looked at by itself: what stands beside its message does not count there.
    """
    ruleset = load_ruleset()
    for path in sorted(HERE.glob("*.jsonl")):
        if path.stem in without:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            thread = json.loads(line)
            if thread.get("ambiguous"):
                continue
            for number, message in enumerate(thread["messages"]):
                if message["direction"] == "inbound":
                    continue
                flagged = number in thread["flagged"]
                parts = stretches_of(message["body"], ruleset)
                beside = surroundings(thread["messages"], number, ruleset)
                after = after_of(thread["messages"][:number], ruleset)
                kind = path.stem.split("-")[0]
                doubled = kind in DOUBLES and not flagged
                times = TIMES.get(kind, 1.0) * (INNOCENT_DOUBLE if doubled else 1.0)
                whole = times * (AMID_SERVICE if flagged and parts else 1.0)
                for text, weight, around, topic in (
                    (message["body"], whole, beside, after),
                    *((part, times, {}, None) for part in parts),
                ):
                    own = {
                        name: count * block.each
                        for block in traits_of(text, message["direction"], ruleset)
                        for name, count in block.counts.items()
                    }
                    yield Sample(
                        traits=own | around | crossed(own, topic),
                        flagged=flagged,
                        policies=frozenset(thread["policies"]) if flagged else frozenset(),
                        times=weight,
                    )


def surroundings(
    messages: Sequence[dict[str, str]], number: int, ruleset: Ruleset
) -> dict[str, float]:
    """Return the traits of the messages beside one, found as `sql/facts/surroundings.sql` does."""
    earlier, later = range(number - 1, -1, -1), range(number + 1, len(messages))
    told: dict[str, float] = {}
    for target, places, buyers in (
        (FOLLOWING, earlier, True), (FOLLOWING, earlier, False), (PRECEDING, later, False),
    ):  # fmt: skip
        near = (messages[at] for at in places)
        beside = next((m for m in near if (m["direction"] == "inbound") is buyers), None)
        said = around_of(beside["body"], beside["direction"], ruleset) if beside else None
        if said:
            told |= {f"{AROUND[target]}{t}": n * said.each for t, n in said.counts.items()}
    return told


def after_of(before: Sequence[dict[str, str]], ruleset: Ruleset) -> str | None:
    """Return the target of what is said after these messages, None where nothing was said."""
    topics = [topic_of(reading_of(message["body"], ruleset).found) for message in before]
    return AFTER[plainest(topics)] if before else None


def crossed(own: dict[str, float], after: str | None) -> dict[str, float]:
    """Return a message's traits as those of a message after what its conversation is about."""
    if after is None:
        return {}
    said = {f"{after} {name}": each for name, each in own.items() if name.startswith(CROSSED)}
    return said | {f"{after} bias": 1.0}


def scales(rows: csr_matrix, names: Sequence[str], way: Way) -> npt.NDArray[np.float64]:
    """Return what each trait is scaled by while it is learned: its weight takes that up.

    Regularisation holds all traits back alike; what is rare and what is a word may say more.
    """
    often = np.maximum(np.asarray((rows > 0).sum(axis=0)).ravel(), 1)
    rarity = np.log(rows.shape[0] / often)
    scaled: npt.NDArray[np.float64] = (rarity / rarity.mean()) ** way.rarity
    scaled[[name.startswith(WORDS) for name in names]] *= way.words
    return scaled


Line = tuple[npt.NDArray[np.float64], float]
"""Weights, and the bias."""


def fit(
    rows: csr_matrix,
    wanted: Sequence[bool],
    times: npt.NDArray[np.float64],
    names: Sequence[str],
    way: Way,
) -> Line:
    """Return what is learned of one target."""
    scaled = scales(rows, names, way)
    model = LogisticRegression(C=STRENGTH, max_iter=1000, solver="liblinear", random_state=0)
    model.fit(rows @ diags(scaled), wanted, sample_weight=times)
    return model.coef_[0] * scaled, float(model.intercept_[0])


def fit_score(
    rows: csr_matrix,
    wanted: Sequence[bool],
    times: npt.NDArray[np.float64],
    names: Sequence[str],
) -> Line:
    """Return the score: learned from all traits, from words alone and from all else alone."""
    said = np.array([name.startswith(WORDS) for name in names])
    weights, bias = fit(rows, wanted, times, names, SCORE)
    for part, way in ((said, WORDS_ALONE), (~said, MEANING_ALONE)):
        places = np.flatnonzero(part)
        own, own_bias = fit(rows[:, places], wanted, times, [names[at] for at in places], way)
        weights[places] += ALONE * own
        bias += ALONE * own_bias
    return weights / (1 + 2 * ALONE), bias / (1 + 2 * ALONE)


def around_table(target: str, line: Line, rows: csr_matrix, names: Sequence[str]) -> pl.DataFrame:
    """Return what is said of neighbours, in units; of each speaker the usual says nothing."""
    weights = np.round(line[0] / UNIT).astype(np.int32)
    start = AROUND[target]
    found: dict[str, int] = {}
    for who in SPEAKERS:
        if target not in told_by(who):
            continue
        begin = f"{start}{who} "
        own = np.flatnonzero([name.startswith(begin) for name in names])
        kept = own[np.abs(weights[own]) >= LEAST_AROUND]
        said = rows[:, own]
        there = np.flatnonzero(np.asarray((said > 0).sum(axis=1)).ravel())
        found[bias_of(who)] = -round(float(np.median(rows[there][:, kept] @ weights[kept])))
        found |= {names[at][len(start) :]: int(weights[at]) for at in kept}
    rows_of = sorted(found.items())
    return pl.DataFrame(rows_of, schema={"trait": pl.String, "weight": pl.Int32}, orient="row")


def after_table(
    target: str, weights: npt.NDArray[np.float64], names: Sequence[str]
) -> pl.DataFrame:
    """Return what messages after those about a topic mean more or less, in units."""
    start = f"{target} "
    own = [at for at, name in enumerate(names) if name.startswith(start)]
    named = [names[at][len(start) :] for at in own]
    bias = float(weights[own[named.index("bias")]])
    rest = [(at, name) for at, name in zip(own, named, strict=True) if name != "bias"]
    line = weights[[at for at, _ in rest]], bias
    return table(line, [name for _, name in rest], LEAST_AFTER)


def table(line: Line, names: Sequence[str], smallest: int) -> pl.DataFrame:
    """Return the weights of one target, in units."""
    weights = np.round(line[0] / UNIT).astype(np.int32)
    kept = np.flatnonzero(np.abs(weights) >= smallest)
    return pl.DataFrame(
        {
            "trait": ["bias", *(names[place] for place in kept)],
            "weight": pl.Series([round(line[1] / UNIT), *weights[kept].tolist()], dtype=pl.Int32),
        }
    ).sort("trait")


def write(weights: pl.DataFrame, path: Path) -> None:
    """Write a table as small as it gets: sorted names share their beginnings."""
    parquet.write_table(
        weights.to_arrow(compat_level=pl.CompatLevel.oldest()), path, compression="zstd",
        compression_level=19, use_dictionary=False,
        column_encoding={"trait": "DELTA_BYTE_ARRAY", "weight": "DELTA_BINARY_PACKED"},
    )  # fmt: skip


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", nargs="*", default=[], metavar="FILE")
    parser.add_argument("--to", type=Path, default=FOLDER)
    given = parser.parse_args()
    found = list(samples(given.without))
    np.random.seed(0)  # noqa: NPY002 - liblinear takes its chance from here
    vectors = DictVectorizer()
    wide = vectors.fit_transform([sample.traits for sample in found])
    often = np.flatnonzero(np.asarray((wide > 0).sum(axis=0)).ravel() >= RARE)
    wide = wide[:, often]
    rows = csr_matrix(
        (wide.data, wide.indices.astype(np.int32), wide.indptr.astype(np.int32)), shape=wide.shape
    )
    names = [vectors.feature_names_[place] for place in often]
    given.to.mkdir(parents=True, exist_ok=True)
    flagged = np.flatnonzero([sample.flagged for sample in found])
    times = np.array([sample.times for sample in found])
    score = fit_score(rows, [sample.flagged for sample in found], times, names)
    own = np.array([not name.startswith(BESIDE) for name in names])
    told = score[0][own], score[1]
    own_names = [name for name in names if not name.startswith(BESIDE)]
    for target in AFTER.values():
        write(after_table(target, score[0], names), given.to / f"{target}.parquet")
    write(table(told, own_names, SCORE.smallest), given.to / f"{VIOLATING}.parquet")
    for target in AROUND:
        write(around_table(target, score, rows, names), given.to / f"{target}.parquet")
    rows, names = rows[:, np.flatnonzero(own)], own_names
    for policy in POLICIES:
        wanted = [policy in found[at].policies for at in flagged]
        line = fit(rows[flagged], wanted, times[flagged], names, POLICY)
        write(table(line, names, POLICY.smallest), given.to / f"{policy}.parquet")


if __name__ == "__main__":
    main()
