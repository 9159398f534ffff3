"""Who is who: directions from the configured seller side, and the buyer of a message."""

import re

import polars as pl

from pipeline.config import Config
from pipeline.ingest.values import by_value

_ADDRESS = r"([^\s<>\"';,()]+@[^\s<>\"';,()]+)"
_MAIL = re.compile(_ADDRESS)
_RELAY = r"@marketplace\.amazon\.[a-z]{2,3}(\.[a-z]{2})?$"


def resolved_direction(config: Config) -> pl.Expr:
    """Return the direction of a message that says none, from `sender` and `recipient`.

    The configured addresses and names tell, without regard to case; a marketplace's relay
    address is always the buyer's. Whatever these do not decide is `unknown`.
    """
    seller = sorted({text.strip().lower() for text in (*config.addresses, *config.names)})
    sender, recipient = _is_one_of("sender", seller), _is_one_of("recipient", seller)
    from_relay = _address("sender").str.contains(_RELAY).fill_null(value=False)
    to_relay = _address("recipient").str.contains(_RELAY).fill_null(value=False)
    return (
        pl.when(sender & recipient)
        .then(pl.lit("internal"))
        .when(sender)
        .then(pl.lit("outbound"))
        .when(recipient | from_relay)
        .then(pl.lit("inbound"))
        .when(to_relay)
        .then(pl.lit("outbound"))
        .otherwise(pl.lit("unknown"))
    )


def with_buyers(messages: pl.DataFrame) -> pl.DataFrame:
    """Fill `buyer_id`: the sender of an inbound, the recipient of an outbound message."""
    other = (
        pl.when(pl.col("direction") == "inbound")
        .then("sender")
        .when(pl.col("direction") == "outbound")
        .then("recipient")
    )
    internal = pl.col("direction") == "internal"
    party = by_value(messages.select(other.alias("party"))["party"], contact, pl.String())
    buyer = pl.when(~internal).then(pl.coalesce("buyer_id", pl.lit(party)))
    return messages.with_columns(buyer.alias("buyer_id"))


def contact(text: str) -> str | None:
    """Return a mail address in lower case without the relay's `+case`, else the name as given."""
    found = _MAIL.search(text) if "@" in text else None
    if found is None:
        return text.strip() or None
    address = found[1].lower()
    if "+" in address and re.search(_RELAY, address):
        box, _, domain = address.partition("@")
        return f"{box.partition('+')[0]}@{domain}"
    return address


def is_relay(address: str) -> bool:
    """Tell whether an address (lower case) is a buyer's at the marketplace's relay."""
    return re.search(_RELAY, address) is not None


def _address(column: str) -> pl.Expr:
    return pl.col(column).str.extract(_ADDRESS).str.to_lowercase()


def _is_one_of(column: str, seller: list[str]) -> pl.Expr:
    whole = pl.col(column).str.to_lowercase().str.strip_chars()
    name = whole.str.replace(r"<[^<>]*>\s*$", "").str.strip_chars(" \t\"'")
    return pl.any_horizontal(
        part.is_in(seller).fill_null(value=False) for part in (whole, name, _address(column))
    )
