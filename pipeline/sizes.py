"""Sizes as people write them: `1GB`, `512 MB`, `1GiB`."""

from pipeline.errors import ConfigError

_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}


def parse_size(text: str, *, source: str = "") -> int:
    """Turn `1GB`, `512 MB` or `1048576` into bytes (decimal units; KiB, MiB … are binary).

    Raises:
        ConfigError: it is no size.

    """
    cleaned = text.strip().upper().replace(" ", "")
    number = cleaned.rstrip("KMGTIB")
    unit = cleaned[len(number) :] or "B"
    try:
        value = float(number) * _UNITS[unit]
    except (ValueError, KeyError):
        raise ConfigError(f"{text!r} is no size; write it like 1GB", source=source) from None
    if value <= 0:
        raise ConfigError(f"{text!r} is no size above zero", source=source)
    return int(value)
