"""The table of what stands behind each policy is current, and counts what it says."""

from dataclasses import replace
from pathlib import Path

from pipeline.model import POLICIES
from pipeline.signals.concepts import LANGUAGES
from pipeline.signals.parity import behind, parity_table
from pipeline.signals.ruleset import Ruleset

TABLE = Path(__file__).resolve().parents[2] / "PARITY.md"


def test_the_committed_table_is_current(ruleset: Ruleset) -> None:
    """`make parity` writes it anew after a change of rules."""
    assert TABLE.read_text(encoding="utf-8") == parity_table(ruleset), "run `make parity`"


def test_no_policy_is_without_rules_words_or_examples_in_any_language(ruleset: Ruleset) -> None:
    """Thirteen by thirteen fields, none of them with a zero."""
    for policy in POLICIES:
        for lang in LANGUAGES:
            found = behind(ruleset, policy, lang)
            assert min(found.rules, found.words, found.examples) > 0, (policy, lang)


def test_a_language_taken_away_is_seen(ruleset: Ruleset) -> None:
    """Without a concept's words in a language the rules that need it are not counted there."""
    concept = ruleset.concepts["vote_act"]
    spoken = {lang: words for lang, words in concept.languages.items() if lang != "pl"}
    poorer = ruleset.concepts | {"vote_act": replace(concept, languages=spoken)}
    policy, without = "review-vote-manipulation", replace(ruleset, concepts=poorer)
    before, after = behind(ruleset, policy, "pl"), behind(without, policy, "pl")
    gone = concept.languages["pl"]
    assert after.rules < before.rules
    assert after.words <= before.words - len(gone.words)
    assert after.examples <= before.examples - len(gone.hits) - len(gone.misses)
    assert behind(without, policy, "de") == behind(ruleset, policy, "de")
