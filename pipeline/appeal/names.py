"""Words that may be names and that no rule could know: a list for a person, never in the pack."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipeline.appeal.audited import Audited
from pipeline.appeal.people import People
from pipeline.evidence.cells import guarded
from pipeline.store import Store

_WORD = re.compile(r"(?<![\w\[-])[A-ZÀ-ÞŁŚŻČŠŽ][^\W\d_]{2,}(?![\w-])")
_STARTS = re.compile(r"(?:^|[.!?:…\n>»”\"(-])\s*$")
_COMMON = 3
_AROUND = 40
_TEXTS = (
    ("conversations", "message_id", ("subject", "body")),
    ("notices", "notice_id", ("subject", "body")),
    ("context_events", "title", ("title", "detail")),
    ("measures", "measure_id", ("title", "detail")),
)
"""Tables of the pack in which people wrote freely: the row's name, and the columns."""

_Place = tuple[str, str, str, str]


def names_left(pack: Store, audited: Audited, people: People) -> pl.DataFrame:
    """Return words that may be names, with their place in the pack.

    These are capitalised words inside sentences that stand in few conversations (German
    capitalises every noun, so a word of three conversations or more is taken for a word), and,
    wherever they stand, words that name a buyer of another conversation. The seller's own names
    are none of a buyer.
    """
    own = {
        word.casefold()
        for name in audited.settings.get("names") or ()
        for word in re.findall(r"\w+", str(name))
    }
    buyers = {word for words in people.words.values() for word in words}
    places: dict[str, list[_Place]] = defaultdict(list)
    for thread, place, text in _written(pack):
        for match in _WORD.finditer(text):
            word, before = match[0], text[: match.start()]
            if before.count("[") > before.count("]") or word.casefold() in own:
                continue
            if word not in buyers and _STARTS.search(before):
                continue
            around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
            places[word].append((thread, *place, " ".join(around.split())))
    rows = [
        (word, table, row_id, around)
        for word, found in sorted(places.items())
        if word in buyers or len({thread for thread, _, _, _ in found}) < _COMMON
        for _, table, row_id, around in found
    ]
    schema = dict.fromkeys(("word", "table", "row_id", "around"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _written(pack: Store) -> Iterator[tuple[str, tuple[str, str], str]]:
    """Yield what people wrote: its conversation (or row), table and row, text."""
    for table, key, columns in _TEXTS:
        for row in pack.table(table).iter_rows(named=True):
            for column in columns:
                if row[column]:
                    yield row.get("thread_id", row[key]), (table, row[key]), row[column]


def write_names(out: Path, left: pl.DataFrame) -> Path | None:
    """Write the list beside the pack (mode 600); none where there is nothing to read."""
    path = out.with_name(f"{out.name}.names-to-check.csv")
    path.unlink(missing_ok=True)
    if left.is_empty():
        return None
    path.touch(mode=0o600)
    guarded(left).write_csv(path)
    return path
