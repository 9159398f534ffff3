"""The block of headers that mail programs put above the message they answer or forward.

`From:`, `Sent:`, `To:`, `Subject:` in the program's language; most begin with the sender, some
with the time or the subject, and some draw it as a table. Names as the programs write them.
"""

import re
from collections.abc import Sequence

_LABEL = r"[\s*|]{{0,4}}(?:{})\s?\*?\s?[:：|]"
_FROM = re.compile(
    _LABEL.format(
        "from|von|de|da|van|od|från|fra|kimden|gönderen|lähettäjä|от|보낸 사람"
        "|发件人|由|寄件者|寄件人|差出人|送信者"
    ),
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    _LABEL.format(
        "subject|betreff|objet|sujet|oggetto|ogg|asunto|onderwerp|assunto|temat|ämne|emne|konu"
        "|aihe|předmět|тема|제목|主\\s?题|主題|主旨|件名"
    ),
    re.IGNORECASE,
)
_SENT = re.compile(
    _LABEL.format(
        "sent|date|gesendet|datum|dato|envoyé(?: le)?|inviato(?: il)?|data|enviad[oa](?: el| em)?"
        "|fecha|verzonden|wysłan[eyo]|skickat|sendt|gönderilme tarihi|gönderildi|tarih|lähetetty"
        "|odesláno|отправлено|дата|보낸 날짜|发送时间|日期|寄件日期|傳送[日時][期間]|送信日時|日付"
        "|日時"
    ),
    re.IGNORECASE,
)
_TO = re.compile(
    _LABEL.format(
        "to|an|à|a|para|aan|do|till|til|kime|vastaanottaja|komu|кому|받는 사람|收件人|收件者|宛先"
    ),
    re.IGNORECASE,
)
_LINES = 8
_LONGEST = 350

HINTS = (
    *("subject", "betreff", "objet", "sujet", "oggetto", "ogg", "asunto", "onderwerp", "assunto"),
    *("temat", "ämne", "Ämne", "emne", "aihe", "předmět", "Předmět", "тема", "Тема", "제목"),
    *("konu", "主题", "主\u3000题", "主題", "主旨", "件名"),
)
"""Literals (ASCII letters in any case) without which there is no such block."""


def is_from(line: str) -> bool:
    """Tell whether the line names the sender."""
    return len(line) <= _LONGEST and _FROM.match(line) is not None


def begins(lines: Sequence[str], at: int) -> bool:
    """Tell whether a block begins at line `at`.

    One that does not begin with the sender needs all four headers, for a form has some of them.
    """
    line = lines[at]
    if len(line) > _LONGEST or not any(mark in line for mark in ":：|"):
        return False
    if _FROM.match(line):
        following = lines[at + 1 : at + _LINES]
        return _any(_SUBJECT, following) and (_any(_SENT, following) or _any(_TO, following))
    if not (_SENT.match(line) or _SUBJECT.match(line)):
        return False
    block = lines[at : at + _LINES]
    return all(_any(label, block) for label in (_FROM, _SUBJECT, _SENT, _TO))


def _any(label: re.Pattern[str], lines: Sequence[str]) -> bool:
    return any(label.match(line[:_LONGEST]) for line in lines)
