"""How mail programs announce the older message they quote, in every language of the rules.

Wording as the usual mail programs write it; a line only counts in the shape they give it, for
"what the courier wrote:" in somebody's own sentence must not hide the rest of the message.
"""

import re
from collections.abc import Sequence

from pipeline.text import _header_block

QUOTE_MARK = re.compile(r"[ \t]{0,3}>(?![:;][-']?[(\[/|]|_<|>{0,9}[^<>]{0,120}<{1,10}\s{0,4}$)")
"""A quoted line: `>` at its start, which is no face such as `>:(` and no `>> Sale <<`."""

_DATE_OPENER = (
    r"(?:on|am|le|el|il(?: giorno)?|op|em|a|às|no dia|dnia|w dniu|den|på|dne|in a message dated)\s"
    r"|[在於于]\s?\S|\d{1,4}[\s./年-]|\w{2,4}\.?,?\s\d"
)
_OPENER = rf"{_DATE_OPENER}|[^<>@\n]{{0,80}}<[^<>@\s]{{1,80}}@"
_LAST = (  # languages whose verb stands last
    r"wrote|a (?:é|e\u0301|Ã©)crit|escribi(?:ó|o\u0301|Ã³)|ha scritto|escreveu"
    r"|napisa(?:ł|ła|ł\(a\)|ł/a)|pisze|(?:şunu |şunları )?yazdı|写道|寫道|写到"
    r"|のメール|のメッセージ|(?:さん)?は?書きました|writes|kirjoitti|nap[ií]?sala?(?:\(a\))?"
    r"|a scris|написала?(?:\(а\))?|пишет|пише|έγραψε|(?:님이 )?작성|كتب|đã viết|menulis"
)
_PERFECT = r"(?:hat|heeft)\s.{0,120}(?:geschrieben|geschreven)"
_MIDDLE = r"schrieb|schreef|skrev"  # languages that put the name or the date after it
_YOU = (
    r"\b(?:you|sie|du|ihr|vous|tu|usted|ustedes|lei|voi|u|je|jij|você|vocês|pani?|ni|siz|sen)\b"
    r"|[您你]|あなた"
)
_MAILBOX = r"[<(][^<>@\s]{1,80}@[^<>@\s]{1,80}[>)]"

_ATTRIBUTION = re.compile(
    rf"[\s*]{{0,4}}(?:(?:{_OPENER}).{{0,280}}(?:{_LAST})|.{{1,120}}(?:{_LAST})"
    rf"|(?:{_OPENER}).{{0,280}}\b(?:(?:{_MIDDLE})\b.{{0,160}}|{_PERFECT})"
    rf"|(?:\S+\s){{1,4}}(?:{_MIDDLE})\s(?:am|op|den)\s.{{0,60}}\d.{{0,20}}"
    rf"|[^<>@\n]{{0,80}}{_MAILBOX}\s(?:(?:{_LAST}|ezt írta)[\s(].{{0,60}}\d.{{0,20}}|{_PERFECT})"
    r"|(?:\S+\s){1,4}wrote\son\s.{0,60}\d.{0,20})\s?[:：][\s*]{0,4}",
    re.IGNORECASE,
)
_OPENED = re.compile(rf"[\s*]{{0,4}}(?:{_OPENER}|(?:\S+\s){{1,4}}(?:{_MIDDLE})\s)", re.IGNORECASE)
_OPENED_BY_DATE = re.compile(rf"[\s*]{{0,4}}(?:{_DATE_OPENER})", re.IGNORECASE)
_VERBLESS = re.compile(  # East Asian Gmail: date, name and address; Polish Apple Mail
    r"\s{0,4}(?:\d{4}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}.{0,160}<[^<>\s@]+@[^<>\s]+>"
    r"|wiadomość napisana przez .{1,160} (?:w dniu|dnia) .{0,60}\d)\s?[:：]\s*",
    re.IGNORECASE,
)
_ANY_LANGUAGE = re.compile(  # a day near the front, a time, a mailbox near the end
    rf"(?:\S{{1,20}}\s){{0,5}}\S{{0,8}}\d{{1,4}}\b.{{0,60}}\d{{1,2}}[:.h]\d{{2}}\b.{{0,80}}"
    rf"{_MAILBOX}(?:\s\S{{1,20}}){{0,3}}\s?[:：][\s\u200e\u200f\u202a-\u202e]{{0,4}}"
)
_DATED = re.compile(
    r"@|\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}年"
)
_ADDRESSED_TO_YOU = re.compile(
    rf"(?:{_YOU})\s{{0,2}}(?:{_LAST}|{_MIDDLE})|(?:{_MIDDLE}|hat|heeft)\s(?:{_YOU})", re.IGNORECASE
)
_AFTER_COLON = " *\t\xa0\u200e\u200f\u202a\u202b\u202c\u202d\u202e"  # some mark the direction
_LONGEST = 350  # code points of an attribution, wrapped lines joined
_MOST_LINES = 3

_ORIGINAL = (
    r"original(?: message| appointment)?|replied message"
    r"|(?:urspr(?:ü|u\u0308|Ã¼)ngliche|originale?) nachricht|original-?nachricht|mail original"
    r"|message (?:d['’]origine|original|initial|transféré)|messaggio (?:originale|inoltrato)"
    r"|mensaje (?:original|reenviado)|(?:oorspronkelijk|origineel|doorgestuurd) bericht"
    r"|mensagem (?:original|encaminhada)|(?:oryginalna|przekazana) wiadomość"
    r"|wiadomość (?:oryginalna|przekazana)|(?:ursprungligt|vidarebefordrat) meddelande"
    r"|originalmeddelande|oprindelig (?:meddelelse|besked)|opprinnelig melding"
    r"|(?:özgün|orijinal|iletilen) (?:ileti|mesaj)"
    r"|forwarded (?:message|by .{0,60})|weitergeleitete nachricht"
    r"|原始(?:邮件|郵件|信件|信息)|转发(?:的)?邮件|轉寄郵件|回复的原邮件"
    r"|元のメッセージ|転送メッセージ|オリジナル ?メッセージ"
)
_SEPARATOR = re.compile(
    rf"[ \t]{{0,4}}(?:[-‐]{{2,}}[ \t]{{0,4}}(?:{_ORIGINAL})[ \t]{{0,4}}:?[-‐]{{0,80}}"
    rf"|-{{2,}}[ \t]{{1,4}}.{{1,200}}\s(?:{_LAST}|{_MIDDLE})[ \t]{{1,4}}-{{2,80}}"
    r"|begin forwarded message:|anfang der weitergeleiteten (?:nachricht|e-mail):"
    r"|début du message (?:réexpédié|transféré) ?:|inizio messaggio inoltrato:"
    r"|inicio del mensaje reenviado:|begin doorgestuurd bericht:"
    r"|vidarebefordrat (?:brev|meddelande):|początek przekazywanej wiadomości:"
    r"|início da mensagem (?:re)?encaminhada:)[ \t]{0,4}",
    re.IGNORECASE,
)
_RULE = re.compile(r"[ \t]{0,4}(?:[-_=]{5,}|[─—]{3,})[ \t]{0,4}")

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
    *("schreef", "skrev", "geschrieben", "geschreven", "writes", "kirjoitti", "napsal", "napísal"),
    *("írta", "a scris", "написа", "пише", "έγραψε", "작성", "كتب", "viết", "menulis"),
    *("写道", "寫道", "写到", "のメール", "のメッセージ", "書きました"),
    *("--", "‐‐", "___", "===", "───", "———", "forwarded", "weitergeleitet", "du message"),
    *("inoltrato", "reenviado", "doorgestuurd", "vidarebefordrat", "przekazywanej", "encaminhada"),
    *_header_block.HINTS,
)
"""Literals (ASCII letters in any case) without which nothing here can match."""


def is_mark(line: str) -> bool:
    """Tell whether the line is quoted by a `>`."""
    return ">" in line and QUOTE_MARK.match(line) is not None


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
        if parts[-1].rstrip(_AFTER_COLON)[-1:] in (":", "："):
            joined = " ".join(parts)
            if len(parts) == 1 or _begins_here(parts):
                return (len(parts), _is_certain(joined)) if _matches(joined) else (0, False)
            break
    return 0, False


def _matches(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    return any(shape.fullmatch(text) for shape in (_ATTRIBUTION, _VERBLESS, _ANY_LANGUAGE))


def _begins_here(parts: Sequence[str]) -> bool:
    """Tell whether wrapped lines belong together from the first on, and not only a later one."""
    rests = [" ".join(parts[n:]) for n in range(1, len(parts))]
    if _OPENED_BY_DATE.match(parts[0]):
        return not any(_OPENED_BY_DATE.match(rest) and _matches(rest) for rest in rests)
    return _OPENED.match(" ".join(parts)) is not None and not any(map(_matches, rests))


def _is_certain(text: str) -> bool:
    if _VERBLESS.fullmatch(text):
        return True
    if not _ATTRIBUTION.fullmatch(text):
        return False
    opened = _OPENED.match(text) is not None
    return opened and _DATED.search(text) is not None and not _ADDRESSED_TO_YOU.search(text)


def is_separator(lines: Sequence[str], at: int) -> bool:
    """Tell whether everything from line `at` on is an older message."""
    line = lines[at]
    if len(line) > _LONGEST:
        return False
    if _RULE.fullmatch(line):
        return any(_header_block.begins(lines, n) for n in range(at + 1, min(at + 3, len(lines))))
    return _SEPARATOR.fullmatch(line) is not None or _header_block.begins(lines, at)
