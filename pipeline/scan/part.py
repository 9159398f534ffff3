"""Judges again only what changed: most of a state of years is as it was a month ago.

What came, went or moved touches some rows; these belong to some cases; facts and verdicts look at
nothing beyond a case, its orders and its buyers. The very same SQL files make those cases' rows
anew, in the schema `part`, and the rows of before give way to them. Everything from the
correlation on is made from the whole. Where more than half is touched, all of it is judged.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pipeline.audit import judge, run_checks
from pipeline.clock import Clock
from pipeline.scan.keep import KeepingStore
from pipeline.store import Query, queries

WORTH = 2
"""A part is made anew where it is at most the whole divided by this; else all of it is."""

_ROWS = ("twin_candidates", "message_twins", "message_rows")
"""What tells which rows are one message; it is compared with what it was, row by row."""

_COMPARED = ("message_rows", "message_threads", "review_events", "refunds")
_PLACE = ("source_no", "row_no")
_INPUTS = ("messages_base", "message_threads", "message_languages", "signals", "segments")
"""What facts, verdicts and checks read of a case's messages; reviews and refunds are looked up by
its orders and buyers."""


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
        self._copies(staging["message_copies"])
        for table in _COMPARED:
            store.rename(table, f"before_{table}")
        done = {"file_names", "message_copies", *_ROWS}
        for query in staging.values():
            if query.table in _ROWS:
                self._create(query)
        self._create(self.own["touched_messages"])
        small = WORTH * store.count("touched_messages") <= store.count("messages_base")
        if small:
            self._messages(staging["messages_base"])
            done.add("messages_base")
        for query in staging.values():
            if query.table not in done:
                self._create(query)
        return small

    def _copies(self, query: Query) -> None:
        """Find the copies of the rows that moved; all rows of a group are decided together."""
        store = self.store
        store.rename("message_copies", "before_message_copies")
        store.narrow("raw_messages", ("source_no",), "moved_files")
        with store.part():
            self._create(query)
            self._create(self.own["moved_keys"])
            self._create(self.own["touched_rows"])
            store.narrow("raw_messages", _PLACE, "touched_rows")
            self._create(query)
        store.rename("before_message_copies", "message_copies")
        store.replace_part("message_copies", _PLACE, "part.touched_rows")
        store.drop_part()

    def _messages(self, query: Query) -> None:
        """Make the touched messages anew from all rows of each."""
        self._create(self.own["touched_places"])
        for table in ("raw_messages", "message_rows"):
            self.store.narrow(table, _PLACE, "touched_places")
        with self.store.part():
            self._create(query)
        self.store.replace_part("messages_base", ("message_id",), "touched_messages")

    def read_texts(self, scan_no: int) -> None:
        """Give the touched messages their texts; `new_texts` holds what nobody has read yet."""
        with self.store.part():
            self._create(self.texts["message_texts"])
        self.store.replace_part("message_texts", ("message_id",), "touched_messages")
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
            store.narrow(table, ("message_id",), "affected_messages")
        with store.part():
            judge(store, self.params, self.clock)
            run_checks(store, self.params, CHECKED)
        for table in (*(query.table for query in queries("facts")), "verdicts"):
            columns = store.columns(table)
            for key, among in (("case_id", "affected_cases"), ("message_id", "affected_messages")):
                if key in columns:
                    store.replace_part(table, (key,), among)
                    break
        return True

    def close(self) -> None:
        """Drop what only this scan needed."""
        self.store.drop_part()
        before = [f"before_{table}" for table in _COMPARED]
        made = [table for table in self.own if table not in ("moved_keys", "touched_rows")]
        self.store.drop(["moved_files", *made, *before])

    def _create(self, query: Query) -> None:
        self.store.create(query.table, query, self.params)
