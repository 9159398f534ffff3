"""The seal: an Ed25519 signature over the tag manifest, which OpenSSL alone can check."""

import hashlib
import os
from pathlib import Path
from typing import Any

from pipeline.appeal.extras import need
from pipeline.errors import StageError, UsageError

TAG_MANIFEST = "tagmanifest-sha256.txt"
PUBLIC_KEY = "signing-key.pub.pem"
SIGNATURE = f"{TAG_MANIFEST}.sig"
OPENSSL = (
    f"openssl pkeyutl -verify -pubin -inkey {PUBLIC_KEY} -rawin -in {TAG_MANIFEST}"
    f" -sigfile {SIGNATURE}"
)


def make_signing_key(path: Path) -> Path:
    """Write a private key (PEM, mode 600) and its public half beside it; return the latter.

    Raises:
        UsageError: one of the files is there already.
        StageError: it cannot be written.

    """
    ed25519 = need("cryptography.hazmat.primitives.asymmetric.ed25519")
    forms = need("cryptography.hazmat.primitives.serialization")
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    public_path = path.with_name(f"{path.name}.pub")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(private)
        with public_path.open("xb") as file:
            file.write(_public_pem(key.public_key()))
    except FileExistsError as error:
        raise UsageError("exists already; it was left alone", source=str(error.filename)) from None
    except OSError as error:
        raise StageError(f"cannot be written: {error.strerror}", source=str(path)) from None
    return public_path


def public_key_of(path: Path) -> bytes:
    """Return the public half of a private key file, as PEM.

    Raises:
        UsageError: the file holds no Ed25519 key.

    """
    return _public_pem(_private(path).public_key())


def sign(path: Path, data: bytes) -> bytes:
    """Return the 64 bytes of the signature; the same data and key give the same bytes.

    Raises:
        UsageError: the file holds no Ed25519 key.

    """
    signature: bytes = _private(path).sign(data)
    return signature


def is_signed_by(public: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether the signature over the data was made with the private half of a key (PEM)."""
    forms = need("cryptography.hazmat.primitives.serialization")
    ed25519 = need("cryptography.hazmat.primitives.asymmetric.ed25519")
    wrong = need("cryptography.exceptions")
    try:
        key = forms.load_pem_public_key(public)
        if not isinstance(key, ed25519.Ed25519PublicKey):
            return False
        key.verify(signature, data)
    except (wrong.InvalidSignature, wrong.UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """Return what two people compare to know that they mean the same key."""
    return hashlib.sha256(public).hexdigest()


def _private(path: Path) -> Any:  # noqa: ANN401 - a key of the library
    ed25519 = need("cryptography.hazmat.primitives.asymmetric.ed25519")
    forms = need("cryptography.hazmat.primitives.serialization")
    try:
        key = forms.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", source=str(path)) from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise UsageError("holds no Ed25519 key; `msgaudit keygen` makes one", source=str(path))
    return key


def _public_pem(key: Any) -> bytes:  # noqa: ANN401 - a key of the library
    forms = need("cryptography.hazmat.primitives.serialization")
    made: bytes = key.public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    return made
