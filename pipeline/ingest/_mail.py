"""One mail -> one record: who wrote to whom, when, about which order, and in what words.

Nothing is dropped: a mail that is neither a buyer's nor the seller's is a message of the channel
`email`, a mail without a usable time is quarantined.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.ingest import _mail_notices, _mail_platform
from pipeline.ingest._mail_headers import header_text, message_ids, sent_at, split_headers, wanted
from pipeline.ingest._mail_mime import Content, read_content
from pipeline.ingest._mail_parties import NOBODY, Party, addresses_of, party_of
from pipeline.ingest._mail_refunds import refunded
from pipeline.ingest._mail_returns import buyer_said
from pipeline.ingest._mail_reviews import is_robot, told_review
from pipeline.ingest.base import Context
from pipeline.model import Quarantined, Record
from pipeline.text._platform import CASE_ID, order_id_in
from pipeline.text.html import html_to_text, platform_pre
from pipeline.text.unwrap import Unwrapped, unwrap

_HEADERS = wanted(
    *("from", "to", "cc", "date", "subject", "message-id", "references", "in-reply-to"),
    *("received", "content-type", "content-transfer-encoding", "content-disposition"),
    *("x-gmail-labels", "x-space-notification-type", "x-marketplace-id"),
    *("authentication-results", "list-unsubscribe", "auto-submitted"),
)
_BOUNCING = re.compile(r"(?:mailer-daemon|postmaster)@")
_UNDELIVERED = re.compile(
    r"unable to deliver|could not (?:be )?deliver|not (?:be )?delivered|undeliver|delivery fail"
    r"|delivery has fail|opted out|opt[- ]out|nicht zugestellt|n['’]a pas pu être (?:remis|livré)"
    r"|non (?:è stato )?consegnat|no se pudo entregar|niet (?:worden )?(?:afgeleverd|bezorgd)"
    r"|não (?:pôde|foi) (?:ser )?entregue",
    re.IGNORECASE,
)
_LONGEST_EXCERPT = 200
_MOST_REFERENCES = 50
_LONGEST_LINE = 1000  # of a mail (RFC 5322)
NO_TIME = "no usable Date header and no Received header with a time"
LEFT_OUT = "more than 500 parts, or nested more than 12 deep: what lies beyond is not read"


@dataclass(slots=True)
class Tally:
    """What a file's mails hold beside their text, for the note of the file."""

    attachments: int = 0
    with_attachments: int = 0
    unknown_wrappers: int = 0
    whole_returns: int = 0

    def add(self, other: "Tally") -> None:
        """Take in what another part of the file holds."""
        self.attachments += other.attachments
        self.with_attachments += other.with_attachments
        self.unknown_wrappers += other.unknown_wrappers
        self.whole_returns += other.whole_returns

    def notes(self) -> list[str]:
        """Return what is worth saying."""
        said = []
        if self.attachments:
            said.append(
                f"{self.attachments:,} attachments in {self.with_attachments:,} mails: name, size"
                " and hash kept, content not read"
            )
        if self.unknown_wrappers:
            said.append(f"{self.unknown_wrappers:,} platform mails with a wrapper of unknown words")
        if self.whole_returns:
            said.append(
                f"{self.whole_returns:,} return requests without a buyer's comment that can be told"
                " apart: the platform's whole mail taken"
            )
        return said


@dataclass(slots=True)
class Mail:
    """The parts of one mail that are needed, decoded."""

    headers: Mapping[str, bytes]
    content: Content
    sender: Party = NOBODY
    html: str = ""
    decoded: dict[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """Return a header's decoded text, or nothing."""
        text = self.decoded.get(name)
        if text is None:
            value = self.headers.get(name)
            text = "" if value is None else header_text(value)
            plain = text.isascii() and text.isprintable() and "  " not in text
            text = text.strip() if plain else " ".join(text.split())
            self.decoded[name] = text
        return text

    @property
    def id(self) -> str:
        """Return its Message-ID without brackets, or nothing."""
        text = self.header("message-id")
        return next(iter(message_ids(text)), "") or text.strip("<> ").replace(" ", "")


def read_mail(raw: bytes) -> Mail:
    """Parse one mail."""
    if b"\n" not in raw[:_LONGEST_LINE] and b"\r" in raw[:_LONGEST_LINE]:
        raw = raw.replace(b"\r", b"\n")
    headers, begin = split_headers(raw, _HEADERS)
    mail = Mail(headers, read_content(headers, raw, begin))
    mail.sender = party_of(mail.header("from"))
    return mail


def understand(raw: bytes, locator: str, context: Context, tally: Tally) -> Record | Quarantined:
    """Turn one mail into a message, a refund, a notice, a review event, or a quarantined row.

    What is attached to it, and the ids of messages that it says came back, go to the context.
    """
    mail = read_mail(raw)
    _tell_of_parts(mail.content, locator, context, tally)
    moment = sent_at(mail.header("date"))
    if moment is None:
        moment = sent_at(mail.header("received").rpartition(";")[2].strip())
        if moment is None:
            return Quarantined("messages", locator, NO_TIME, _excerpt(raw))
        context.warn(locator, "sent_at: no usable Date header, the time it was received is taken")
    kind = mail.header("x-space-notification-type").upper()
    body = _body(mail, platform_mail=kind.startswith("BBC_"))
    tally.unknown_wrappers += not body.recognised
    if kind and not kind.startswith("BBC_"):
        return _notification(mail, kind, body, moment, locator, tally)
    if not kind and _may_bounce(mail):
        for one in _bounced_ids(mail, body.body):
            context.came_back(locator, f"mail:{one}")
    verdict = mail.header("authentication-results")
    posing = _mail_notices.is_posing(mail.sender.address, mail.sender.name, verdict)
    if posing:
        context.warn(
            locator, f"sender poses as the platform: {mail.sender.address or 'no address'}"
        )
    elif mail.sender.is_platform and _mail_notices.is_notice(
        mail.sender.address, mail.header("subject")
    ):
        return _notice(mail, body, moment, locator)
    review = None if kind or posing else _told_review(mail, body, moment)
    if review is not None:
        return Record("review_events", locator, review)
    return Record("messages", locator, _message(mail, kind, body, moment, context))


def _tell_of_parts(content: Content, locator: str, context: Context, tally: Tally) -> None:
    """Hand over what came with a mail, and say where it has more than is read."""
    for attachment in content.attachments:
        context.attach(locator, attachment)
    tally.attachments += len(content.attachments)
    tally.with_attachments += bool(content.attachments)
    if content.left_out:
        context.warn(locator, LEFT_OUT)


def _excerpt(raw: bytes) -> str:
    return raw[: 4 * _LONGEST_EXCERPT].decode("utf-8", "replace")[:_LONGEST_EXCERPT]


def _shown_text(mail: Mail) -> str:
    """Return what a reader of the mail sees; the same words in plain and in HTML come once."""
    parts = [part for part in mail.content.shown if part.text.strip()]
    parts = parts or [part for part in mail.content.aside if part.text.strip()]
    mail.html = "\n".join(part.text for part in parts if part.is_html)
    if not mail.html:
        return parts[0].text if len(parts) == 1 else "\n".join(part.text for part in parts)
    texts: dict[str, str] = {}
    for part in parts:
        text = html_to_text(part.text) if part.is_html else part.text
        texts.setdefault(" ".join(text.split()), text)
    return "\n".join(texts.values())


def _body(mail: Mail, *, platform_mail: bool) -> Unwrapped:
    """Return the words of the mail out of their wrapper, and the ids in it."""
    text = _shown_text(mail)
    found = unwrap(text, platform_mail=platform_mail)
    if not mail.html:
        return found
    words = platform_pre(mail.html)
    case = CASE_ID.search(mail.html)  # the link's address is not part of the text
    return Unwrapped(
        body=words or found.body,
        wrapper="known" if words is not None else found.wrapper,
        order_id=found.order_id,
        asin=found.asin,
        case_id=found.case_id or (case.group(1) if case else None),
        token=found.token,
    )


def _order_id(mail: Mail, body: Unwrapped) -> str | None:
    subject = mail.header("subject")
    return order_id_in(subject) or body.order_id


def _may_bounce(mail: Mail) -> bool:
    """Tell whether a mail server or the platform itself wrote the mail."""
    if _BOUNCING.match(mail.sender.address):
        return True
    if b"multipart/report" in mail.headers.get("content-type", b"").lower():
        return True
    return mail.sender.is_platform and mail.sender.relay is None


def _bounced_ids(mail: Mail, text: str) -> set[str]:
    """Return the ids of the messages that a bounce or an opt-out notice is about."""
    if not (_UNDELIVERED.search(mail.header("subject")) or _UNDELIVERED.search(text)):
        return set()
    enclosed = {
        one for value in mail.content.enclosed_ids for one in message_ids(header_text(value))
    }
    return (
        enclosed
        or set(message_ids(mail.header("in-reply-to")))
        or set(message_ids(mail.header("references"))[-1:])
    )


def _notification(
    mail: Mail, kind: str, body: Unwrapped, moment: str, locator: str, tally: Tally
) -> Record:
    """Turn a notification about an order into a refund, or into what the buyer let us know.

    A return request holds the buyer's reason and comment, a claim the complaint: they belong to
    the order's conversation. No address of a buyer is in them, so the order tells who it is.
    """
    order_id = _order_id(mail, body)
    subject = mail.header("subject")
    if kind == _mail_platform.REFUND and order_id:
        amount, currency = refunded(body.body) or (None, None)
        refund = {
            "refund_id": _prefixed(mail.id),
            "order_id": order_id,
            "refunded_at": moment,
            "amount": amount,
            "currency": currency,
            "reason": subject,
        }
        return Record("refunds", locator, refund)
    said = buyer_said(body.body) if _mail_platform.RETURN in kind else body.body
    tally.whole_returns += said is None
    message = {
        "message_id": _prefixed(mail.id),
        "sent_at": moment,
        "direction": "inbound",
        "recipient": party_of(mail.header("to")).shown or None,
        "channel": "buyer-seller-messaging",
        "marketplace": mail.header("x-marketplace-id") or None,
        "order_id": order_id,
        "asin": body.asin,
        "subject": subject,
        "body": body.body if said is None else said,
        "origin": f"notification-{kind.lower().replace('_', '-')}",
    }
    return Record("messages", locator, message)


def _told_review(mail: Mail, body: Unwrapped, moment: str) -> dict[str, object] | None:
    """Return the review event that a robot's mail tells of."""
    if "http" not in body.body and "http" not in mail.html:
        return None
    if mail.sender.relay or not is_robot(mail.sender.address, frozenset(mail.headers)):
        return None
    told = told_review(mail.header("subject"), f"{body.body}\n{mail.html}")
    if told is None:
        return None
    return {
        "event_id": _prefixed(mail.id),
        "review_id": told.review_id,
        "event_type": told.event_type,
        "occurred_at": moment,
        "rating": f"{told.rating:g}",
        "asin": told.asin or None,
        "marketplace": told.site,
        "title": mail.header("subject"),
        "body": body.body,
    }


def _notice(mail: Mail, body: Unwrapped, moment: str, locator: str, kind: str = "") -> Record:
    subject = mail.header("subject")
    notice = {
        "notice_id": _prefixed(mail.id),
        "received_at": moment,
        "kind": kind or _mail_notices.notice_kind(subject, body.body),
        "subject": subject,
        "body": body.body,
    }
    return Record("notices", locator, notice)


def _prefixed(mail_id: str) -> str | None:
    return f"mail:{mail_id}" if mail_id else None


def _message(
    mail: Mail, kind: str, body: Unwrapped, moment: str, context: Context
) -> dict[str, object]:
    labels = mail.header("x-gmail-labels")
    recipients = addresses_of(mail.header("to"), mail.header("cc"))
    to_relay = next((found for one in recipients if (found := _mail_platform.relay(one))), None)
    parties = mail.sender.relay or to_relay
    case, site = parties or ("", "")
    direction, origin = _direction(mail, kind, context, recipients, to_relay=to_relay is not None)
    draft = _mail_platform.has_draft_label(labels) or _mail_platform.is_draft(context.source_file)
    buyers = kind.startswith("BBC_") or parties is not None
    return {
        "message_id": _prefixed(mail.id),
        "sent_at": moment,
        "direction": direction,
        "sender": mail.sender.shown or None,
        "recipient": _recipient(mail, kind),
        "channel": "buyer-seller-messaging" if buyers else "email",
        "marketplace": mail.header("x-marketplace-id") or site or None,
        "order_id": _order_id(mail, body),
        "asin": body.asin,
        "subject": mail.header("subject"),
        "body": body.body,
        "operator": _operator(mail, direction, kind),
        "case_ref": case or body.case_id or body.token,
        "reply_to": _references(mail),
        "delivered": False if draft else None,
        "origin": origin,
    }


def _direction(
    mail: Mail, kind: str, context: Context, recipients: tuple[str, ...], *, to_relay: bool
) -> tuple[str | None, str | None]:
    """Return direction and origin; None leaves the direction to the configured names."""
    if kind == _mail_platform.CONFIRMATION:
        return "outbound", "confirmation-copy"
    if kind == _mail_platform.BUYER_MESSAGE or mail.sender.relay is not None:
        return "inbound", None
    seller = context.config.addresses
    sent = (
        mail.sender.address in seller
        or _mail_platform.has_sent_label(mail.header("x-gmail-labels"))
        or _mail_platform.is_sent_folder(context.source_file)
    )
    if sent:
        internal = bool(recipients) and all(address in seller for address in recipients)
        return ("internal" if internal else "outbound"), "sent-mail"
    if to_relay and not mail.sender.is_platform:
        return "outbound", "sent-mail"
    return None, None


def _recipient(mail: Mail, kind: str) -> str | None:
    if kind == _mail_platform.CONFIRMATION:
        return _mail_platform.told_recipient(mail.header("subject")) or None
    return party_of(mail.header("to")).shown or None


def _operator(mail: Mail, direction: str | None, kind: str) -> str | None:
    if direction not in ("outbound", "internal") or kind == _mail_platform.CONFIRMATION:
        return None
    return mail.sender.name if mail.sender.is_person else None


def _references(mail: Mail) -> str | None:
    if "references" not in mail.headers and "in-reply-to" not in mail.headers:
        return None
    found = message_ids(mail.header("references")) + message_ids(mail.header("in-reply-to"))
    unique = list(dict.fromkeys(found))
    if len(unique) > _MOST_REFERENCES:
        unique = [unique[0], *unique[1 - _MOST_REFERENCES :]]
    return " ".join(f"mail:{one}" for one in unique) or None
