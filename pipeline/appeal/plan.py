"""The Plan of Action as sentences, each with its sources."""

from zoneinfo import ZoneInfo

from pipeline.appeal.citations import Sentence, check_sentences
from pipeline.appeal.facts import Facts, PlanTexts
from pipeline.appeal.measures import actions_taken, prevention
from pipeline.appeal.root_cause import root_cause
from pipeline.errors import UsageError
from pipeline.store import Store


def facts_of(pack: Store) -> Facts:
    """Return the pack's tables as the plan reads them; zone and rules are in the tables too."""
    zone = pack.table("archive").get_column("timezone").item()
    return Facts(pack, ZoneInfo(zone), PlanTexts())


def make_plan(facts: Facts) -> list[Sentence]:
    """Return the sentences of the plan in order.

    Raises:
        UsageError: the audit holds no message at all.
        StageError: a sentence has no source, or cites a row that is not in the pack.

    """
    if facts.table("archive").row(0, named=True)["first_at"] is None:
        raise UsageError("the audit holds no message: there is nothing to make a pack of")
    sentences = list(dict.fromkeys([*root_cause(facts), *actions_taken(facts), *prevention(facts)]))
    check_sentences(sentences, facts.store)
    return sentences
