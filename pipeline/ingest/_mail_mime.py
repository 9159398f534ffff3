"""The parts of a mail: the text a reader would see first, and how much else there is.

Only the chosen text is decoded. Depth and number of parts are limited, so that no mail can cost
more than its length a few times over.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.ingest._mail_headers import decode_base64, decode_text, header_text, split_headers

_DEPTH = 12
_PARTS = 500
_PARAMETER = re.compile(r";\s*([\w*-]{1,40})\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))")
_PART_HEADERS = frozenset(
    {b"content-type", b"content-transfer-encoding", b"content-disposition", b"message-id"}
)


@dataclass(slots=True)
class Content:
    """What a mail holds: its texts, how many attachments, and the ids of mails within it."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: int = 0
    enclosed_ids: list[bytes] = field(default_factory=list)
    report: bool = False
    parts: int = 0


def read_content(headers: Mapping[str, bytes], raw: bytes, begin: int) -> Content:
    """Read the body that starts at `begin` of a mail with these headers."""
    content = Content()
    _read_part(headers, raw[begin:], content, 0)
    return content


def _read_part(headers: Mapping[str, bytes], body: bytes, content: Content, depth: int) -> None:
    content.parts += 1
    kind, parameters = _content_type(headers.get("content-type", b""))
    if kind == "multipart/report":
        content.report = True
    if kind.startswith("multipart/") and parameters.get("boundary"):
        if depth < _DEPTH:
            for part in _split(body, parameters["boundary"]):
                if content.parts >= _PARTS:
                    break
                inner, begin = split_headers(part, _PART_HEADERS)
                _read_part(inner, part[begin:], content, depth + 1)
        return
    disposition = headers.get("content-disposition", b"").lower()
    if kind in ("message/rfc822", "text/rfc822-headers"):
        inner, _ = split_headers(body, _PART_HEADERS)
        content.enclosed_ids.append(inner.get("message-id", b""))
        content.attachments += kind == "message/rfc822"
        return
    named = b"filename" in disposition or "name" in parameters
    if disposition.startswith(b"attachment") or not kind.startswith("text/") or named:
        content.attachments += kind != "message/delivery-status"
        return
    if kind == "text/html":
        content.html.append(_text(headers, body, parameters))
    elif kind == "text/plain":
        content.plain.append(_text(headers, body, parameters))


def _content_type(value: bytes) -> tuple[str, dict[str, str]]:
    if not value:
        return "text/plain", {}
    text = header_text(value)
    kind = text.partition(";")[0].strip().lower()
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(text):
        parameters.setdefault(name.lower().partition("*")[0], quoted or bare)
    return (kind if "/" in kind else "text/plain"), parameters


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


def _text(headers: Mapping[str, bytes], body: bytes, parameters: Mapping[str, str]) -> str:
    encoding = headers.get("content-transfer-encoding", b"").strip().lower()
    if encoding == b"quoted-printable":
        body = binascii.a2b_qp(body)
    elif encoding == b"base64":
        body = decode_base64(body)
    text = decode_text(body, parameters.get("charset", "utf-8"))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
