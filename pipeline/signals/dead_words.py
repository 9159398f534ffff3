"""Words of a concept that never tag anything: folded away, covered by another, or always masked."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.signals.concepts import Concept, Vocabulary
from pipeline.signals.covering import Covers, begins, covers
from pipeline.signals.document import Document
from pipeline.signals.entries import Entry, TextEntry, has_cjk, parse_entry
from pipeline.signals.lexicon import Lexicon
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset
from pipeline.text.normalise import normalise

_BEFORE = ("", "x", "un")
_AFTER = ("", "x", "en", "a")
_BETWEEN = " bcd "


class DeadWord(NamedTuple):
    """A word of a concept's file that never counts, and why."""

    lang: str
    word: str
    why: str
    masked: bool = False
    """No rule sees it, but the second reader, who looks at words before they are masked, does."""


class _Line(NamedTuple):
    """A line of a vocabulary, and the entries it stands for."""

    word: str
    entries: list[Entry]


def dead_words(concept: Concept, rules: Ruleset) -> Iterator[DeadWord]:
    """Yield the words of a concept that change nothing, whatever text is read.

    A word is covered where another of the same language matches each of its stretches, folded
    where no text that is written so still holds it after folding, and masked where a concept that
    voids this one matches at the start of each of its stretches.
    """
    masking = [c for c in rules.concepts.values() if concept.name in c.masks]
    parsed = {lang: _lines(vocabulary, lang) for lang, vocabulary in concept.languages.items()}
    spread = Counter(
        entry
        for lines in parsed.values()
        for entry in {entry for line in lines for entry in line.entries}
    )
    for lang, lines in parsed.items():
        covered = {line.word: by for line, by in _covered(lines, spread)}
        masks = [(c.name, _covers_of(c, lang)) for c in masking if lang in c.languages]
        for line in lines:
            if line.word in covered:
                by = covered[line.word]
                yield DeadWord(lang, line.word, f"{by!r} matches wherever it does")
            elif not _survives_folding(line):
                yield DeadWord(lang, line.word, "no text written so holds it after folding")
            else:
                for mask, entries in masks:
                    if _always_begun(line, entries) and not _tags(line, concept.name, rules):
                        why = f"concept {mask} always masks it"
                        yield DeadWord(lang, line.word, why, masked=True)
                        break


def _lines(vocabulary: Vocabulary, lang: str) -> list[_Line]:
    words = dict.fromkeys(vocabulary.words)
    return [_Line(word, parse_entry(word, umlauts=lang == "de")) for word in words]


def _covers_of(concept: Concept, lang: str) -> Covers:
    return Covers(e for line in _lines(concept.languages[lang], lang) for e in line.entries)


def _covered(lines: list[_Line], spread: Counter[Entry]) -> Iterator[tuple[_Line, str]]:
    """Yield the lines that others make superfluous, and one of those; of equal lines the later.

    An entry that several languages have (`spread`) stays: it tells that the word is of them all.
    """
    place = {line.word: number for number, line in enumerate(lines)}
    owners: dict[Entry, list[str]] = {}
    for line in lines:
        for entry in line.entries:
            owners.setdefault(entry, []).append(line.word)
    known = Covers(owners)
    for line in lines:
        by = [_cover(line, entry, owners, known, place) for entry in line.entries]
        if all(by) and all(spread[entry] == 1 for entry in line.entries):
            yield line, by[0]


def _cover(
    line: _Line, entry: Entry, owners: dict[Entry, list[str]], known: Covers, place: dict[str, int]
) -> str:
    """Return a word that covers an entry of `line`, empty for none."""
    for wide in known.near(entry):
        if covers(wide, entry):
            equal = covers(entry, wide)
            for word in owners[wide]:
                if word != line.word and (not equal or place[word] < place[line.word]):
                    return word
    return ""


def _survives_folding(line: _Line) -> bool:
    found = Lexicon(("", "", entry) for entry in line.entries)
    return any(found.find(Document(normalise(text).text)) for text in _as_written(line.word))


def _as_written(word: str) -> Iterator[str]:
    """Yield texts that a line's author means: open ends filled in, gaps with a word or none."""
    joined = word.replace("..", "" if has_cjk(word) else _BETWEEN)
    for after in _AFTER:
        for before in _BEFORE:
            yield re.sub(r"(?<=\w)\*", after, re.sub(r"(?<!\w)\*(?=\w)", before, joined))


def _always_begun(line: _Line, masks: Covers) -> bool:
    return all(any(begins(mask, e) for mask in masks.near(e)) for e in line.entries)


def _tags(line: _Line, concept: str, rules: Ruleset) -> bool:
    """Tell whether the word tags its concept where it stands alone."""
    return bool(Reading(spoken(line.entries[0]), rules.lexicon, rules.masks).of(concept))


def spoken(entry: Entry, filling: str = "") -> str:
    """Return a folded text of an entry's words alone; `filling` stands for what is left open."""
    if isinstance(entry, TextEntry):
        return "".join(entry.pieces)
    return " ".join(
        "bcd"
        if part is None
        else (filling if part.open_start else "") + part.stem + (filling if part.open_end else "")
        for part in entry.parts
    )
