"""Tables of tickets without their messages: what most help desks export as CSV.

They cannot be audited, and the note says what to export instead.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest._report import header_cells
from pipeline.ingest.base import DIALECT, Context, UnreadableError
from pipeline.ingest.columns import header_key, layout_of
from pipeline.ingest.csv_table import Shape, read_delimited
from pipeline.ingest.encodings import looks_like_text
from pipeline.model import Quarantined, Record, Table

_IDS = {"ticketid", "id", "ticketnumber", "conversationid", "ticket", "number"}
_STATES = {"status", "ticketstatus", "state"}
_PEOPLE = {
    *("requester", "requestername", "requesteremail", "assignee", "assignedto", "agent"),
    *("agentname", "customer", "customername", "customeremail", "contact"),
}
_WORDS = {
    *("body", "message", "text", "content", "comment", "comments", "description", "plainbody"),
    *("messagebody", "rating", "orderid", "asin", "reviewid"),
}


class _TicketLists:
    """Recognises lists of tickets."""

    name = "ticket-list"
    priority = DIALECT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim tables with a ticket's number, state and people, but no words."""
        del path
        if not looks_like_text(head):
            return False
        for cells in header_cells(head):
            keys = {header_key(cell) for cell in cells}
            if keys & _IDS and keys & _STATES and keys & _PEOPLE and not keys & _WORDS:
                return layout_of(cells) is None
        return False

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Read it as the mapping says, if there is one.

        Raises:
            UnreadableError: it is a list of tickets.

        """
        if context.mapping is None:
            raise UnreadableError(
                "a list of tickets without their messages: export the conversations as JSON, or"
                " map the table in audit.toml"
            )
        yield from read_delimited(path, context, Shape())


READER = _TicketLists()
