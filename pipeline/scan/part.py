"""Judges again only what changed: most of a state of years is as it was a month ago.

What came, went or moved touches some rows; these belong to some cases; facts and verdicts look at
nothing beyond a case, its orders and its buyers. The very same SQL files make those cases' rows
anew, in the schema `part`, and the rows of before give way to them. From the correlation on, so are
what is worth a look, the sentences near to flagged ones and what the rates count; the rest there
is made from the whole. Where more than half is touched, all of it is judged.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipeline.audit import judge, run_checks
from pipeline.clock import Clock
from pipeline.queries import Query, queries
from pipeline.scan.keep import KeepingStore
from pipeline.scan.quotes import Quotes

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
_THREADS = ("buyer_sessions", "own_threads", "guessed_links", "thread_links", "message_threads")
_PLACE = ("source_no", "row_no")
_ID = ("message_id",)
_TEXT = ("subject", "body")
_JOINING = (
    *("message_id", "thread_id", "sent_at", "order_id", "buyer_id", "case_ref", "reply_to"),
    *("derived", "source_no", "row_no"),
)
"""The columns of a message by which sessions, threads and cases are joined."""


_CANDIDATES_FROM = ("said", "message_keys", "case_facts", "opinions")
"""The facts of the cases judged again that tell what of them is worth a look."""

IDENTITIES = "thread_identities"
"""Of the correlation what follows from each message alone."""

CHECKED = ("segments_cover_bodies", "messages_keep_their_rows")
"""Invariants of a message's own rows: they need a look where the rows are new."""


def judged_alike(params: Mapping[str, Any], rules: str) -> str:
    """Return what findings depend on besides the rows: with the same, old verdicts stand."""
    stages = [query for stage in ("staging", "facts", "verdicts") for query in queries(stage)]
    stages += [query for query in queries("correlate") if query.table == "queue_candidates"]
    used = {"disabled"}.union(*(query.parameters for query in stages))
    read = hashlib.sha256("".join(query.sql for query in stages).encode()).hexdigest()[:16]
    return repr([rules, read, *((name, str(params[name])) for name in sorted(used))])


class Part:
    """The part of a state that a scan has to look at again, step by step."""

    def __init__(
        self, store: KeepingStore, params: Mapping[str, Any], moved: pl.DataFrame, clock: Clock
    ) -> None:
        """Begin; `moved` are the numbers of files that are new, gone or of another name."""
        self.store, self.params, self.clock = store, params, clock
        self.own = {query.table: query for query in queries("scan/part")}
        self.texts = {query.table: query for query in queries("scan/texts")}
        self.staging = {query.table: query for query in queries("staging")}
        self.done: set[str] = set()
        self.ghosts = "queue_candidates" not in store.tables() or store.count("ghost_messages")
        self.quotes = Quotes(store, params)
        store.put("moved_files", moved)

    def stage(self) -> bool:
        """Bring the staging up to date; return whether only a part of the messages was touched."""
        store = self.store
        staging = self.staging
        self._create(staging["file_names"])
        for table in _COPIES:
            self._copies(staging[table])
        if "review_events" not in self.done:
            store.rename("review_events", "before_review_events")
        store.rename("refunds", "before_refunds")
        self._rows(staging)
        self._create(self.own["touched_messages"])
        small = WORTH * store.count("touched_messages") <= store.count("messages_base")
        done = self.done | {"file_names", *_COPIES, *_TWINS, "message_rows"}
        if small:
            self._messages(staging["messages_base"])
            self._threads(staging)
            done |= {"messages_base", *_THREADS}
        for query in staging.values():
            if query.table not in done:
                self._create(query)
        if "review_events" not in self.done:
            store.call("events_before", "main.before_review_events", passing=True)
            store.call("events_now", "main.review_events", passing=True)
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
            if store.count("touched_rows") > store.count("rows_now"):
                store.narrow(raw, _PLACE, "part.touched_rows")
                self._create(query)
        events = table == "review_event_rows" and not store.count("raw_review_snapshots")
        if events:
            self._create(self.own["touched_events"])
        store.rename("rows_before", table)
        store.replace_part(table, _PLACE, "part.touched_rows")
        if events:
            self._events()
        if table == "message_copies":
            store.lift("touched_rows")
        if table == "order_rows":
            self._create(self.own["touched_orders"])
            self._orders()
        store.drop_part()

    def _events(self) -> None:
        """Make the touched reviews' events anew, where none is told by looks at the reviews."""
        store = self.store
        store.drop_part()
        self._create(self.own["event_places"])
        store.narrow("raw_review_events", _PLACE, "event_places")
        with store.part():
            self._create(self.staging["review_events"])
        store.excerpt("events_before", "review_events", ("event_id",), "touched_events")
        store.replace_part("review_events", ("event_id",), "touched_events")
        store.excerpt("events_now", "review_events", ("event_id",), "touched_events")
        self.done.add("review_events")

    def _orders(self) -> None:
        """Make the touched orders anew from all rows of each."""
        store = self.store
        store.drop_part()
        store.narrow("raw_orders", ("order_id",), "touched_orders")
        with store.part():
            self._create(self.staging["orders"])
        store.replace_part("orders", ("order_id",), "touched_orders")
        self.done.add("orders")

    def _rows(self, staging: Mapping[str, Query]) -> None:
        """Tell which rows are one message, where copies or twins are not what they were."""
        store = self.store
        store.rename("message_twins", "before_message_twins")
        self._create(self.own["message_families"])
        if store.count("message_families") > 1:
            self._create(staging["twin_candidates"])
        else:
            store.put("twin_candidates", store.empty("twin_candidates"))
        self._create(staging["message_twins"])
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
        store.replace_part("messages_base", _ID, "touched_messages", before="touched_before")
        store.lift("messages_base", "touched_base")
        store.drop_part()

    def _threads(self, staging: Mapping[str, Query]) -> None:
        """Put threads and cases together where something that joins them changed."""
        store = self.store
        for table in ("session_messages", "renamed_messages", "naming_messages"):
            self._create(self.own[table])
        store.narrow("messages_base", _ID, "naming_messages", only=_JOINING)
        self._remake(staging["buyer_sessions"], "session_messages")
        store.drop_part(but=("messages_base",))
        self._remake(staging["own_threads"], "renamed_messages")
        store.lift("messages_base", "named_base")
        store.lift("own_threads", "named_threads")
        store.drop_part()
        store.rename("guessed_links", "before_guessed_links")
        self._create(staging["guessed_links"])
        for table in ("twin_rows", "joined_messages"):
            self._create(self.own[table])
        store.excerpt("threads_before", "message_threads", _ID, "joined_messages")
        store.narrow("messages_base", _ID, "joined_messages", only=_JOINING)
        for table in ("own_threads", "buyer_sessions"):
            store.narrow(table, _ID, "joined_messages")
        store.call("own_threads_now", "part.own_threads", passing=True)
        self._create(self.own["joined_threads"])
        store.narrow("message_rows", ("row_id",), "joined_messages", named=_ID)
        with store.part():
            self._create(staging["thread_links"])
            self._create(staging["message_threads"])
        store.replace_part("thread_links", ("thread_id",), "joined_threads", more=True)
        store.replace_part("message_threads", _ID, "joined_messages")
        store.lift("message_threads", "threads_now")
        store.drop_part()

    def _remake(self, query: Query, wanted: str) -> None:
        """Make the rows of the messages `wanted` anew, looking at those in the part only."""
        with self.store.part():
            self._create(query)
        self.store.replace_part(query.table, _ID, wanted, more=True)

    def read_texts(self, scan_no: int) -> None:
        """Give the touched messages their texts; `new_texts` holds what nobody has read yet."""
        self.store.call("messages_base", "passing.touched_base")
        identities = next(q for q in queries("correlate") if q.table == IDENTITIES)
        with self.store.part():
            self._create(self.texts["message_texts"])
            self._create(identities)
        for table in ("message_texts", IDENTITIES):
            self.store.replace_part(table, _ID, "touched_messages", before="touched_before")
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
        store.narrow("messages_base", _ID, "affected_messages", without=_TEXT)
        for table in ("message_threads", "message_texts"):
            store.narrow(table, _ID, "affected_messages")
        with store.part():
            self._read_texts("message_languages", "signals")
            judge(store, self.params, self.clock)
        for name, table in (("keys_before", "message_keys"), ("said_before", "said")):
            store.excerpt(name, table, ("case_id",), "affected_cases")
        kept = [query.table for query in queries("facts") if not store.passes(query.table)]
        for table in (*kept, "verdicts"):
            columns = store.columns(table)
            for key, among in (("case_id", "affected_cases"), ("message_id", "affected_messages")):
                if key in columns and table != "messages":
                    store.replace_part(table, (key,), among)
                    break
        self._replace_messages()
        return True

    def _replace_messages(self) -> None:
        """Put the touched messages in place with their texts; others may be of another thread."""
        store = self.store
        facts = {query.table: query for query in queries("facts")}
        store.drop_part(but=_CANDIDATES_FROM)
        store.call("messages_base", "passing.touched_base")
        store.narrow("message_texts", _ID, "touched_messages")
        with store.part():
            self._read_texts("message_languages", "segments")
            self._create(facts["messages"])
            run_checks(store, self.params, CHECKED)
        store.replace_part("messages", _ID, "touched_messages", before="touched_before")
        self._create(self.own["moved_messages"])
        store.move("messages", _ID, ("thread_id", "case_id"), "moved_messages")

    def quote(self) -> list[str]:
        """Find what is flagged or queued, and take the texts of their cases out once for all.

        Return the tables made; the first of the correlation, up to those that decide which.
        """
        made: list[str] = []
        self.quotes.begin()
        for query in queries("correlate"):
            if {"flagged", "queue_candidates"} <= set(made):
                break
            if query.table == "flagged":
                self._create(self.own["claimed_messages"])
                self.quotes.take("claimed_messages")
            if query.table == "queue_candidates" and self._without_ghosts():
                self._candidates(query)
            elif query.table != IDENTITIES:
                self._create(query)
            made.append(query.table)
        self.quotes.take_all()
        return made

    def _without_ghosts(self) -> bool:
        """Tell whether what is worth a look follows from each case alone, and did before."""
        return not self.ghosts and not self.store.count("ghost_messages")

    def _candidates(self, query: Query) -> None:
        """Find anew what is worth a look in the cases that were judged again."""
        store = self.store
        with store.part():
            self._create(query)
        store.replace_part(query.table, _ID, "affected_messages")
        store.drop_part()

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
        store.drop_part()
        self._create(self.own["echoing_messages"])
        for table in ("message_texts", "message_keys"):
            store.narrow(table, _ID, "echoing_messages")
        store.narrow("messages", _ID, "echoing_messages", only=("message_id", *_TEXT))
        with store.part():
            self._read_texts("signals")
            self._create(query)
        store.replace_part(query.table, _ID, "echoing_messages")

    def _read_texts(self, *wanted: str) -> None:
        """Look up what was read in the texts of the part's messages."""
        for query in queries("scan/views"):
            if query.table in wanted:
                self._create(query)

    def close(self) -> None:
        """Drop what only this scan needed."""
        self.store.drop_part()
        kept = (
            "review_events",
            "refunds",
            "message_twins",
            "guessed_links",
            "wording_uses",
            "wording_kinds",
        )
        self.store.drop([f"before_{table}" for table in kept])

    def _create(self, query: Query) -> None:
        self.store.create(query.table, query, self.params)
