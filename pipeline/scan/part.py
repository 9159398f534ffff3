"""Judges again only what changed: most of a state of years is as it was a month ago.

What came, went or moved touches some rows; these belong to some cases; facts and verdicts look at
nothing beyond a case, its orders and its buyers. The very same SQL files make those cases' rows
anew, in the schema `part`, and the rows of before give way to them. From the correlation on only
the sentences near to flagged ones are; everything else there is made from the whole. Where more
than half is touched, all of it is judged.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pipeline.audit import judge, run_checks
from pipeline.clock import Clock
from pipeline.scan.keep import KeepingStore
from pipeline.scan.layout import TEXTS
from pipeline.store import Query, queries

WORTH = 2
"""A part is made anew where it is at most the whole divided by this; else all of it is."""

FEW = 10_000
"""So few rows of a kind are decided again at once, without looking for those that changed."""

_COPIES = (
    "message_copies",
    "review_event_rows",
    "review_snapshot_rows",
    "order_rows",
    "refund_rows",
    "notice_rows",
    "context_rows",
)
"""What tells which rows of a kind repeat others; a group of duplicates is decided as a whole."""

_TWINS = ("twin_candidates", "message_twins")
_COMPARED = ("review_events", "refunds")
_THREADS = ("buyer_sessions", "own_threads", "guessed_links", "thread_links", "message_threads")
_PLACE = ("source_no", "row_no")
_ID = ("message_id",)
_TEXT = ("subject", "body")
_INPUTS = ("messages_base", "message_threads", "message_texts")
"""What facts, verdicts and checks read of a case's messages, besides what was read in their texts;
reviews and refunds are looked up by its orders and buyers."""


IDENTITIES = "thread_identities"
"""Of the correlation what follows from each message alone."""

CHECKED = ("segments_cover_bodies", "messages_keep_their_rows")
"""Invariants of a message's own rows: they need a look where the rows are new."""


def judged_alike(params: Mapping[str, Any], rules: str) -> str:
    """Return what findings depend on besides the rows: with the same, old verdicts stand."""
    used = {"disabled"} | {
        name
        for stage in ("staging", "facts", "verdicts")
        for query in queries(stage)
        for name in query.parameters
    }
    return repr([rules, *((name, str(params[name])) for name in sorted(used))])


class Part:
    """The part of a state that a scan has to look at again, step by step."""

    def __init__(
        self, store: KeepingStore, params: Mapping[str, Any], moved: pl.DataFrame, clock: Clock
    ) -> None:
        """Begin; `moved` are the numbers of files that are new, gone or of another name."""
        self.store, self.params, self.clock = store, params, clock
        self.own = {query.table: query for query in queries("scan/part")}
        self.texts = {query.table: query for query in queries("scan/texts")}
        store.put("moved_files", moved)

    def stage(self) -> bool:
        """Bring the staging up to date; return whether only a part of the messages was touched."""
        store = self.store
        staging = {query.table: query for query in queries("staging")}
        self._create(staging["file_names"])
        for table in _COPIES:
            self._copies(staging[table])
        for table in _COMPARED:
            store.rename(table, f"before_{table}")
        self._rows(staging)
        self._create(self.own["touched_messages"])
        small = WORTH * store.count("touched_messages") <= store.count("messages_base")
        done = {"file_names", *_COPIES, *_TWINS, "message_rows"}
        if small:
            self._messages(staging["messages_base"])
            self._threads(staging)
            done |= {"messages_base", *_THREADS}
        for query in staging.values():
            if query.table not in done:
                self._create(query)
        return small

    def _copies(self, query: Query) -> None:
        """Find the copies among the rows of one kind; `touched_rows` are those looked at again."""
        store, table, (raw,) = self.store, query.table, query.reads
        if table != "message_copies" and store.count(table) <= FEW:
            self._create(query)
            return
        store.rename(table, "rows_before")
        store.narrow(raw, ("source_no",), "moved_files")
        with store.part():
            self._create(query)
            store.call("rows_now", f"part.{table}")
            self._create(self.own["moved_keys"])
            self._create(self.own["touched_rows"])
            store.narrow(raw, _PLACE, "touched_rows")
            self._create(query)
        store.rename("rows_before", table)
        store.replace_part(table, _PLACE, "part.touched_rows")
        if table == "message_copies":
            store.lift("touched_rows")
        store.drop_part()

    def _rows(self, staging: Mapping[str, Query]) -> None:
        """Tell which rows are one message, where copies or twins are not what they were."""
        store = self.store
        store.rename("message_twins", "before_message_twins")
        for table in _TWINS:
            self._create(staging[table])
        for table in ("changed_rows", "deciding_rows"):
            self._create(self.own[table])
        store.excerpt("changed_before", "message_rows", _PLACE, "changed_rows")
        store.narrow("message_copies", _PLACE, "deciding_rows")
        with store.part():
            self._create(staging["message_rows"])
        store.replace_part("message_rows", _PLACE, "changed_rows", more=True)
        store.excerpt("changed_now", "message_rows", _PLACE, "changed_rows")
        store.drop_part()

    def _messages(self, query: Query) -> None:
        """Make the touched messages anew from all rows of each."""
        store = self.store
        for table in ("touched_before", "touched_places"):
            self._create(self.own[table])
        for table in ("raw_messages", "message_rows"):
            store.narrow(table, _PLACE, "touched_places")
        with store.part():
            self._create(query)
        store.replace_part("messages_base", _ID, "touched_messages")
        store.lift("messages_base", "touched_base")
        store.drop_part()

    def _threads(self, staging: Mapping[str, Query]) -> None:
        """Put threads and cases together where something that joins them changed."""
        store = self.store
        for table in ("session_messages", "renamed_messages", "naming_messages"):
            self._create(self.own[table])
        self._remake(staging["buyer_sessions"], "session_messages", "session_messages")
        self._remake(staging["own_threads"], "renamed_messages", "naming_messages")
        store.rename("guessed_links", "before_guessed_links")
        self._create(staging["guessed_links"])
        for table in ("joined_messages", "joined_threads"):
            self._create(self.own[table])
        store.excerpt("threads_before", "message_threads", _ID, "joined_messages")
        store.narrow("messages_base", _ID, "joined_messages", without=_TEXT)
        for table in ("own_threads", "buyer_sessions"):
            store.narrow(table, _ID, "joined_messages")
        store.narrow("message_rows", ("row_id",), "joined_messages", named=_ID)
        with store.part():
            self._create(staging["thread_links"])
            self._create(staging["message_threads"])
        store.replace_part("thread_links", ("thread_id",), "joined_threads", more=True)
        store.replace_part("message_threads", _ID, "joined_messages")
        store.excerpt("threads_now", "message_threads", _ID, "joined_messages")
        store.drop_part()

    def _remake(self, query: Query, wanted: str, among: str) -> None:
        """Make the rows of the messages `wanted` anew, looking at the messages `among` only."""
        self.store.narrow("messages_base", _ID, among, without=_TEXT)
        with self.store.part():
            self._create(query)
        self.store.replace_part(query.table, _ID, wanted, more=wanted != among)
        self.store.drop_part()

    def read_texts(self, scan_no: int) -> None:
        """Give the touched messages their texts; `new_texts` holds what nobody has read yet."""
        self.store.call("messages_base", "main.touched_base")
        identities = next(q for q in queries("correlate") if q.table == IDENTITIES)
        with self.store.part():
            self._create(self.texts["message_texts"])
            self._create(identities)
        for table in ("message_texts", IDENTITIES):
            self.store.replace_part(table, _ID, "touched_messages")
        with self.store.part():
            self._create(self.texts["new_texts"])
            fresh = self.texts["fresh_messages"]
            self.store.create(fresh.table, fresh, {"scan_no": scan_no})
        for table in ("new_texts", "fresh_messages"):
            self.store.lift(table)

    def judge(self) -> bool:
        """Judge the cases that may be judged otherwise than before, or all where they are most.

        Return whether it was a part; its rows have been checked by `CHECKED` then.
        """
        store = self.store
        store.drop_part()
        for table in ("affected_cases", "affected_messages"):
            self._create(self.own[table])
        if WORTH * store.count("affected_messages") > store.count("message_threads"):
            judge(store, self.params, self.clock)
            return False
        for table in _INPUTS:
            store.narrow(table, _ID, "affected_messages")
        with store.part():
            self._read_texts()
            judge(store, self.params, self.clock)
            run_checks(store, self.params, CHECKED)
        for table in (*(query.table for query in queries("facts")), "verdicts"):
            columns = store.columns(table)
            for key, among in (("case_id", "affected_cases"), ("message_id", "affected_messages")):
                if key in columns:
                    store.replace_part(table, (key,), among)
                    break
        return True

    def keep_uses(self) -> bool:
        """Keep what was found of wordings before; return whether there is something to build on."""
        used = ("wording_uses", "wording_kinds", "wording_echoes")
        if not self.store.tables().issuperset(used):
            return False
        for table in used[:2]:
            self.store.rename(table, f"before_{table}")
        return True

    def echoes(self) -> None:
        """Find the wordings near to flagged ones in messages that may say others than before."""
        store = self.store
        query = next(q for q in queries("correlate") if q.table == "wording_echoes")
        if not store.table("wording_kinds").equals(store.table("before_wording_kinds")):
            self._create(query)
            return
        store.drop_part()
        self._create(self.own["echoing_messages"])
        for table in ("message_texts", "message_keys"):
            store.narrow(table, _ID, "echoing_messages")
        with store.part():
            self._read_texts()
            self._create(query)
        store.replace_part(query.table, _ID, "echoing_messages")

    def _read_texts(self) -> None:
        """Look up what was read in the texts of the part's messages."""
        for query in queries("scan/views"):
            if query.table in TEXTS:
                self._create(query)

    def close(self) -> None:
        """Drop what only this scan needed."""
        self.store.drop_part()
        kept = (*_COMPARED, "message_twins", "guessed_links", "wording_uses", "wording_kinds")
        before = [f"before_{table}" for table in kept]
        both = ["changed_before", "changed_now", "threads_before", "threads_now", "touched_base"]
        made = [table for table in self.own if table != "moved_keys"]
        self.store.drop(["moved_files", *made, *before, *both])

    def _create(self, query: Query) -> None:
        self.store.create(query.table, query, self.params)
