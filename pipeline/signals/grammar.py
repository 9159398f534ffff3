"""Run the rules over one reading: where patterns and idioms stand, and which guards stop them."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from pipeline.signals.lexicon import Hit
from pipeline.signals.objects import Nouns, Object
from pipeline.signals.patterns import Idiom, Pattern, Slot
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset

_MESSAGE_REACH = 400
_START = attrgetter("start")
_COMPENSATION = ("refund", "gift", "free_item", "replacement", "pay_act", "outside_pay")
_POLARITY = {"five_stars": "positive", "positive_word": "positive", "low_score": "negative",
             "negative_word": "negative"}  # fmt: skip


class Match(NamedTuple):
    """One signal at a place of a normalised text."""

    signal: str
    rule_id: str
    start: int
    end: int
    sentence: int
    object: str
    polarity: str
    conditional: bool
    strength: str
    lang: str
    act: tuple[int, int]
    stopped_by: str = ""
    stop_text: str = ""


def read_matches(reading: Reading, rules: Ruleset, *, of_buyer: bool = False) -> list[Match]:
    """Return every signal of a reading, stopped ones included, in order of place.

    What only the seller's side can say is not looked for in a message `of_buyer`.
    """
    off = rules.seller_only if of_buyer else frozenset[str]()
    present = sum(rules.bits[name] for name, hits in reading.hits.items() if hits)
    patterns = (
        pattern
        for pattern, needs in rules.pattern_needs
        if pattern.signal not in off and all(present & need for need in needs)
    )
    text = reading.document.text
    idioms = (
        idiom
        for idiom in rules.idioms
        if idiom.signal not in off and any(need in text for need in idiom.needs)
    )
    return run_rules(reading, rules, patterns, idioms)


def run_rules(
    reading: Reading,
    rules: Ruleset,
    patterns: Iterable[Pattern],
    idioms: Iterable[Idiom],
) -> list[Match]:
    """Return the signals of those rules that may match at all, in order of place.

    The others need not be named: a rule without its concepts or its literals finds nothing.
    """
    nouns = Nouns(reading, rules.object_kinds)
    found: list[Match] = []
    for pattern in patterns:
        found.extend(_run_pattern(reading, nouns, pattern, rules))
    for idiom in idioms:
        found.extend(_run_idiom(reading, idiom, rules))
    return [_completed(reading, match) for match in _best(found)]


def _run_pattern(
    reading: Reading, nouns: Nouns, pattern: Pattern, rules: Ruleset
) -> Iterator[Match]:
    for act in reading.of_any(pattern.slots[0]):
        window = _window(reading, act, pattern.within)
        partners = _partners(reading, act, pattern.slots[1:], window, pattern.near)
        if partners is None or (pattern.ordered and not _in_order([act, *partners])):
            continue
        if reading.has(pattern.never, *window):
            continue
        thing = Object("", None)
        stopped, words = "", ""
        if pattern.objects:
            thing = nouns.of(act)
            if (thing.kind or "none") not in pattern.objects:
                if thing.kind != "other" or thing.hit is None:
                    continue
                stopped, words = "other_object", _text(reading, thing.hit)
        hits = [act, *partners]
        if thing.hit is not None and abs(thing.hit.sentence - act.sentence) == 0:
            hits.append(thing.hit)
        match = _match(pattern, act, hits, thing.kind)
        if stopped:
            yield match._replace(stopped_by=stopped, stop_text=words)
        else:
            yield _guarded(reading, match, act, pattern.unless, rules)


def _run_idiom(reading: Reading, idiom: Idiom, rules: Ruleset) -> Iterator[Match]:
    document = reading.document
    for regex in idiom.any:
        for found in regex.finditer(document.text):
            start, end = found.span()
            if start == end:
                continue
            sentence = document.sentence_at(start)
            act = Hit("", "", start, end, document.token_at(start), document.token_at(end - 1),
                      sentence)  # fmt: skip
            window = _window(reading, act, idiom.within)
            partners = _partners(reading, act, idiom.slots, window, 0)
            if partners is None or reading.has(idiom.never, *window):
                continue
            match = _match(idiom, act, [act, *partners], idiom.object)
            yield _guarded(reading, match, act, idiom.unless, rules)


def _partners(
    reading: Reading, act: Hit, slots: tuple[Slot, ...], window: tuple[int, int], near: int
) -> list[Hit] | None:
    """Return the nearest hit of every slot, or None where one has none within reach."""
    partners: list[Hit] = []
    for slot in slots:
        found = reading.nearest(slot, act, *window)
        if not found:
            return None
        best = found[0]
        if len(found) > 1:
            best = min(found, key=lambda hit: (_words_between(act, hit), hit.start))
        if near and _words_between(act, best) > _reach(reading, act, near):
            return None
        partners.append(best)
    return partners


def _reach(reading: Reading, act: Hit, near: int) -> int:
    return near if reading.document.text[act.start].isascii() else near * 2


def _window(reading: Reading, act: Hit, within: str) -> tuple[int, int]:
    document = reading.document
    if within == "message":
        return max(act.start - _MESSAGE_REACH, 0), act.end + _MESSAGE_REACH
    if within == "sentence":
        return document.sentence_span(act.sentence)
    last = len(document.sentence_starts) - 1
    start, _ = document.sentence_span(max(act.sentence - 1, 0))
    _, end = document.sentence_span(min(act.sentence + 1, last))
    return start, end


def _words_between(act: Hit, hit: Hit) -> int:
    return max(hit.first - act.last, act.first - hit.last, 0)


def _in_order(hits: list[Hit]) -> bool:
    return all(a.start < b.start for a, b in pairwise(hits))


def _text(reading: Reading, hit: Hit) -> str:
    return reading.document.text[hit.start : hit.end]


def _match(rule: Pattern | Idiom, act: Hit, hits: list[Hit], kind: str) -> Match:
    return Match(
        signal=rule.signal,
        rule_id=rule.id,
        start=min([hit.start for hit in hits]),
        end=max([hit.end for hit in hits]),
        sentence=act.sentence,
        object={"pronoun": "unclear"}.get(kind, kind),
        polarity=rule.polarity,
        conditional=False,
        strength=rule.strength,
        lang=act.lang or next((hit.lang for hit in hits if hit.lang), ""),
        act=(act.start, act.end),
    )


def _completed(reading: Reading, match: Match) -> Match:
    """Write down what else the sentence says: a condition, and whether it praises or blames."""
    start, end = reading.document.sentence_span(match.sentence)
    polarity = match.polarity or next(
        (says for concept, says in _POLARITY.items() if reading.has((concept,), start, end)), ""
    )
    conditional = _is_conditional(reading, start, end)
    return match._replace(polarity=polarity, conditional=conditional)


def _is_conditional(reading: Reading, start: int, end: int) -> bool:
    """Tell whether there is a tie, or a condition with money or goods in the same sentence."""
    if reading.has(("tie",), start, end):
        return True
    return reading.has(("condition",), start, end) and reading.has(_COMPENSATION, start, end)


def _guarded(
    reading: Reading, match: Match, act: Hit, unless: tuple[str, ...], rules: Ruleset
) -> Match:
    for name in unless:
        stopper = rules.guards[name].stops(reading, act)
        if stopper is not None:
            return match._replace(stopped_by=name, stop_text=_text(reading, stopper))
    return match


def _best(found: list[Match]) -> list[Match]:
    """Keep one match a signal and stretch: standing before stopped, sure before weak."""
    found.sort(
        key=lambda m: (
            m.signal,
            m.stopped_by != "",
            m.strength != "sure",
            m.start,
            m.end,
            m.rule_id,
        )
    )
    kept: list[Match] = []
    by_signal: dict[str, list[Match]] = {}
    for match in found:
        others = by_signal.setdefault(match.signal, [])
        place = bisect_left(others, match.start, key=_START)
        if any(_same_place(match, other) for other in others[max(place - 1, 0) : place + 1]):
            continue
        others.insert(place, match)
        kept.append(match)
    kept.sort(key=lambda m: (m.start, m.end, m.signal, m.rule_id))
    return kept


def _same_place(match: Match, other: Match) -> bool:
    return match.start < other.end and other.start < match.end
