"""Chats of Telegram, Slack, Messenger and WeChat: whole rows, and what only these formats do."""

import json
from pathlib import Path

import pytest
from ingest.loaded import Row, load, load_text

from pipeline.config import Config

SHOP = Config(names=("Shop",))
AT = "2025-02-17T18:05:09Z"
STAMP = 1739815509


def bare(rows: list[Row]) -> list[Row]:
    return [{k: v for k, v in row.items() if k != "source_locator"} for row in rows]


def said(app: str, thread: str, sender: str, body: str, **more: object) -> Row:
    """Return a row that Ann or the shop wrote to the other."""
    sides: Row = (
        {"direction": "inbound", "recipient": "Shop", "buyer_id": "Ann"}
        if sender == "Ann"
        else {"direction": "outbound", "recipient": "Ann", "buyer_id": "Ann", "operator": sender}
    )
    shared = {"thread_id": f"{app}:{thread}", "channel": app, "origin": "chat", "sent_at": AT}
    return {**shared, **sides, "sender": sender, "body": body, **more}


TELEGRAM_MESSAGES = [
    {"id": 1, "type": "message", "date": "2025-02-17T19:05:09", "date_unixtime": str(STAMP),
     "from": "Ann", "from_id": "user7", "text": "Hi", "text_entities": []},
    {"id": 2, "type": "message", "date": "2025-02-17T19:05:09", "date_unixtime": str(STAMP),
     "from": "Shop", "from_id": "user3", "reply_to_message_id": 1,
     "text": ["Write to ", {"type": "text_link", "text": "us", "href": "https://t.me/x"}, "!"]},
    {"id": 3, "type": "service", "date": "2025-02-17T19:05:09", "date_unixtime": str(STAMP),
     "actor": "Shop", "actor_id": "user3", "action": "pin_message", "text": ""},
    {"id": 4, "type": "message", "date": "2025-02-17T19:05:09", "date_unixtime": str(STAMP),
     "from": None, "from_id": "user9", "photo": "photos/1.jpg", "text": ""},
]  # fmt: skip
TELEGRAM = {"name": "Ann", "type": "personal_chat", "id": 7, "messages": TELEGRAM_MESSAGES[:2]}
TELEGRAM_ROWS = [
    said("telegram", "7", "Ann", "Hi", message_id="telegram:7/1"),
    said("telegram", "7", "Shop", "Write to us <https://t.me/x>!", message_id="telegram:7/2",
         reply_to="telegram:7/1"),
]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        TELEGRAM,
        {"messages": TELEGRAM["messages"], "id": 7, "name": "Ann", "type": "personal_chat"},
        {"personal_information": {"user_id": 3}, "chats": {"about": "y", "list": [TELEGRAM]}},
        {"chats": {"list": []}, "left_chats": {"list": [TELEGRAM]}},
    ],
)  # fmt: skip
def test_telegram(tmp_path: Path, value: object) -> None:
    """One chat and a whole account give the same rows; the owner is the seller's side."""
    found = load_text(tmp_path, "result.json", json.dumps(value, indent=1))

    assert ({"telegram"}, TELEGRAM_ROWS) == (found.readers, bare(found.messages))


def test_telegram_oddities(tmp_path: Path) -> None:
    """Escapes that are no JSON are read, service lines kept, deleted accounts and files shown."""
    value = {**TELEGRAM, "messages": TELEGRAM_MESSAGES}
    text = json.dumps(value).replace('"Hi"', '"H\\x08i \\\\x41"')

    found = load_text(tmp_path, "result.json", text)

    assert [
        ("inbound", "Ann", "H\bi \\x41"),
        ("outbound", "Shop", "Write to us <https://t.me/x>!"),
        ("internal", "Shop", "pin message"),
        ("outbound", "user9", "[photo: photos/1.jpg]"),
    ] == [(row["direction"], row["sender"], row["body"]) for row in found.messages]
    assert "system" == found.messages[2]["origin"]


def test_telegram_words_elsewhere(tmp_path: Path) -> None:
    """A poll asks with its question, and the text may stand in the entities alone."""
    shared = TELEGRAM_MESSAGES[1]
    poll = {"question": "Five stars?", "answers": [{"text": "Yes"}, {"text": "No"}]}
    messages = [
        shared | {"text": "", "poll": poll},
        shared | {"text": "", "text_entities": [{"type": "plain", "text": "Hi"}]},
    ]

    found = load_text(tmp_path, "result.json", json.dumps({**TELEGRAM, "messages": messages}))

    assert ["Five stars?\nYes\nNo", "Hi"] == [row["body"] for row in found.messages]


USERS = [{"id": "U1", "team_id": "T", "deleted": False, "profile": {"real_name": "Bea"}}]
DAY = [
    {"type": "message", "user": "U1", "ts": "1739815509.000100", "text": "Ask &lt;all&gt; of them"},
    {"type": "message", "user": "U1", "ts": "1739815510.000200", "thread_ts": "1739815509.000100",
     "text": "<@U1> see <https://x.example/a|this> in <#C1|lamps>"},
    {"type": "message", "subtype": "channel_join", "user": "U1", "ts": "1739815511.0",
     "text": "<@U1> has joined"},
    {"type": "message", "subtype": "bot_message", "username": "Robot", "ts": "1739815512.0",
     "text": "", "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section",
     "elements": [{"type": "text", "text": "Hello "}, {"type": "user", "user_id": "U1"}]}]}]},
    {"type": "message", "user": "U2", "ts": "1739815513.0", "text": "",
     "files": [{"name": "list.xlsx"}]},
]  # fmt: skip


def test_slack(tmp_path: Path) -> None:
    """A workspace is internal; names, mentions, blocks and files are shown."""
    (tmp_path / "export" / "lamps").mkdir(parents=True)
    (tmp_path / "export" / "users.json").write_text(json.dumps(USERS), encoding="utf-8")
    day = tmp_path / "export" / "lamps" / "2025-02-17.json"
    day.write_text(json.dumps(DAY), encoding="utf-8")

    found = load(tmp_path / "export")

    assert {"slack"} == found.readers
    assert {
        "source_locator": "[0]",
        "message_id": "slack:lamps/1739815509.000100",
        "thread_id": "slack:lamps",
        "sent_at": AT,
        "direction": "internal",
        "sender": "Bea",
        "recipient": "#lamps",
        "channel": "slack",
        "body": "Ask <all> of them",
        "operator": "Bea",
        "origin": "chat",
    } == found.messages[0]
    assert [
        ("Bea", "Ask <all> of them"),
        ("Bea", "@Bea see this <https://x.example/a> in #lamps"),
        (None, "@Bea has joined"),
        ("Robot", "Hello @Bea"),
        ("U2", "[file: list.xlsx]"),
    ] == [(row.get("operator"), row["body"]) for row in found.messages]
    assert "slack:lamps/1739815509.000100" == found.messages[1]["reply_to"]
    assert "a list of 1 people" in found.notes


def test_slack_words_of_others(tmp_path: Path) -> None:
    """What is passed on is marked as quoted; what links unfold to is not read; stars are shown."""
    star = {"type": "emoji", "name": "star"}
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "Get "}, star]}
    day = [
        DAY[0] | {"text": "See", "attachments": [{"is_share": True, "text": "Ask\nthem"}]},
        DAY[0] | {"text": "See", "attachments": [{"title": "Shop", "text": "Our page"}]},
        DAY[0] | {"text": "", "blocks": [{"type": "rich_text", "elements": [section]}]},
    ]

    found = load_text(tmp_path, "lamps/2025-02-17.json", json.dumps(day))

    assert ["See\n> Ask\n> them", "See", "Get :star:"] == [row["body"] for row in found.messages]


MESSENGER = {
    "participants": [{"name": "Ann"}, {"name": "Shop"}],
    "messages": [
        {"sender_name": "Shop", "timestamp_ms": STAMP * 1000, "content": "SchÃ¶n"},
        {"sender_name": "Ann", "timestamp_ms": STAMP * 1000, "content": "Füße"},
        {"sender_name": "Ann", "timestamp_ms": STAMP * 1000, "photos": [{"uri": "a/b/1.jpg"}]},
        {"sender_name": "Ann", "timestamp_ms": STAMP * 1000, "share": {"link": "https://x.example"}},
        {"sender_name": "Ann", "timestamp_ms": STAMP * 1000, "is_unsent": True},
    ],
    "title": "Ann",
    "thread_path": "inbox/ann_12",
}  # fmt: skip


def test_messenger(tmp_path: Path) -> None:
    """Text is repaired where it is mojibake, and only there; other things are named."""
    found = load_text(tmp_path, "message_1.json", json.dumps(MESSENGER), SHOP)

    bodies = ["Füße", "[photos: 1.jpg]", "https://x.example", "[message taken back]"]
    expected = [said("messenger", "ann_12", "Shop", "Schön")]
    expected += [said("messenger", "ann_12", "Ann", body) for body in bodies]
    assert ({"messenger"}, expected) == (found.readers, bare(found.messages))


def test_messenger_encrypted(tmp_path: Path) -> None:
    """The other kind of download has other names."""
    value = {
        "participants": ["Ann", "Shop"],
        "threadName": "Ann_1",
        "messages": [
            {"senderName": "Ann", "timestamp": STAMP * 1000, "text": "Hé", "isUnsent": False}
        ],
    }

    found = load_text(tmp_path, "Ann_1.json", json.dumps(value), SHOP)

    assert [said("messenger", "Ann_1", "Ann", "Hé")] == bare(found.messages)


WECHAT = (
    "\ufefflocalId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,"
    "NickName,Sender\r\n"
    f'1,5,1,0,0,{STAMP},,"加我 VX, ok",2025-02-17 18:05:09,Ann,ann,wxid_a\r\n'
    f"2,5,1,0,1,{STAMP},,好,2025-02-17 18:05:09,,Shop,wxid_s\r\n"
    f"3,5,49,57,0,{STAMP},,<msg><title>五星</title></msg>,2025-02-17 18:05:09,Ann,ann,wxid_a\r\n"
    f"4,5,10000,0,0,{STAMP},,Ann joined,2025-02-17 18:05:09,,,\r\n"
    f"5,5,3,0,0,{STAMP},,<xml/>,2025-02-17 18:05:09,Ann,ann,wxid_a\r\n"
)


def test_wechat_table(tmp_path: Path) -> None:
    """The owner's own lines are the seller's; titles stand for links, kinds for pictures."""
    found = load_text(tmp_path, "Ann.csv", WECHAT)

    assert {"wechat"} == found.readers
    assert [
        ("wechat:5/1", "inbound", "Ann", "加我 VX, ok", "chat"),
        ("wechat:5/2", "outbound", "Shop", "好", "chat"),
        ("wechat:5/3", "inbound", "Ann", "五星", "chat"),
        ("wechat:5/4", "internal", None, "Ann joined", "system"),
        ("wechat:5/5", "inbound", "Ann", "[photo]", "chat"),
    ] == [
        (row["message_id"], row["direction"], row.get("sender"), row["body"], row["origin"])
        for row in found.messages
    ]
    assert {"wechat:5"} == {row["thread_id"] for row in found.messages}
    assert "Ann" == found.messages[1]["buyer_id"]


def test_wechat_text(tmp_path: Path) -> None:
    """A dated line, the text and an empty line are a message; a log is none."""
    text = "2025-02-17 18:05:09 Ann\nHi\n\nthere\n\n2025-02-17 18:05:10 Shop\nHello\n"

    found = load_text(tmp_path, "Ann.txt", text, SHOP)
    log = load_text(tmp_path, "log.txt", "2025-02-17 18:05:09 start\n2025-02-17 18:05:10 stop\n")

    assert [("line 1", "inbound", "Hi\n\nthere"), ("line 6", "outbound", "Hello")] == [
        (row["source_locator"], row["direction"], row["body"]) for row in found.messages
    ]
    assert {""} == log.readers


def test_owner_among_staff(tmp_path: Path) -> None:
    """Where both sides are the seller's, the chat is internal."""
    config = Config(names=("Shop", "Ann"))

    found = load_text(tmp_path, "result.json", json.dumps(TELEGRAM), config)

    assert {"internal"} == {row["direction"] for row in found.messages}
