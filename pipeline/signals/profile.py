"""What each rule costs on given messages: the scan's own steps, timed, and each rule by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from time import perf_counter

import numpy as np

from pipeline.signals.grammar import run_rules
from pipeline.signals.hits import Texts
from pipeline.signals.nearness import Nearness
from pipeline.signals.patterns import Idiom, Pattern
from pipeline.signals.reader import reading_of
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.tongues import NAMES
from pipeline.signals.words import Words
from pipeline.text.letters import fold_all

_TOGETHER = 500
"""So many messages are read together."""


@dataclass(slots=True)
class Cost:
    """What one rule took: seconds, in how many messages it was tried, how often it matched."""

    rule_id: str
    kind: str
    seconds: float = 0.0
    tried: int = 0
    matched: int = 0


@dataclass(slots=True)
class RuleProfile:
    """Seconds of the scan's steps over some messages, and those of each rule."""

    messages: int = 0
    words_seconds: float = 0.0
    """Letters folded, words and concepts found: what a larger vocabulary costs."""
    choice_seconds: float = 0.0
    """Rules chosen by what stands near each other, and the idioms' expressions looked for."""
    costs: list[Cost] = field(default_factory=list)

    @property
    def rules_seconds(self) -> float:
        """All rules together."""
        return sum(cost.seconds for cost in self.costs)

    def as_dict(self, top: int) -> dict[str, object]:
        """Return the profile for JSON output, the `top` dearest rules only."""
        return {
            "messages": self.messages,
            "seconds": {
                "words": self.words_seconds,
                "choice": self.choice_seconds,
                "rules": self.rules_seconds,
            },
            "rules": [asdict(cost) for cost in self.costs[:top]],
        }

    def lines(self, top: int) -> Iterator[str]:
        """Yield the profile for reading: the steps' shares, then the dearest rules."""
        whole = self.words_seconds + self.choice_seconds + self.rules_seconds or 1.0
        yield (
            f"{self.messages:,} messages, {whole:.2f} s: words found "
            f"{self.words_seconds / whole:.0%}, rules chosen {self.choice_seconds / whole:.0%}, "
            f"rules run {self.rules_seconds / whole:.0%}"
        )
        yield f"{'share':>6} {'ms':>9} {'tried':>7} {'matched':>8}  rule"
        for cost in self.costs[:top]:
            yield (
                f"{cost.seconds / (self.rules_seconds or 1.0):6.1%} {cost.seconds * 1000:9.2f} "
                f"{cost.tried:7,} {cost.matched:8,}  {cost.rule_id} ({cost.kind})"
            )
        rest = self.costs[top:]
        if rest:
            share = sum(cost.seconds for cost in rest) / (self.rules_seconds or 1.0)
            yield f"{share:6.1%} {'':9} {'':7} {'':8}  {len(rest):,} more; --top shows them"


def profile_rules(texts: Sequence[str], rules: Ruleset) -> RuleProfile:
    """Time the rules over messages, the dearest first.

    A rule is run where the scan would run it, alone, on a text that is read already: shares tell
    which rule to look at; the scan runs them together and is a little faster than their sum.
    """
    profile = RuleProfile(messages=len(texts))
    costs = {rule.id: Cost(rule.id, "pattern") for rule in rules.patterns}
    costs |= {rule.id: Cost(rule.id, "idiom") for rule in rules.idioms}
    words, nearness = Words(rules.lexicon, tuple(rules.concepts), NAMES), Nearness(rules)
    for start in range(0, len(texts), _TOGETHER):
        part = texts[start : start + _TOGETHER]
        began = perf_counter()
        read = Texts(fold_all(list(part)), words)
        found = perf_counter()
        chosen = list(nearness.rules_by_text(read, np.ones(len(part), np.bool_)))
        profile.choice_seconds += perf_counter() - found
        profile.words_seconds += found - began
        for number, patterns, idioms in chosen:
            reading = reading_of(part[number], rules)
            run_rules(reading, rules, patterns, idioms)  # what a text's first rule makes for all
            for pattern in patterns:
                _time(costs[pattern.id], reading, rules, [pattern], [])
            for idiom in idioms:
                _time(costs[idiom.id], reading, rules, [], [idiom])
    tried = (cost for cost in costs.values() if cost.tried)
    profile.costs = sorted(tried, key=lambda cost: (-cost.seconds, cost.rule_id))
    return profile


def _time(
    cost: Cost,
    reading: Reading,
    rules: Ruleset,
    patterns: Sequence[Pattern],
    idioms: Sequence[Idiom],
) -> None:
    began = perf_counter()
    matches = run_rules(reading, rules, patterns, idioms)
    cost.seconds += perf_counter() - began
    cost.tried += 1
    cost.matched += sum(not match.stopped_by for match in matches)
