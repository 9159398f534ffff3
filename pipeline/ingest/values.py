"""How single values are written in exports: marketplaces, amounts, ratings, fixed words."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import polars as pl

_MARKETPLACE_IDS = {
    "A1F83G8C2ARO7P": "UK", "ATVPDKIKX0DER": "US", "A2EUQ1WTGCTBG2": "CA", "A1PA6795UKMFR9": "DE",
    "A13V1IB3VIYZZH": "FR", "APJ6JRA9NG5V4": "IT", "A1RKKUPIHCS9HS": "ES", "A1805IZSGTT6HS": "NL",
    "A2NODRKZP88ZB9": "SE", "A1C3SOZRARQ6R3": "PL", "A28R8C7NBKEWEA": "IE", "AMEN7PMS3EDWL": "BE",
    "A33AVAJ2PDY3EV": "TR", "A1AM78C64UM0Y8": "MX", "A2Q3Y263D00KWC": "BR", "A39IBJ37TRP1C6": "AU",
    "A21TJRUUN4KGV": "IN", "A19VAU5U5O7RUS": "SG", "A2VIGQ35RCS4UG": "AE", "A17E79C6D8DWNP": "SA",
    "ARBP9OOSHTCHU": "EG", "A1VC38T7YXB528": "JP", "AAHKV2X7AFYLW": "CN",
}  # fmt: skip
_TLD_COUNTRIES = {"com": "US", "co.uk": "UK", "co.jp": "JP", "com.au": "AU", "com.br": "BR"}
_TLD_COUNTRIES |= {"com.mx": "MX", "com.tr": "TR", "com.be": "BE"}
_COUNTRIES = {
    "united kingdom": "UK", "great britain": "UK", "united states": "US", "usa": "US",
    "canada": "CA", "germany": "DE", "deutschland": "DE", "france": "FR", "italy": "IT",
    "italia": "IT", "spain": "ES", "españa": "ES", "netherlands": "NL", "nederland": "NL",
    "sweden": "SE", "sverige": "SE", "poland": "PL", "polska": "PL", "japan": "JP",
    "mexico": "MX", "brazil": "BR", "brasil": "BR", "australia": "AU", "india": "IN",
    "turkey": "TR", "türkiye": "TR", "belgium": "BE", "ireland": "IE",
}  # fmt: skip
_SITE = re.compile(r"(?:https?://)?(?:www\.)?([a-z][a-z0-9]*)\.([a-z]{2,3}(?:\.[a-z]{2})?)/?")
_PLATFORM = re.compile(r"([a-z][a-z0-9]*)[-_ :/.]+([a-z]{2})")
_CODE_LENGTH = 2

_STARS = re.compile(
    r"([0-5](?:[.,]\d+)?)(?!\d)(?:\s*(?:/|out of|von|sur|su|de|van|av|z|stars?|★)\s*.*)?"
)
_AMOUNT = re.compile(r"-?\d+(?:[.,]\d+)*")
_THOUSANDS_COMMA = frozenset({"US", "UK", "CA", "AU", "IN", "IE", "JP", "CN", "SG", "MX", "AE"})
_GROUP = 3

DIRECTIONS = {
    "outbound": "outbound", "out": "outbound", "outgoing": "outbound", "sent": "outbound",
    "inbound": "inbound", "in": "inbound", "incoming": "inbound", "received": "inbound",
    "internal": "internal", "internal note": "internal", "note": "internal",
    "seller": "outbound", "buyer": "inbound", "customer": "inbound",
    "unknown": "unknown",
}  # fmt: skip
"""Words for the side a message was written on, in lower case."""

EVENT_TYPES = {
    "created": "created", "new": "created", "posted": "created", "added": "created",
    "updated": "updated", "changed": "updated", "edited": "updated", "modified": "updated",
    "removed": "removed", "deleted": "removed",
}  # fmt: skip
"""Words for what happened to a review."""

NOTICE_KINDS = ("warning", "deactivation", "reinstatement", "other")
CONTEXT_KINDS = (
    "feature_launch", "training", "policy_update", "staff_change", "control", "other",
)  # fmt: skip
BOOLEANS = {
    "true": True, "1": True, "yes": True, "y": True, "t": True,
    "false": False, "0": False, "no": False, "n": False, "f": False,
}  # fmt: skip


def marketplace_of(text: str) -> str:
    """Return the ISO country code of an Amazon marketplace (`UK` for GB), else `platform-CC`.

    What is neither is kept as given: nothing is known of it.
    """
    plain = " ".join(text.split())
    lowered = plain.casefold()
    if plain.upper() in _MARKETPLACE_IDS:
        return _MARKETPLACE_IDS[plain.upper()]
    if lowered in _COUNTRIES:
        return _COUNTRIES[lowered]
    if len(plain) == _CODE_LENGTH and plain.isalpha():
        return _country(lowered)
    site = _SITE.fullmatch(lowered)
    if site and (site[1] in ("amazon", "ebay") or site[2] != "com"):
        return _on_platform(site[1], _TLD_COUNTRIES.get(site[2]) or _country(site[2]))
    platform = _PLATFORM.fullmatch(lowered)
    if platform:
        return _on_platform(platform[1], _country(platform[2]))
    return plain


def _on_platform(platform: str, country: str) -> str:
    return country if platform == "amazon" else f"{platform}-{country}"


def _country(code: str) -> str:
    return "UK" if code.upper() == "GB" else code.upper()


def amount_of(text: str, marketplace: str = "") -> Decimal | None:
    """Read an amount of money; None where a comma could be a decimal or a thousands mark."""
    plain = re.sub(r"^[^\d.,()+−-]+|[^\d.,()+−-]+$|[\s'’]", "", text).replace("−", "-")
    plain = re.sub(r"^([-(]?)[^\d.,()-]+", r"\1", plain).strip(".,")
    negative = plain.startswith("(") and plain.endswith(")")
    plain = plain.strip("()")
    if not _AMOUNT.fullmatch(plain):
        return None
    dots, commas = plain.count("."), plain.count(",")
    if dots and commas:
        mark = "." if plain.rfind(".") > plain.rfind(",") else ","
    elif max(dots, commas) > 1:
        mark = ""
    elif commas and len(plain.rpartition(",")[2]) == _GROUP:
        if marketplace.rsplit("-", 1)[-1] not in _THOUSANDS_COMMA:
            return None
        mark = ""
    else:
        mark = "," if commas else "."
    kept = "".join("." if c == mark else c for c in plain if c == mark or c not in ".,")
    try:
        value = Decimal(kept).quantize(Decimal("0.0001"))
    except InvalidOperation:
        return None
    if abs(value) >= Decimal(10) ** 14:
        return None
    return -value if negative else value


def rating_of(text: str) -> float | None:
    """Read a rating of 0 to 5 stars: `4`, `4,0 von 5 Sternen`, `4/5`, `★★★★☆`."""
    plain = " ".join(text.split()).casefold()
    if plain and set(plain) <= set("★☆⭐\ufe0f"):
        return float(plain.count("★") + plain.count("⭐"))
    match = _STARS.fullmatch(plain)
    if not match:
        return None
    value = float(match[1].replace(",", "."))
    return value if value <= 5 else None  # noqa: PLR2004  there are five stars


_FEW = 4_000
"""A column of fewer rows is read sooner without the steps that make a long one fast."""


def by_value(column: pl.Series, read: Callable[[str], object], kind: pl.DataType) -> pl.Series:
    """Read a text column through its distinct values; null stays null."""
    if len(column) < _FEW:
        texts = column.to_list()
        known = {text: read(text) for text in dict.fromkeys(texts) if text is not None}
        return pl.Series(column.name, map(known.get, texts), kind)
    distinct = column.drop_nulls().unique(maintain_order=True)
    values = pl.Series([read(text) for text in distinct], dtype=kind)
    return column.replace_strict(distinct, values, default=None, return_dtype=kind)
