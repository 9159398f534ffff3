"""The parts of a mail: the text a reader would see first, and what is attached to it.

Only the chosen text is decoded; of attachments name, size and hash are kept, never the content.
Depth and number of parts are limited, so that no mail can cost more than its length a few times
over.
"""

import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from pipeline.ingest._mail_headers import (
    decode_base64,
    decode_text,
    header_text,
    split_headers,
    wanted,
)
from pipeline.model import Attachment

_DEPTH = 12
_PARTS = 500
_PARAMETER = re.compile(r";\s*([\w*-]{1,40})\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))")
_PART_HEADERS = wanted(
    "content-type", "content-transfer-encoding", "content-disposition", "message-id", "subject"
)
_LONGEST_NAME = 250

Undecoded = tuple[Mapping[str, bytes], bytes, Mapping[str, str]]
"""A text part: its headers, its bytes, and the parameters of its type."""


@dataclass(slots=True)
class Content:
    """What a mail holds: its texts, its attachments, and the ids of mails within it."""

    plain: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    enclosed_ids: list[bytes] = field(default_factory=list)
    parts: int = 0
    undecoded: list[Undecoded] = field(default_factory=list)
    """The HTML parts: needed only where there is no plain text."""

    @property
    def html(self) -> str:
        """Return the HTML parts, decoded."""
        return "\n".join(_text(*part) for part in self.undecoded)


def read_content(headers: Mapping[str, bytes], raw: bytes, begin: int) -> Content:
    """Read the body that starts at `begin` of a mail with these headers."""
    content = Content()
    _read_part(headers, raw[begin:], content, 0)
    return content


def _read_part(headers: Mapping[str, bytes], body: bytes, content: Content, depth: int) -> None:
    content.parts += 1
    kind, parameters = _content_type(headers.get("content-type", b""))
    if kind.startswith("multipart/") and "boundary" in parameters:
        if depth < _DEPTH:
            for part in _split(body, parameters["boundary"]):
                if content.parts >= _PARTS:
                    break
                inner, begin = split_headers(part, _PART_HEADERS)
                _read_part(inner, part[begin:], content, depth + 1)
        return
    _read_leaf(headers, body, content, (kind, parameters))


def _read_leaf(
    headers: Mapping[str, bytes],
    body: bytes,
    content: Content,
    of: tuple[str, Mapping[str, str]],
) -> None:
    kind, parameters = of
    if kind in ("message/rfc822", "text/rfc822-headers"):
        inner, _ = split_headers(body, _PART_HEADERS)
        content.enclosed_ids.append(inner.get("message-id", b""))
        if kind == "message/rfc822":
            content.attachments.append(_attachment(headers, kind, body, inner))
        return
    disposition = headers.get("content-disposition", b"").lower()
    named = b"filename" in disposition or "name" in parameters
    if disposition.startswith(b"attachment") or not kind.startswith("text/") or named:
        if kind != "message/delivery-status":
            content.attachments.append(_attachment(headers, kind, body))
    elif kind == "text/html":
        content.undecoded.append((headers, body, parameters))
    elif kind == "text/plain":
        content.plain.append(_text(headers, body, parameters))


@lru_cache(maxsize=1024)  # parts say the same few things; only boundaries differ
def _content_type(value: bytes) -> tuple[str, dict[str, str]]:
    if not value:
        return "text/plain", {}
    text = header_text(value)
    kind = text.partition(";")[0].strip().lower()
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(text):
        parameters.setdefault(name.lower().partition("*")[0], quoted or bare)
    return (kind if "/" in kind else "text/plain"), {k: v for k, v in parameters.items() if v}


def _attachment(
    headers: Mapping[str, bytes],
    kind: str,
    body: bytes,
    enclosed: Mapping[str, bytes] | None = None,
) -> Attachment:
    """Describe an attachment: its name as sent, its size and hash once decoded."""
    name = file_name(headers.get("content-disposition", b""), "filename")
    name = name or file_name(headers.get("content-type", b""), "name")
    if enclosed is not None and not name:
        name = " ".join(header_text(enclosed.get("subject", b"")).split()) + ".eml"
    data = _decoded(headers, body)
    return Attachment(name[:_LONGEST_NAME], kind, len(data), hashlib.sha256(data).hexdigest())


def file_name(header: bytes, parameter: str) -> str:
    """Return a file name, in pieces and percent-encoded as it may be (RFC 2231, RFC 5987)."""
    pieces: dict[int, bytes] = {}
    charset, plain = "utf-8", ""
    for name, quoted, bare in _PARAMETER.findall(decode_text(header)):
        base, *rest = name.lower().split("*")
        if base != parameter:
            continue
        value = quoted or bare
        if not rest:
            plain = plain or header_text(value.encode("utf-8", "surrogateescape"))
            continue
        number = int(rest[0]) if rest[0].isdecimal() else 0
        if rest[-1] == "":  # percent-encoded; the first piece names the charset
            if number == 0 and value.count("'") > 1:
                charset, _, value = value.split("'", 2)
            pieces[number] = unquote_to_bytes(value)
        else:
            pieces[number] = value.encode("utf-8", "surrogateescape")
    joined = b"".join(pieces[number] for number in sorted(pieces))
    return (decode_text(joined, charset or "utf-8") if joined else plain).strip()


def _split(body: bytes, boundary: str) -> Iterator[bytes]:
    """Yield the parts between boundary lines; the last one may lack its end."""
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    begin = -1
    at = body.find(mark)
    while at >= 0:
        if at == 0 or body[at - 1 : at] == b"\n":
            if begin >= 0:
                yield body[begin : max(at - 1, begin)].removesuffix(b"\r")
            after = at + len(mark)
            if body[after : after + 2] == b"--":
                return
            line_end = body.find(b"\n", after)
            begin = line_end + 1 if line_end >= 0 else len(body)
        at = body.find(mark, at + len(mark))
    if begin >= 0:
        yield body[begin:]


def _decoded(headers: Mapping[str, bytes], body: bytes) -> bytes:
    encoding = headers.get("content-transfer-encoding", b"").strip().lower()
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(body)
    return decode_base64(body) if encoding == b"base64" else body


def _text(headers: Mapping[str, bytes], body: bytes, parameters: Mapping[str, str]) -> str:
    text = decode_text(_decoded(headers, body), parameters.get("charset", "utf-8"))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
