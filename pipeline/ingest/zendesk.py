"""Zendesk: ticket exports (JSON, NDJSON) and dumps of its API.

Fields: developer.zendesk.com, Ticketing API, Tickets, Ticket Comments and Users. A ticket's
`description` repeats its first comment, so it is read only where there are no comments.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.ingest._automation import automation
from pipeline.ingest._helpdesk import (
    AGENT,
    BUYER,
    NOTE,
    UNKNOWN,
    Said,
    Ticket,
    is_large,
    message,
    note_once,
    number_in_name,
    order_among,
)
from pipeline.ingest._json_entries import (
    Entry,
    Json,
    at,
    entries,
    keys_of,
    list_at,
    object_at,
    parts,
    text_at,
)
from pipeline.ingest._people import Person, people_beside, people_in, people_within
from pipeline.ingest.base import FORMAT, Context
from pipeline.model import Quarantined, Record, Table

_MERGED = re.compile(
    r"\s*(?:Request|Ticket)s? #\d+.{0,400}?\bmerged into this (?:request|ticket)",
    re.IGNORECASE | re.DOTALL,
)
_AGENTS = ("agent", "admin", "owner")
_NO_ROLES = "no list of users: authors other than the requester are taken as agents"


class _Zendesk:
    """Reads tickets with their comments, comments of one ticket, and tickets alone."""

    name = "zendesk"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON whose comments have `author_id` and `public`, or tickets with submitters."""
        del path
        keys = keys_of(head)
        return {"author_id", "public"} <= keys or {"requester_id", "submitter_id"} <= keys

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield the comments of all tickets."""
        people = people_beside(path, context) | people_within(path)
        lists = ("tickets", "results", *(("comments",) if is_large(path) else ()))
        for entry in entries(path, "messages", lists):
            if isinstance(entry, Quarantined):
                yield entry
            elif entry.key == "comments" or "author_id" in entry.value:
                ticket, requester = _of_comments(entry.value, entry.root, context)
                yield _comment(entry.value, ticket, requester, people, entry.where, context)
            else:
                yield from _ticket(entry, people, context)


def _ticket(
    entry: Entry, people: Mapping[str, Person], context: Context
) -> Iterator[Record | Quarantined]:
    inner = object_at(entry.value, "ticket")
    comments = list_at(inner, "comments") or entry.value.get("comments")
    value = {**entry.value, **inner} | ({"comments": comments} if comments else {})
    if not {"comments", "description"} & value.keys():
        return
    known = {**people, **people_in(list_at(value, "users"))}
    known |= people_in(at(value, role) for role in ("requester", "submitter", "assignee"))
    requester = text_at(value, "requester_id") or text_at(value, "requester", "id")
    ticket = _head(value, known.get(requester, Person(requester)))
    if "comments" not in value:
        yield message("zendesk", ticket, _description(value, ticket.buyer), entry.where)
    for comment in parts(Entry(value, entry.where), "messages", "comments"):
        if isinstance(comment, Quarantined):
            yield comment
        else:
            of = ticket if ticket.id else _of_comments(comment.value, value, context)[0]
            yield _comment(comment.value, of, requester, known, comment.where, context)


def _head(value: Json, buyer: Person) -> Ticket:
    order = order_among([value.get("external_id"), value.get("subject")])
    return Ticket(
        id=text_at(value, "id"),
        subject=text_at(value, "subject") or text_at(value, "raw_subject"),
        buyer=Person(buyer.id, buyer.name, buyer.email),
        order_id=order or order_among([value.get("custom_fields"), value.get("fields")]),
    )


def _of_comments(comment: Json, root: Json, context: Context) -> tuple[Ticket, str]:
    """Return the ticket of a list of comments: the export rarely names it but in the file name."""
    ticket = object_at(root, "ticket") or root
    given = text_at(comment, "ticket_id") or text_at(ticket, "id") or text_at(root, "ticket_id")
    head = Ticket(
        id=given or number_in_name(context),
        subject=text_at(ticket, "subject"),
        order_id=order_among(ticket.get("custom_fields")),
    )
    if not head.id:
        note_once(context, "the comments do not say their ticket: each stands alone")
    return head, text_at(ticket, "requester_id")


def _description(value: Json, buyer: Person) -> Said:
    return Said(
        id=f"{text_at(value, 'id')}-description",
        at=text_at(value, "created_at"),
        side=BUYER if text_at(value, "submitter_id") in ("", buyer.id) else UNKNOWN,
        author=buyer,
        text=text_at(value, "description"),
    )


def _comment(
    value: Json,
    ticket: Ticket,
    requester: str,
    people: Mapping[str, Person],
    where: str,
    context: Context,
) -> Record:
    author_id = text_at(value, "author_id") or text_at(value, "author", "id")
    embedded = people_in([at(value, "author")])
    author = people.get(author_id) or embedded.get(author_id) or Person(author_id)
    merged = text_at(value, "via", "source", "rel") == "merge" or bool(
        _MERGED.match(text_at(value, "plain_body") or text_at(value, "body"))
    )
    private = value.get("public") is False
    side = NOTE if private or merged else _side(author, requester, context)
    said = Said(
        id=text_at(value, "id"),
        at=text_at(value, "created_at"),
        side=side,
        author=author,
        text=text_at(value, "plain_body") or text_at(value, "body"),
        html=text_at(value, "html_body"),
        attachments=list_at(value, "attachments"),
        origin="helpdesk-merge" if merged else "helpdesk",
        derived=True if merged else None,
        automation=automation(value),
    )
    return message("zendesk", ticket, said, where)


def _side(author: Person, requester: str, context: Context) -> str:
    if author.role in _AGENTS:
        return AGENT
    if author.role == "end-user" or (author.id and author.id == requester):
        return BUYER
    if not requester or not author.id:
        return UNKNOWN
    note_once(context, _NO_ROLES)
    return AGENT


READER = _Zendesk()
