"""One sentence, eight ways: another speaker, negated, quoted, another object, refused, earlier.

Each base violation stands beside variants that change as little as can be. The second reader has
learned from these texts, so the bounds keep what was reached; they prove nothing about unseen
texts. What stays hard shows in them: words of which only the earlier messages decide.
"""

import re
from collections import Counter, defaultdict
from typing import NamedTuple

import pytest
from contract.shop import Run
from labelled_threads import Thread, audited, labelled, named_in

FILES = ("variants-a", "variants-b")
LANGUAGES = 13
_ID = re.compile(r"v[ab]-(?P<lang>.+)-\d\d-(?P<kind>base|[a-z]+(?:-[ab])?)")
LEAST_SEEN = {"base": 1.0, "earlier-a": 0.96}
"""Share of the violations that are found or queued."""
MOST_FLAGGED = {
    "speaker": 0.0, "negated": 0.0, "quoted": 0.0, "object": 0.0, "refused": 0.0, "earlier-b": 0.02,
}  # fmt: skip
"""Share of the innocent ones that are flagged."""


class Variant(NamedTuple):
    """One thread: the language and kind are in its id."""

    name: str
    lang: str
    kind: str


@pytest.fixture(scope="module")
def threads() -> list[Thread]:
    """Read the labelled threads."""
    return labelled(*FILES)


@pytest.fixture(scope="module")
def judged(threads: list[Thread], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit all threads at once."""
    return audited(threads, tmp_path_factory.mktemp("variants"))


@pytest.fixture(scope="module")
def variants(threads: list[Thread]) -> list[Variant]:
    """Return what each thread is."""
    found = [(thread["id"], _ID.fullmatch(thread["id"])) for thread in threads]
    return [Variant(name, match["lang"], match["kind"]) for name, match in found if match]


def test_every_language_has_every_variant(variants: list[Variant]) -> None:
    """Nine bases a language, eight threads a base."""
    assert set(Counter((one.lang, one.kind) for one in variants).values()) == {9}
    assert len({one.lang for one in variants}) == LANGUAGES


def test_violations_are_seen_and_variants_are_not_accused(
    judged: Run, variants: list[Variant]
) -> None:
    """The same words give the other verdict, but for the share that is known to be too hard."""
    flagged, queued = named_in(judged, "findings"), named_in(judged, "queue")
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
