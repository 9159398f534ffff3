"""Performance notices by mail: which mails they are, and what they say.

Only pre-filled from their words: the wording changes by year and language, and the seller can
give a table of notices of its own. Copies by impostors are common, so the sender's domain decides.
"""

import re
from functools import lru_cache

from pipeline.ingest._mail_platform import is_platform_domain

_SENDERS = re.compile(
    r"(?:seller-?performance|account-?(?:update|health|info|review|status)|performance"
    r"|seller-?(?:notification|evaluation|account|policy)|product-?(?:review|compliance)|policy)"
    r"[a-z0-9.-]{0,30}"
)
_ROBOTS = re.compile(r"(?:do-?not-?reply|no-?reply|notice|notification)[a-z0-9.-]{0,20}")
_POSING = re.compile(r"amaz[o0]n|seller[ -]?(?:central|performance)", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"\baccount\b|konto|\bcompte\b|\bcuenta\b|\bconta\b|hesap|账户|账号|帳戶|帳號|アカウント"
    r"|selling privileges|polic(?:y|ies)|richtlinie|verkaufsrecht",
    re.IGNORECASE,
)
_RISK = re.compile(
    r"at risk|may (?:be |result in )?(?:deactivat|suspen)|will be (?:deactivat|suspen)|might be"
    r"|(?:could|can) (?:be|lead|result)|could result|prevent(?:ing)? (?:the )?deactivat"
    r"|avoid deactivat"
    r"|risik[oe]|droht|gefährde|könn(?:te|en)|wird .{0,40}(?:deaktiviert|gesperrt) werden"
    r"|risque|pourrait|pourraient|sera (?:désactivé|suspendu)|a rischio|potrebbe|verrà"
    r"|en riesgo|podría|podrá|em risco|poderá|risico|kan worden|zagrożon|może zosta"
    r"|riskerar|kan komma att|risk altında|edilebilir|风险|可能|風險|おそれ|可能性",
    re.IGNORECASE,
)
_DEACTIVATED = re.compile(
    r"(?:has|have) (?:been )?(?:deactivated|suspended|removed your selling)"
    r"|wurde[^.\n]{0,40}(?:deaktiviert|gesperrt)\b(?! werden)|a été (?:désactivé|suspendu)"
    r"|stato (?:disattivat|sospes)|ha sido (?:desactivad|suspendid)|is (?:gedeactiveerd|geschorst)"
    r"|został[oa]? (?:dezaktyw|zawiesz)|har (?:inaktiver|stängts)|foi (?:desativad|suspens)"
    r"|devre dışı bırakıl(?:dı|mıştır)|askıya alın(?:dı|mıştır)|已被?(?:停用|停權|冻结|凍結)"
    r"|(?:停止|無効)(?:に|と)?(?:され|なり|しまし)",
    re.IGNORECASE,
)
_DEACTIVATION = re.compile(
    r"deactivat|suspen|(?:remov|withdr[ae]w)\w{0,3} (?:of )?(?:your )?selling privileges|blocked"
    r"|deaktivier|gesperrt|sperrung|désactiv|disattiva|sospes|desactivad|desactivación|suspendid"
    r"|gedeactiveerd|geschorst|dezaktyw|zawiesz|inaktiver|stängts av|desativ|devre dışı|askıya"
    r"|停用|停權|封禁|冻结|凍結|停止|無効",
    re.IGNORECASE,
)
_REINSTATEMENT = re.compile(
    r"(?:reinstated|reactivated)|wiederhergestellt|reaktiviert|freigeschaltet|réactivé|rétabli"
    r"|riattivat|ripristinat|reactivad[oa]|restablecid|hersteld|geheractiveerd"
    r"|przywrócon|reaktywowan|återaktiverat|återställt|reativad|restabelecid"
    r"|yeniden etkinleştiril(?:di|miştir)|已恢复|已恢復|恢复了|重新激活|再開され|復帰し|回復し",
    re.IGNORECASE,
)
_UNDONE = re.compile(
    r"(?:to (?:be|have .{0,40})|once|if|when|until|before|not|cannot|request|in order)"
    r"[^.\n]{0,60}(?:reinstated|reactivated)",
    re.IGNORECASE,
)
_WARNING = re.compile(
    r"warning|violat|review manipulation|infring|complian|warnung|verwarn|verstoß|verstöße|verletz"
    r"|avertissement|infraction|non-respect|manquement|avviso|avvert|violazion|advertencia|infracci"
    r"|incumpl|waarschuw|schend|overtred|ostrzeż|narusz|varning|överträd|aviso|advertência|violaç"
    r"|uyarı|ihlal|警告|违规|違規|違反|违反",
    re.IGNORECASE,
)


def is_notice(address: str, subject: str) -> bool:
    """Tell whether a mail from this address is a notice about the account."""
    if not is_platform_domain(address) or ".marketplace." in f".{address.rpartition('@')[2]}":
        return False
    local = address.partition("@")[0]
    if _SENDERS.fullmatch(local):
        return True
    about = _ACCOUNT.search(subject) and notice_kind(subject, "") != "other"
    return bool(_ROBOTS.fullmatch(local) and about)


def is_posing(address: str, name: str, verdict: str) -> bool:
    """Tell whether the sender only poses as the platform.

    `verdict` is the Authentication-Results header: a failure counts, its absence does not.
    """
    if is_platform_domain(address):
        return re.search(r"\b(?:dmarc|dkim|spf)=fail\b", verdict, re.IGNORECASE) is not None
    return bool(address) and _looks_like_platform(address, name)


@lru_cache(maxsize=16_384)
def _looks_like_platform(address: str, name: str) -> bool:
    return bool(re.match(r"amazon\b", name, re.IGNORECASE) or _POSING.search(address))


def notice_kind(subject: str, body: str) -> str:
    """Return `deactivation`, `reinstatement`, `warning` or `other`: the subject first."""
    return _kind(subject) or _kind(body) or "other"


def _kind(text: str) -> str:
    if _REINSTATEMENT.search(text) and not _UNDONE.search(text):
        return "reinstatement"
    if _DEACTIVATED.search(text):
        return "deactivation"
    if _RISK.search(text) and (_DEACTIVATION.search(text) or _WARNING.search(text)):
        return "warning"
    if _DEACTIVATION.search(text):
        return "deactivation"
    return "warning" if _WARNING.search(text) else ""
