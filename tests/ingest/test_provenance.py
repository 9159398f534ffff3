"""One message that several sources tell counts once, keeps what each knows, and all its places."""

import json
from hashlib import sha256

from ingest.staged import Staged

from pipeline.config import Config

RELAY = "k3x9w0p2m7q4z1b@marketplace.amazon.co.uk"
ORDER = "202-1234567-7654321"
REPLY = "We have refunded you in full. Would you look at your stars again?"
SHOP = Config(addresses=("shop@shop.example",))


def mail(number: int, body: str, *headers: str, at: str = "10:02:11") -> str:
    lines = (f"Message-ID: <{number}@x>", f"Date: Mon, 17 Feb 2025 {at} +0000", *headers)
    return "\n".join((*lines, "", body, ""))


def sent(number: int = 1, body: str = REPLY, at: str = "10:02:11") -> str:
    head = ("From: shop@shop.example", f"To: {RELAY}", f"Subject: Re: order {ORDER}")
    return mail(number, body, *head, at=at)


def copy(number: int = 2, body: str = REPLY, at: str = "10:02:14") -> str:
    return mail(
        number,
        f"# {ORDER}:\n------------- Begin message -------------\n{body}\n"
        "------------- End message -------------\n",
        "From: donotreply@amazon.co.uk",
        "To: shop@shop.example",
        "Subject: Your e-mail to Ann",
        "X-Space-Notification-Type: BBC_MESSAGE_CONFIRMATION_TO_MERCHANT",
        at=at,
    )


def ticket(*said: tuple[str, str], order: str = ORDER) -> str:
    comments = [
        {"id": n, "author_id": 3, "public": True, "plain_body": text, "created_at": at}
        for n, (at, text) in enumerate(said, 1)
    ]
    users = [{"id": 3, "name": "Bea", "role": "agent"}]
    users += [{"id": 7, "name": "Ann", "email": RELAY, "role": "end-user"}]
    one = {"id": 11, "requester_id": 7, "subject": f"Order {order}", "comments": comments}
    return json.dumps({"tickets": [{**one, "users": users}]})


def test_sent_mail_confirmation_copy_and_ticket() -> None:
    """Three sources, one message: the operator is the help desk's, the buyer the mail's."""
    files = {
        "a/sent.eml": sent(),
        "b/copy.eml": copy(),
        "z.json": ticket(("2025-02-17T10:03:00Z", REPLY.replace(" ", "\n"))),
    }
    with Staged(files, SHOP) as found:
        assert [("mail:1@x", "zendesk:11", "outbound", RELAY, ORDER, "Bea")] == found.tuples(
            "select message_id, thread_id, direction, buyer_id, order_id, operator"
            " from messages_base"
        )
        assert [
            ("mail:1@x", "in/a/sent.eml", "counted"),
            ("mail:1@x", "in/b/copy.eml", "told by another source"),
            ("mail:1@x", "in/z.json", "told by another source"),
        ] == found.tuples("select message_id, source_file, provenance from provenances")
        assert found.balanced()
        assert [("in/a/sent.eml", 1, 0), ("in/b/copy.eml", 0, 1), ("in/z.json", 0, 1)] == (
            found.tuples("select source_file, rows_loaded, rows_duplicate from sources")
        )


def test_the_longer_text_counts() -> None:
    """A quoted tail that one source cuts off is not lost with the twin."""
    whole = f"{REPLY}\n\nOn Mon, 17 Feb 2025 at 09:00, Ann wrote:\n> It broke.\n"
    with Staged({"a/copy.eml": copy(), "b/sent.eml": sent(body=whole)}, SHOP) as found:
        assert [("mail:1@x", whole + "\n")] == found.tuples(
            "select message_id, body from messages_base"
        )


def test_what_only_looks_alike_stays() -> None:
    """Another time, another order, another text, a second sending: each is a message."""
    said = [
        ("2025-02-17T10:30:00Z", REPLY),
        ("2025-02-17T10:03:00Z", REPLY + " And tell your friends."),
        ("2025-02-17T10:04:00Z", "We have refunded you in part. Would you look at your stars?"),
    ]
    with Staged({"a.eml": sent(), "z.json": ticket(*said)}, SHOP) as found:
        # the one that begins with the mail's whole text is its twin, and says more
        assert 3 == len(found.rows("select * from messages_base"))
    with Staged({"a.eml": sent(), "z.json": ticket(said[0])}, SHOP) as found:
        assert 2 == len(found.rows("select * from messages_base"))
    other = ticket(("2025-02-17T10:03:00Z", REPLY), order="203-1234567-7654321")
    with Staged({"a.eml": sent(), "z.json": other}, SHOP) as found:
        assert 2 == len(found.rows("select * from messages_base"))


def test_two_sendings_within_minutes_stay_two() -> None:
    """A source that has both sendings is not robbed of one by the source that has one."""
    said = [("2025-02-17T10:02:30Z", "Full refund"), ("2025-02-17T10:05:30Z", "Full refund")]
    with Staged({"a.eml": sent(body="Full refund"), "z.json": ticket(*said)}, SHOP) as found:
        assert 2 == len(found.rows("select * from messages_base"))
        assert found.balanced()


def test_a_macro_without_a_key_is_not_guessed() -> None:
    """The same long text to many buyers, told without order or buyer, joins nothing."""
    macro = "Dear customer, thank you for your message. We are looking into it right now."
    rows = "".join(
        f'{{"sent_at": "2025-02-17T10:0{n}:00Z", "direction": "outbound", "body": "{macro}"'
        f', "message_id": "m{n}"}}\n'
        for n in range(3)
    )
    with Staged({"a.jsonl": rows, "b.eml": copy(body=macro).replace(f"# {ORDER}:\n", "")}) as found:
        assert 4 == len(found.rows("select * from messages_base"))
    with Staged({"a.jsonl": rows.splitlines()[0], "b.eml": copy(body=macro)}) as found:
        assert 1 == len(found.rows("select * from messages_base"))


def test_tables_are_one_source() -> None:
    """In tables of one's own ids decide: the same words under two ids are two messages."""
    row = {
        "sent_at": "2025-02-17T10:00:00Z",
        "direction": "outbound",
        "body": REPLY,
        "order_id": ORDER,
    }
    files = {
        "a.jsonl": json.dumps({**row, "message_id": "a"}),
        "b.csv": "message_id,sent_at,direction,body,order_id\n"
        f"b,2025-02-17T10:00:00Z,outbound,{REPLY},{ORDER}\n",
    }
    with Staged(files) as found:
        assert 2 == len(found.rows("select * from messages_base"))


def test_a_mail_in_two_folders() -> None:
    """The same mail exported by label is one, and the Sent folder tells whose it is."""
    one = sent().replace("shop@shop.example", "me@shop.example").replace(RELAY, "ann@x.example")
    files = {"All.mbox/1.eml": one, "Sent.mbox/1.eml": one}
    with Staged(files) as found:
        assert [("mail:1@x", "outbound")] == found.tuples(
            "select message_id, direction from messages_base"
        )
        assert found.balanced()


def test_threads_that_share_a_message_are_one_case() -> None:
    """What the mailbox and the help desk each have alone is judged together through the twin."""
    pre_sale = "Does the lamp come with a bulb of the warm white kind, or is it sold apart?"
    question = mail(
        1, pre_sale, "From: Ann <ann@x.example>", "To: shop@shop.example", "Subject: Lamp"
    )
    answer = mail(
        2,
        "It does.",
        "From: shop@shop.example",
        "To: bea@x.example",
        "Subject: Re: Lamp",
        "In-Reply-To: <1@x>",
        at="12:00:00",
    )
    said = [("2025-02-17T10:02:00Z", pre_sale), ("2025-02-17T11:00:00Z", "Ask her for five stars.")]
    desk = json.loads(ticket(*said, order=""))
    desk["tickets"][0]["comments"][0]["author_id"] = 7
    desk["tickets"][0]["comments"][1]["public"] = False
    desk["tickets"][0]["users"][1]["email"] = "ann@x.example"
    files = {"a.eml": question, "b.eml": answer, "z.json": json.dumps(desk)}
    with Staged(files, SHOP) as found:
        assert [(3, 1)] == found.tuples(
            "select count(*), count(distinct case_id) from message_threads"
        )


def test_bounces_are_found_in_any_file() -> None:
    """A bounce or an opt-out notice marks the message it is about, wherever that lies."""
    report = mail(
        8,
        "--b\n\nUndeliverable mail\n"
        "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <1@x>\n\n--b--",
        "From: Mailer-Daemon@example.com",
        'Content-Type: multipart/report; boundary="b"',
    )
    notice = mail(
        9, "The buyer has chosen to opt out.", "From: donotreply@amazon.co.uk", "In-Reply-To: <3@x>"
    )
    files = {
        "a.eml": sent(1),
        "b/bounce.eml": report,
        "c.eml": sent(3, "Hi"),
        "d/notice.eml": notice,
        "e.eml": sent(4, "Hello"),
    }
    with Staged(files, SHOP) as found:
        assert [("mail:1@x", False), ("mail:3@x", False), ("mail:4@x", None)] == found.tuples(
            "select message_id, delivered from messages_base"
            " where direction = 'outbound' order by 1"
        )


def test_a_copy_that_speaks_of_delivery_is_no_bounce() -> None:
    """The seller's own words in a confirmation copy mark nothing."""
    text = "The parcel was not delivered. We are sorry."
    told = copy(2, text).replace("\nX-Space", "\nIn-Reply-To: <1@x>\nX-Space")
    with Staged({"a.eml": sent(1), "b.eml": told}, SHOP) as found:
        assert [] == found.rows("select * from raw_bounces")


def test_attachments_have_name_size_and_hash() -> None:
    """Also of encoded names, of mails within mails, and once for a mail that lies twice."""
    older = b"Subject: older\n\nHi"
    parts = (
        "--b\n\nSee the card.\n"
        "--b\nContent-Type: image/jpeg\nContent-Disposition: attachment;\n"
        " filename*0*=utf-8''Gr%C3%BC; filename*1=sse.jpg\n"
        "Content-Transfer-Encoding: base64\n\naGFsbG8=\n"
        '--b\nContent-Type: application/pdf; name="=?utf-8?q?f=C3=BCr_Ann.pdf?="\n\n%PDF\n'
        f"--b\nContent-Type: message/rfc822\n\n{older.decode()}\n--b--\n"
    )
    one = sent(1, parts).replace(
        "\nSubject", "\nContent-Type: multipart/mixed; boundary=b\nSubject", 1
    )
    with Staged({"a.eml": one, "b.eml": one}, SHOP) as found:
        assert [
            ("mail:1@x", "Grüsse.jpg", "image/jpeg", 5, sha256(b"hallo").hexdigest()),
            ("mail:1@x", "für Ann.pdf", "application/pdf", 4, sha256(b"%PDF").hexdigest()),
            ("mail:1@x", "older.eml", "message/rfc822", len(older), sha256(older).hexdigest()),
        ] == found.tuples(
            "select message_id, name, media_type, bytes, sha256 from attachments order by name"
        )


def asked(number: int, sender: str, day: int = 16) -> str:
    return mail(
        number, f"Is the lamp dimmable? {number}", f"From: {sender}", "To: shop@shop.example"
    ).replace("17 Feb", f"{day} Feb")


def presale_copy(name: str) -> str:
    told = copy(9, "It is. Leave us five stars, please.").replace(f"# {ORDER}:\n", "")
    return told.replace("mail to Ann", f"mail to {name}")


def test_a_copy_without_keys_is_placed_by_name_and_says_so() -> None:
    """The one buyer of that name within a week; with two of them, or too late, nobody."""
    one, other = f"Ann Lee <{RELAY}>", f"Ann Lee <z{RELAY}>"
    for files, joined in (
        ({"a.eml": asked(1, one)}, True),
        ({"a.eml": asked(1, one), "b.eml": asked(2, one)}, True),
        ({"a.eml": asked(1, one), "b.eml": asked(2, other)}, False),
        ({"a.eml": asked(1, one, day=1)}, False),
        ({"a.eml": asked(1, f"Anna Lee <{RELAY}>")}, False),
    ):
        with Staged({**files, "copy.eml": presale_copy("Ann Lee")}, SHOP) as found:
            cases = found.tuples("select count(distinct case_id) from message_threads")
            said = found.tuples("select warning from load_warnings where warning like '%guess'")
        assert ([(1,)] == cases, len(said) == 1) == (joined, joined)


def test_the_platforms_own_address_joins_nothing() -> None:
    """Two orders that the platform wrote about are two cases, not one buyer's."""
    first = mail(1, "About your order.", "From: donotreply@amazon.co.uk", "To: shop@shop.example",
                 f"Subject: {ORDER}")  # fmt: skip
    second = mail(2, "About another.", "From: donotreply@amazon.co.uk", "To: shop@shop.example",
                  "Subject: 203-7654321-1234567")  # fmt: skip
    with Staged({"a.eml": first, "b.eml": second}, SHOP) as found:
        assert [(2,)] == found.tuples("select count(distinct case_id) from message_threads")


def test_maildir() -> None:
    """Its folders are hidden by name and read all the same: Sent tells the side, D a draft."""
    shop = sent(1, "From the shop").replace("shop@shop.example", "me@shop.example")
    shop = shop.replace(RELAY, "ann@x.example")
    draft = sent(2, "Not sent")
    files = {
        "M/cur/1700000000.M1P1.host:2,S": asked(3, f"Ann <{RELAY}>"),
        "M/.Sent/cur/1700000001.M1P1.host:2,S": shop,
        "M/.Sent/new/.keep": "",
        "M/.Work.Drafts/cur/1700000002.M1P1.host:2,DS": draft,
        "M/.Work.Drafts/new/.keep": "",
        "M/.cache/x.eml": sent(4),
    }
    with Staged(files, SHOP) as found:
        assert [
            ("mail:1@x", "outbound", None),
            ("mail:2@x", "outbound", False),
            ("mail:3@x", "inbound", None),
        ] == found.tuples("select message_id, direction, delivered from messages_base order by 1")
