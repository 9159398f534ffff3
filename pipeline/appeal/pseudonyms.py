"""Keyed pseudonyms: the same person is the same name in every pack made with one key.

HMAC-SHA256 with the kind as domain prefix; ten hexadecimal digits, so that 100,000 buyers share
a name with a chance of one in 200. Without the key nobody can test a guessed address.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from pipeline.errors import StageError, UsageError

_BYTES = 32
_DIGITS = 10


class Pseudonyms:
    """Turns (kind, value) into a name such as `buyer-1f09c2a4be`."""

    def __init__(self, key: bytes) -> None:
        """Keep the key; it is never written anywhere."""
        self._key = key

    def __call__(self, kind: str, value: str) -> str:
        """Return the name; case and outer blanks of the value do not matter."""
        said = f"{kind}\0{' '.join(value.split()).casefold()}"
        digest = hmac.new(self._key, said.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"{kind}-{digest.hexdigest()[:_DIGITS]}"


def read_key(path: Path, pack: Path) -> tuple[bytes, bool]:
    """Return the key of a file and whether it was made just now (mode 600).

    Raises:
        UsageError: the file lies in the pack, others can read it, or it holds no key.
        StageError: it cannot be read or written.

    """
    if pack.resolve() in path.resolve().parents:
        raise UsageError("the key must never lie inside the pack", source=str(path))
    try:
        if not path.exists():
            _make_key(path)
            return read_key(path, pack)[0], True
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise UsageError("others can read the key: chmod 600 it", source=str(path))
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise StageError(f"cannot be used: {error.strerror}", source=str(path)) from None
    except ValueError:
        raise UsageError("holds no key of 64 hexadecimal digits", source=str(path)) from None
    if len(key) != _BYTES:
        raise UsageError("holds no key of 64 hexadecimal digits", source=str(path))
    return key, False


def passing_key() -> Pseudonyms:
    """Return pseudonyms of a key that is forgotten at once, for what is only looked at."""
    return Pseudonyms(secrets.token_bytes(_BYTES))


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
