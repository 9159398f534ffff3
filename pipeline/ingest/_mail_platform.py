"""What only mails of the platform have: relay addresses, notification types, sent labels.

Sources: the header `X-Space-Notification-Type` and `X-Marketplace-ID` as other importers of such
mailboxes read them; they do not depend on a language, so they come first.
"""

import re
from functools import lru_cache

_TLDS = (
    *("com", "co.uk", "de", "fr", "it", "es", "nl", "se", "pl", "ie", "com.be", "com.tr", "ca"),
    *("com.mx", "com.br", "com.au", "in", "sg", "ae", "sa", "eg", "co.jp"),
)
_TLD = "|".join(re.escape(tld) for tld in sorted(_TLDS, key=len, reverse=True))
_RELAY = re.compile(
    rf"(?!do-?not-?reply@|no-?reply@)([a-z0-9]{{8,32}})(?:\+([a-z0-9-]{{4,64}}))?"
    rf"@marketplace\.amazon\.({_TLD})"
)
_PLATFORM_DOMAIN = re.compile(rf"(?:[a-z0-9-]{{1,40}}\.){{0,3}}amazon\.(?:{_TLD}|com\.cn|cn)")

BUYER_MESSAGE = "BBC_MESSAGE_SENT_TO_MERCHANT"
CONFIRMATION = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"
REFUND = "REFUND_ISSUED"
RETURN = "RETURN"
"""In every name of a notification of a return."""

_SENT_LABELS = frozenset(
    [
        *("sent", "sent items", "sent mail", "sent messages", "gesendet", "gesendete elemente"),
        *("gesendete objekte", "envoyés", "messages envoyés", "éléments envoyés", "inviati"),
        *("posta inviata", "inviata", "elementi inviati", "enviados", "elementos enviados"),
        *("mensajes enviados", "correo enviado", "verzonden", "verzonden items"),
        *("verzonden berichten", "wysłane", "elementy wysłane", "skickat", "skickade objekt"),
        *("skickade", "e-mails enviados", "enviadas", "itens enviados", "mensagens enviadas"),
        *("gönderilmiş postalar", "gönderilmiş öğeler", "gönderilenler", "已发送", "已发送邮件"),
        *("已傳送", "寄件備份", "已傳送的郵件", "送信済み", "送信済みメール", "送信済みアイテム"),
    ]
)
_DRAFT_LABELS = frozenset(
    [
        *("drafts", "draft", "entwürfe", "brouillons", "bozze", "borradores", "concepten"),
        *("wersje robocze", "robocze", "utkast", "rascunhos", "taslaklar", "草稿", "下書き"),
    ]
)
_TO_NAME = re.compile(
    r"(?:your (?:e-?mail|message) to|ihre (?:e-?mail|nachricht) an|votre (?:e-?mail|message) à"
    r"|(?:la tua|il tuo|la sua) (?:e-?mail|messaggio) (?:a|per)"
    r"|(?:tu|su) (?:correo electrónico|e-?mail|mensaje) (?:a|para)|seu (?:e-?mail|mensagem) para"
    r"|(?:je|uw) (?:e-?mail|bericht) aan|(?:twój|twoja) (?:e-?mail|wiadomość) do"
    r"|ditt (?:e-?post|meddelande) till)\s+(.{1,80}?)\s*(?:[(（].*)?$",
    re.IGNORECASE,
)
_NAME_SUFFIX = re.compile(r"\s*[-–|]\s*amazon[ .\w]*$", re.IGNORECASE)
_BUSINESS = re.compile(
    r"\d|@|\b(?:shop|store|team|support|service|services|sales|office|info|help|customer|care"
    r"|kundenservice|kundendienst|verkauf|boutique|tienda|negozio|winkel|sklep|butik|loja|mağaza"
    r"|gmbh|ltd|limited|llc|inc|corp|co|sarl|srl|bv|ab|ag|kg|ug|sp|oy|trading|official|online)\b",
    re.IGNORECASE,
)
_MOST_NAMES = 3
_CONTAINER = re.compile(r"\.(?:mbox|mbx|eml|emlx|sbd|zip)$", re.IGNORECASE)
_MAILDIR_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")


def relay(address: str) -> tuple[str, str] | None:
    """Return the case id (or nothing) and the site of a buyer's relay address; None for others.

    The domain is matched to its end, so that `…amazon.com.example.org` is not one.
    """
    found = _RELAY.fullmatch(address)
    return (found.group(2) or "", f"amazon.{found.group(3)}") if found else None


def is_platform_domain(address: str) -> bool:
    """Tell whether the address is of the platform itself, to the end of its domain."""
    return _PLATFORM_DOMAIN.fullmatch(address.rpartition("@")[2]) is not None


@lru_cache(maxsize=4096)
def has_sent_label(labels: str) -> bool:
    """Tell whether Gmail labels (decoded, comma-separated) or a folder's name mean "sent"."""
    return any(label in _SENT_LABELS for label in _labels(labels))


@lru_cache(maxsize=4096)
def has_draft_label(labels: str) -> bool:
    """Tell whether the mail was never sent."""
    return any(label in _DRAFT_LABELS for label in _labels(labels))


@lru_cache(maxsize=4096)
def is_sent_folder(source_file: str) -> bool:
    """Tell whether a file or a folder on its path is named like a folder of sent mail."""
    return any(name in _SENT_LABELS for name in _folders(source_file))


@lru_cache(maxsize=4096)
def is_draft(source_file: str) -> bool:
    """Tell whether a file lies in a folder of drafts, or is flagged as one (Maildir's `:2,D`)."""
    flags = _MAILDIR_FLAGS.search(source_file)
    if flags and "D" in flags[1]:
        return True
    return any(name in _DRAFT_LABELS for name in _folders(source_file))


def _folders(source_file: str) -> list[str]:
    """Return the names on a path; of Maildir's `.Folder.Sent` the last part."""
    parts = [_CONTAINER.sub("", part).strip() for part in re.split(r"[/!]", source_file)]
    names = (part.rpartition(".")[2] if part.startswith(".") else part for part in parts)
    return [name.strip().lower() for name in names]


def _labels(text: str) -> list[str]:
    return [label.strip().strip('"').lower() for label in text.split(",")]


def told_recipient(subject: str) -> str:
    """Return the buyer's name in the subject of a confirmation copy, or nothing."""
    found = _TO_NAME.search(subject)
    return found.group(1) if found else ""


def plain_name(name: str) -> str:
    """Return a display name without the platform's suffix."""
    return _NAME_SUFFIX.sub("", name)


def is_person(name: str) -> bool:
    """Tell whether a display name can be a person's: few words, none of business."""
    return 0 < len(name.split()) <= _MOST_NAMES and not _BUSINESS.search(name)
