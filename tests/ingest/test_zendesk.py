"""Zendesk exports and API dumps become messages, notes and agents."""

import json
from pathlib import Path

import pytest
from ingest.loaded import load, load_text

ORDER = "202-1234567-7654321"


def comment(number: int, author: int, **more: object) -> dict[str, object]:
    at = f"2025-02-14T09:0{number}:00Z"
    return {"id": number, "author_id": author, "public": True, "created_at": at, **more}


COMMENTS = [
    comment(1, 7, plain_body="Lamp is cracked"),
    comment(2, 3, public=False, body="offer a new one"),
    comment(3, 3, html_body="<p>A new one<br>is on its way</p>"),
]
TICKET = {
    "id": 11,
    "subject": f"Order {ORDER}",
    "requester_id": 7,
    "submitter_id": 7,
    "description": "Lamp is cracked",
    "created_at": "2025-02-14T09:00:00Z",
    "comments": COMMENTS,
}
USERS = [
    {"id": 7, "name": "Ann", "email": "ann@example.org", "role": "end-user"},
    {"id": 3, "name": "Bea", "email": "bea@shop.example", "role": "agent"},
]
SHARED = {
    "thread_id": "zendesk:11",
    "channel": "helpdesk-zendesk",
    "order_id": ORDER,
    "subject": f"Order {ORDER}",
    "origin": "helpdesk",
}
ANN, BEA = "Ann <ann@example.org>", "Bea <bea@shop.example>"
EXPECTED = [
    {
        **SHARED,
        "message_id": "zendesk:1",
        "sent_at": "2025-02-14T09:01:00Z",
        "direction": "inbound",
        "sender": ANN,
        "body": "Lamp is cracked",
        "buyer_id": "ann@example.org",
    },
    {
        **SHARED,
        "message_id": "zendesk:2",
        "sent_at": "2025-02-14T09:02:00Z",
        "direction": "internal",
        "sender": BEA,
        "body": "offer a new one",
        "operator": "Bea",
    },
    {
        **SHARED,
        "message_id": "zendesk:3",
        "sent_at": "2025-02-14T09:03:00Z",
        "direction": "outbound",
        "sender": BEA,
        "recipient": ANN,
        "body": "A new one\nis on its way",
        "operator": "Bea",
        "buyer_id": "ann@example.org",
    },
]


def unplaced(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{k: v for k, v in row.items() if k != "source_locator"} for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"tickets": [{**TICKET, "users": USERS}]}),
        json.dumps([{**TICKET, "users": USERS}], indent=2),
        json.dumps({**TICKET, "users": USERS}) + "\n",
        json.dumps({"ticket": {**TICKET, "users": USERS}}, indent=1),
        json.dumps({"ticket": TICKET | {"comments": []}, "users": USERS, "comments": COMMENTS}),
        json.dumps({"id": 10, "comments": []}) + "\n" + json.dumps({**TICKET, "users": USERS}),
    ],
)
def test_every_container_gives_the_same_rows(tmp_path: Path, text: str) -> None:
    """Lists, lines, one ticket and a ticket beside its comments give the same three messages."""
    found = load_text(tmp_path, "tickets.json", text)

    assert {"zendesk"} == found.readers
    assert unplaced(found.messages) == EXPECTED
    assert found.accounted()


def test_locators(tmp_path: Path) -> None:
    """A person finds the comment again."""
    found = load_text(tmp_path, "t.ndjson", json.dumps(TICKET) + "\n" + json.dumps({"id": 12}))

    assert found.messages[2]["source_locator"] == "line 1 comments[2]"


def test_comments_of_a_dump_by_ticket(tmp_path: Path) -> None:
    """The ticket stands in the path, the names in the list of users beside it."""
    (tmp_path / "dump" / "11").mkdir(parents=True)
    (tmp_path / "dump" / "users.json").write_text(json.dumps({"users": USERS}), encoding="utf-8")
    (tmp_path / "dump" / "11" / "comments.json").write_text(
        json.dumps({"comments": COMMENTS}), encoding="utf-8"
    )

    found = load(tmp_path / "dump")

    assert [{"zendesk:11"}, ["inbound", "internal", "outbound"], ["Bea", "Bea"]] == [
        {row["thread_id"] for row in found.messages},
        [row["direction"] for row in found.messages],
        [row["operator"] for row in found.messages if "operator" in row],
    ]
    assert "names and roles from users.json" in found.notes


def test_without_roles(tmp_path: Path) -> None:
    """The requester is the buyer, others are agents, and that is noted; with neither nobody is."""
    known = load_text(tmp_path, "a.json", json.dumps([TICKET]))
    unknown = load_text(
        tmp_path, "b.json", json.dumps([{k: v for k, v in TICKET.items() if k != "requester_id"}])
    )

    assert [row["direction"] for row in known.messages] == ["inbound", "internal", "outbound"]
    assert "taken as agents" in known.notes
    assert [row["direction"] for row in unknown.messages] == ["unknown", "internal", "unknown"]


def test_merged_ticket(tmp_path: Path) -> None:
    """The comment that a merge leaves repeats another: it is a note, and marked as derived."""
    text = 'Request #9 "Lamp" was closed and merged into this request. Last comment:\n\nHi'
    ticket = {**TICKET, "comments": [comment(4, 3, body=text)]}

    found = load_text(tmp_path, "a.json", json.dumps([ticket]))

    row = found.messages[0]
    assert (row["direction"], row["derived"], row["origin"]) == ("internal", True, "helpdesk-merge")


def test_tickets_without_comments(tmp_path: Path) -> None:
    """A ticket alone holds its first message."""
    ticket = {key: value for key, value in TICKET.items() if key != "comments"}

    found = load_text(tmp_path, "a.json", json.dumps({"tickets": [ticket]}))

    assert [(row["message_id"], row["direction"], row["body"]) for row in found.messages] == [
        ("zendesk:11-description", "inbound", "Lamp is cracked")
    ]


def test_platform_wrapper_and_files(tmp_path: Path) -> None:
    """The platform's wrapper is taken off; a comment of files names them."""
    rule = "-" * 13
    wrapped = (
        f"You have received a message.\n# {ORDER}:\n"
        f"{rule} Message:  {rule}\nHello\n{rule} End message {rule}\n"
    )
    comments = [
        comment(1, 7, body=wrapped),
        comment(2, 7, body="", attachments=[{"file_name": "crack.jpg"}]),
        comment(3, 7, body=""),
    ]

    found = load_text(tmp_path, "a.json", json.dumps([{**TICKET, "comments": comments}]))

    assert [row["body"] for row in found.messages] == ["Hello", "[attachment: crack.jpg]"]
    assert [row["reason"] for row in found.rows("quarantined")] == ["no body"]
    assert found.accounted()
