"""What stands behind each policy in each language: rules, words and examples, as a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import POLICIES
from pipeline.queries import queries
from pipeline.signals.concepts import LANGUAGES
from pipeline.signals.lint import speaks
from pipeline.signals.patterns import Pattern, SignalRule
from pipeline.signals.ruleset import Ruleset

_NAMED = re.compile(r"'([a-z_]+)'")

_HEAD = """# What stands behind each policy, by language

Made by `msgaudit rules parity`; `make parity` writes it anew. Each field: **rules / words /
examples**.

- Rules: patterns of the signals that the policy's SQL names, if each of their parts has words in
  the language. Idioms (wordings of no single language) count for all: the column *any*.
- Words: the language's words of the concepts that those patterns are made of.
- Examples: what `msgaudit rules test` runs in the language, hits and misses, of those signals and
  concepts and of the guards that may stop them.

A number says how much was written, not how well it finds: that is measured on labelled threads.
Signals that only a thread's facts turn into an ask (`hinted`, `nudged`, `leaning`) are not counted,
nor are signals named as the exception told from those named as the rule.
"""


@dataclass(frozen=True, slots=True)
class Behind:
    """How many rules, words and examples a policy has in a language."""

    rules: int
    words: int
    examples: int

    def __str__(self) -> str:
        """Return the three numbers as a field of the table."""
        return f"{self.rules} / {self.words} / {self.examples}"


def behind(ruleset: Ruleset, policy: str, lang: str) -> Behind:
    """Count what a policy has in a language."""
    signals = [*_signals(ruleset, policy)]
    patterns = [p for rule in signals for p in rule.patterns if speaks(ruleset, p.slots, lang)]
    concepts = {name for pattern in patterns for slot in pattern.slots for name in slot}
    known = [c.languages[lang] for c in map(ruleset.concepts.get, sorted(concepts))
             if c is not None and lang in c.languages]  # fmt: skip
    guards = [ruleset.guards[name] for name in _guards(patterns)]
    examples = sum(len(v.hits) + len(v.misses) for v in known)
    tables = [t for s in signals for t in (s.hits, s.misses)]
    tables += [t for guard in guards for t in (guard.hits, guard.misses)]
    examples += sum(len(table.get(lang, ())) for table in tables)
    return Behind(len(patterns), sum(len(v.words) for v in known), examples)


def parity_table(ruleset: Ruleset) -> str:
    """Return the table policy by language, in Markdown, with what its numbers mean."""
    lines = [f"| policy | any | {' | '.join(LANGUAGES)} |", "|---" * (len(LANGUAGES) + 2) + "|"]
    for policy in POLICIES:
        idioms = sum(len(rule.idioms) for rule in _signals(ruleset, policy))
        fields = (str(behind(ruleset, policy, lang)) for lang in LANGUAGES)
        lines.append(f"| {policy} | {idioms} | {' | '.join(fields)} |")
    return "\n".join((_HEAD, *lines, ""))


def _signals(ruleset: Ruleset, policy: str) -> Iterator[SignalRule]:
    """Yield the signals that a policy's verdict names."""
    query = next((q for q in queries("verdicts") if q.table == policy.replace("-", "_")), None)
    if query is not None:
        for name in sorted(set(_NAMED.findall(query.sql)) & ruleset.rules.keys()):
            yield ruleset.rules[name]


def _guards(patterns: list[Pattern]) -> Iterator[str]:
    yield from sorted({name for pattern in patterns for name in pattern.unless})
