"""One mail -> one record: who wrote to whom, when, about which order, and in what words.

Nothing is dropped: a mail that is neither a buyer's nor the seller's is a message of the channel
`email`, a mail without a usable time is quarantined.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.ingest import _mail_notices, _mail_platform
from pipeline.ingest._mail_headers import (
    address_of,
    addresses_of,
    header_text,
    message_ids,
    name_of,
    sent_at,
    split_headers,
)
from pipeline.ingest._mail_mime import Content, read_content
from pipeline.ingest._mail_refunds import refunded
from pipeline.ingest.base import Context
from pipeline.model import Quarantined, Record
from pipeline.text._platform import CASE_ID, ORDER_ID
from pipeline.text.html import html_to_text, platform_pre
from pipeline.text.unwrap import Unwrapped, unwrap

_WANTED = frozenset(
    [
        *(b"from", b"to", b"cc", b"date", b"subject", b"message-id", b"references"),
        *(b"in-reply-to", b"received", b"content-type", b"content-transfer-encoding"),
        *(b"content-disposition", b"x-gmail-labels", b"x-space-notification-type"),
        *(b"x-marketplace-id", b"authentication-results", b"x-failed-recipients"),
    ]
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
NO_TIME = "no usable Date header and no Received header with a time"


@dataclass(slots=True)
class Tally:
    """What a file's mails hold beside their text, for the note of the file."""

    attachments: int = 0
    with_attachments: int = 0
    unknown_wrappers: int = 0
    bounced: set[str] = field(default_factory=set)
    """Ids of messages that came back, as found before the file is read."""

    def notes(self) -> list[str]:
        """Return what is worth saying."""
        said = []
        if self.attachments:
            said.append(
                f"{self.attachments:,} attachments in {self.with_attachments:,} mails not read"
            )
        if self.unknown_wrappers:
            said.append(f"{self.unknown_wrappers:,} platform mails with a wrapper of unknown words")
        return said


@dataclass(slots=True)
class Mail:
    """The parts of one mail that are needed, decoded."""

    headers: Mapping[str, bytes]
    content: Content
    html: str = ""
    decoded: dict[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """Return a header's decoded text, or nothing."""
        text = self.decoded.get(name)
        if text is None:
            text = " ".join(header_text(self.headers.get(name, b"")).split())
            self.decoded[name] = text
        return text

    @property
    def sender(self) -> str:
        """Return the address the mail is from, in lower case."""
        return address_of(self.header("from"))

    @property
    def id(self) -> str:
        """Return its Message-ID without brackets, or nothing."""
        text = self.header("message-id")
        return next(iter(message_ids(text)), "") or text.strip("<> ").replace(" ", "")


def read_mail(raw: bytes) -> Mail:
    """Parse one mail."""
    headers, begin = split_headers(raw, _WANTED)
    return Mail(headers, read_content(headers, raw, begin))


def bounced_ids(raw: bytes) -> set[str]:
    """Return the ids of the messages that a bounce or an opt-out notice is about."""
    headers, begin = split_headers(raw, _WANTED)
    if not _may_bounce(headers):
        return set()
    mail = Mail(headers, read_content(headers, raw, begin))
    text = _first_text(mail)
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


def understand(raw: bytes, locator: str, context: Context, tally: Tally) -> Record | Quarantined:
    """Turn one mail into a message, a refund, a notice, or a quarantined row."""
    mail = read_mail(raw)
    tally.attachments += mail.content.attachments
    tally.with_attachments += mail.content.attachments > 0
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
        return _notification(mail, kind, body, moment, locator)
    verdict = mail.header("authentication-results")
    posing = _mail_notices.is_posing(mail.sender, name_of(mail.header("from")), verdict)
    if posing:
        context.warn(locator, f"sender poses as the platform: {mail.sender or 'no address'}")
    elif _mail_notices.is_notice(mail.sender, mail.header("subject")):
        return _notice(mail, body, moment, locator)
    return Record("messages", locator, _message(mail, kind, body, moment, context, tally))


def _excerpt(raw: bytes) -> str:
    return raw[: 4 * _LONGEST_EXCERPT].decode("utf-8", "replace")[:_LONGEST_EXCERPT]


def _first_text(mail: Mail) -> str:
    plain = "\n".join(text for text in mail.content.plain if text.strip())
    if plain:
        return plain
    mail.html = "\n".join(mail.content.html)
    return html_to_text(mail.html)


def _body(mail: Mail, *, platform_mail: bool) -> Unwrapped:
    """Return the words of the mail out of their wrapper, and the ids in it."""
    text = _first_text(mail)
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
    found = ORDER_ID.search(mail.header("subject"))
    return found.group() if found else body.order_id


def _may_bounce(headers: Mapping[str, bytes]) -> bool:
    """Tell whether a mail server or the platform itself wrote the mail."""
    sender = address_of(header_text(headers.get("from", b"")))
    if _BOUNCING.match(sender) or b"multipart/report" in headers.get("content-type", b"").lower():
        return True
    return _mail_platform.is_platform_domain(sender) and not _mail_platform.relay(sender)


def _notification(mail: Mail, kind: str, body: Unwrapped, moment: str, locator: str) -> Record:
    """Turn a notification of the platform into a refund or a notice of the kind `other`."""
    order_id = _order_id(mail, body)
    if kind == _mail_platform.REFUND and order_id:
        money = refunded(body.body)
        if money:
            refund = {
                "refund_id": _prefixed(mail.id),
                "order_id": order_id,
                "refunded_at": moment,
                "amount": money[0],
                "currency": money[1],
                "reason": mail.header("subject"),
            }
            return Record("refunds", locator, refund)
    return _notice(mail, body, moment, locator, kind="other")


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
    mail: Mail, kind: str, body: Unwrapped, moment: str, context: Context, tally: Tally
) -> dict[str, object]:
    labels = mail.header("x-gmail-labels")
    from_relay = _mail_platform.relay(mail.sender)
    to_relays = [
        found
        for address in addresses_of(f"{mail.header('to')}, {mail.header('cc')}")
        if (found := _mail_platform.relay(address))
    ]
    parties = from_relay or next(iter(to_relays), None)
    case, site = parties or ("", "")
    direction, origin = _direction(mail, kind, context, from_relay is not None, bool(to_relays))
    delivered = (
        False if mail.id in tally.bounced or _mail_platform.has_draft_label(labels) else None
    )
    buyers = kind.startswith("BBC_") or parties is not None
    return {
        "message_id": _prefixed(mail.id),
        "sent_at": moment,
        "direction": direction,
        "sender": _party(mail.header("from")),
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
        "delivered": delivered,
        "origin": origin,
    }


def _direction(
    mail: Mail, kind: str, context: Context, from_relay: bool, to_relay: bool
) -> tuple[str | None, str | None]:
    """Return direction and origin; None leaves the direction to the configured names."""
    if kind == _mail_platform.CONFIRMATION:
        return "outbound", "confirmation-copy"
    if kind == _mail_platform.BUYER_MESSAGE or from_relay:
        return "inbound", None
    seller = set(context.config.addresses)
    recipients = addresses_of(f"{mail.header('to')}, {mail.header('cc')}")
    sent = (
        mail.sender in seller
        or _mail_platform.has_sent_label(mail.header("x-gmail-labels"))
        or _mail_platform.is_sent_folder(context.source_file)
    )
    if sent:
        internal = bool(recipients) and all(address in seller for address in recipients)
        return ("internal" if internal else "outbound"), "sent-mail"
    if to_relay and not _mail_platform.is_platform_domain(mail.sender):
        return "outbound", "sent-mail"
    return None, None


def _party(text: str) -> str | None:
    """Return `Name <address>` of the first address, the name without the platform's suffix."""
    address = address_of(text)
    name = _mail_platform.plain_name(name_of(text))
    if not address:
        return text or None
    return f"{name} <{address}>" if name and name.lower() != address else address


def _recipient(mail: Mail, kind: str) -> str | None:
    if kind == _mail_platform.CONFIRMATION:
        return _mail_platform.told_recipient(mail.header("subject")) or None
    return _party(mail.header("to"))


def _operator(mail: Mail, direction: str | None, kind: str) -> str | None:
    if direction not in ("outbound", "internal") or kind == _mail_platform.CONFIRMATION:
        return None
    name = name_of(mail.header("from"))
    return name if _mail_platform.is_person(name) else None


def _references(mail: Mail) -> str | None:
    found = message_ids(mail.header("references")) + message_ids(mail.header("in-reply-to"))
    unique = list(dict.fromkeys(found))
    if len(unique) > _MOST_REFERENCES:
        unique = [unique[0], *unique[1 - _MOST_REFERENCES :]]
    return " ".join(f"mail:{one}" for one in unique) or None
