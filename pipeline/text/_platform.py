"""What the platform writes around a message: markers, first lines, footers, ids.

Words of the markers: as seen in stored copies of the platform's mails, old and new wording. They
follow the seller's language setting, not the marketplace, so all of them are tried on every text.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

RULE = r"-–—_=─"
"""Characters the platform draws its dashed lines with."""

_START = (
    "Begin message",
    "Message:",
    "Anfang der Nachricht",
    "Nachricht:",
    "Début du message",
    "Inizio messaggio",
    "Messaggio:",
    "Iniciar mensaje",
    "Mensaje:",
    "Iniciar mensagem",
    "Mensagem:",
    "Wiadomość:",
    "メッセージはここから",
)
_END = (
    "End message",
    "End of message",
    "Ende der Nachricht",
    "Fin du message",
    "Fine messaggio",
    "Fine del messaggio",
    "Finalizar mensaje",
    "Fin del mensaje",
    "Encerrar mensagem",
    "Mensagem final",
    "Koniec wiadomości",
    "メッセージはここまで",
)
_INTRO = (
    r"you(?:'ve| have) received a(?: new)? message",
    r"sie haben eine(?: neue)? nachricht erhalten",
    r"vous avez reçu un(?: nouveau)? message",
    r"hai ricevuto un(?: nuovo)? messaggio",
    r"has? recibido un(?: nuevo)? mensaje",
    r"você recebeu uma(?: nova)? mensagem",
    r"(?:otrzyma(?:no|łeś|łaś)|masz)(?: nową)? wiadomość",
    r"(?:je hebt|u heeft) een(?: nieuw)? bericht ontvangen",
    r"du har fått ett(?: nytt)? meddelande",
    r"(?:yeni )?bir(?: yeni)? mesaj aldınız",
    r"(?:新しい)?メッセージを受信しました",
    r"[您你](?:已经)?收到了?一[条條则則](?:新)?(?:的)?(?:消息|信息|訊息|邮件)",
)


def _spellings(words: str) -> set[str]:
    """Composed, decomposed, and read in the wrong encoding (`DÃ©but` occurs in stored copies)."""
    found = {unicodedata.normalize(form, words) for form in ("NFC", "NFD")}
    for encoding in ("latin-1", "cp1252"):
        try:
            found.add(words.encode().decode(encoding))
        except UnicodeDecodeError:
            continue
    return found


def _alternatives(markers: Iterable[str]) -> str:
    spellings = {spelling for words in markers for spelling in _spellings(words)}
    patterns = []
    for spelling in sorted(spellings, key=lambda text: (-len(text), text)):
        words = r"\s{1,4}".join(re.escape(word) for word in spelling.rstrip(":").split(" "))
        patterns.append(words + (r"\s{0,2}[:：]" if spelling.endswith(":") else ""))
    return "|".join(patterns)


def _marker(name: str, markers: Iterable[str]) -> str:
    """One marker, or two joined by a slash (Canada), between dashed lines.

    The look-behind and the possessive run keep a text full of dashes linear; the look-behind comes
    second, so that the search is for a rule's first letter.
    """
    words = _alternatives(markers)
    return rf"(?P<{name}>(?:{words})(?:\s{{0,4}}/\s{{0,4}}(?:{words}))?)"


MARKER = re.compile(
    rf"[{RULE}](?<![{RULE}]{{2}})[{RULE}]{{2,}}+\s{{0,4}}"
    rf"(?:{_marker('start', _START)}|{_marker('end', _END)})"
    rf"\s{{0,4}}[:：]?\s{{0,4}}[{RULE}]{{3,}}+",
    re.IGNORECASE,
)
"""A known marker; group `start` or `end` is set."""

ANY_MARKER = re.compile(
    rf"(?<![{RULE}])[{RULE}]{{6,}}+[ \t]{{0,4}}[^{RULE}\r\n>]{{2,60}}[{RULE}]{{6,}}+"
)
"""Short words of any language between dashed lines."""

_FIRST_LINE = re.compile(rf"(?:{'|'.join(_INTRO)})[ \t]*[.:!。]?", re.IGNORECASE)
_LONGEST_INTRO = 120  # code points


def is_intro(line: str) -> bool:
    """Tell whether a line is the platform's first one, in any spelling."""
    text = line.strip()
    return 0 < len(text) <= _LONGEST_INTRO and _is_intro(text)


@lru_cache(maxsize=4096)  # the same few lines stand above most messages
def _is_intro(text: str) -> bool:
    if _FIRST_LINE.fullmatch(unicodedata.normalize("NFC", text)):
        return True
    for encoding in ("cp1252", "latin-1"):
        try:
            repaired = text.encode(encoding).decode()
        except UnicodeError:
            continue
        if _FIRST_LINE.fullmatch(repaired):
            return True
    return False


ORDER_ID = re.compile(r"(?<![\w-])(?:\d{3}|S\d{2})-\d{7}-\d{7}(?![\d-])", re.ASCII)
"""An order id, replacement orders (`S01-…`) included; not one that a digit run continues."""

_ORDER_ID_REST = re.compile(
    r"-(?<=(?<![\w-])\d{3}-|(?<![\w-])S\d{2}-)\d{7}-\d{7}(?![\d-])", re.ASCII
)
_ORDER_ID_HEAD = 3


def order_id_in(text: str) -> str | None:
    """Return the first order id, as `ORDER_ID` finds it; hyphens are fewer than digits."""
    found = _ORDER_ID_REST.search(text) if "-" in text else None
    return text[found.start() - _ORDER_ID_HEAD : found.end()] if found else None


ASIN = re.compile(r"\[ASIN:\s{0,3}([A-Z0-9]{10})\]", re.IGNORECASE)
"""The item as the wrapper names it."""

ORDER_LINE = re.compile(rf"\s*#\s*(?:{ORDER_ID.pattern})\s*:?\s*", re.IGNORECASE)
"""The wrapper's line for the order, to be matched on a whole line."""

ITEM = re.compile(r"(?m)^[ \t]*\d{1,4}\s{0,3}(?:/|of)\s[^\[]{0,500}\[ASIN:[^\]\n]{0,20}\]")
"""The wrapper's line for the item, which a long title breaks into several."""

CASE_ID = re.compile(r"[?&;]fi=caseId&(?:amp;)?ss=([A-Za-z0-9-]{4,64})")
"""The case in a footer's link to the message page."""

TOKEN = re.compile(r"\[commMgrTok:\s?([A-Za-z0-9]{4,64})\]")
"""The older thread token."""

MESSAGE_LINK = re.compile(
    r"/messaging/(?:inbox|no-response-needed|case)[?/]|/communication-manager/", re.IGNORECASE
)
"""A link to the platform's message page; staff send each other such links as well."""

CLOSING_LINE = re.compile(
    r"\[commMgrTok:|\bSPC-[A-Z]{2,12}Amazon-\d{4}|amznCommMgrFooter"
    r"|(?:©|\(c\)|copyright)\s{0,2}(?:©\s?)?(?:\d{4}(?:\s?[-–]\s?\d{4})?,?\s)?Amazon\b"
    r"|\bAmazon\.com,? Inc\.? (?:or|and) its affiliates",
    re.IGNORECASE,
)
"""What only the platform writes at the end: tokens and the copyright line."""

FOOTER = re.compile(f"{MESSAGE_LINK.pattern}|{CLOSING_LINE.pattern}", re.IGNORECASE)
"""Either of them."""

FOOTER_LITERALS = ("/messaging/", "/communication-manager/", "commmgr", "spc-", "amazon")
"""Lower case; a text without any of them has no footer."""
