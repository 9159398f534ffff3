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
_PLAIN = "text/plain"
_SHOWN = frozenset({_PLAIN, "text/html"})
_NONE: Mapping[str, str] = {}
_LINE_END = (b"", b"\n", b"\r", b" ", b"\t")


@dataclass(slots=True)
class Part:
    """A text part that is shown to the reader; decoded when it is asked for."""

    headers: Mapping[str, bytes]
    raw: bytes
    parameters: Mapping[str, str]
    is_html: bool
    read: str | None = None

    @property
    def text(self) -> str:
        """Return its text, or its markup."""
        if self.read is None:
            self.read = _text(self.headers, self.raw, self.parameters)
        return self.read


@dataclass(slots=True)
class Content:
    """What a mail holds: its texts, its attachments, and the ids of mails within it."""

    shown: list[Part] = field(default_factory=list)
    """The parts a reader sees, in their order; of alternatives the plain one."""
    aside: list[Part] = field(default_factory=list)
    """Texts with a file's name: shown where nothing else is."""
    attachments: list[Attachment] = field(default_factory=list)
    enclosed_ids: list[bytes] = field(default_factory=list)
    parts: int = 0
    left_out: bool = False
    """Parts are nested deeper, or are more, than is read."""


def read_content(headers: Mapping[str, bytes], raw: bytes, begin: int) -> Content:
    """Read the body that starts at `begin` of a mail with these headers."""
    content = Content()
    _read_part(headers, raw[begin:], content, 0)
    return content


def _read_part(
    headers: Mapping[str, bytes], body: bytes, content: Content, depth: int, kind: str = _PLAIN
) -> None:
    """Read a part; `kind` is what it is where it does not say so."""
    content.parts += 1
    declared = headers.get("content-type")
    kind, parameters = _content_type(declared) if declared else (kind, _NONE)
    if not kind.startswith("multipart/"):
        _read_leaf(headers, body, content, (kind, parameters))
    elif depth >= _DEPTH:
        content.left_out = True
    elif not _read_parts(kind, parameters, body, content, depth):
        content.shown.append(Part(headers, body, _NONE, is_html=False))  # no part is told apart


def _read_parts(
    kind: str, parameters: Mapping[str, str], body: bytes, content: Content, depth: int
) -> bool:
    """Read the parts of a multipart body; return whether there are any."""
    before, count = len(content.shown), content.parts
    if "boundary" not in parameters:
        return False
    default = "message/rfc822" if kind == "multipart/digest" else _PLAIN
    for part in _split(body, parameters["boundary"]):
        if content.parts >= _PARTS:
            content.left_out = True
            break
        inner, begin = split_headers(part, _PART_HEADERS)
        _read_part(inner, part[begin:], content, depth + 1, default)
    if kind == "multipart/alternative" and len(content.shown) > before + 1:
        content.shown[before:] = _preferred(content.shown[before:])
    return content.parts > count


def _preferred(alternatives: list[Part]) -> list[Part]:
    """Return the plain texts of one thing said in several ways, else all."""
    return [one for one in alternatives if not one.is_html and one.text.strip()] or alternatives


def _read_leaf(
    headers: Mapping[str, bytes],
    body: bytes,
    content: Content,
    of: tuple[str, Mapping[str, str]],
) -> None:
    kind, parameters = of
    if kind in ("message/rfc822", "text/rfc822-headers"):
        inner, _ = split_headers(body.lstrip(b"\r\n"), _PART_HEADERS)
        content.enclosed_ids.append(inner.get("message-id", b""))
        if kind == "message/rfc822":
            content.attachments.append(_attachment(headers, kind, body, inner))
        return
    disposition = headers.get("content-disposition", b"").lower()
    named = b"filename" in disposition or "name" in parameters
    attached = disposition.startswith(b"attachment")
    text = Part(headers, body, parameters, is_html=kind == "text/html")
    if kind in _SHOWN and not attached and not named:
        content.shown.append(text)
        return
    if kind.startswith("text/") and not attached:
        content.aside.append(text)
    if kind != "message/delivery-status":
        content.attachments.append(_attachment(headers, kind, body))


@lru_cache(maxsize=1024)  # parts say the same few things; only boundaries differ
def _content_type(value: bytes) -> tuple[str, Mapping[str, str]]:
    text = header_text(value)
    kind = text.partition(";")[0].strip().lower()
    parameters: dict[str, str] = {}
    for written, quoted, bare in _PARAMETER.findall(text):
        name, encoded, _ = written.lower().partition("*")
        if name not in parameters:
            parameters[name] = file_name(value, name) if encoded else quoted or bare
    return (kind if "/" in kind else _PLAIN), {k: v for k, v in parameters.items() if v}


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
        after = at + len(mark)
        last = body[after : after + 2] == b"--"
        whole = last or body[after : after + 1] in _LINE_END  # no longer boundary
        if whole and (at == 0 or body[at - 1 : at] == b"\n"):
            if begin >= 0:
                yield body[begin : max(at - 1, begin)].removesuffix(b"\r")
            if last:
                return
            line_end = body.find(b"\n", after)
            begin = line_end + 1 if line_end >= 0 else len(body)
        at = body.find(mark, at + len(mark))
    if begin >= 0:
        yield body[begin:]


def _decoded(headers: Mapping[str, bytes], body: bytes) -> bytes:
    encoding = headers.get("content-transfer-encoding", b"").partition(b";")[0].strip().lower()
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(body)
    return decode_base64(body) if encoding == b"base64" else body


def _text(headers: Mapping[str, bytes], body: bytes, parameters: Mapping[str, str]) -> str:
    text = decode_text(_decoded(headers, body), parameters.get("charset", "utf-8"))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
