"""Times of hand-written tables that name their zone in a column of its own."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.times import order_for, parse_time


@lru_cache(maxsize=65536)
def in_zone(text: str, zone: str, marketplace: str) -> str:
    """Return a time of the zone `Europe/London`, `+01:00` or `BST` as ISO with its offset.

    What cannot be read is returned as it was written, for the facade to say why.
    """
    if not zone:
        return text
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"{text} {zone}"
    read = parse_time(text, known, order=order_for(marketplace), country=marketplace)
    return read.at.isoformat() if read.at is not None else text
