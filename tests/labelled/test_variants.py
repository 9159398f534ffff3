"""One sentence, eight ways: another speaker, negated, quoted, another object, refused, earlier.

Each base violation stands beside variants that change as little as can be. The second reader has
learned from these texts, so the bounds keep what was reached; they prove nothing about unseen
texts. What stays hard shows in them: words of which only the earlier messages decide.
"""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from contract.shop import Run, audit, said, table

FILES = ("variants-a", "variants-b")
LANGUAGES = 13
_ID = re.compile(r"v[ab]-(?P<lang>.+)-\d\d-(?P<kind>base|[a-z]+(?:-[ab])?)")
LEAST_SEEN = {"base": 1.0, "earlier-a": 0.97}
"""Share of the violations that are found or queued."""
MOST_FLAGGED = {
    "speaker": 0.0, "negated": 0.0, "quoted": 0.0, "object": 0.0, "refused": 0.0, "earlier-b": 0.01,
}  # fmt: skip
"""Share of the innocent ones that are flagged."""


class Variant(NamedTuple):
    """One thread: the language and kind are in its id."""

    name: str
    lang: str
    kind: str


@pytest.fixture(scope="module")
def threads() -> list[dict[str, Any]]:
    """Read the labelled threads."""
    return [
        json.loads(line)
        for name in FILES
        for line in Path(__file__).with_name(f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


@pytest.fixture(scope="module")
def judged(threads: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit all threads at once."""
    folder = tmp_path_factory.mktemp("variants")
    rows = [
        said(f"{thread['id']}#{number}", f"2025-02-01T10:0{number}:00Z", message["body"],
             thread_id=thread["id"], direction=message["direction"], subject="")
        for thread in threads
        for number, message in enumerate(thread["messages"])
    ]  # fmt: skip
    table(folder / "in" / "m.csv", rows)
    return audit(folder)


@pytest.fixture(scope="module")
def variants(threads: list[dict[str, Any]]) -> list[Variant]:
    """Return what each thread is."""
    found = [(thread["id"], _ID.fullmatch(thread["id"])) for thread in threads]
    return [Variant(name, match["lang"], match["kind"]) for name, match in found if match]


def names(run: Run, evidence: str) -> set[str]:
    """Return the threads of an evidence table."""
    return {row["message_id"].split("#")[0] for row in run.rows(evidence)}


def test_every_language_has_every_variant(variants: list[Variant]) -> None:
    """Nine bases a language, eight threads a base."""
    assert set(Counter((one.lang, one.kind) for one in variants).values()) == {9}
    assert len({one.lang for one in variants}) == LANGUAGES


def test_violations_are_seen_and_variants_are_not_accused(
    judged: Run, variants: list[Variant]
) -> None:
    """The same words give the other verdict, but for the share that is known to be too hard."""
    flagged, queued = names(judged, "findings"), names(judged, "queue")
    by_kind: dict[str, list[str]] = defaultdict(list)
    for one in variants:
        by_kind[one.kind].append(one.name)
    seen = {
        kind: sum(name in flagged or name in queued for name in by_kind[kind]) / len(by_kind[kind])
        for kind in LEAST_SEEN
    }
    accused = {
        kind: sum(name in flagged for name in by_kind[kind]) / len(by_kind[kind])
        for kind in MOST_FLAGGED
    }
    assert {kind: share for kind, share in seen.items() if share < LEAST_SEEN[kind]} == {}
    assert {kind: share for kind, share in accused.items() if share > MOST_FLAGGED[kind]} == {}
