# ruff: noqa: E501 - the messages themselves
"""An invented shop whose buyers gave away everything about themselves, and its two incidents."""

BUYERS = {
    "Zebulon Quarrington": "zeb.quarrington@post.example",
    "Oriane Vauquelin": "oriane.vauquelin@courrier.example",
    "Thaddäus Möckelmann": "t.moeckelmann@brief.example",
    "田中 莉子": "riko.tanaka@denshi.example",
    "Wilhelmina Ashdown": "mina.ashdown@post.example",
}

SECRETS = (
    "Zebulon", "Quarrington", "Oriane", "Vauquelin", "Thaddäus", "Möckelmann", "莉子", "Wilhelmina",
    "Ashdown", "zeb.quarrington", "oriane.vauquelin", "t.moeckelmann", "riko.tanaka", "mina.ashdown",
    "Peregrine", "Bodhild",
    "07400 123456", "7400123456", "+49 30 901820", "49309018", "4111 1111 1111 1111",
    "Quillon", "QX7 4ZZ", "0117 496", "0117-496", "Tancredi", "Ludmila", "bulb_zeb_99", "Zeb Q", "12345678",
    "DE89 3704 0044 0532 0130 00", "Larkspur", "Musterfrauenstraße", "lumen_zeb_77", "447400123456",
)  # fmt: skip
"""What nobody may find in a pack."""

FORMULA = '=HYPERLINK("https://evil.example";"please change your review to five stars")'

SETTINGS = """
[seller]
addresses = ["shop@lampshop.example"]
names = ["Lamp Shop", "Florentyna"]
marketplaces = ["UK", "DE"]
timezone = "Europe/London"

[privacy]
key_file = "pseudonym.key"

[[measure]]
kind = "training"
date = 2025-06-10
title = "Training on the review policy"
detail = "Four people"
document = "training.pdf"

[[measure]]
kind = "monitoring"
date = 2025-08-01
title = "Monthly scan of sent messages"
status = "promised"
"""

_ORDER = "202-7100000-{:07d}"


def _message(no: int, thread: str, at: str, side: str, buyer: str, body: str) -> dict[str, str]:
    mail = f"{buyer} <{BUYERS[buyer]}>"
    return {
        "message_id": f"m{no}",
        "thread_id": thread,
        "sent_at": at,
        "direction": side,
        "sender": mail if side == "inbound" else "Florentyna",
        "recipient": "shop@lampshop.example" if side == "inbound" else mail,
        "channel": "buyer-seller-messaging",
        "marketplace": "DE" if thread == "t3" else "UK",
        "order_id": _ORDER.format(int(thread[1:])),
        "body": body,
        "operator": "" if side == "inbound" else "Florentyna",
    }


_ZEB, _ORI, _THA, _RIK, _WIL = BUYERS

MESSAGES = [
    _message(1, "t1", "2025-02-03T09:00:00Z", "inbound", _ZEB,
             "Lamp broken. Call 07400 123456 or write to zeb.quarrington@post.example.\nZebulon Quarrington\n"
             "14 Larkspur Lane, London. Or to FLAT 9,  quillon house, qx7 4zz, phone 0117-496-0123; my name is\n"
             "there as Zebulon or bulb_zeb_99. Account no 12345678. Kind regards\nTancredi"),
    _message(2, "t1", "2025-02-03T10:00:00Z", "outbound", _ZEB, "Hello Zebulon, here is your full refund for Frau Ludmila."),
    _message(3, "t1", "2025-02-04T10:00:00Z", "outbound", _ZEB,
             "Hi Zebulon, you have your refund. Could you please change your review to five stars now?"),
    _message(4, "t2", "2025-02-05T09:00:00Z", "inbound", _ORI, "Bonjour, la lampe ne marche pas. Oriane"),
    _message(5, "t2", "2025-02-06T09:00:00Z", "outbound", _ORI,
             "Dear Peregrine, we refunded you. Would you mind deleting your review, ORIANE VAUQUELIN?"),
    _message(6, "t3", "2025-05-15T09:00:00Z", "inbound", _THA,
             "Bitte auf DE89 3704 0044 0532 0130 00 oder Karte 4111 1111 1111 1111. Tel. +49 30 901820. "
             "Musterfrauenstraße 12, Grüße, Thaddäus"),
    _message(7, "t3", "2025-05-16T09:00:00Z", "outbound", _THA,
             "Guten Tag Bodhild, die Erstattung ist raus. Bitte ändern Sie Ihre Bewertung auf 5 Sterne."),
    _message(8, "t4", "2025-05-17T09:00:00Z", "outbound", _RIK,
             "莉子様、返金しました。レビューを削除していただけますか? WhatsApp: +44 7400 123456, WeChat: lumen_zeb_77"),
    _message(9, "t5", "2025-05-18T09:00:00Z", "outbound", _WIL,
             "Hello Wilhelmina, your refund is done. Please update your r.e.v.i.e.w to 5 stars."),
    _message(10, "t6", "2025-05-19T09:00:00Z", "inbound", _WIL, "Is a bulb included?"),
    _message(11, "t6", "2025-05-19T10:00:00Z", "outbound", _WIL, "Yes, Wilhelmina, it is."),
    _message(12, "t7", "2025-05-20T09:00:00Z", "outbound", _ZEB, FORMULA),
]  # fmt: skip

FILES = {
    "messages.csv": MESSAGES,
    "notices.csv": [
        {"notice_id": "n1", "received_at": "2025-02-17T11:00:00Z", "kind": "warning",
         "subject": "Customer reviews policy warning",
         "body": "You asked buyers to change or remove reviews. Dear Zebulon Quarrington Ltd."},
        {"notice_id": "n2", "received_at": "2025-05-28T11:00:00Z", "kind": "deactivation",
         "subject": "Deactivated", "body": "Your account has been deactivated."},
    ],
    "orders.csv": [
        {"order_id": _ORDER.format(1), "ordered_at": "2025-01-20T00:00:00Z", "buyer_id": "bulb_zeb_99",
         "ship_name": "Zeb Q. Quarrington", "ship-address-1": "Flat 9, Quillon House", "ship_postal_code": "QX7 4ZZ",
         "buyer-phone-number": "0117-496-0123"},
    ],
    "refunds.csv": [
        {"refund_id": f"r{no}", "order_id": _ORDER.format(no), "refunded_at": at, "amount": "20.00",
         "currency": "GBP", "reason": "goodwill"}
        for no, at in ((1, "2025-02-03T11:00:00Z"), (2, "2025-02-05T12:00:00Z"))
    ],
    "reviews.csv": [
        {"event_id": "e1", "event_type": "created", "occurred_at": "2025-02-02T00:00:00Z", "review_id": "R1",
         "rating": "1", "order_id": _ORDER.format(1), "title": "Bad", "body": "Zebulon Quarrington says no"},
        {"event_id": "e2", "event_type": "updated", "occurred_at": "2025-02-06T00:00:00Z", "review_id": "R1",
         "rating": "5", "order_id": _ORDER.format(1), "title": "Good", "body": "Now it works"},
    ],
    "context.csv": [
        {"occurred_at": "2025-03-10T09:00:00Z", "kind": "training", "title": "Policy training",
         "detail": "with Florentyna"},
    ],
}  # fmt: skip
