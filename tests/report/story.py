"""An invented shop's year: February, a warning, May, deactivation; seeded, any size."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from report.story_tables import create_tables, fill

from pipeline.queries import read_query
from pipeline.resources import resource_dir
from pipeline.store import Store

Row = dict[str, object]
START = datetime(2025, 10, 1, tzinfo=UTC)
WARNING = datetime(2026, 2, 17, 9, 12, tzinfo=UTC)
DEACTIVATION = datetime(2026, 5, 29, 6, 40, tzinfo=UTC)
RULESET = "2026.11"
STAFF = ("Priya", "Tom", "Marta", "Joel")

SMALL_TALK = (
    "Thank you for your order. It leaves our workshop tomorrow with Royal Mail.",
    "The spare bulb is an E14, 40 watt at most. Any supermarket has it.",
    "I have asked the courier where your parcel is and will write again by noon.",
    "We are sorry the shade arrived dented. A new one is on its way, free of charge.",
    "You may send it back within 30 days; the label is attached.",
    "Your honest opinion, good or bad, helps other buyers. Thank you.",
)
QUESTIONS = (
    "When will my lamp arrive?",
    "The switch is on the wrong side, is that normal?",
    "Could I have an invoice with our company's address please?",
    "One of the feet is missing.",
)

ASKS = {
    "refund-for-review-change": (
        "Your full refund of {money} is on its way. Now that this is settled, {ask} Best, {who}",
        (
            "could you please raise your review to 5 stars?",
            "would you take the review down for us?",
            "please change your stars so other buyers see a happy end.",
        ),
    ),
    "review-change-request": (
        "We are so sorry about the lamp. {ask} It means the world to a small workshop. {who}",
        (
            "Might you reconsider what you wrote on the product page?",
            "Please edit your review when you have a minute.",
        ),
    ),
    "positive-review-request": (
        "Glad that it works now! {ask} Best, {who}",
        ("A five star rating would make our week.", "Please give us a 5 if you can."),
    ),
    "compensated-review": (
        "Thank you for being a loyal customer. {ask} {who}",
        ("We send a £10 voucher to everybody who posts a review this week.",),
    ),
    "off-platform-contact": (
        "This goes quicker outside the mailbox. {ask} {who}",
        ("Write to me at lamps.desk@example.net or +44 20 7946 0812.",),
    ),
}
SEVERITY = {
    "refund-for-review-change": "critical",
    "review-change-request": "high",
    "positive-review-request": "medium",
    "compensated-review": "high",
    "off-platform-contact": "low",
}


@dataclass
class Story:
    """Rows by table, and a clock that only its seed decides."""

    seed: int = 7
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start the seeded generator."""
        self.random = random.Random(self.seed)

    def add(self, table: str, **row: object) -> None:
        """Append one row."""
        self.rows.setdefault(table, []).append(row)

    def order_id(self) -> str:
        """Return an order number in the platform's form."""
        r = self.random
        return f"{r.randint(202, 206)}-{r.randint(10**6, 10**7 - 1)}-{r.randint(10**6, 10**7 - 1)}"

    def between(self, low: datetime, high: datetime) -> datetime:
        """Return a minute of waking hours between two times."""
        span = int((high - low).total_seconds() // 60)
        at = low + timedelta(minutes=self.random.randrange(span))
        return at.replace(hour=7 + self.random.randrange(14))

    def message(self, thread: str, at: datetime, direction: str, body: str, **more: object) -> str:
        """Append a message and return its id."""
        number = len(self.rows.get("messages", ())) + 1
        message_id = f"m{number:06d}"
        buyer = str(more.pop("buyer", "b0@marketplace.example"))
        who = str(more.get("operator") or "Priya")
        out = direction == "outbound"
        self.add(
            "messages",
            message_id=message_id,
            thread_id=thread,
            sent_at=at,
            direction=direction,
            sender="care@lumenforge.example" if out else buyer,
            recipient=buyer if out else "care@lumenforge.example",
            channel=more.pop("channel", "buyer-seller-messaging"),
            marketplace="UK",
            order_id=more.pop("order_id", None),
            asin="B0LAMP0001",
            subject=more.pop("subject", "Your order of a desk lamp"),
            body=body,
            operator=who if out else None,
            language=more.pop("language", "en"),
            delivered=more.pop("delivered", True),
            source_file=f"exports/mail/{at:%Y-%m}.mbox",
            source_locator=f"message {number}",
            buyer_id=buyer,
            case_id=None,
        )
        return message_id


def plant(
    store: Store,
    *,
    flagged: int = 100,
    ordinary: int = 1500,
    seed: int = 7,
    more: Callable[[Story], None] | None = None,
) -> Story:
    """Plant the story into a store, with `flagged` bad threads among `ordinary` good ones.

    `more` may add to the story or change its rows before they are stored.
    """
    story = Story(seed)
    _ordinary(story, ordinary)
    february = round(flagged * 0.58)
    _bad_run(story, february, datetime(2026, 1, 29, tzinfo=UTC), WARNING, "INC-2026-02")
    _bad_run(
        story, flagged - february, datetime(2026, 5, 15, tzinfo=UTC), DEACTIVATION, "INC-2026-05"
    )
    _surroundings(story)
    if flagged:
        _incidents(story, february, flagged)
        _queue(story)
    _sources(story)
    if more:
        more(story)
    create_tables(store)
    fill(store, story.rows)
    make_report_tables(store)
    return story


def make_report_tables(store: Store) -> None:
    """Make the tables the evidence stage makes for the report, and only these."""
    for path in sorted((resource_dir("sql") / "evidence").glob("report_*.sql")):
        store.create(path.stem, read_query(path), {})


def add_flagged(story: Story, thread: str, body: str, ask: str, **more: object) -> str:
    """Add a thread of one flagged message in May; returns the message's id."""
    at, policy = datetime(2026, 5, 20, 10, tzinfo=UTC), "review-change-request"
    buyer = str(more.get("buyer", "rosa.mint@marketplace.example"))
    message = story.message(
        thread, at, "outbound", body, operator="Priya", **{**more, "buyer": buyer}
    )
    _finding(story, thread, message, policy, ask, "INC-2026-05")
    story.add(
        "threads",
        thread_id=thread,
        first_message_at=at,
        last_message_at=at,
        message_count=1,
        policies=policy,
        severity="high",
        buyer_id=buyer,
        incident_id="INC-2026-05",
    )
    return message


def add_queued(story: Story, thread: str, body: str) -> str:
    """Add a thread of one message worth a look, before all others; returns its queue entry's id."""
    story.message(thread, datetime(2026, 5, 20, 10, tzinfo=UTC), "outbound", body, operator="Priya")
    _queued(story, story.rows["messages"][-1], f"q-{thread}", 0.95)
    return f"q-{thread}"


def _ordinary(story: Story, threads: int) -> None:
    end = datetime(2026, 6, 15, tzinfo=UTC)
    for number in range(threads):
        at, order = story.between(START, end), story.order_id()
        buyer = f"b{number}@marketplace.example"
        thread = f"case-{number:05d}"
        who = story.random.choice(STAFF)
        asked, answer = story.random.choice(QUESTIONS), story.random.choice(SMALL_TALK)
        story.message(thread, at, "inbound", asked, buyer=buyer, order_id=order)
        later = at + timedelta(minutes=story.random.randrange(20, 2000))
        story.message(thread, later, "outbound", answer, buyer=buyer, order_id=order, operator=who)
        story.add("orders", order_id=order, ordered_at=at - timedelta(days=3), buyer_id=buyer)
        if number % 2:
            _review(story, at + timedelta(days=4), order, 3 + number % 3, "created")
        if number % 6 == 0:
            _refund(story, at + timedelta(days=2), order)


def _review(story: Story, at: datetime, order: str, rating: int, event: str) -> str:
    event_id = f"e{len(story.rows.get('review_events', ())) + 1:05d}"
    story.add(
        "review_events",
        event_id=event_id,
        review_id=f"R{order[4:11]}",
        event_type=event,
        occurred_at=at,
        rating=float(rating) if event != "removed" else None,
        order_id=order,
        asin="B0LAMP0001",
        marketplace="UK",
        title="Flickers after a week" if rating <= 3 else "Lovely light",
        body="It flickers and hums. Not what I paid for." if rating <= 3 else "Warm and calm.",
    )
    return event_id


def _refund(story: Story, at: datetime, order: str) -> str:
    amount = f"{story.random.randrange(1200, 5900) / 100:.2f}"
    number = len(story.rows.get("refunds", ())) + 1
    story.add(
        "refunds",
        refund_id=f"rf{number}",
        order_id=order,
        refunded_at=at,
        amount=float(amount),
        currency="GBP",
        reason="goodwill",
    )
    return f"£{amount}"


def _bad_run(story: Story, count: int, low: datetime, high: datetime, incident: str) -> None:
    names, weights = list(ASKS), (52, 24, 14, 4, 6)
    for number in range(count):
        policy = story.random.choices(names, weights)[0]
        at = story.between(low, high - timedelta(days=3))
        if number in (0, count - 1):
            at = (low if number == 0 else high - timedelta(days=3)) + timedelta(hours=8)
        _bad_thread(story, f"{incident[4:]}-{number + 1:03d}", at, policy, incident)


def _bad_thread(story: Story, name: str, at: datetime, policy: str, incident: str) -> None:
    order, who = story.order_id(), story.random.choice(STAFF[:3])
    buyer = f"x{name}@marketplace.example"
    channel = "contact-customer" if incident.endswith("05") else "buyer-seller-messaging"
    common: Row = {"buyer": buyer, "order_id": order, "channel": channel}
    rating = story.random.randint(1, 3)
    thread = f"T-{name}"
    story.add("orders", order_id=order, ordered_at=at - timedelta(days=9), buyer_id=buyer)
    created = _review(story, at - timedelta(hours=30), order, rating, "created")
    hello = "We have read your review and are sorry. Would you like a full or a partial refund?"
    story.message(thread, at - timedelta(hours=6), "outbound", hello, operator=who, **common)
    story.message(thread, at - timedelta(hours=2), "inbound", "Full refund please. Dana", **common)
    money = "£20.00"
    if policy == "refund-for-review-change":
        money = _refund(story, at - timedelta(hours=1), order)
    form, wordings = ASKS[policy]
    ask = story.random.choice(wordings)
    body = form.format(money=money, ask=ask, who=who)
    quoted = f"\n\nOn {at:%d %b %Y}, Dana wrote:\n> Full refund please. Dana"
    message = story.message(thread, at, "outbound", body + quoted, operator=who, **common)
    for start, end, kind in ((0, len(body), "own"), (len(body), len(body + quoted), "quoted")):
        story.add("segments", message_id=message, segment_start=start, segment_end=end, kind=kind)
    _finding(story, thread, message, policy, ask, incident)
    if policy == "refund-for-review-change":
        _finding(story, thread, message, "review-change-request", ask, incident)
    changed = story.random.random() < 0.3
    after = 5 if changed else rating
    if changed:
        event = _review(story, at + timedelta(hours=20), order, after, "updated")
        _link(story, thread, message, event, (rating, after, 20.0), incident)
    _link(story, thread, message, created, (None, rating, -30.0), incident)
    both = policy == "refund-for-review-change"
    story.add(
        "threads",
        thread_id=thread,
        first_message_at=at - timedelta(hours=6),
        last_message_at=at,
        message_count=3,
        policies=f"{policy};review-change-request" if both else policy,
        severity=SEVERITY[policy],
        buyer_id=buyer,
        order_id=order,
        asin="B0LAMP0001",
        operators=who,
        channels=channel,
        rating_before=float(rating),
        rating_after=float(after),
        incident_id=incident,
    )


def _finding(story: Story, *what: str) -> None:
    thread, message, policy, ask, incident = what
    sent = story.rows["messages"][-1]
    start = str(sent["body"]).index(ask)
    number = len(story.rows.get("findings", ())) + 1
    story.add(
        "findings",
        finding_id=f"f{number:07d}",
        policy_id=policy,
        rule_id="change_asked.en.1",
        severity=SEVERITY[policy],
        confidence=0.93,
        status="open",
        message_id=message,
        thread_id=thread,
        sent_at=sent["sent_at"],
        direction="outbound",
        operator=sent["operator"],
        channel=sent["channel"],
        marketplace="UK",
        order_id=sent["order_id"],
        language="en",
        matched_text=ask,
        match_start=start,
        match_end=start + len(ask),
        source_file=sent["source_file"],
        source_locator=sent["source_locator"],
        incident_id=incident,
        matched_in="body",
        delivered=True,
        object="product_review",
        why="the ask stands in the seller's own words, with a refund in the same thread",
        ruleset_version=RULESET,
    )


def _link(story: Story, *what: object) -> None:
    thread, message, event, numbers, incident = what
    before, after, lag = numbers  # type: ignore[misc]
    source = next(r for r in reversed(story.rows["review_events"]) if r["event_id"] == event)
    number = len(story.rows.get("review_links", ())) + 1
    story.add(
        "review_links",
        link_id=f"l{number:05d}",
        thread_id=thread,
        message_id=message,
        review_id=source["review_id"],
        event_id=event,
        event_type=source["event_type"],
        occurred_at=source["occurred_at"],
        rating_before=None if before is None else float(before),
        rating_after=float(after),
        lag_hours=lag,
        linked_by="order",
        strength=1.0,
        pattern="change-after-ask" if before is not None else "contact-after-negative",
        incident_id=incident,
    )


def _surroundings(story: Story) -> None:
    for notice_id, at, kind, subject in (
        ("n1", WARNING, "warning", "Policy warning: customer product reviews"),
        ("n2", DEACTIVATION, "deactivation", "Your selling account has been deactivated"),
        ("n3", DEACTIVATION + timedelta(days=6), "other", "We need more information"),
    ):
        body = "We found that you may have contacted buyers to influence their reviews."
        story.add(
            "notices", notice_id=notice_id, received_at=at, kind=kind, subject=subject, body=body
        )
    for at, kind, title in (
        (datetime(2026, 1, 26, 8, tzinfo=UTC), "staff_change", "Two people join customer care"),
        (datetime(2026, 2, 19, 8, tzinfo=UTC), "training", "Talk on review rules"),
        (datetime(2026, 5, 15, 8, tzinfo=UTC), "feature_launch", "Contact buyers from reviews"),
        (datetime(2025, 11, 12, 8, tzinfo=UTC), "policy_update", "Message guidelines renewed"),
    ):
        story.add("context_events", occurred_at=at, kind=kind, title=title, detail=None)
    for month in ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"):
        status = "partial" if month == "2025-12" else "have"
        note = "nothing between 8 and 17 December" if status == "partial" else None
        _coverage(story, month, "buyer-seller-messaging", status, note)
    for month in ("2026-05", "2026-06"):
        _coverage(story, month, "buyer-seller-messaging", "have", None)
        _coverage(story, month, "contact-customer", "have", None)
    _coverage(story, "2026-03", "whatsapp", "none", "orders mention it, no export is here")


def _coverage(story: Story, month: str, channel: str, status: str, note: str | None) -> None:
    story.add(
        "coverage",
        channel=channel,
        marketplace="UK",
        month=month,
        messages_in=0 if status == "none" else 310,
        messages_out=0 if status == "none" else 322,
        orders=190,
        reviews=84,
        status=status,
        note=note,
    )


def _incidents(story: Story, february: int, flagged: int) -> None:
    for name, title, count, notice, trigger in (
        (
            "INC-2026-02",
            "February 2026: refund for review change",
            february,
            None,
            "operator Priya",
        ),
        (
            "INC-2026-05",
            "May 2026: refund for review change",
            flagged - february,
            "n1",
            "channel contact-customer",
        ),
    ):
        found = [r for r in story.rows["findings"] if r["incident_id"] == name]
        if not found:
            continue
        times = sorted(r["sent_at"] for r in found)  # type: ignore[type-var]
        story.add(
            "incidents",
            incident_id=name,
            title=title,
            started_at=times[0],
            ended_at=times[-1],
            thread_count=count,
            message_count=len({r["message_id"] for r in found}),
            buyer_count=count,
            policies=";".join(sorted({str(r["policy_id"]) for r in found})),
            operators=";".join(sorted({str(r["operator"]) for r in found})),
            channels=";".join(sorted({str(r["channel"]) for r in found})),
            trigger=trigger,
            after_notice_id=notice,
            recurrence=notice is not None,
        )


def _queue(story: Story) -> None:
    for number, row in enumerate(story.rows["messages"][1:24:2], 1):
        _queued(story, row, f"q{number:04d}", round(0.9 - number / 20, 2))


def _queued(story: Story, row: dict[str, object], name: str, score: float) -> None:
    story.add(
        "queue",
        queue_id=name,
        **{k: row[k] for k in ("message_id", "thread_id", "sent_at", "direction", "operator")},
        **{k: row[k] for k in ("channel", "order_id", "source_file", "source_locator")},
        reason="mentions the review two days after a refund",
        score=score,
        matched_text=str(row["body"])[:20],
        match_start=0,
        match_end=20,
    )


def _sources(story: Story) -> None:
    months = sorted({str(r["source_file"]) for r in story.rows["messages"]})
    for number, name in enumerate([*months, "exports/refunds.csv", "exports/photo.heic"]):
        known = not name.endswith("heic")
        story.add(
            "sources",
            source_file=name,
            sha256=f"{number + 11:02x}" * 32,
            bytes=48_213 + number * 977,
            reader=("mbox" if "mail" in name else "generic") if known else "",
            record_kind=("messages" if "mail" in name else "refunds") if known else "",
            rows_read=352 if known else 0,
            rows_loaded=350 if known else 0,
            rows_duplicate=1 if known else 0,
            rows_quarantined=1 if known else 0,
            note=None if known else "not a format that is read",
        )
    story.add(
        "quarantine",
        source_file=months[0],
        source_locator="message 17",
        reason="the date 03/04/2026 could be 3 April or 4 March",
        raw_excerpt="Date: 03/04/2026 10:12 | From: b17@marketplace.example",
    )
