"""Make the sample archive: `python sample_data/make.py`. Seeded: the same bytes every time.

An invented lighting shop in the UK, September 2024 to June 2025. In February staff ask buyers
with a courtesy refund to change their reviews; a warning follows on the 17th. On 15 May a new
contact function appears and it happens again; the account is deactivated on the 28th.
The formats are real ones: mail in MBOX, platform reports, tables copied by hand.
"""

import csv
import hashlib
import io
import random
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
OUT = HERE / "exports"
LONDON = ZoneInfo("Europe/London")
SHOP = "Hearth & Halo"
SHOP_MAIL = "care@hearthhalo.example"
STAFF = ("Marta", "Tom", "Wei")
FIRST = datetime(2024, 9, 2, 9, tzinfo=LONDON)
LAST = datetime(2025, 6, 20, 17, tzinfo=LONDON)
TALKS, LOOKALIKES, STAFF_TALKS = 720, 56, 60
PRODUCTS = {
    "B0HH7LAMP1": "Arc floor lamp",
    "B0HH7LAMP2": "Linen table lamp",
    "B0HH7LAMP3": "Brass wall light",
    "B0HH7LAMP4": "Reading light",
    "B0HH7LAMP5": "Globe pendant",
}
NAMES = [
    "Amira Benson",
    "Bill Corrigan",
    "Chloe Dawes",
    "Daniel Eastman",
    "Erin Fairley",
    "Farah Gill",
    "George Hartnell",
    "Holly Irvine",
    "Imran Javed",
    "Jo Kettering",
    "Kofi Lamb",
    "Lucy Marsh",
    "Mo Nadeem",
    "Nora Oakes",
    "Owen Pryce",
    "Priya Quill",
    "Ruth Saddler",
    "Sam Thorne",
    "Tess Underhill",
    "Uma Varley",
    "Victor Wynne",
    "Will Yardley",
    "Zoe Ashby",
    "Anja Krüger",
    "Luc Moreau",
]
TOWNS = ["Swindon", "Leeds", "Dundee", "Cardiff", "Norwich", "Hamburg", "Lille"]
CARRIERS = ["Royal Mail", "DPD", "Evri", "Parcelforce"]

COURTESY = (
    "Hello {buyer}, we are sorry to hear that your recent purchase did not meet your expectations."
    " We would like to offer you a full refund or a replacement. Please reply to this message and"
    " let us know which you prefer. We hope that you give us another chance."
)
FEBRUARY = (
    (
        "Hi {buyer}, your £{price} has been refunded. Could you please change your review to five"
        " stars now? It would help our small team a lot."
    ),
    (
        "Refund is done, {buyer}. As we returned all the money, would you mind deleting the review"
        " of the {product}?"
    ),
    ("Hello {buyer}, money is back on your card today. Please give us a 5 instead of the {stars}."),
    (
        "Thank you for your patience, the refund went out. If you could take the negative review"
        " down we would be very grateful."
    ),
    (
        "Dear {buyer}, we refunded the full amount, can you kindly update the rating on the product"
        " page to be better for us?"
    ),
    ("Hi again, did the £{price} arrive? Would be great if you edit your review to 5 stars."),
    (
        "Guten Tag {buyer}, die Erstattung ist raus. Könnten Sie Ihre Bewertung bitte auf 5 Sterne"
        " ändern?"
    ),
)
MAY = (
    (
        "Hi {buyer}, refund of £{price} is complete. Please give us a 5 or delete the rating, thanks!"
    ),
    (
        "Hello {buyer}, you have your money back now. Could you remove the {stars} star review of our"
        " {product}?"
    ),
    ("All refunded! It would mean a lot if you could change the {stars} stars into 5."),
    (
        "Dear {buyer}, as promised we paid back everything. Kindly delete your negative rating,"
        " please."
    ),
    (
        "Refund sent, {buyer}. If you update your review to five stars we can also send you the new"
        " {product} for free."
    ),
    ("Hi, refund done. Would you be so kind and take your review off the page?"),
    (
        "Hello {buyer}, £{price} is back on your card. One more thing: please update your r.e.v.i.e.w"
        " to 5*."
    ),
    (
        "Thanks for confirming the refund. Could you revise the rating now? 5 stars would be"
        " wonderful."
    ),
)


@dataclass
class Mail:
    """One mail of the archive, with the headers that tell who wrote it."""

    at: datetime
    sender: str
    recipient: str
    subject: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class Archive:
    """Everything the shop exported, grown step by step from one seeded source of chance."""

    def __init__(self) -> None:
        """Start empty."""
        self.chance = random.Random(20250217)
        self.mails: list[Mail] = []
        self.desk: list[list[str]] = []
        self.contact: list[list[str]] = []
        self.orders: list[list[str]] = []
        self.refunds: list[list[str]] = []
        self.feedback: list[list[str]] = []
        self.reviews: list[dict[str, object]] = []
        self.serial = 0

    def buyer(self, name: str) -> tuple[str, str, str, str, float]:
        """Return order id, relay address, ASIN, product and price of a new order."""
        self.serial += 1
        order = f"202-{1_000_000 + self.serial * 7919 % 8_999_999:07d}-{self.serial:07d}"
        relay = hashlib.sha256(f"{name}{self.serial}".encode()).hexdigest()[:14]
        asin = self.chance.choice(sorted(PRODUCTS))
        price = self.chance.choice((18.99, 24.5, 32.0, 39.99, 54.0, 79.0))
        return order, f"{relay}@marketplace.amazon.co.uk", asin, PRODUCTS[asin], price

    def moment(self, first: datetime = FIRST, last: datetime = LAST) -> datetime:
        """Return a time within office hours, local."""
        days = (last - first).days
        day = first + timedelta(days=self.chance.randrange(days))
        return day.replace(hour=self.chance.randrange(8, 18), minute=self.chance.randrange(60))

    def fill(self, text: str, name: str, order: str, product: str, price: float, stars: int) -> str:
        """Fill a text's places."""
        days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        return text.format(
            buyer=name.split(maxsplit=1)[0],
            product=product,
            price=f"{price:.2f}",
            stars=stars,
            order=order,
            n=self.chance.randrange(3, 60),
            day=self.chance.choice(days),
            day2=self.chance.choice(days),
            town=self.chance.choice(TOWNS),
            carrier=self.chance.choice(CARRIERS),
            track=f"HH{self.chance.randrange(10**8):08d}GB",
        )

    def order_row(self, order: str, at: datetime, asin: str, product: str, price: float) -> None:
        """Book an order."""
        self.orders.append(
            [
                order,
                f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S+00:00}",
                "Shipped",
                "Amazon.co.uk",
                product,
                asin,
                "1",
                "GBP",
                f"{price:.2f}",
            ]
        )

    def refund_row(self, order: str, at: datetime, price: float) -> None:
        """Book a refund."""
        number = f"R{len(self.refunds) + 1:05d}"
        self.refunds.append([number, order, _utc(at), f"{price:.2f}", "GBP", "Customer return"])

    def buyer_mail(
        self,
        at: datetime,
        name: str,
        relay: str,
        order: str,
        topic: str,
        text: str,
        product: str,
        asin: str,
    ) -> None:
        """File what a buyer wrote, in the platform's wrapper."""
        body = (
            "You have received a message.\n\n"
            f"# {order}:\n1 / {product} [ASIN: {asin}]\n\n"
            f"------------- Begin message -------------\n\n{text}\n\n"
            "------------- End message -------------\n\n"
            "Was this e-mail helpful? Report questionable activity. (c) Amazon EU S.a r.l.\n"
            "For your protection all messages are filtered. SPC-EUAmazon-1234567890\n"
        )
        self.mails.append(
            Mail(
                at,
                f'"{name} - Amazon Marketplace" <{relay}>',
                SHOP_MAIL,
                f"{topic} from Amazon customer {name} (Order: {order})",
                body,
                {
                    "X-Space-Notification-Type": "BBC_MESSAGE_SENT_TO_MERCHANT",
                    "X-Marketplace-ID": "A1F83G8C2ARO7P",
                },
            )
        )

    def shop_mail(
        self, at: datetime, who: str, relay: str, order: str, topic: str, text: str
    ) -> None:
        """File what staff answered from the shop's own mailbox."""
        self.mails.append(
            Mail(
                at,
                f'"{who}" <{SHOP_MAIL}>',
                relay,
                f"Re: {topic} (Order: {order})",
                f"{text}\n\nKind regards\n{who}\n{SHOP}\n",
                {"X-Gmail-Labels": "Sent"},
            )
        )

    def desk_row(
        self,
        thread: str,
        at: datetime,
        direction: str,
        sender: str,
        order: str,
        asin: str,
        subject: str,
        text: str,
    ) -> None:
        """Add a row to the help desk's table."""
        self.desk.append(
            [
                f"d{len(self.desk) + 1}",
                thread,
                _utc(at),
                direction,
                sender,
                "helpdesk-own",
                "UK",
                order,
                asin,
                subject,
                text,
            ]
        )

    def talk(self, talk: dict[str, object], number: int) -> None:
        """Let one ordinary conversation happen, by mail or in the help desk."""
        name = self.chance.choice(NAMES)
        order, relay, asin, product, price = self.buyer(name)
        at = self.moment()
        self.order_row(
            order, at - timedelta(days=self.chance.randrange(2, 12)), asin, product, price
        )
        who = self.chance.choice(STAFF[:2])
        by_mail = number % 5 != 0
        for turn in talk["turns"]:  # type: ignore[attr-defined]
            side, text = turn[0], self.fill(turn[3:], name, order, product, price, 3)
            if "refunded" in text and side == "s":
                self.refund_row(order, at, price)
            if by_mail and side == "b":
                self.buyer_mail(at, name, relay, order, str(talk["topic"]), text, product, asin)
            elif by_mail:
                self.shop_mail(at, who, relay, order, str(talk["topic"]), text)
            else:
                direction, sender = ("inbound", name) if side == "b" else ("outbound", who)
                self.desk_row(
                    f"t{number}", at, direction, sender, order, asin, str(talk["topic"]), text
                )
            at += timedelta(minutes=self.chance.randrange(12, 60 * 20))
        if self.chance.random() < 0.12:
            self.review(
                order, relay, asin, at + timedelta(days=4), self.chance.choice((4, 5, 5, 5))
            )

    def review(
        self,
        order: str,
        relay: str,
        asin: str,
        at: datetime,
        stars: int,
        *,
        later: int | None = None,
        changed: datetime | None = None,
    ) -> None:
        """Note a review's life: created, and perhaps changed (`later` 0 means removed)."""
        self.reviews.append(
            {
                "id": f"RHH{len(self.reviews) + 1:09d}",
                "order": order,
                "buyer": relay,
                "asin": asin,
                "at": at,
                "stars": stars,
                "later": later,
                "changed": changed,
            }
        )

    def violating(
        self, number: int, at: datetime, text: str, *, contact: bool, outcome: int
    ) -> None:
        """Let one thread of the story happen: bad review, template, refund, ask, changed review."""
        name = "Anja Krüger" if text.startswith("Guten") else NAMES[(number * 5 + contact) % 22]
        order, relay, asin, product, price = self.buyer(name)
        stars = 1 + number % 3
        self.order_row(order, at - timedelta(days=9), asin, product, price)
        reviewed = at - timedelta(days=2, hours=3)
        asked = at + timedelta(days=1, hours=2, minutes=7 * number)
        answered = at + timedelta(hours=5, minutes=11)
        refunded = at + timedelta(hours=7)
        template = COURTESY.format(buyer=name.split()[0])
        ask = self.fill(text, name, order, product, price, stars)
        if contact:
            for when, words in ((at, template), (asked, ask)):
                self.contact.append(
                    [
                        _local(when),
                        "outbound",
                        "Wei",
                        relay,
                        "contact-customer",
                        "UK",
                        order,
                        asin,
                        "Your recent purchase",
                        words,
                        "Wei",
                    ]
                )
        else:
            self.shop_mail(at, "Wei", relay, order, "Your recent purchase", template)
            self.shop_mail(asked, "Wei", relay, order, "Your recent purchase", ask)
        reply = "Vollständige Erstattung bitte" if text.startswith("Guten") else "Full refund"
        self.buyer_mail(answered, name, relay, order, "Your recent purchase", reply, product, asin)
        self.refund_row(order, refunded, price)
        later = {0: None, 1: 5, 2: 0}[outcome]
        changed = asked + timedelta(days=3, hours=9 + 5 * number) if later is not None else None
        self.review(order, relay, asin, reviewed, stars, later=later, changed=changed)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _local(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}"


def notice(at: datetime, subject: str, body: str) -> Mail:
    """Return a performance notice of the platform."""
    return Mail(at, '"Amazon.co.uk" <seller-performance@amazon.co.uk>', SHOP_MAIL, subject, body)


def build() -> Archive:
    """Let ten months happen."""
    archive = Archive()
    data = tomllib.loads((HERE / "dialogues.toml").read_text(encoding="utf-8"))
    for number in range(TALKS):
        archive.talk(archive.chance.choice(data["talk"]), number)
    for number in range(LOOKALIKES):
        archive.talk(data["lookalike"][number % len(data["lookalike"])], TALKS + number)
    for number in range(STAFF_TALKS):
        at = archive.moment()
        turns = archive.chance.choice(data["staff"])["turns"]
        for turn in turns:
            text = archive.fill(
                turn[3:], "x", "", archive.chance.choice(sorted(PRODUCTS.values())), 1, 1
            )
            who = archive.chance.choice(STAFF)
            archive.desk.append(
                [
                    f"d{len(archive.desk) + 1}",
                    f"staff-{number}",
                    _utc(at),
                    "internal",
                    who,
                    "internal-chat",
                    "UK",
                    "",
                    "",
                    "",
                    text,
                ]
            )
            at += timedelta(minutes=9)
    for number, text in enumerate(FEBRUARY):
        start = datetime(2025, 2, 3, 9, 30, tzinfo=LONDON) + timedelta(
            days=int(number * 1.7), hours=number
        )
        archive.violating(number, start, text, contact=False, outcome=(1, 2, 1, 0, 1, 0, 1)[number])
    for number, text in enumerate(MAY):
        start = datetime(2025, 5, 15, 10, 5, tzinfo=LONDON) + timedelta(
            days=int(number * 1.3), hours=number
        )
        archive.violating(
            number, start, text, contact=True, outcome=(2, 1, 1, 2, 0, 1, 0, 1)[number]
        )
    archive.desk.append(
        [
            f"d{len(archive.desk) + 1}",
            "staff-may",
            _utc(datetime(2025, 5, 15, 9, 40, tzinfo=LONDON)),
            "internal",
            "Wei",
            "internal-chat",
            "UK",
            "",
            "",
            "",
            "The new contact function is there! First refund, then ask every 1-3 star buyer to give us a 5.",
        ]
    )
    archive.mails.append(
        notice(
            datetime(2025, 2, 17, 11, 20, tzinfo=LONDON),
            "Policy Warning: Customer Product Reviews policy",
            "Dear seller,\n\nThis is a warning. We found that you have contacted customers to influence their"
            " product reviews, which is against our Customer Product Reviews policy. If it happens again your"
            " account may be deactivated.\n\nSeller Performance Team\n",
        )
    )
    archive.mails.append(
        notice(
            datetime(2025, 5, 28, 16, 2, tzinfo=LONDON),
            "Your Amazon.co.uk account has been deactivated",
            "Hello,\n\nYour account has been deactivated because of continued manipulation of customer reviews."
            " To reactivate it, submit a plan of action.\n\nSeller Performance Team\n",
        )
    )
    return archive


def mbox(mails: list[Mail], year: int) -> bytes:
    """Return a year's mails as an MBOX file in the manner of a mailbox export."""
    out = io.BytesIO()
    for number, mail in enumerate(sorted(mails, key=lambda m: (m.at, m.recipient, m.subject)), 1):
        if mail.at.year != year:
            continue
        at = mail.at.astimezone(UTC)
        lines = [
            f"From {1_800_000_000_000_000_000 + number}@xxx {at:%a %b %d %H:%M:%S} +0000 {at:%Y}"
        ]
        lines += [f"{key}: {value}" for key, value in mail.headers.items()]
        lines += [
            f"From: {_header(mail.sender)}",
            f"To: {mail.recipient}",
            f"Subject: {_header(mail.subject)}",
            f"Date: {format_datetime(mail.at)}",
            f"Message-ID: <{number:06d}.{at:%Y%m%d}@mail.example>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            mail.body,
            "",
        ]
        out.write("\n".join(lines).encode())
    return out.getvalue()


def _header(text: str) -> str:
    """Write a header value; letters beyond ASCII as RFC 2047 asks."""
    if text.isascii():
        return text
    return Header(text, "utf-8").encode().replace("\n", "")


def table(header: str, rows: list[list[str]], *, delimiter: str = ",") -> bytes:
    """Return rows as CSV, or as the platform's unquoted tab-separated text."""
    if delimiter == "\t":
        lines = ["\t".join(row) for row in [header.split(","), *rows]]
        return ("\r\n".join(lines) + "\r\n").encode("cp1252")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue().encode()


def snapshots(archive: Archive) -> dict[str, bytes]:
    """Return what the review list looked like at each month's end, whole."""
    found = {}
    ends = [
        datetime(2024 + (m > 12), (m - 1) % 12 + 1, 28, 20, tzinfo=LONDON) for m in range(9, 19)
    ]
    weeks = [datetime(2025, 2, d, 20, tzinfo=LONDON) for d in range(2, 21, 3)]
    weeks += [datetime(2025, 5, d, 20, tzinfo=LONDON) for d in range(14, 32, 3)]
    ends += weeks
    for end in sorted(ends):
        rows = []
        for review in archive.reviews:
            if review["at"] > end:
                continue
            stars = review["stars"]
            if review["changed"] is not None and review["changed"] <= end:
                stars = review["later"]
            if stars:
                rows.append(
                    [
                        review["id"],
                        _utc(end),
                        str(stars),
                        review["order"],
                        review["buyer"],
                        review["asin"],
                        "UK",
                        _utc(review["at"]),
                        "true",
                    ]
                )
        header = (
            "review_id,snapshot_at,rating,order_id,buyer_id,asin,marketplace,created_at,complete"
        )
        found[f"reviews/reviews-{end:%Y-%m-%d}.csv"] = table(header, rows)
    return found


def files(archive: Archive) -> dict[str, bytes]:
    """Return every file of the archive by its path."""
    desk = "message_id,thread_id,sent_at,direction,sender,channel,marketplace,order_id,asin,subject,body"
    contact = (
        "sent_at,direction,sender,recipient,channel,marketplace,order_id,asin,subject,body,operator"
    )
    orders = (
        "amazon-order-id,purchase-date,order-status,sales-channel,product-name,asin,quantity,"
        "currency,item-price"
    )
    broken_desk = [
        [
            "d90001",
            "t90001",
            "not a date",
            "inbound",
            "Amira Benson",
            "helpdesk-own",
            "UK",
            "",
            "",
            "",
            "hello?",
        ],
        [
            "d90002",
            "t90002",
            "2025-01-07T10:00:00Z",
            "inbound",
            "Bill Corrigan",
            "helpdesk-own",
            "UK",
            "",
            "",
            "",
            "",
        ],
        [
            "d90003",
            "t90003",
            "2025-01-08T10:00:00Z",
            "sideways",
            "Tom",
            "helpdesk-own",
            "UK",
            "",
            "",
            "",
            "Hello",
        ],
    ]
    feedback = [
        ["03/02/25", "2", "Lamp stopped after a week", "", archive.orders[5][0], ""],
        ["17/03/25", "3", "Slow delivery, nice lamp", "", archive.orders[9][0], ""],
    ]
    context = [
        ["2025-03-10T09:00:00Z", "training", "Review policy training", "All staff, one hour"],
        [
            "2025-05-15T08:00:00Z",
            "feature_launch",
            "Contact Customer function enabled",
            "The platform switched on the function for our brand",
        ],
    ]
    return {
        "mail/mail-2024.mbox": mbox(archive.mails, 2024),
        "mail/mail-2025.mbox": mbox(archive.mails, 2025),
        "helpdesk/messages.csv": table(desk, archive.desk + broken_desk),
        "contact-customer/copied-by-hand.csv": table(contact, archive.contact, delimiter=";"),
        "reports/all-orders.txt": table(orders, archive.orders, delimiter="\t"),
        "reports/seller-feedback.txt": table(
            "Date,Rating,Comments,Your Response,Order ID,Rater Email", feedback, delimiter="\t"
        ),
        "reports/refunds.csv": table(
            "refund_id,order_id,refunded_at,amount,currency,reason", archive.refunds
        ),
        "context.csv": table("occurred_at,kind,title,detail", context),
        "notes.bin": bytes(range(256)),
        **snapshots(archive),
    }


def main() -> None:
    """Write the archive."""
    for name, content in files(build()).items():
        path = OUT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
