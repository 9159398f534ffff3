"""How messages end: closings, names and contact lines, and what a phone adds.

Conservative on purpose: a line that could ask for anything is never part of a signature, for what
counts as signature is not judged.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

_ASKING = re.compile(
    r"review|rating|\brate|feedback|stars?\b|five|give\b|please|refund|gift|voucher|coupon|discount"
    r"|free\b|leave\b|marks?\b|score|opinion|cash|money|thumb|[45]\s?[*/]"
    r"|paypal|whats ?app|telegram|we ?chat|微信|\bvx\b|\bline\b|facebook|instagram|messenger"
    r"|delete|remove|change|update|contact us|write to|call us|\bp\.? ?s\b"
    r"|bewert|rezens|stern|fünf|bitte|erstatt|gutschein|lösch|änder|schreib"
    r"|\bavis|[ée]valu|[ée]toile|cinq|\bnote|comment|rembours|supprim|modif|s['’]il vous|merci de"
    r"|recens|stell|cinque|valut|rimbors|cambi|elimin|per favore|reseñ|opini|estrel|valora|cinco"
    r"|coment|reembols|por favor|avalia|alter|apag|beoord|sterr|vijf|terugbet|verwijder|wijzig"
    r"|alsjebl|alstubl|ocen|opini|gwiazd|pięć|zwrot|usu[nń]|zmie[nń]|prosz|omdöm|betyg|stjärn"
    r"|återbet|ta bort|ändra|snälla|yorum|yıldız|değer|puan|\bbeş|iade|lütfen|değiş"
    r"|评|評|星|退款|返|删|刪|改|请|請|レビュー|口コミ|ください|変更|削除|[★⭐🌟☆?？]",
    re.IGNORECASE,
)

_REMEMBERED = 20_000
"""Closings and signatures come again and again: so many lines are remembered."""

_CLOSINGS = (
    *("(?:with )?(?:kind|kindest|best|warm|warmest)(?:est)?(?: regards| wishes)", "regards"),
    *("sincerely(?: yours)?", "yours (?:sincerely|faithfully|truly)", "many thanks and regards"),
    *(
        "(?:mit )?(?:freundlichen|besten|herzlichen|lieben) grü(?:ß|ss)en",
        "(?:viele|liebe|beste) grü(?:ß|ss)e",
    ),
    *("freundliche grü(?:ß|ss)e", "mfg", "hochachtungsvoll"),
    *("(?:bien )?cordialement", "bien à vous", "sincères salutations", "salutations distinguées"),
    *("cordiali saluti", "distinti saluti", "(?:un )?cordiale? saluto", "saluti"),
    *("(?:un )?(?:cordial )?saludos?(?: cordiale?s?)?", "atentamente"),
    *("met vriendelijke groet(?:en)?", "vriendelijke groet(?:en)?", "groet(?:en|jes)?", "mvg"),
    *("z poważaniem", "(?:serdecznie )?pozdrawiam(?: serdecznie)?", "(?:serdeczne )?pozdrowienia"),
    *("(?:med )?vänliga? hälsning(?:ar)?", "mvh", "hälsningar"),
    *("atenciosamente", "(?:com os melhores )?cumprimentos", "com os (?:meus|nossos) cumprimentos"),
    *(
        "(?:en iyi dileklerimle|iyi günler dilerim)",
        "sayg[ıi]lar[ıi]m[ıi]?[zs]?l?a?",
        "sayg[ıi]lar",
    ),
    *(
        "此致",
        "敬礼",
        "敬禮",
        "顺祝商祺",
        "順頌商祺",
        "祝好",
        "敬上",
        "敬具",
        "よろしくお願い(?:いた|致)します",
    ),
)
_CLOSING = re.compile(
    rf"[ \t]{{0,8}}(?:{'|'.join(_CLOSINGS)})[ \t]{{0,3}}[,.!，。！]?(?P<rest>[^\n]{{0,60}})",
    re.IGNORECASE,
)
_PARTICLE = (
    r"of|the|and|de|da|do|del|della|di|la|le|von|van|der|den|zu|und|et|y|e|i|och|en|ve|at"
    r"|&|\+|-|–|\||/|·"
)
_WORD = rf"(?:[^\W\d_a-zß-öø-ÿ\u3040-\u30ff\u3400-\u9fff][\w.'’&-]*,?|{_PARTICLE})"
_NAME_LINE = re.compile(rf"{_WORD}(?:[ \t]{{1,3}}{_WORD}){{0,5}}")
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff·・ ]{1,14}")
_CONTACT = re.compile(
    r"(?:(?:tel|phone|telefon|tél|teléfono|telefono|fax|mobile|mob|handy|e-?mail|mail|web|www|電話|电话|電話番号)"
    r"\.?\s?[:：]?\s?)?(?:\+?[\d()/ .-]{6,24}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}"
    r"|(?:https?://|www\.)[\w./-]{3,80})",
    re.IGNORECASE,
)
_MOST_LINES = 8
_LONGEST_LINE = 90
_MOST_WORDS = 8
_SENTENCE_WORDS = 4

_DEVICES = (
    *("iphone", "ipad", "ipod", "android", "samsung", "galaxy", "huawei", "xiaomi", "blackberry"),
    *(
        "windows",
        "outlook",
        "yahoo mail",
        "proton",
        "smartphone",
        "handy",
        "mobile",
        "gmx",
        "web.de",
        "mail orange",
        "telekom mail",
    ),
)
_DEVICE = "|".join(map(re.escape, _DEVICES))
_SENT_FROM = re.compile(
    r"\s{0,4}(?:(?:sent|get|gesendet|diese nachricht|von meinem|holen sie sich|envoy[ée]"
    r"|t[ée]l[ée]charge[zr]|obtenez|inviato|scarica|ottieni|enviado|obtener|obt[ée]n|obter|verstuurd"
    r"|verzonden|download|wysłan[eoya]|pobierz|skickat|hämta|sendt|lähetetty)\b"
    rf"[^,\n]{{0,50}}(?:{_DEVICE}).{{0,60}}|(?:发自|發自|來自|从|從|获取).{{0,20}}(?:{_DEVICE}).{{0,20}}"
    rf"|.{{0,12}}(?:{_DEVICE}).{{0,20}}"
    r"(?:から送信|gönderildi|を入手|edinin|herunterladen|downloaden).{0,4})",
    re.IGNORECASE,
)

CLOSING_HINTS = (
    *(
        "--",
        "regards",
        "wishes",
        "sincerely",
        "faithfully",
        "truly",
        "freundliche",
        "herzlichen gr",
    ),
    *("besten gr", "lieben gr", "viele gr", "liebe gr", "beste gr", "mfg", "hochachtungsvoll"),
    *("cordial", "bien à", "salut", "salud", "atentamente", "groet", "mvg", "powa", "pozdr"),
    *("lsning", "mvh", "atenciosamente", "cumprimentos", "en iyi", "iyi g"),
    *("sayg", "此致", "商祺", "よろしくお願い"),
    *("敬", "祝"),
)
"""Literals (ASCII letters in any case) without which no signature begins."""

DEVICE_HINTS = _DEVICES
"""Likewise without which no mail program added a line."""


@lru_cache(maxsize=_REMEMBERED)
def is_sent_from(line: str) -> bool:
    """Tell whether a mail program added the line ("Sent from my iPhone")."""
    return len(line) <= _LONGEST_LINE and bool(_SENT_FROM.fullmatch(line)) and not asks(line)


def signed_lines(lines: Sequence[str]) -> tuple[int, int]:
    """Find the signature among somebody's own lines; an empty range when there is none."""
    for at, line in enumerate(lines):
        if line.rstrip() == "--":
            end = _run(lines, at + 1, _is_plain)
            if end > at + 1 and not any(later.strip() for later in lines[end:]):
                return at, end
            break
    tail = [n for n, line in enumerate(lines) if line.strip()][-_MOST_LINES:]
    for at in tail:
        if _closes(lines[at]):
            return at, _run(lines, at + 1, _is_contact)
    return 0, 0


def _run(lines: Sequence[str], start: int, accept: Callable[[str], bool]) -> int:
    end = start
    for n in range(start, min(len(lines), start + 2 * _MOST_LINES)):
        if lines[n].strip():
            if not (accept(lines[n].strip()) or is_sent_from(lines[n])):
                break
            end = n + 1
    return end


@lru_cache(maxsize=_REMEMBERED)
def asks(line: str) -> bool:
    """Tell whether the line could ask for anything."""
    return _ASKING.search(line) is not None


@lru_cache(maxsize=_REMEMBERED)
def _closes(line: str) -> bool:
    found = _CLOSING.fullmatch(line.rstrip())
    if found is None:
        return False
    rest = found.group("rest").strip(" ,.!\t")
    return not rest or _is_contact(rest)


@lru_cache(maxsize=_REMEMBERED)
def _is_contact(line: str) -> bool:
    if len(line) > _LONGEST_LINE or asks(line):
        return False
    named = _NAME_LINE.fullmatch(line) or _CJK_NAME.fullmatch(line)
    return bool(named) or _CONTACT.fullmatch(line) is not None


def _is_plain(line: str) -> bool:
    words = len(line.split())
    sentence = line.endswith((".", "!", "。", "！")) and words >= _SENTENCE_WORDS
    return len(line) <= _LONGEST_LINE and words <= _MOST_WORDS and not sentence and not asks(line)
