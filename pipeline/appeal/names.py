"""Words that may be names and that no rule could know: a list for a person, never in the pack."""

import re
from collections import defaultdict
from pathlib import Path

import polars as pl

from pipeline.appeal.audited import Audited
from pipeline.evidence.cells import guarded
from pipeline.store import Store

_WORD = re.compile(r"(?<![\w\[-])[A-ZÀ-ÞŁŚŻČŠŽ][^\W\d_]{2,}(?![\w-])")
_STARTS = re.compile(r"(?:^|[.!?:…\n>»”\"(-])\s*$")
_COMMON = 3
_AROUND = 40


def names_left(pack: Store, audited: Audited) -> pl.DataFrame:
    """Return capitalised words inside sentences that stand in few conversations, with their place.

    German capitalises every noun, so a word of three conversations or more is taken for a word;
    the seller's own names are none of a buyer.
    """
    own = {
        word.casefold()
        for name in audited.settings.get("names") or ()
        for word in re.findall(r"\w+", str(name))
    }
    places: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in pack.table("conversations").iter_rows(named=True):
        text = row["body"] or ""
        for match in _WORD.finditer(text):
            before = text[: match.start()]
            inside = before.count("[") > before.count("]")
            if inside or _STARTS.search(before) or match[0].casefold() in own:
                continue
            around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
            places[match[0]].append((row["thread_id"], row["message_id"], " ".join(around.split())))
    rows = [
        (word, message, around)
        for word, found in sorted(places.items())
        if len({thread for thread, _, _ in found}) < _COMMON
        for _, message, around in found
    ]
    schema = {"word": pl.String, "message_id": pl.String, "around": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def write_names(out: Path, left: pl.DataFrame) -> Path | None:
    """Write the list beside the pack (mode 600); none where there is nothing to read."""
    path = out.with_name(f"{out.name}.names-to-check.csv")
    path.unlink(missing_ok=True)
    if left.is_empty():
        return None
    path.touch(mode=0o600)
    guarded(left).write_csv(path)
    return path
