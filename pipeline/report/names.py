"""Who a conversation's buyer is, in every form the archive writes it: for the redacted twin."""

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from pipeline.report.tables import Row

Redactor = Callable[[str, str], str]

_ADDRESSED = re.compile(r"\s*\"?(?P<name>[^<>\"]*?)\"?\s*<(?P<address>[^<>]+)>\s*")
_SHORTEST = 3


class Names:
    """The buyers of one conversation: each form of a name or address leads to one buyer.

    Addresses and whole names are found in any case of letters, parts of a name only as they
    are written: "May" may be a buyer, "may" is a word.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        """Learn the names from the messages' senders, recipients and buyer ids."""
        self._buyers: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        for row in rows:
            self._learn(row)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        """What finds every form; conversations are many, and not every one's is asked for."""
        if not self._buyers:
            return None
        whole = [f"(?i:{re.escape(form)})" for form in _longest_first(self._buyers)]
        parts = [re.escape(part) for part in _longest_first(self._parts)]
        pattern = rf"(?<!\w)(?:{'|'.join(whole + parts)})(?!\w)"
        return re.compile(pattern)

    def buyers(self) -> list[str]:
        """Return the buyers, in the order they were met."""
        return list(dict.fromkeys(self._buyers.values()))

    def hide(self, text: str, redactor: Redactor) -> str:
        """Replace every form of a buyer by the pseudonym, then mask what is left."""
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: redactor("buyer", self._buyer(found[0])), text)
        return redactor("body", text)

    def _buyer(self, form: str) -> str:
        known = self._buyers.get(form.casefold()) or self._parts.get(form)
        return known or next(iter(self._buyers.values()))

    def _learn(self, row: Row) -> None:
        side = {"inbound": "sender", "outbound": "recipient"}.get(str(row["direction"]))
        other = str(row[side] or "") if side else ""
        match = _ADDRESSED.fullmatch(other)
        name, address = (match["name"], match["address"]) if match else ("", other)
        buyer = str(row["buyer_id"] or address)
        for form in (str(row["buyer_id"] or ""), other, name, address):
            if len(form) >= _SHORTEST:
                self._buyers.setdefault(form.casefold(), buyer)
        for part in name.split():
            if len(part) >= _SHORTEST:
                self._parts.setdefault(part, buyer)


NOBODY = Names(())
"""Where it is not known whose conversation a text belongs to."""


def _longest_first(forms: Iterable[str]) -> list[str]:
    return sorted(forms, key=lambda form: (-len(form), form))
