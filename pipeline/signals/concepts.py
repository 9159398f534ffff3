"""Read `concepts/*.toml`: one meaning a file, its words by language.

Keys: `concept` (the file's stem), `why`, `object` (what kind of thing the noun names, if it is
one: product_review, seller_feedback, unclear, pronoun, other), `masks` (concepts whose hits are
void where this one overlaps them), `negatable` (a hit right behind a negation is void); then one
table a language with `words`, `hits`, `misses`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import RuleError
from pipeline.signals.entries import TextEntry, WordEntry, parse_entry
from pipeline.signals.files import Fields, read_fields

LANGUAGES = (
    "en", "de", "fr", "it", "es", "nl", "pl", "sv", "pt", "tr", "zh-Hans", "zh-Hant", "ja",
)  # fmt: skip
"""Languages a vocabulary may have; `any` besides them holds words shared by all."""

OBJECTS = ("", "product_review", "seller_feedback", "unclear", "pronoun", "other")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A concept's words in one language, and sentences that must and must not be tagged."""

    words: tuple[str, ...]
    hits: tuple[str, ...]
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning: its words by language, and what it is to the grammar."""

    name: str
    why: str
    source: str
    object: str
    masks: tuple[str, ...]
    negatable: bool
    languages: dict[str, Vocabulary]

    def entries(self) -> Iterator[tuple[str, str, WordEntry | TextEntry]]:
        """Yield (concept, language, entry) for every word.

        Raises:
            RuleError: an entry cannot be read.

        """
        for lang, vocabulary in self.languages.items():
            for word in vocabulary.words:
                try:
                    parsed = parse_entry(word, umlauts=lang == "de")
                except ValueError as error:
                    raise RuleError(str(error), source=f"{self.source}, {lang}.words") from None
                for entry in parsed:
                    yield self.name, lang, entry


def read_concept(path: Path) -> Concept:
    """Read one concept file.

    Raises:
        RuleError: it is not well formed.

    """
    fields = read_fields(path)
    name = fields.text("concept")
    if name != path.stem:
        raise fields.error("concept", f"{name!r} is not the file's name {path.stem!r}")
    kind = fields.text("object", "")
    if kind not in OBJECTS:
        raise fields.error("object", f"{kind!r} is not one of {', '.join(OBJECTS[1:])}")
    concept = Concept(
        name,
        fields.text("why"),
        str(path),
        kind,
        fields.texts("masks"),
        fields.flag("negatable"),
        {lang: _vocabulary(fields.table(lang)) for lang in (*LANGUAGES, "any") if lang in fields},
    )
    fields.finish()
    return concept


def _vocabulary(fields: Fields) -> Vocabulary:
    vocabulary = Vocabulary(fields.texts("words"), fields.texts("hits"), fields.texts("misses"))
    fields.finish()
    return vocabulary
