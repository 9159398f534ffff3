"""Outlook's mails become mails like any other; without the libraries the note says what to do."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest.loaded import load, load_text
from ingest.msg_file import write_msg

from pipeline.config import Config
from pipeline.ingest._outlook_mail import Item, as_mail, decoded

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100
PST = b"!BDN" + b"\x00" * 100
SENT = datetime(2025, 2, 17, 10, 2, 11, tzinfo=UTC)
RELAY = "k3x9w0p2m7q4z1b@marketplace.amazon.co.uk"
Install = Callable[[SimpleNamespace], None]
SHOP = Config(addresses=("shop@shop.example",))


def msg(**values: object) -> SimpleNamespace:
    """Return an opened MSG file, with the attributes that are read."""
    shared = {
        "headerText": "", "sender": "Shop <shop@shop.example>", "to": RELAY, "cc": None,
        "subject": "RE: Lampe größer", "date": SENT, "messageId": "<1@shop.example>",
        "inReplyTo": None, "body": "Grüße", "htmlBody": None, "attachments": [], "isSent": True,
    }  # fmt: skip
    return SimpleNamespace(**{**shared, **values})


@pytest.fixture
def extract_msg(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that makes the library open a given mail."""

    def install(mail: SimpleNamespace) -> None:
        errors = SimpleNamespace(ExMsgBaseException=KeyError)
        library = SimpleNamespace(openMsg=lambda _: nullcontext(mail), exceptions=errors)
        monkeypatch.setitem(sys.modules, "extract_msg", library)

    return install


@pytest.mark.parametrize(("name", "content"), [("a.msg", OLE), ("a.pst", PST), ("a.ost", PST)])
def test_without_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    """The note names the extra, and the way round it."""
    monkeypatch.setitem(sys.modules, "extract_msg", None)
    monkeypatch.setitem(sys.modules, "pypff", None)

    found = load_text(tmp_path, name, content)

    assert {""} == found.readers
    assert "pip install 'msgaudit[outlook]'; or export the folder" in found.notes


def test_msg(tmp_path: Path, extract_msg: Install) -> None:
    """A sent item without transport headers has its sender, time and text."""
    extract_msg(msg())

    found = load_text(tmp_path, "a.msg", OLE, SHOP)

    assert [
        {
            "source_locator": "message 1",
            "message_id": "mail:1@shop.example",
            "sent_at": "2025-02-17T10:02:11Z",
            "direction": "outbound",
            "sender": "Shop <shop@shop.example>",
            "recipient": RELAY,
            "channel": "buyer-seller-messaging",
            "marketplace": "UK",
            "subject": "RE: Lampe größer",
            "body": "Grüße",
            "buyer_id": RELAY,
            "origin": "sent-mail",
        }
    ] == [{k: v for k, v in row.items() if k != "operator"} for row in found.messages]


def test_msg_with_headers_and_draft(tmp_path: Path, extract_msg: Install) -> None:
    """Its own headers win, the text is the item's; what was never sent is not delivered."""
    headers = f"From: Ann <{RELAY}>\r\nDate: Mon, 17 Feb 2025 11:02:11 +0100\r\n"
    headers += "Content-Type: multipart/mixed;\r\n boundary=x\r\nSubject: Hi\r\n"
    extract_msg(msg(headerText=headers, body="", htmlBody=b"<p>Cracked</p>", isSent=False))

    row = load_text(tmp_path, "a.msg", OLE, SHOP).messages[0]

    assert ("inbound", "Hi", "Cracked", False, "2025-02-17T10:02:11Z") == (
        row["direction"], row["subject"], row["body"], row["delivered"], row["sent_at"],
    )  # fmt: skip


def folder(name: str | None, mails: list[object], *folders: object) -> SimpleNamespace:
    """Return a folder of a mailbox; a mail that is None cannot be read."""

    def mail(number: int) -> object:
        if mails[number] is None:
            raise OSError("damaged item")
        return mails[number]

    return SimpleNamespace(
        name=name,
        number_of_sub_messages=len(mails),
        number_of_sub_folders=len(folders),
        get_sub_message=mail,
        get_sub_folder=folders.__getitem__,
    )


def item(**values: object) -> SimpleNamespace:
    properties = values.pop("properties", {})
    entries = [SimpleNamespace(entry_type=k, data=v) for k, v in properties.items()]  # type: ignore[attr-defined]
    return SimpleNamespace(record_sets=[SimpleNamespace(entries=entries)], **values)


def test_mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders tell sent mail, properties what headers lack; damage costs its item."""
    wide = "shop@shop.example".encode("utf-16-le")
    reply = item(
        subject="\x01\x05RE: Lamp", client_submit_time=datetime(2025, 2, 17, 10, 2, 11),  # noqa: DTZ001
        plain_text_body="Grüße".encode("cp1252"), sender_name="Shop",
        properties={0x5D01: wide, 0x0E04: RELAY.encode(), 0x3FDE: (1252).to_bytes(4, "little")},
    )  # fmt: skip
    root = folder(None, [], folder("Inbox", [None, item()]), folder("Sent Items", [reply]))
    mailbox = SimpleNamespace(open=lambda _: None, close=lambda: None, get_root_folder=lambda: root)
    monkeypatch.setitem(sys.modules, "pypff", SimpleNamespace(file=lambda: mailbox))

    found = load_text(tmp_path, "a.pst", PST)

    assert [("Sent Items message 1", "outbound", "RE: Lamp", "Grüße", "2025-02-17T10:02:11Z")] == [
        (row["source_locator"], row["direction"], row["subject"], row["body"], row["sent_at"])
        for row in found.messages
    ]
    assert ["Inbox message 1"] == [row["source_locator"] for row in found.rows("quarantined")]
    assert found.accounted()


def test_items_in_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that lost its folder is read; what cannot be read is told of, a folder is no mail."""
    mail = item(
        subject="RE: Lamp", client_submit_time=datetime(2025, 2, 17, 10, 2, 11),  # noqa: DTZ001
        plain_text_body=b"Please remove it", sender_name="Shop",
        properties={0x5D01: b"shop@shop.example", 0x0E04: RELAY.encode()},
    )  # fmt: skip
    orphans = [mail, OSError("damaged item"), item(name="Old"), None]

    def orphan(number: int) -> object:
        found = orphans[number]
        if isinstance(found, OSError):
            raise found
        return found

    mailbox = SimpleNamespace(
        open=lambda _: None, close=lambda: None, get_root_folder=lambda: folder(None, []),
        number_of_orphan_items=len(orphans), get_orphan_item=orphan,
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "pypff", SimpleNamespace(file=lambda: mailbox))

    found = load_text(tmp_path, "a.pst", PST, SHOP)

    assert [("orphan item 1", "outbound", "Please remove it")] == [
        (row["source_locator"], row["direction"], row["body"]) for row in found.messages
    ]
    assert ["orphan item 2"] == [row["source_locator"] for row in found.rows("quarantined")]
    assert "4 items in no folder: read where they are mails" in found.notes
    assert found.accounted()


def test_the_library_has_what_is_read_of_a_mailbox() -> None:
    """Names that the library does not have would be passed over in silence."""
    pypff = pytest.importorskip("pypff")

    for kind, names in {
        pypff.file: (
            "open",
            "close",
            "get_root_folder",
            "number_of_orphan_items",
            "get_orphan_item",
        ),
        pypff.folder: ("number_of_sub_messages", "get_sub_message", "get_sub_folder"),
        pypff.message: ("record_sets", "plain_text_body", "number_of_attachments", "recipients"),
    }.items():
        assert set(names) <= set(dir(kind))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headers=st.text(), subject=st.text(), plain=st.text(), page=st.integers(0, 70000))
def test_any_properties(headers: str, subject: str, plain: str, page: int) -> None:
    """Whatever the properties hold, a mail is made, and its headers end where its text begins."""
    item = Item(headers=headers, subject=subject, plain=plain, sender="a@b.example")

    assert b"\r\n\r\n" in as_mail(item)
    assert isinstance(decoded(plain.encode("utf-8", "replace"), page), str)


def test_a_real_file(tmp_path: Path) -> None:
    """The library's own reading of a sent item: sides, time, words, and what was attached."""
    texts = {
        0x0037: "RE: Lampe größer", 0x0C1A: "Shop", 0x5D01: "shop@shop.example",
        0x0C1F: "shop@shop.example", 0x1000: "Könnten Sie Ihre Bewertung ändern?",
        0x1035: "<1@shop.example>",
    }  # fmt: skip
    write_msg(tmp_path / "a.msg", texts, sent=SENT, to=RELAY, photo=b"hallo")

    found = load(tmp_path / "a.msg", config=SHOP)

    row = found.messages[0]
    assert ("outbound", "RE: Lampe größer", "Könnten Sie Ihre Bewertung ändern?") == (
        row["direction"], row["subject"], row["body"],
    )  # fmt: skip
    assert ("2025-02-17T10:02:11Z", RELAY, "mail:1@shop.example") == (
        row["sent_at"], row["buyer_id"], row["message_id"],
    )  # fmt: skip
    assert [("card.jpg", "image/jpeg", 5, sha256(b"hallo").hexdigest())] == [
        (one["name"], one["media_type"], one["bytes"], one["sha256"])
        for one in found.rows("raw_attachments")
    ]


def test_libraries_refuse_what_is_no_mail(tmp_path: Path) -> None:
    """A broken file is a note."""
    assert "no mail that can be read" in load_text(tmp_path, "a.msg", OLE).notes
    assert "no mailbox that can be read" in load_text(tmp_path, "a.pst", PST).notes
