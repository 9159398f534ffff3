"""Keeps the texts of what is flagged or queued apart from all others.

Every scan reads them again, to name, compare and quote them; they are few, and lie anywhere in the
years. What the last scan looked up is looked up no more, unless the message is not what it was.
"""

from collections.abc import Mapping

from pipeline.queries import Query, queries
from pipeline.scan.keep import KeepingStore

TABLE = "quoted_texts"
"""The table of a state that holds them; where it is missing all are looked up."""

_COLUMNS = (
    *("message_id", "sent_at", "direction", "marketplace", "order_id", "asin", "subject", "body"),
    *("language", "delivered", "source_file", "source_locator", "buyer_id"),
)
_READERS = (
    *("flagged", "text_identity", "judged", "wording_uses", "incident_uses", "findings", "queue"),
    *("threads", "alert_times", "step_sources", "promises", "thread_steps"),
    "findings_quote_their_text",
)
"""What reads rows of flagged and queued cases alone, and of their messages these columns."""

_OF_MESSAGES = ("message_keys", "said", "thread_identities")
"""What else they read of each message, in full."""

_KEY = ("message_id",)


class Quotes:
    """The texts of the messages that a scan quotes."""

    def __init__(self, store: KeepingStore, params: Mapping[str, object]) -> None:
        """Begin with nothing; see `begin`."""
        self.store, self.params = store, params
        self.own: dict[str, Query] = {query.table: query for query in queries("scan/part")}

    def begin(self) -> None:
        """Take up what the last scan looked up; the messages touched are known by now."""
        self.store.sketch(TABLE, "messages", _COLUMNS)
        self._create("known_texts")

    def take(self, among: str) -> None:
        """Have the queries that quote read the messages `among` alone."""
        store = self.store
        store.call("wanted_texts", f"passing.{among}", passing=True)
        self._create("unknown_texts")
        store.excerpt("looked_up", "messages", _KEY, "unknown_texts", _COLUMNS)
        store.append("known_texts", "looked_up")
        store.pick("messages", "known_texts", _KEY, among)
        store.quote(_READERS)

    def take_all(self) -> None:
        """Have them read what is flagged or queued, with its cases, alone."""
        self._create("quoted_messages")
        self.take("quoted_messages")
        for table in _OF_MESSAGES:
            self.store.excerpt(table, table, _KEY, "quoted_messages")

    def keep(self) -> None:
        """Keep what was quoted for the next scan."""
        self.store.settle("messages", TABLE)

    def make(self) -> None:
        """Look all up, where everything was judged."""
        self._create("quoted_messages")
        self.store.excerpt("messages", "messages", _KEY, "quoted_messages", _COLUMNS)
        self.keep()

    def _create(self, table: str) -> None:
        self.store.create(table, self.own[table], self.params)
