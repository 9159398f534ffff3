"""Every help desk's JSON becomes the same conversation: a buyer, an agent, a note, a failed one."""

import json
from pathlib import Path

import pytest
from ingest.loaded import Row, load, load_text

ORDER = "202-1234567-7654321"
SUBJECT = f"Lamp, order {ORDER}"
ANN, BEA = "Ann Lee <ann@example.org>", "Bea <bea@shop.example>"
AT = [
    "2025-02-14T09:00:00Z",
    "2025-02-14T09:05:00Z",
    "2025-02-14T09:06:00Z",
    "2025-02-14T09:07:00Z",
]
EPOCH = 1739523600


def conversation(tool: str, thread: str, ids: list[str], **last: object) -> list[Row]:
    """Return the four rows that every fixture below holds."""
    shared = {
        "thread_id": f"{tool}:{thread}",
        "channel": f"helpdesk-{tool}",
        "order_id": ORDER,
        "subject": SUBJECT,
        "origin": "helpdesk",
    }
    agent = {"sender": BEA, "operator": "Bea"}
    sent = {"recipient": ANN, "buyer_id": "ann@example.org", "direction": "outbound"}
    rows = [
        {"direction": "inbound", "sender": ANN, "buyer_id": "ann@example.org",
         "body": "It is cracked"},
        {"body": "A new one is on its way", **agent, **sent},
        {"direction": "internal", "body": "Offer a new one", **agent},
        {"body": "Never sent", "delivered": False, **agent, **sent} | last,
    ]  # fmt: skip
    return [
        {**shared, "message_id": f"{tool}:{number}", "sent_at": at, **row}
        for number, at, row in zip(ids, AT, rows, strict=True)
    ]


GORGIAS_ANN = {"id": 7, "name": "Ann Lee", "email": "ann@example.org"}
GORGIAS_BEA = {"id": 3, "firstname": "Bea", "lastname": "", "email": "bea@shop.example"}
GORGIAS = {
    "id": 11,
    "subject": SUBJECT,
    "customer": GORGIAS_ANN,
    "messages": [
        {"id": 1, "from_agent": False, "public": True, "sender": GORGIAS_ANN,
         "sent_datetime": AT[0], "body_text": "It is cracked", "stripped_text": "cracked"},
        {"id": 2, "from_agent": True, "public": True, "sender": GORGIAS_BEA,
         "created_datetime": AT[1], "body_html": "<b>A new one</b> is on its way"},
        {"id": 3, "from_agent": True, "channel": "internal-note", "sender": GORGIAS_BEA,
         "sent_datetime": AT[2], "stripped_text": "Offer a new one"},
        {"id": 4, "from_agent": True, "public": True, "sender": GORGIAS_BEA,
         "sent_datetime": AT[3], "body_text": "Never sent", "failed_datetime": AT[3]},
    ],
}  # fmt: skip
FRESHDESK = {
    "id": 11,
    "subject": SUBJECT,
    "requester_id": 7,
    "requester": {"id": 7, "name": "Ann Lee", "email": "ann@example.org"},
    "description_text": "It is cracked",
    "created_at": AT[0],
    "source": 1,
    "conversations": [
        {"id": 2, "user_id": 3, "incoming": False, "private": False, "created_at": AT[1],
         "body_text": "A new one is on its way"},
        {"id": 3, "user_id": 3, "incoming": False, "private": True, "created_at": AT[2],
         "body": "<div>Offer a new one</div>"},
        {"id": 4, "user_id": 3, "incoming": False, "private": False, "created_at": AT[3],
         "body_text": "Never sent"},
    ],
}  # fmt: skip
EDESK_BEA = {"name": "Bea", "email": "bea@shop.example"}
EDESK = {
    "id": 11,
    "subject": "Lamp",
    "contact": {"name": "Ann Lee", "email": "ann@example.org"},
    "sales_order": {"order_id": ORDER},
    "messages": [
        {"id": 1, "type": "Message", "direction": "incoming", "created_at": AT[0],
         "body": "It is cracked", "author": {"name": "Ann Lee", "email": "ann@example.org"}},
        {"id": 2, "type": "Message", "direction": "outgoing", "created_at": AT[1],
         "body": "<p>A new one is on its way</p>", "author": EDESK_BEA},
        {"id": 3, "type": "Note", "direction": "outgoing", "created_at": AT[2],
         "body": "Offer a new one", "author": EDESK_BEA},
        {"id": 4, "type": "Message", "direction": "outgoing", "created_at": AT[3],
         "body": "Never sent", "author": EDESK_BEA, "status": "failed"},
    ],
}  # fmt: skip
REAMAZE_ANN = {"name": "Ann Lee", "email": "ann@example.org", "staff?": False}
REAMAZE_BEA = {"name": "Bea", "email": "bea@shop.example", "staff?": True}
REAMAZE_TALK = {"slug": "lamp-1", "subject": SUBJECT, "author": REAMAZE_ANN}
REAMAZE = {
    "page_size": 30,
    "messages": [
        {"id": "a", "body": "It is cracked", "visibility": 0, "created_at": AT[0],
         "user": REAMAZE_ANN, "conversation": REAMAZE_TALK},
        {"id": "b", "body": "A new one is on its way", "visibility": 0, "created_at": AT[1],
         "user": REAMAZE_BEA, "conversation": REAMAZE_TALK},
        {"id": "c", "body": "Offer a new one", "visibility": 1, "created_at": AT[2],
         "user": REAMAZE_BEA, "conversation": REAMAZE_TALK},
        {"id": "d", "body": "Never sent", "visibility": 0, "created_at": AT[3],
         "user": REAMAZE_BEA, "conversation": REAMAZE_TALK},
    ],
}  # fmt: skip
FRONT_BEA = {"id": "tea_1", "first_name": "Bea", "last_name": "", "email": "bea@shop.example"}
FRONT_TO = [{"handle": "ann@example.org", "name": "Ann Lee", "role": "to"}]
FRONT = {
    "id": "cnv_1",
    "subject": SUBJECT,
    "recipient": {"handle": "ann@example.org", "name": "Ann Lee"},
    "messages": [
        {"id": "msg_1", "is_inbound": True, "author": None, "created_at": EPOCH + 0.25,
         "recipients": [{"handle": "ann@example.org", "name": "Ann Lee", "role": "from"}],
         "text": "It is cracked", "body": "<p>cracked</p>"},
        {"id": "msg_2", "is_inbound": False, "author": FRONT_BEA, "created_at": EPOCH + 300.0,
         "recipients": FRONT_TO, "body": "<p>A new one is on its way</p>"},
    ],
    "comments": [
        {"id": "com_1", "author": FRONT_BEA, "posted_at": EPOCH + 360.0, "body": "Offer a new one"},
        {"id": "msg_3", "is_inbound": False, "is_draft": True, "author": FRONT_BEA,
         "created_at": EPOCH + 420.0, "recipients": FRONT_TO, "text": "Never sent"},
    ],
}  # fmt: skip
INTERCOM_ANN = {"type": "user", "id": "7", "name": "Ann Lee", "email": "ann@example.org"}
INTERCOM_BEA = {"type": "admin", "id": "3", "name": "Bea", "email": "bea@shop.example"}
INTERCOM = {
    "type": "conversation",
    "id": "11",
    "created_at": EPOCH,
    "source": {"id": "1", "subject": f"<p>{SUBJECT}</p>", "body": "<p>It is cracked</p>",
               "author": INTERCOM_ANN},
    "conversation_parts": {"total_count": 900, "conversation_parts": [
        {"id": "9", "part_type": "close", "body": None, "author": INTERCOM_BEA},
        {"id": "2", "part_type": "comment", "body": "<p>A new one is on its way</p>",
         "created_at": EPOCH + 300, "author": INTERCOM_BEA},
        {"id": "3", "part_type": "note", "body": "Offer a new one", "created_at": EPOCH + 360,
         "author": INTERCOM_BEA},
        {"id": "4", "part_type": "comment", "body": "Never sent", "created_at": EPOCH + 420,
         "author": INTERCOM_BEA},
    ]},
}  # fmt: skip
SCOUT_BEA = {"type": "user", "id": 3, "first": "Bea", "last": "", "email": "bea@shop.example"}
SCOUT_ANN = {"type": "customer", "id": 7, "first": "Ann", "last": "Lee", "email": "ann@example.org"}
HELPSCOUT = {
    "id": 11,
    "number": 4,
    "subject": SUBJECT,
    "createdAt": AT[0],
    "primaryCustomer": SCOUT_ANN,
    "_embedded": {"threads": [
        {"id": 1, "type": "customer", "body": "It is cracked", "createdAt": AT[0],
         "createdBy": SCOUT_ANN},
        {"id": 2, "type": "message", "state": "published", "body": "A new one<br> is on its way",
         "createdAt": AT[1], "createdBy": SCOUT_BEA},
        {"id": 9, "type": "lineitem", "createdAt": AT[1], "createdBy": SCOUT_BEA},
        {"id": 3, "type": "note", "body": "Offer a new one", "createdAt": AT[2],
         "createdBy": SCOUT_BEA},
        {"id": 4, "type": "message", "state": "draft", "body": "Never sent", "createdAt": AT[3],
         "createdBy": SCOUT_BEA},
    ]},
}  # fmt: skip

NUMBERS = ["1", "2", "3", "4"]
SENT = {"delivered": None}
CASES = {
    "gorgias": (GORGIAS, conversation("gorgias", "11", NUMBERS)),
    "edesk": (EDESK, [row | {"subject": "Lamp"} for row in conversation("edesk", "11", NUMBERS)]),
    "reamaze": (REAMAZE, conversation("reamaze", "lamp-1", ["a", "b", "c", "d"], **SENT)),
    "front": (FRONT, conversation("front", "cnv_1", ["msg_1", "msg_2", "com_1", "msg_3"])),
    "intercom": (INTERCOM, conversation("intercom", "11", NUMBERS, **SENT)),
    "helpscout": (HELPSCOUT, conversation("helpscout", "11", NUMBERS)),
}


def bare(rows: list[Row]) -> list[Row]:
    return [
        {k: " ".join(v.split()) if k == "body" else v for k, v in row.items()
         if k != "source_locator" and v is not None}
        for row in rows
    ]  # fmt: skip


@pytest.mark.parametrize("tool", CASES)
@pytest.mark.parametrize("container", ["document", "list", "lines", "data"])
def test_conversation(tmp_path: Path, tool: str, container: str) -> None:
    """A conversation gives the four rows, alone, in a list, in lines and in a page of the API."""
    value, expected = CASES[tool]
    text = {
        "document": json.dumps(value, indent=2),
        "list": json.dumps([value] if tool != "reamaze" else value["messages"]),
        "lines": json.dumps(value) + '\n{"id": 99}\n',
        "data": json.dumps(
            {"data": [value]} if tool in ("gorgias", "edesk", "intercom") else value
        ),
    }[container]

    found = load_text(tmp_path, "export.json", text)

    assert ({tool}, bare(expected)) == (found.readers, bare(found.messages))
    assert found.accounted()


def test_freshdesk(tmp_path: Path) -> None:
    """The description is the first message; agents get their names from the list beside it."""
    (tmp_path / "agents.json").write_text(
        json.dumps([{"id": 3, "contact": {"name": "Bea", "email": "bea@shop.example"}}]),
        encoding="utf-8",
    )
    expected = conversation("freshdesk", "11", ["11-description", "2", "3", "4"], **SENT)

    for value in ([FRESHDESK], {"tickets": [FRESHDESK]}, {"helpdesk_ticket": FRESHDESK}):
        found = load_text(tmp_path, "tickets.json", json.dumps(value))
        assert ({"freshdesk"}, bare(expected)) == (found.readers, bare(found.messages))


def test_freshdesk_conversations_alone(tmp_path: Path) -> None:
    """A dump of one ticket's conversations is of the ticket in its name."""
    found = load_text(tmp_path, "ticket_11.json", json.dumps(FRESHDESK["conversations"]))

    assert [row["thread_id"] for row in found.messages] == ["freshdesk:11"] * 3
    assert [row["operator"] for row in found.messages] == ["freshdesk:3"] * 3


def test_threads_of_helpscout_alone(tmp_path: Path) -> None:
    """A page of threads is of the conversation in its name."""
    text = json.dumps({"_embedded": HELPSCOUT["_embedded"], "page": {}})

    (tmp_path / "11").mkdir()
    (tmp_path / "11" / "threads.json").write_text(text, encoding="utf-8")
    found = load(tmp_path)

    assert [row["thread_id"] for row in found.messages] == ["helpscout:11"] * 4


def test_intercom_says_what_is_missing(tmp_path: Path) -> None:
    """A conversation that is longer than the export shows is noted."""
    assert (
        "more parts than the export shows"
        in load_text(tmp_path, "a.json", json.dumps(INTERCOM)).notes
    )


def automated(tool: str, mark: dict[str, object]) -> dict[str, object]:
    """Return a conversation of one message, sent in Bea's name, with what marks it."""
    words = {"body_text": "Give us five stars", "body": "Give us five stars"}
    in_her_name: dict[str, dict[str, object]] = {
        "zendesk": {"author_id": 3, "public": True},
        "gorgias": {"from_agent": True, "public": True, "sender": GORGIAS_BEA},
        "freshdesk": {"user_id": 3, "incoming": False, "private": False},
        "edesk": {"type": "Message", "direction": "outgoing", "author": EDESK_BEA},
        "reamaze": {"visibility": 0, "user": REAMAZE_BEA, "conversation": REAMAZE_TALK},
        "front": {"is_inbound": False, "author": FRONT_BEA, "recipients": FRONT_TO},
        "intercom": {"part_type": "comment", "author": INTERCOM_BEA},
        "helpscout": {"type": "message", "createdBy": SCOUT_BEA},
    }
    at = EPOCH if tool in ("front", "intercom") else AT[0]
    said = {
        "id": 5,
        "sent_datetime": at,
        "created_at": at,
        "createdAt": at,
        **words,
        **in_her_name[tool],
        **mark,
    }
    talk: dict[str, dict[str, object]] = {
        "zendesk": {"id": 11, "requester_id": 7, "subject": SUBJECT, "comments": [said]},
        "gorgias": GORGIAS | {"messages": [said]},
        "freshdesk": FRESHDESK | {"description_text": "", "conversations": [said]},
        "edesk": EDESK | {"messages": [said]},
        "reamaze": {"messages": [said]},
        "front": FRONT | {"messages": [said], "comments": []},
        "intercom": INTERCOM
        | {"source": None, "conversation_parts": {"conversation_parts": [said]}},
        "helpscout": HELPSCOUT | {"_embedded": {"threads": [said]}},
    }
    return talk[tool]


@pytest.mark.parametrize(
    ("tool", "mark", "operator"),
    [
        (
            "zendesk",
            {"via": {"channel": "rule", "source": {"rel": "trigger", "from": {"title": "Ask"}}}},
            "automation: Ask",
        ),
        ("zendesk", {"via": {"channel": "api", "source": {"rel": "automation"}}}, "automation"),
        ("gorgias", {"via": "rule"}, "automation"),
        ("gorgias", {"rule_id": 4}, "automation"),
        ("freshdesk", {"automation_id": 9, "automation_type_id": 1}, "automation"),
        ("freshdesk", {"auto_response": True}, "automation"),
        ("edesk", {"is_auto_reply": True}, "automation"),
        ("reamaze", {"user": REAMAZE_BEA | {"bot?": True}}, "automation: Bea <bea@shop.example>"),
        ("front", {"author": {"id": "rul_1", "first_name": "Ask"}}, "automation: Ask"),
        ("intercom", {"author": {"type": "bot", "id": "1", "name": "Fin"}}, "automation: Fin"),
        ("intercom", {"delivered_as": "automated"}, "automation"),
        ("helpscout", {"source": {"type": "workflow", "via": "user"}}, "automation"),
        ("helpscout", {"createdBy": {"type": "system", "id": 1}}, "automation"),
        *((tool, {"via": "email"}, "Bea") for tool in ("gorgias", "edesk", "reamaze", "front")),
        ("gorgias", {"macros": [{"id": 2}], "rule_id": None}, "Bea"),
        ("freshdesk", {"automation_id": None, "auto_response": False}, "freshdesk:3"),
        ("zendesk", {"via": {"channel": "email", "source": {"rel": None}}}, "zendesk:3"),
    ],
)
def test_automation(tmp_path: Path, tool: str, mark: dict[str, object], operator: str) -> None:
    """What a rule or a bot sent is nobody's on the staff; a macro is the agent's."""
    found = load_text(tmp_path, "export.json", json.dumps(automated(tool, mark)))

    machine = operator.startswith("automation")
    assert [("outbound", operator, "helpdesk-automation" if machine else "helpdesk")] == [
        (row["direction"], row["operator"], row["origin"]) for row in found.messages
    ]


def test_places(tmp_path: Path) -> None:
    """A broken message is set aside with its place, its neighbours are read."""
    value = {**GORGIAS, "messages": [*GORGIAS["messages"][:1], "?", {"id": 5, "from_agent": False}]}

    found = load_text(tmp_path, "a.json", json.dumps({"data": [value]}))

    assert [row["source_locator"] for row in found.messages] == ["data[0] messages[0]"]
    assert sorted((row["source_locator"], row["reason"]) for row in found.rows("quarantined")) == [
        ("data[0] messages[1]", "an object is expected here"),
        ("data[0] messages[2]", "no sent_at"),
    ]
    assert found.accounted()
