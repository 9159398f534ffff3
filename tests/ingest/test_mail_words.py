from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.ingest import eml
from pipeline.ingest._mail_headers import decode_text, header_text, sent_at
from pipeline.ingest._mail_notices import is_notice, is_posing, notice_kind
from pipeline.ingest._mail_platform import (
    has_sent_label,
    is_person,
    is_sent_folder,
    relay,
    told_recipient,
)
from pipeline.ingest._mail_refunds import refunded
from pipeline.ingest.base import Context
from pipeline.model import Quarantined, Record

RELAY = "k3x9w0p2m7q4z1b@marketplace.amazon.co.uk"
DATE = "Date: Mon, 17 Feb 2025 10:02:11 +0000\n"
BUYER_MAIL = f"""From: "Ann Lee - Amazon Marketplace" <{RELAY.replace("@", "+6f1c-22@")}>
To: shop@example.com
Subject: =?UTF-8?Q?Inquiry_from_Amazon_customer_Ann_=28Order=3A_202-1234567-7654321=29?=
{DATE}Message-ID: <b1@amazon>
References: <r1@x>
 <r2@x>
X-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT
X-Marketplace-ID: A1F83G8C2ARO7P

You have received a message.
# 202-1234567-7654321:
1 / Blue lamp [ASIN: B0TESTLAMP]
------------- Message:  -------------
Full refund please.
------------- End message -------------
"""
CONFIG = Config(addresses=("shop@example.com", "boss@example.com"), names=("Lumen Home",))


def read(
    tmp_path: Path, mail: str | bytes, *, source_file: str = "a.eml"
) -> tuple[Record | Quarantined, list[str]]:
    path = tmp_path / "a.eml"
    path.write_bytes(mail if isinstance(mail, bytes) else mail.encode())
    said: list[str] = []
    context = Context(CONFIG, source_file, warn=lambda _locator, warning: said.append(warning))
    rows = list(eml.READER.read(path, context))
    assert len(rows) == 1
    assert not hasattr(rows[0], "frame")
    return rows[0], said + context.notes  # type: ignore[return-value]


def fields(tmp_path: Path, mail: str | bytes, **options: str) -> dict[str, object]:
    row, _ = read(tmp_path, mail, **options)
    assert isinstance(row, Record)
    return {"kind": row.kind, **row.fields}


def test_buyer_mail(tmp_path: Path) -> None:
    """A platform mail gives the buyer's words, and all that its headers and wrapper tell."""
    found = fields(tmp_path, BUYER_MAIL)
    expected = {
        "kind": "messages",
        "message_id": "mail:b1@amazon",
        "sent_at": "2025-02-17T10:02:11+00:00",
        "direction": "inbound",
        "sender": f"Ann Lee <{RELAY.replace('@', '+6f1c-22@')}>",
        "recipient": "shop@example.com",
        "channel": "buyer-seller-messaging",
        "marketplace": "A1F83G8C2ARO7P",
        "order_id": "202-1234567-7654321",
        "asin": "B0TESTLAMP",
        "subject": "Inquiry from Amazon customer Ann (Order: 202-1234567-7654321)",
        "body": "Full refund please.",
        "operator": None,
        "case_ref": "6f1c-22",
        "reply_to": "mail:r1@x mail:r2@x",
        "delivered": None,
        "origin": None,
    }

    assert expected == found


def test_confirmation_copy(tmp_path: Path) -> None:
    """The copy of what the seller sent is outbound, to the buyer its subject names."""
    mail = (
        f"From: donotreply@amazon.de\n{DATE}Subject: Ihre E-Mail an Max Muster (Bestellung: 3)\n"
        "X-Space-Notification-Type: BBC_MESSAGE_CONFIRMATION_TO_MERCHANT\n"
        'Content-Type: text/html; charset="utf-8"\n\n<p>Kopie</p>'
        '<pre style="white-space: -o-pre-wrap">Bitte 5 Sterne</pre>'
        '<a href="https://sellercentral.amazon.de/messaging/inbox?fi=caseId&amp;ss=AB12">x</a>'
    )
    found = fields(tmp_path, mail)

    assert ("outbound", "confirmation-copy", "Max Muster", "Bitte 5 Sterne", "AB12") == tuple(
        found[name] for name in ("direction", "origin", "recipient", "body", "case_ref")
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            f"From: Anna Berg <shop@example.com>\nTo: {RELAY}",
            ("outbound", "Anna Berg", "sent-mail"),
        ),
        (f"From: Lumen Shop <x@y.z>\nTo: {RELAY}", ("outbound", None, "sent-mail")),
        ("From: shop@example.com\nTo: boss@example.com", ("internal", None, "sent-mail")),
        ("From: x@y.z\nTo: q@r.s\nX-Gmail-Labels: Opened,Sent", ("outbound", None, "sent-mail")),
        (
            "From: x@y.z\nTo: q@r.s\nX-Gmail-Labels: =?UTF-8?Q?Envoy=C3=A9s?=",
            ("outbound", None, "sent-mail"),
        ),
        ("From: news@y.z\nTo: q@r.s", (None, None, None)),
        (f"From: {RELAY}\nTo: q@r.s", ("inbound", None, None)),
    ],
)
def test_directions(tmp_path: Path, headers: str, expected: tuple[str | None, ...]) -> None:
    """Addresses, relay addresses and labels tell the direction; nothing else is guessed."""
    found = fields(tmp_path, f"{headers}\n{DATE}\nHi")

    assert expected == (found["direction"], found["operator"], found["origin"])


def test_sent_folder(tmp_path: Path) -> None:
    """A folder of sent mail makes its mails outbound."""
    mail = f"From: x@y.z\nTo: q@r.s\n{DATE}\nHi"

    assert "outbound" == fields(tmp_path, mail, source_file="m/Gesendet.mbox")["direction"]
    assert not is_sent_folder("m/sentinel.mbox")


@pytest.mark.parametrize(
    "label",
    [
        *("Sent", "Gesendet", "Messages envoyés", "Posta inviata", "Enviados", "Verzonden"),
        *("Wysłane", "Skickat", "Gönderilmiş Postalar", "已发送邮件", "寄件備份", "送信済みメール"),
    ],
)
def test_sent_labels(label: str) -> None:
    """The label of sent mail is known in every language."""
    assert has_sent_label(f"Opened,{label}")


def test_time_from_received(tmp_path: Path) -> None:
    """Without a usable Date the time of arrival counts, and that is said; else quarantine."""
    row, said = read(
        tmp_path, "From: a@b.c\nDate: soon\nReceived: by x;\n Mon, 17 Feb 2025 10:02:11 +0100\n\nHi"
    )
    lost, _ = read(tmp_path, "From: a@b.c\nDate: soon\n\nHi")

    assert isinstance(row, Record)
    assert "2025-02-17T10:02:11+01:00" == row.fields["sent_at"]
    assert any("Date" in one for one in said)
    assert isinstance(lost, Quarantined)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 17 Feb 2025 10:02:11 +0000 (UTC)", "2025-02-17T10:02:11+00:00"),
        ("17 Feb 2025 10:02:11 GMT", "2025-02-17T10:02:11+00:00"),
        ("Mon, 17 Feb 2025 10:02:11", "2025-02-17T10:02:11"),
        ("Mon, 17 Feb 2025 10:02 EST", "2025-02-17T10:02:00-05:00"),
        ("Mon, 17 Feb 25 10:02:60 -0330", "2025-02-17T10:02:59-03:30"),
        ("Mon, 31 Feb 2025 10:02:11 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Mon, 17 Feb 2025 10:02:11 +9900", None),
        ("", None),
    ],
)
def test_dates(text: str, moment: str | None) -> None:
    """Dates keep their offset; what no mail can have is unusable."""
    assert moment == sent_at(text)


def test_header_words() -> None:
    """Encoded words are decoded, characters split between two of them included."""
    assert "Début für" == header_text(b"=?utf-8?B?RMOpYnV0?= =?iso-8859-1?q?_f=FCr?=")
    assert "a für b" == header_text(b"a =?iso-8859-1?q?f=FCr?= b")
    assert "é!" == header_text(b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9!?=")
    assert "Grüße" == header_text("Grüße".encode())
    assert "=?x?b" == header_text(b"=?x?b")


def test_charsets() -> None:
    """A wrong or dangerous charset never fails; mojibake is kept as it is."""
    assert "für" == decode_text("für".encode("cp1252"), "us-ascii")
    assert "für" == decode_text("für".encode(), "zip")
    assert "für" == decode_text("für".encode(), "no-such")
    assert "DÃ©but" == decode_text("DÃ©but".encode(), "utf-8")
    assert "①" == decode_text("①".encode("cp932"), "shift_jis")


def test_multipart(tmp_path: Path) -> None:
    """The plain text is taken, HTML where there is none; attachments are counted."""
    mail = (
        f'From: a@b.c\n{DATE}Content-Type: multipart/mixed; boundary="o"\n\n--o\n'
        'Content-Type: multipart/alternative; boundary="i"\n\n--i\nContent-Type: text/plain\n'
        "Content-Transfer-Encoding: base64\n\n{}\n--i\nContent-Type: text/html\n\n"
        "<p>Two</p>\n--i--\n"
        '--o\nContent-Type: image/jpeg; name="a.jpg"\n\nxxxx\n--o--\n'
    )
    row, said = read(tmp_path, mail.format("T25l"))

    assert isinstance(row, Record)
    assert "One" == row.fields["body"]
    assert ["1 attachments in 1 mails: name, size and hash kept, content not read"] == said
    assert "Two" == fields(tmp_path, mail.format(""))["body"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (RELAY, ("", "amazon.co.uk")),
        ("k3x9w0p2m7q4z1b+6f1c-22@marketplace.amazon.com.br", ("6f1c-22", "amazon.com.br")),
        (RELAY + ".evil.ru", None),
        ("donotreply@marketplace.amazon.com", None),
        ("k3x9w0p2m7q4z1b@marketplace-amazon.com", None),
        ("short@marketplace.amazon.com", None),
    ],
)
def test_relay_addresses(address: str, expected: tuple[str, str] | None) -> None:
    """Relay addresses are matched whole, with or without a case."""
    assert expected == relay(address)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("Refund total: £12.50\nItem price 99.00 GBP", ("12.50", "GBP")),
        ("Erstattungsbetrag: EUR 1.234,50", ("1.234,50", "EUR")),
        ("Zwrot 45,00 zł", ("45,00", "PLN")),
        ("Paid £10.00", ("10.00", "GBP")),
        ("Refund £5.00 of £10.00", None),
        ("no money", None),
    ],
)
def test_refund_amounts(text: str, money: tuple[str, str] | None) -> None:
    """An amount is taken where there is exactly one candidate."""
    assert money == refunded(text)


def test_notifications(tmp_path: Path) -> None:
    """A refund notice is a refund; a return request or a claim is what the buyer let us know."""
    head = f"From: x@amazon.co.uk\n{DATE}Message-ID: <1@a>\nSubject: Order 202-1234567-7654321\n"
    refund = fields(tmp_path, f"{head}X-Space-Notification-Type: REFUND_ISSUED\n\nRefund £5.00")
    unsaid = fields(tmp_path, f"{head}X-Space-Notification-Type: REFUND_ISSUED\n\nRefunded.")
    claim = fields(tmp_path, f"{head}X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\n\nHi")

    order = "202-1234567-7654321"
    assert [("refunds", order, "5.00", "GBP"), ("refunds", order, None, None)] == [
        tuple(row[name] for name in ("kind", "order_id", "amount", "currency"))
        for row in (refund, unsaid)
    ]
    assert ("messages", "inbound", "Hi", "notification-a-z-claim-respondent-notify") == tuple(
        claim[name] for name in ("kind", "direction", "body", "origin")
    )
    assert "sender" not in claim  # the platform's address would join every order's conversation


RETURN = f"""From: x@amazon.co.uk
{DATE}Message-ID: <1@a>
Subject: Return requested for order 202-1234567-7654321
X-Space-Notification-Type: RETURN_REQUEST

Dear seller, a return was requested. Do not ask for reviews in exchange for a refund.
Order ID: 202-1234567-7654321
Qty: 1
{{}}
Request received: 17 February 2025
Answer by Friday, or the refund is made for you.
"""


@pytest.mark.parametrize(
    ("fields_", "said"),
    [
        (
            "Return reason: Defective\nCustomer comments: It broke.\n\nTwice: in a week.",
            "Return reason: Defective\n\nIt broke.\n\nTwice: in a week.",
        ),
        (
            "Rückgabegrund:\nDefekt\nKommentar des Käufers:\nKaputt",
            "Rückgabegrund:\nDefekt\n\nKaputt",
        ),
        ("Motif du retour : Cassé\nCommentaires du client : Non", "Motif du retour : Cassé\n\nNon"),
        ("返品理由：不良\nお客様のコメント：壊れた", "返品理由：不良\n\n壊れた"),
        ("Return reason: Defective\nBuyer comment:", "Return reason: Defective"),
        (
            "Customer comments: Hm.\nReason: dead\nItem: bad\nBye",
            "Hm.\nReason: dead\nItem: bad\nBye",
        ),
        ("Buyer's comment: a\nQty: 2\nBuyer's comment: b", "a\n\nb"),
    ],
)
def test_what_the_buyer_says_in_a_return_request(tmp_path: Path, fields_: str, said: str) -> None:
    """The reason and the comment are the buyer's; the platform's own lines are not."""
    row = fields(tmp_path, RETURN.format(fields_))

    assert ("messages", "inbound", said, "202-1234567-7654321") == tuple(
        row[name] for name in ("kind", "direction", "body", "order_id")
    )


def test_a_return_request_without_a_known_comment_stays_whole(tmp_path: Path) -> None:
    """Nothing is cut by guess, and the note says that it was not."""
    row, said = read(tmp_path, RETURN.format("Grund: Defekt"))

    assert isinstance(row, Record)
    assert "Dear seller" in str(row.fields["body"])
    assert "1 return requests without a buyer's comment" in said[-1]


REVIEW_LINK = "https://www.amazon.co.uk/gp/customer-reviews/R1ABCDEFGHIJK/ref=x?ASIN=B0TESTLAMP"


@pytest.mark.parametrize(
    ("subject", "text", "told"),
    [
        ("New 1-star review on B0TESTLAMP", REVIEW_LINK, ("created", "1", "B0TESTLAMP")),
        (
            "A review was changed",
            f"It went from 1 star to 4 stars.\n{REVIEW_LINK}",
            ("updated", "4", "B0TESTLAMP"),
        ),
        ("Review removed", f"Rating: 2\n{REVIEW_LINK}", ("removed", "2", "B0TESTLAMP")),
        ("Neue Bewertung", f"★★☆☆☆\n{REVIEW_LINK}", ("created", "2", "B0TESTLAMP")),
        ("Bewertung geändert", f"3,0 von 5\n{REVIEW_LINK}", ("updated", "3", "B0TESTLAMP")),
        ("New review", REVIEW_LINK, None),
        ("1 star and 5 stars", REVIEW_LINK, None),
        ("New 1-star review", "https://www.amazon.co.uk/dp/B0TESTLAMP", None),
        ("Two 1-star reviews", f"{REVIEW_LINK} {REVIEW_LINK.replace('R1A', 'R2A')}", None),
    ],
)
def test_a_robot_tells_of_a_review(
    tmp_path: Path, subject: str, text: str, told: tuple[str, str, str] | None
) -> None:
    """One review, one rating, a robot: an event; anything less stays a message."""
    head = f"To: shop@example.com\n{DATE}Message-ID: <1@a>\nSubject: {subject}\n"
    robot = fields(tmp_path, f"From: alerts@tracker.example\n{head}\n{text}")
    person = fields(tmp_path, f"From: bea@broker.example\n{head}\n{text}")

    assert "messages" == person["kind"]
    if told is None:
        assert "messages" == robot["kind"]
    else:
        assert ("review_events", "R1ABCDEFGHIJK", *told, "amazon.co.uk") == tuple(
            robot[name]
            for name in ("kind", "review_id", "event_type", "rating", "asin", "marketplace")
        )


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        ("Your account has been deactivated", "To be reinstated, write to us.", "deactivation"),
        ("Your account is at risk of deactivation", "", "warning"),
        ("Policy warning", "", "warning"),
        ("Your account has been reinstated", "", "reinstatement"),
        ("Your account", "We have deactivated it. This could lead to more.", "deactivation"),
        ("Ihr Konto wurde deaktiviert", "", "deactivation"),
        ("Ihr Konto könnte gesperrt werden", "", "warning"),
        ("Avertissement: non-respect", "", "warning"),
        ("Il tuo account è stato riattivato", "", "reinstatement"),
        ("Infracción de la política", "", "warning"),
        ("Konto zostało dezaktywowane", "", "deactivation"),
        ("您的账户已被停用", "", "deactivation"),
        ("アカウントの警告", "", "warning"),
        ("Newsletter", "Tips", "other"),
    ],
)
def test_notice_kinds(subject: str, body: str, kind: str) -> None:
    """The subject tells the kind, else the body; a risk is a warning."""
    assert kind == notice_kind(subject, body)


def test_notices_and_impostors(tmp_path: Path) -> None:
    """Only the platform's own domain gives notices; an impostor's mail is a message."""
    mail = f"From: Amazon <seller-performance@amazon.{{}}>\n{DATE}Subject: Account warning\n\nHi"
    notice = fields(tmp_path, mail.format("co.uk"))
    row, said = read(tmp_path, mail.format("top"))

    assert "warning" == notice["kind"]
    assert isinstance(row, Record)
    assert ("messages", "email") == (row.kind, row.fields["channel"])
    assert any("poses" in one for one in said)
    assert is_notice("donotreply@amazon.de", "Warnung zu Ihrem Konto")
    assert not is_notice("donotreply@amazon.de", "Ihre Bestellung")
    assert is_posing("seller-performance@amazon.de", "", "mx; dkim=fail dmarc=fail")
    assert not is_posing(RELAY, "Ann", "")


def test_names() -> None:
    """Persons and recipients are told from names and subjects."""
    assert is_person("Anna Berg")
    assert not is_person("Lumen Home Support")
    assert not is_person("")
    assert "Ann Lee" == told_recipient("Your e-mail to Ann Lee")
    assert "" == told_recipient("Something else")
