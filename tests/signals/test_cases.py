"""Every concept, guard and signal file holds what it says of itself."""

from pipeline.model import POLICIES
from pipeline.signals.cases import run_cases
from pipeline.signals.catalogue import list_rules, show_rule
from pipeline.signals.concepts import LANGUAGES
from pipeline.signals.ruleset import Ruleset


def test_all_hits_and_misses_hold(ruleset: Ruleset) -> None:
    """No file's own example comes out otherwise, and there are thousands of them."""
    outcome = run_cases(ruleset)
    assert [str(failure) for failure in outcome.failures] == []
    assert outcome.count > 1_000


def test_the_great_concepts_speak_every_language(ruleset: Ruleset) -> None:
    """The concepts that carry most have words in all thirteen languages."""
    for name in ("review_noun", "change_act", "remove_act", "request", "five_stars", "negation"):
        assert set(LANGUAGES) <= set(ruleset.concepts[name].languages)


def test_the_catalogue_lists_and_shows_everything(ruleset: Ruleset) -> None:
    """Each listed name, and each policy, can be shown."""
    listed = list_rules(ruleset)
    assert {"signal", "guard", "concept"} == {entry.kind for entry in listed}
    for name in [*(entry.name for entry in listed), *POLICIES]:
        assert name in show_rule(ruleset, name)
