"""How mail programs announce the older message they quote, in every language of the rules.

Wording as the usual mail programs write it; a line only counts in the shape they give it, for
"what the courier wrote:" in somebody's own sentence must not hide the rest of the message.
"""

import re
from collections.abc import Sequence

QUOTE_MARK = re.compile(r"[ \t]{0,3}>(?![:;][-']?[(\[/|]|_<)")
"""A quoted line: `>` at its start, which is not a face such as `>:(`."""

_DATE_OPENER = (
    r"(?:on|am|le|el|il(?: giorno)?|op|em|a|no dia|dnia|w dniu|den|på)\s|[在於于]\s?\S"
    r"|\d{1,4}[\s./年-]|\w{2,4}\.?,?\s\d"
)
_OPENER = rf"{_DATE_OPENER}|[^<>@\n]{{0,80}}<[^<>@\s]{{1,80}}@"
_LAST = (  # languages whose verb stands last
    r"wrote|a (?:é|e\u0301|Ã©)crit|escribi(?:ó|o\u0301|Ã³)|ha scritto|escreveu"
    r"|napisa(?:ł|ła|ł\(a\)|ł/a)|pisze|(?:şunu |şunları )?yazdı|写道|寫道|写到"
    r"|のメール|のメッセージ|(?:さん)?は?書きました"
)
_MIDDLE = r"schrieb|schreef|skrev"  # languages that put the name or the date after it
_YOU = (
    r"\b(?:you|sie|du|ihr|vous|tu|usted|ustedes|lei|voi|u|je|jij|você|vocês|pani?|ni|siz|sen)\b"
    r"|[您你]|あなた"
)

_ATTRIBUTION = re.compile(
    rf"[\s*]{{0,4}}(?:(?:{_OPENER}).{{0,280}}(?:{_LAST})|.{{1,120}}(?:{_LAST})"
    rf"|(?:{_OPENER}).{{0,280}}\b(?:{_MIDDLE})\b.{{0,160}}"
    rf"|(?:\S+\s){{1,4}}(?:{_MIDDLE})\s(?:am|op|den)\s.{{0,60}}\d.{{0,20}})\s?[:：][\s*]{{0,4}}",
    re.IGNORECASE,
)
_OPENED = re.compile(rf"[\s*]{{0,4}}(?:{_OPENER}|(?:\S+\s){{1,4}}(?:{_MIDDLE})\s)", re.IGNORECASE)
_OPENED_BY_DATE = re.compile(rf"[\s*]{{0,4}}(?:{_DATE_OPENER})", re.IGNORECASE)
_BARE_DATE = re.compile(  # East Asian Gmail: date, name and address, no verb
    r"\s{0,4}\d{4}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}.{0,160}<[^<>\s@]+@[^<>\s]+>\s?[:：]\s*"
)
_DATED = re.compile(
    r"@|\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}年"
)
_ADDRESSED_TO_YOU = re.compile(
    rf"(?:{_YOU})\s{{0,2}}(?:{_LAST}|{_MIDDLE})|(?:{_MIDDLE})\s(?:{_YOU})", re.IGNORECASE
)
_LONGEST = 350  # code points of an attribution, wrapped lines joined
_MOST_LINES = 3

_ORIGINAL = (
    r"original message|(?:urspr(?:ü|u\u0308|Ã¼)ngliche|originale?) nachricht|originalnachricht"
    r"|message (?:d['’]origine|original|initial|transféré)|messaggio (?:originale|inoltrato)"
    r"|mensaje (?:original|reenviado)|(?:oorspronkelijk|origineel|doorgestuurd) bericht"
    r"|mensagem (?:original|encaminhada)|(?:oryginalna|przekazana) wiadomość"
    r"|wiadomość (?:oryginalna|przekazana)|(?:ursprungligt|vidarebefordrat) meddelande"
    r"|originalmeddelande|(?:özgün|orijinal|iletilen) (?:ileti|mesaj)"
    r"|forwarded (?:message|by .{0,60})|weitergeleitete nachricht"
    r"|原始(?:邮件|郵件|信件)|转发(?:的)?邮件|轉寄郵件"
    r"|元のメッセージ|転送メッセージ|オリジナル ?メッセージ"
)
_SEPARATOR = re.compile(
    rf"[ \t]{{0,4}}(?:-{{2,}}[ \t]{{0,4}}(?:{_ORIGINAL})[ \t]{{0,4}}:?-{{0,80}}"
    r"|begin forwarded message:|anfang der weitergeleiteten (?:nachricht|e-mail):"
    r"|début du message (?:réexpédié|transféré) ?:|inizio messaggio inoltrato:"
    r"|inicio del mensaje reenviado:|_{20,})[ \t]{0,4}",
    re.IGNORECASE,
)

_LABEL = r"[\s*]{{0,4}}(?:{})\s?\*?\s?[:：]"
_FROM = re.compile(
    _LABEL.format(
        "from|von|de|da|van|od|från|fra|kimden|gönderen|发件人|寄件者|寄件人|差出人|送信者"
    ),
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    _LABEL.format(
        "subject|betreff|objet|oggetto|asunto|onderwerp|assunto|temat|ämne|konu|主题|主題|主旨|件名"
    ),
    re.IGNORECASE,
)
_SENT_OR_TO = re.compile(
    _LABEL.format(
        "sent|date|to|gesendet|datum|an|envoyé(?: le)?|à|inviato|data|a|enviado(?: el| em)?|fecha"
        "|para|verzonden|aan|wysłan[eyo]|do|skickat|till|gönderilme tarihi|gönderildi|tarih|kime"
        "|发送时间|日期|收件人|寄件日期|傳送日期|收件者|送信日時|日付|宛先|日時"
    ),
    re.IGNORECASE,
)
_HEADER_LINES = 8

HINTS = (
    *(
        ">",
        "wrote",
        "écrit",
        "e\u0301crit",
        "Ã©crit",
        "escribi",
        "scritto",
        "escreveu",
        "napisa",
        "pisze",
        "yazd",
        "schrieb",
    ),
    *("schreef", "skrev", "写道", "寫道", "写到", "のメール", "のメッセージ", "書きました"),
    *("--", "___", "forwarded", "weitergeleitet", "du message", "inoltrato", "reenviado"),
    *(
        "subject",
        "betreff",
        "objet",
        "oggetto",
        "asunto",
        "onderwerp",
        "assunto",
        "temat",
        "ämne",
        "Ämne",
    ),
    *("konu", "主题", "主題", "主旨", "件名"),
)
"""Literals (ASCII letters in any case) without which nothing here can match."""


def is_mark(line: str) -> bool:
    """Tell whether the line is quoted by a `>`."""
    return ">" in line and QUOTE_MARK.match(line) is not None


def is_from(line: str) -> bool:
    """Tell whether the line names the sender, as in a header block above a quoted message."""
    return len(line) <= _LONGEST and _FROM.match(line) is not None


def attribution(lines: Sequence[str], at: int) -> tuple[int, bool]:
    """Read an attribution that begins at line `at`, wrapped over up to three lines.

    Returns its number of lines (0: none here) and whether it is certain by itself; one that is
    not needs a `>` line after it.
    """
    if not lines[at].strip() or len(lines[at]) > _LONGEST:
        return 0, False
    parts: list[str] = []
    for line in lines[at : at + _MOST_LINES]:
        if not line.strip() or is_mark(line):
            break
        parts.append(line.strip())
        if parts[-1].rstrip(" *\t\xa0")[-1:] in (":", "："):
            joined = " ".join(parts)
            if len(parts) == 1 or _begins_here(parts):
                return (len(parts), _is_certain(joined)) if _matches(joined) else (0, False)
            break
    return 0, False


def _matches(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    return bool(_ATTRIBUTION.fullmatch(text) or _BARE_DATE.fullmatch(text))


def _begins_here(parts: Sequence[str]) -> bool:
    """Tell whether wrapped lines belong together from the first on, and not only a later one."""
    rests = [" ".join(parts[n:]) for n in range(1, len(parts))]
    if _OPENED_BY_DATE.match(parts[0]):
        return not any(_OPENED_BY_DATE.match(rest) and _matches(rest) for rest in rests)
    return _OPENED.match(" ".join(parts)) is not None and not any(map(_matches, rests))


def _is_certain(text: str) -> bool:
    if _BARE_DATE.fullmatch(text):
        return True
    opened = _OPENED.match(text) is not None
    return opened and _DATED.search(text) is not None and not _ADDRESSED_TO_YOU.search(text)


def is_separator(lines: Sequence[str], at: int) -> bool:
    """Tell whether everything from line `at` on is an older message."""
    line = lines[at]
    if len(line) > _LONGEST:
        return False
    if _FROM.match(line):
        following = lines[at + 1 : at + _HEADER_LINES]
        return any(map(_SUBJECT.match, following)) and any(map(_SENT_OR_TO.match, following))
    if not _SEPARATOR.fullmatch(line):
        return False
    if "_" not in line:
        return True
    headings = [n for n in range(at + 1, min(at + 3, len(lines))) if _FROM.match(lines[n])]
    return any(is_separator(lines, n) for n in headings)
