"""Who is who: directions from the configured seller side, and the buyer of a message."""

import polars as pl

from pipeline.config import Config

_ADDRESS = r"([^\s<>\"';,()]+@[^\s<>\"';,()]+)"
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


def buyer_of_message() -> pl.Expr:
    """Return the other party: the sender of an inbound, the recipient of an outbound message."""
    return (
        pl.when(pl.col("direction") == "internal")
        .then(pl.lit(None, pl.String))
        .when(pl.col("buyer_id").is_not_null())
        .then("buyer_id")
        .when(pl.col("direction") == "inbound")
        .then(contact("sender"))
        .when(pl.col("direction") == "outbound")
        .then(contact("recipient"))
    )


def contact(column: str) -> pl.Expr:
    """Return a mail address in lower case without the relay's `+case`, else the name as given."""
    address = _address(column)
    relay = address.str.replace(r"\+[^@]*@", "@")
    name = pl.col(column).str.strip_chars()
    return (
        pl.when(relay.str.contains(_RELAY))
        .then(relay)
        .when(address.is_not_null())
        .then(address)
        .when(name != "")
        .then(name)
    )


def _address(column: str) -> pl.Expr:
    return pl.col(column).str.extract(_ADDRESS).str.to_lowercase()


def _is_one_of(column: str, seller: list[str]) -> pl.Expr:
    whole = pl.col(column).str.to_lowercase().str.strip_chars()
    name = whole.str.replace(r"<[^<>]*>\s*$", "").str.strip_chars(" \t\"'")
    return pl.any_horizontal(
        part.is_in(seller).fill_null(value=False) for part in (whole, name, _address(column))
    )
