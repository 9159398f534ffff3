"""One small export of every format, for the tests that damage them."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from ingest.msg_file import write_msg

_BUYER = {"id": 7, "name": "Ann", "email": "ann@example.org", "type": "user"}
_AT = "2025-02-14T09:00:00Z"


def _dump(value: object) -> bytes:
    return json.dumps(value).encode()


def _lines(*lines: str) -> bytes:
    return "\n".join((*lines, "")).encode()


_ROW = {"message_id": "m1", "sent_at": _AT, "direction": "outbound", "body": "Hello"}
_MAIL = (
    "From: Ann <k3x9w0p2m7q4z1b@marketplace.amazon.co.uk>", "To: shop@shop.example",
    "Subject: =?utf-8?q?Order_202-1234567-7654321?=", "Date: Mon, 17 Feb 2025 10:02:11 +0000",
    "Message-ID: <1@x>", 'Content-Type: multipart/mixed; boundary="b"', "", "--b",
    "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
    "# 202-1234567-7654321:", "------------- Message:  -------------", "Full refund=21",
    "------------- End message -------------", "--b", "Content-Type: image/png; name=a.png",
    "Content-Transfer-Encoding: base64", "", "aGFsbG8=", "--b--",
)  # fmt: skip


def _parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame([_ROW]).write_parquet(out)
    return out.getvalue()


def _xlsx() -> bytes:
    out = io.BytesIO()
    pl.DataFrame([_ROW]).write_excel(out)
    return out.getvalue()


def _msg() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.msg"
        texts = {0x0037: "Lamp", 0x0C1A: "Shop", 0x0C1F: "shop@shop.example", 0x1000: "Hello"}
        at = datetime(2025, 2, 17, 10, tzinfo=UTC)
        write_msg(path, texts, sent=at, to="ann@x.example", photo=b"x")
        return path.read_bytes()


SAMPLES: dict[str, tuple[str, bytes]] = {
    "zendesk": ("z.json", _dump([{"id": 11, "requester_id": 7, "comments": [
        {"id": 1, "author_id": 7, "public": True, "plain_body": "Hello", "created_at": _AT}]}])),
    "gorgias": ("g.json", _dump({"data": [{"id": 1, "ticket_id": 2, "from_agent": False,
        "sender": _BUYER, "body_text": "Hello", "sent_datetime": _AT}]})),
    "freshdesk": ("f.json", _dump([{"id": 1, "incoming": True, "private": False,
        "body_text": "Hello", "created_at": _AT, "ticket_id": 4}])),
    "edesk": ("e.json", _dump([{"id": 1, "ticket_id": 2, "type": "Message", "direction": "in",
        "body": "Hello", "created_at": _AT}])),
    "reamaze": ("r.json", _dump({"messages": [{"body": "Hello", "visibility": 0,
        "created_at": _AT, "user": _BUYER, "conversation": {"slug": "a"}}]})),
    "front": ("f.json", _dump({"_results": [{"id": "msg_1", "is_inbound": True,
        "created_at": 1739523600.5, "body": "<p>Hello</p>", "recipients": []}]})),
    "intercom": ("i.json", _dump({"id": "1", "created_at": 1739523600, "source": {
        "body": "Hello", "author": _BUYER}, "conversation_parts": {"conversation_parts": [
        {"id": "2", "part_type": "note", "body": "x", "created_at": 1739523601,
         "author": {"type": "admin", "id": "3"}}]}})),
    "helpscout": ("h.json", _dump({"id": 1, "createdAt": _AT, "threads": [{"id": 2,
        "type": "customer", "body": "Hello", "createdAt": _AT, "createdBy": _BUYER}]})),
    "whatsapp": ("w.txt", _lines("[13/06/2018, 21:25:15] Ann: Hi", "there",
        "[14/06/2018, 21:25:15] Shop: Hello")),
    "telegram": ("t.json", _dump({"name": "Ann", "type": "personal_chat", "id": 7, "messages": [
        {"id": 1, "type": "message", "date": "2025-02-17T19:05:09", "date_unixtime": "1739815509",
         "from": "Ann", "from_id": "user7", "text": ["Hi ", {"type": "bold", "text": "x"}]}]})),
    "slack": ("2025-02-17.json", _dump([{"type": "message", "user": "U1", "ts": "1739815509.01",
        "text": "Hi <@U1>", "blocks": [{"type": "section", "text": {"text": "Hi there"}}]}])),
    "messenger": ("message_1.json", _dump({"participants": [{"name": "Ann"}], "messages": [
        {"sender_name": "Ann", "timestamp_ms": 1739815509000, "content": "Hi"}]})),
    "wechat": ("c.csv", _lines("localId,TalkerId,Type,IsSender,CreateTime,StrContent,StrTime",
        '1,5,1,0,1739815509,"Hi, you",2025-02-17 18:05:09',
        "2,5,49,1,1739815510,<title>x</title>,")),
    "fba-returns": ("r.txt", _lines(
        "return-date\torder-id\tsku\tasin\tdetailed-disposition\treason\tcustomer-comments",
        "2025-02-17T10:00:00+00:00\t202-1234567-7654321\ts\tB0TESTLAMP\tSELLABLE\tBAD\tIt broke")),
    "fbm-returns": ("r.txt", _lines(
        "Order ID\tReturn request date\tAmazon RMA ID\tReturn Reason\tRefunded Amount",
        "202-1234567-7654321\t14-Feb-2025\tD1\tDEFECTIVE\t12.50")),
    "fba-replacements": ("r.txt", _lines(
        "shipment-date\tsku\treplacement-amazon-order-id\toriginal-amazon-order-id",
        "2025-02-17T10:00:00+00:00\ts\t202-1111111-7654321\t202-1234567-7654321")),
    "settlement-v2": ("s.txt", _lines(
        "settlement-id\ttransaction-type\torder-id\tamount-type\tamount\tposted-date",
        "1\tRefund\t202-1234567-7654321\tItemPrice\t-12.50\t2025-02-17")),
    "settlement-v1": ("s.txt", _lines(
        "settlement-id\ttransaction-type\torder-id\tprice-type\tprice-amount\tposted-date",
        "1\tRefund\t202-1234567-7654321\tPrincipal\t-12.50\t2025-02-17")),
    "date-range-payments": ("p.csv", _lines('"Includes Amazon Marketplace"',
        '"date/time","settlement id","type","order id","product sales","total"',
        '"17 Feb 2025 10:05:07 UTC","1","Refund","202-1234567-7654321","-12.50","-11.00"')),
    "account-health": ("h.json", _dump({"accountStatuses": [{"marketplaceId": "A1F83G8C2ARO7P",
        "status": "AT_RISK"}], "performanceMetrics": [{"marketplaceId": "A1F83G8C2ARO7P",
        "orderDefectRate": {"reportingDateTo": "2025-02-17T00:00Z", "rate": 0.01}}]})),
    "review-tracker": ("reviews.csv", _lines("Review ID,ASIN,Rating,Title,Review Text,Review Date",
        'R1,B0TESTLAMP,4.0 out of 5 stars,Fine,"Good, but ""dim""",2025-02-17')),
    "amazon-reviews-2023": ("r.jsonl", _dump({"rating": 5.0, "title": "Fine", "text": "Good",
        "asin": "B0TESTLAMP", "parent_asin": "B0", "user_id": "A", "timestamp": 1739815509000,
        "verified_purchase": True, "helpful_vote": 0})),
    "amazon-orders": ("o.txt", _lines(
        "amazon-order-id\tpurchase-date\torder-status\tsales-channel\tasin\tcurrency\titem-price",
        "202-1234567-7654321\t2025-02-01T09:15:00+00:00\tShipped\tAmazon.co.uk\tB0TESTLAMP\tGBP\t20")),
    "amazon-feedback": ("f.txt", _lines(
        "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email",
        "17/02/25\t1\tBroke\t\t202-1234567-7654321\tk3x9w0p2m7q4z1b@marketplace.amazon.co.uk")),
    "csv": ("m.csv", _lines(",".join(_ROW), ",".join(_ROW.values()), 'm2,x,outbound,"a, b"')),
    "jsonl": ("m.jsonl", _dump(_ROW) + b"\n" + _dump({**_ROW, "message_id": "m2"}) + b"\n"),
    "json": ("m.json", _dump({"exported": _AT, "messages": [_ROW, {**_ROW, "message_id": "m2"}]})),
    "parquet": ("m.parquet", _parquet()),
    "xlsx": ("m.xlsx", _xlsx()),
    "mbox": ("all.mbox", _lines("From 1545@xxx Mon Feb 17 10:02:11 +0000 2025", *_MAIL)),
    "eml": ("a.eml", _lines(*_MAIL)),
    "outlook": ("a.msg", _msg()),
    "people": ("users.json", _dump({"users": [{"id": 3, "name": "Bea", "email": "b@x.example"}]})),
    "ticket-list": ("tickets.csv", _lines("Ticket ID,Subject,Status,Requester,Created at",
        "11,Lamp,Solved,Ann,2025-02-17")),
    "transcripts": ("t.csv", _lines("thread_id,sent_at,tz,author_role,author,body",
        't1,2025-02-17 10:00,Europe/London,seller,Bea,"Hello, Ann"')),
}  # fmt: skip

WITHOUT_ROWS = frozenset({"people", "ticket-list"})
"""Files that are known and named, and hold nothing to be audited."""
