"""Who a mail is from and to: an archive names the same few people again and again.

Everything that a From or To header tells is worked out once for each text of it.
"""

from dataclasses import dataclass
from functools import lru_cache

from pipeline.ingest import _mail_headers, _mail_platform


@dataclass(frozen=True, slots=True)
class Party:
    """The first address of a header, and what it says of its owner."""

    address: str = ""
    name: str = ""
    shown: str = ""
    """`Name <address>`, the name without the platform's suffix."""
    relay: tuple[str, str] | None = None
    """Case and site of a buyer's relay address."""
    is_platform: bool = False
    is_person: bool = False


NOBODY = Party()


@lru_cache(maxsize=16_384)
def party_of(text: str) -> Party:
    """Read a decoded From or To header."""
    address, name = _mail_headers.address_of(text), _mail_headers.name_of(text)
    plain = _mail_platform.plain_name(name)
    named = f"{plain} <{address}>" if plain and plain.lower() != address else address
    return Party(
        address=address,
        name=name,
        shown=named if address else text,
        relay=_mail_platform.relay(address),
        is_platform=_mail_platform.is_platform_domain(address),
        is_person=_mail_platform.is_person(name),
    )


@lru_cache(maxsize=16_384)
def addresses_of(*texts: str) -> tuple[str, ...]:
    """Return every mail address of some decoded headers in lower case."""
    return tuple(address for text in texts for address in _mail_headers.addresses_of(text))
