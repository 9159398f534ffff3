"""Counts in the rates anew only the threads of the cases that changed.

A thread belongs to one case. What the threads of a changed case counted before is taken away from
the spans of before, and what they count now is added: the sums are those of all threads.
"""

from collections.abc import Mapping

import polars as pl

from pipeline.queries import Query, queries
from pipeline.scan.keep import KeepingStore

SPANS = "rate_spans"
_BASIS = "rate_basis"
_CASE = ("case_id",)


class Rates:
    """The spans of a state, from one scan to the next."""

    def __init__(self, store: KeepingStore, params: Mapping[str, object]) -> None:
        """Begin with nothing."""
        self.store, self.params = store, params
        self.own = {query.table: query for query in queries("scan/part")}

    def build_on(self) -> None:
        """Build on what there is, if anything, once it is known which cases changed."""
        if {SPANS, "judged", _BASIS} <= self.store.tables():
            for table in (SPANS, "judged"):
                self.store.rename(table, f"before_{table}")
            self.store.instead(SPANS, self._make)

    def _make(self, query: Query) -> None:
        store = self.store
        if not self._basis(query).equals(store.table(_BASIS)):
            self._create(query)
            return
        for table in ("rate_cases", "keys_then", "said_then"):
            self._create(self.own[table])
        store.drop_part()
        store.call("message_keys", "passing.keys_then")
        store.call("said", "passing.said_then")
        store.call("judged", "main.before_judged")
        self._lift(query, "spans_then")
        for table in ("message_keys", "said"):
            store.narrow(table, _CASE, "rate_cases")
        self._lift(query, "spans_now")
        store.create(SPANS, self.own["spans_moved"], self.params)

    def _lift(self, query: Query, name: str) -> None:
        with self.store.part():
            self._create(query)
        self.store.lift(SPANS, name)
        self.store.drop_part()

    def keep(self) -> None:
        """Note what the spans rest on besides the messages and the findings."""
        query = next(q for q in queries("root_cause") if q.table == SPANS)
        self.store.put(_BASIS, self._basis(query))
        self.store.drop([f"before_{table}" for table in (SPANS, "judged")])

    def _basis(self, query: Query) -> pl.DataFrame:
        values = [(name, str(self.params[name])) for name in sorted(query.parameters)]
        values += [("eras", repr(row)) for row in self.store.table("eras").rows()]
        return pl.DataFrame(values, schema=["name", "value"], orient="row")

    def _create(self, query: Query) -> None:
        self.store.create(query.table, query, self.params)
