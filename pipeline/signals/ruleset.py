"""Load concepts, guards and rules, the built-in ones and the user's own."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pipeline.errors import RuleError
from pipeline.model import POLICIES
from pipeline.signals.concepts import OBJECTS, Concept, read_concept
from pipeline.signals.guards import Guard, read_guard
from pipeline.signals.lexicon import Lexicon
from pipeline.signals.patterns import Idiom, Pattern, SignalRule, read_rule
from pipeline.signals.second_reader import FOLDER, SecondReader, load_second_reader

_BUILT_IN = Path(__file__).resolve().parent
_FOLDERS = ("concepts", "guards", "rules")


@dataclass(frozen=True, eq=False)
class Ruleset:
    """Everything the grammar needs; `version` changes with any byte of any rule file or weight."""

    version: str
    concepts: dict[str, Concept]
    guards: dict[str, Guard]
    rules: dict[str, SignalRule]
    disabled: frozenset[str] = field(default=frozenset())
    user_paths: tuple[Path, ...] = ()

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """All patterns that are not disabled."""
        return tuple(p for r in self.rules.values() for p in r.patterns if self._enabled(p))

    @cached_property
    def idioms(self) -> tuple[Idiom, ...]:
        """All idioms that are not disabled."""
        return tuple(i for r in self.rules.values() for i in r.idioms if self._enabled(i))

    @cached_property
    def seller_only(self) -> frozenset[str]:
        """Signals that say something of the seller's side alone, and are looked for there."""
        return frozenset(name for name, rule in self.rules.items() if rule.side)

    @cached_property
    def bits(self) -> dict[str, int]:
        """One bit for each concept, so that sets of concepts are numbers."""
        return {name: 1 << place for place, name in enumerate(self.concepts)}

    @cached_property
    def pattern_needs(self) -> tuple[tuple[Pattern, tuple[int, ...]], ...]:
        """Every pattern with its slots as numbers: one concept of each slot must be present."""
        return tuple(
            (pattern, tuple(sum(self.bits[name] for name in set(slot)) for slot in pattern.slots))
            for pattern in self.patterns
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        """The vocabulary of all concepts."""
        return Lexicon(e for concept in self.concepts.values() for e in concept.entries())

    @cached_property
    def masks(self) -> dict[str, tuple[str, ...]]:
        """Concepts whose hits void others' hits."""
        return {c.name: c.masks for c in self.concepts.values() if c.masks}

    @cached_property
    def negatable(self) -> tuple[str, ...]:
        """Concepts that a negation right beside them makes void."""
        return tuple(c.name for c in self.concepts.values() if c.negatable)

    @cached_property
    def object_kinds(self) -> dict[str, str]:
        """Concepts that name a thing, and what kind."""
        return {c.name: c.object for c in self.concepts.values() if c.object}

    @cached_property
    def second_reader(self) -> SecondReader:
        """The reader that is asked where the grammar only half sees."""
        return load_second_reader()

    def without_words(self) -> "Ruleset":
        """Return the rules without vocabulary and examples, for a reader that has taken them in."""
        guards = {name: replace(guard, hits={}, misses={}) for name, guard in self.guards.items()}
        bare = Ruleset(self.version, {}, guards, {}, self.disabled)
        kept = ("masks", "negatable", "object_kinds", "seller_only")
        vars(bare).update({name: getattr(self, name) for name in kept})
        return bare

    def whole(self) -> "Ruleset":
        """Return the rules with every word at hand: what the cache holds is opened piece by piece.

        Raises:
            RuleError: a rule file has become ill-formed meanwhile.

        """
        return self if self.rules else load_ruleset(self.user_paths, self.disabled)

    def _enabled(self, rule: Pattern | Idiom) -> bool:
        return rule.id not in self.disabled and rule.signal not in self.disabled


def load_ruleset(user_paths: Iterable[Path] = (), disabled: Iterable[str] = ()) -> Ruleset:
    """Load the built-in rules, then those of `user_paths` (folders laid out the same way).

    A user's file of the same name replaces the built-in one. `disabled` names signals or rule ids;
    policies are left to the stage that knows them.

    Raises:
        RuleError: a file is not well formed, names a concept or guard that does not exist, or
            what is to be disabled does not exist.

    """
    own = tuple(user_paths)
    files = [path for base in (_BUILT_IN, *own) for path in _files(base)]
    concepts: dict[str, Concept] = {}
    guards: dict[str, Guard] = {}
    rules: dict[str, SignalRule] = {}
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes() + b"\0")
        if path.parent.name == "concepts":
            concepts[path.stem] = read_concept(path)
        elif path.parent.name == "guards":
            guards[path.stem] = read_guard(path)
        else:
            rules[path.stem] = read_rule(path)
    for path in sorted(FOLDER.glob("*.parquet")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    off = frozenset(disabled)
    digest.update("\0".join(sorted(off)).encode())
    loaded = Ruleset(digest.hexdigest()[:16], concepts, guards, rules, off, own)
    _check(loaded)
    return loaded


def _files(base: Path) -> list[Path]:
    """List rule files: rules in the folder itself, and what is in its three sub-folders."""
    if not base.is_dir():
        raise RuleError("is no folder of rules", source=str(base))
    folders = [base, *(base / name for name in _FOLDERS)]
    return [path for folder in folders for path in sorted(folder.glob("*.toml"))]


def _check(rules: Ruleset) -> None:
    ids = {part.id for rule in rules.rules.values() for part in rule.patterns}
    ids |= {part.id for rule in rules.rules.values() for part in rule.idioms}
    for name in sorted(rules.disabled - ids - rules.rules.keys() - set(POLICIES)):
        raise RuleError(f"rules.disable: there is no rule or policy {name!r}")
    for guard in rules.guards.values():
        _known(rules, guard.concepts + guard.cancelled_by + guard.blocked_by, guard.source)
    for concept in rules.concepts.values():
        _known(rules, concept.masks, concept.source)
    for rule in rules.rules.values():
        for part in rule.parts:
            named = tuple(concept for slot in part.slots for concept in slot)
            _known(rules, named + part.never, f"{rule.source}, {part.id}")
            _known_guards(rules, part.unless, f"{rule.source}, {part.id}")
        for pattern in rule.patterns:
            for kind in pattern.objects:
                if kind not in (*OBJECTS[1:], "none"):
                    raise RuleError(f"object {kind!r} is not known", source=rule.source)


def _known(rules: Ruleset, names: tuple[str, ...], source: str) -> None:
    for name in names:
        if name not in rules.concepts:
            raise RuleError(f"there is no concept {name!r}", source=source)


def _known_guards(rules: Ruleset, names: tuple[str, ...], source: str) -> None:
    for name in names:
        if name not in rules.guards:
            raise RuleError(f"there is no guard {name!r}", source=source)
