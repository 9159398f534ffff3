"""Ghost messages: what survives only as a quotation in a later message.

A mailbox without Sent mail shows only the buyers; what the seller wrote may stand in the quoted
tails of their answers. Such words become rows of their own (`ghost_messages`), marked as derived:
who wrote them is what the quotation says, and when is only known to be earlier. They are counted
nowhere as sent, found in no statistic, and judged for the queue alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import polars as pl

from pipeline.config import Config
from pipeline.ingest.parties import is_relay
from pipeline.queries import read_query
from pipeline.resources import resource_dir
from pipeline.signals.engine import scan
from pipeline.signals.rows import SURROUNDINGS
from pipeline.signals.ruleset import Ruleset
from pipeline.store import Store
from pipeline.text.quotes import QuotedMessage, quoted_messages

_BATCH = 20_000
_HEAD = 40
"""Letters by which a text is looked for among all messages; the case is searched for the rest."""

_LEAST = 6
"""Letters below which a quoted line is no message ("Ok", a name)."""

_NOT_LETTERS = r"[^\p{L}\p{N}]+"
_OPPOSITE = {"inbound": "outbound", "outbound": "inbound"}
_SQUEEZED = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Found:
    """A quoted message, the row of the message that quotes it, and its letters alone."""

    quoting: Mapping[str, Any]
    quoted: QuotedMessage
    letters: str


def add_ghosts(store: Store, ruleset: Ruleset, config: Config) -> int:
    """Fill `ghost_messages` and `ghost_signals`; return how many ghosts there are.

    Needs the staged messages, their threads and their segments.
    """
    for table in ("ghost_messages", "ghost_signals"):
        store.put(table, store.empty(table))
    found = list(_unmatched(store))
    if not found:
        return 0
    ghosts = _ghosts(_only_quoted(store, found), config)
    signals = _signals(ghosts, ruleset)
    asks: dict[str, set[str]] = {}
    for row in signals:
        asks.setdefault(row["ghost_id"], set()).add(row["signal"])
    rows = [row | {"asks": ";".join(sorted(asks.get(row["ghost_id"], ())))} for row, _ in ghosts]
    _insert(store, "ghost_messages", rows)
    _insert(store, "ghost_signals", signals)
    return len(rows)


def _insert(store: Store, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        store.insert(table, pl.DataFrame(rows, schema=store.empty(table).schema, orient="row"))


def _unmatched(store: Store) -> Iterator[_Found]:
    """Yield quoted messages whose first letters begin no message of the archive."""
    heads: pl.Series | None = None
    for batch in store.batches(_query("quoting_messages"), _BATCH):
        found = [one for row in batch.iter_rows(named=True) for one in _quoted_in(row)]
        if not found:
            continue
        if heads is None:
            heads = _heads(store)
        keys = pl.Series([one.letters[:_HEAD] for one in found], dtype=pl.String)
        for one, known in zip(found, keys.hash().is_in(heads.implode()), strict=True):
            if not known:
                yield one


def _quoted_in(row: Mapping[str, Any]) -> Iterator[_Found]:
    for start, end in zip(row["starts"], row["ends"], strict=True):
        for quoted in quoted_messages(row["body"], start, end):
            letters = _SQUEEZED.sub("", quoted.words.lower())
            if len(letters) >= _LEAST:
                yield _Found(row, quoted, letters)


def _heads(store: Store) -> pl.Series:
    """Return a hash of the first letters of every message."""
    parts = [
        _squeezed(batch["body"]).str.slice(0, _HEAD).hash()
        for batch in store.table_batches("messages_base", _BATCH, columns=("body",))
    ]
    return pl.concat(parts).unique()


def _squeezed(texts: pl.Series) -> pl.Series:
    return texts.str.to_lowercase().str.replace_all(_NOT_LETTERS, "")


def _only_quoted(store: Store, found: Sequence[_Found]) -> Iterator[_Found]:
    """Yield, once each, what no message of the case says itself."""
    cases = sorted({str(one.quoting["case_id"]) for one in found})
    store.put("ghost_cases", pl.DataFrame({"case_id": cases}))
    said: dict[str, list[str]] = {}
    for batch in store.batches(_query("case_texts"), _BATCH):
        letters = _squeezed(batch["body"])
        for case_id, text in zip(batch["case_id"], letters, strict=True):
            said.setdefault(case_id, []).append(text)
    store.drop(["ghost_cases"])
    found = sorted(found, key=lambda one: (one.quoting["sent_at"], one.quoting["message_id"]))
    for one in found:
        texts = said.setdefault(str(one.quoting["case_id"]), [])
        if not any(one.letters in text for text in texts):
            texts.append(one.letters)
            yield one


def _ghosts(found: Iterable[_Found], config: Config) -> list[tuple[dict[str, Any], QuotedMessage]]:
    ghosts = []
    kept = ("message_id", "thread_id", "case_id", "channel", "marketplace", "order_id", "buyer_id")
    for one in found:
        words = one.quoted.words
        start = one.quoted.place(0)
        name = f"{one.quoting['message_id']}\x1f{start}\x1f{words}"
        row = {key: one.quoting[key] for key in (*kept, "source_file", "source_locator")}
        row |= {
            "ghost_id": f"g-{sha256(name.encode()).hexdigest()[:16]}",
            "quoted_at": one.quoting["sent_at"],
            "quoted_level": one.quoted.level,
            "direction": _direction(one, config),
            "said_by": one.quoted.said_by,
            "body": words,
            "quoted_start": start,
            "quoted_end": one.quoted.place(len(words) - 1) + 1,
            "derived": True,
        }
        ghosts.append((row, one.quoted))
    return ghosts


def _direction(one: _Found, config: Config) -> str:
    """Return whose words these are: by the address, the name, else by who answers whom."""
    address, said_by = one.quoted.address, one.quoted.said_by.lower()
    if address in config.addresses:
        return "outbound"
    buyer = str(one.quoting["buyer_id"] or "").lower()
    if address and (is_relay(address) or address == buyer):
        return "inbound"
    if any(re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", said_by) for name in config.names):
        return "outbound"
    side = str(one.quoting["direction"])
    for _ in range(one.quoted.level):
        side = _OPPOSITE.get(side, "unknown")
    return side


def _signals(
    ghosts: Sequence[tuple[dict[str, Any], QuotedMessage]], ruleset: Ruleset
) -> list[dict[str, Any]]:
    """Return what was said in them, at its places in the quoting messages."""
    if not ghosts:
        return []
    texts = pl.DataFrame(
        {
            "message_id": [row["ghost_id"] for row, _ in ghosts],
            "subject": [""] * len(ghosts),
            "body": [row["body"] for row, _ in ghosts],
            "direction": [row["direction"] for row, _ in ghosts],
            "own": pl.Series([None] * len(ghosts), dtype=_OWN),
        }
    )
    by_id = {row["ghost_id"]: (row, quoted) for row, quoted in ghosts}
    found = []
    stands = pl.col("stopped_by").is_null() & (pl.col("signal") != SURROUNDINGS)
    for signal in scan(texts, ruleset).filter(stands).to_dicts():
        row, quoted = by_id[signal["message_id"]]
        found.append(
            {
                **{key: row[key] for key in ("ghost_id", "message_id", "case_id", "direction")},
                **{key: signal[key] for key in ("signal", "strength", "score")},
                "match_start": quoted.place(signal["match_start"]),
                "match_end": quoted.place(signal["match_end"] - 1) + 1,
            }
        )
    return found


_OWN = pl.List(pl.Struct({"start": pl.Int32, "end": pl.Int32}))


def _query(name: str) -> str:
    return read_query(resource_dir("sql") / "ghosts" / f"{name}.sql").sql
