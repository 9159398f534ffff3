"""The amount in a refund notice of the platform, where it can be told."""

import re

_CURRENCIES = {
    "£": "GBP", "€": "EUR", "$": "USD", "US$": "USD", "CA$": "CAD", "CDN$": "CAD", "A$": "AUD",
    "AU$": "AUD", "R$": "BRL", "MX$": "MXN", "zł": "PLN", "kr": "SEK", "TL": "TRY", "₺": "TRY",
    "¥": "JPY", "￥": "JPY", "円": "JPY", "S$": "SGD", "₹": "INR",
}  # fmt: skip
_CODES = "GBP|EUR|USD|CAD|AUD|BRL|MXN|PLN|SEK|TRY|JPY|SGD|INR|AED|SAR|EGP"
_SIGN = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_NUMBER = (
    r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3}){0,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
)
_MONEY = re.compile(
    rf"(?P<before>{_SIGN}|\b(?:{_CODES}))\s?(?P<first>{_NUMBER})"
    rf"|(?<![\d.,-])(?P<second>{_NUMBER})\s?(?P<after>{_SIGN}|(?:{_CODES})\b)"
)
_TOTAL = re.compile(
    r"refund|erstatt|rembours|rimbors|reembols|terugbet|zwrot|zwróc|återbet|iade|返金|退款",
    re.IGNORECASE,
)


def refunded(text: str) -> tuple[str, str] | None:
    """Return amount (as written) and currency code, None where there is not exactly one candidate.

    Lines that speak of the refund come first; several different amounts are not chosen between.
    """
    lines = text.splitlines()
    for some in ([line for line in lines if _TOTAL.search(line)], lines):
        found = {_money(match) for line in some for match in _MONEY.finditer(line)}
        if len(found) == 1:
            return found.pop()
        if found:
            return None
    return None


def _money(found: re.Match[str]) -> tuple[str, str]:
    sign = found.group("before") or found.group("after")
    return found.group("first") or found.group("second"), _CURRENCIES.get(sign, sign)
