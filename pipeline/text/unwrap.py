"""Take the platform's wrapper off a message, so that only the sender's words are judged.

The platform's own sentences speak of violations, filters and mail hosts; left in, they look like
what the rules search for. Text is only ever cut at the ends: what is returned is a stretch of what
came in, and never nothing where there was something.
"""

import re
from typing import NamedTuple

from pipeline.text._platform import (
    ANY_MARKER,
    ASIN,
    CASE_ID,
    FOOTER,
    FOOTER_LITERALS,
    ITEM,
    MARKER,
    ORDER_LINE,
    RULE,
    TOKEN,
    is_intro,
    order_id_in,
)

_DRAWN = re.compile(rf"[{RULE}]{{3}}")
_RULED = ("--", "__", "==", "–", "—", "─")  # one of them is in whatever is drawn
_RULE_LINE = re.compile(rf"\s*[{RULE}\s]*")
_QUOTED_LINE = re.compile(r"(?m)^[ \t]{0,3}>")
_LONGEST_FOOTER = 6000  # code points; a longer rest holds more than a footer


class Unwrapped(NamedTuple):
    """A message out of its wrapper, and what the wrapper told."""

    body: str
    wrapper: str = "none"
    """`known`: markers recognised; `unknown`: a wrapper with other words; `none`: no wrapper."""
    order_id: str | None = None
    asin: str | None = None
    case_id: str | None = None
    token: str | None = None

    @property
    def recognised(self) -> bool:
        """False where there was a wrapper whose words are not known: a coverage gap to count."""
        return self.wrapper != "unknown"


def unwrap(body: str, *, platform_mail: bool = False) -> Unwrapped:
    """Take the wrapper off, and read the ids in it.

    A wrapper that stands below somebody's own words is part of a quoted tail and stays.

    Args:
        body: the message's text, as received.
        platform_mail: the mail's header says the platform wrote it, so that anything above the
            marker is the platform's whatever its words.

    """
    text, wrapper = _cut(body, platform_mail=platform_mail)
    return Unwrapped(
        body=text if text.strip() else body,
        wrapper=wrapper,
        order_id=order_id_in(body),
        asin=_first(ASIN, body, "["),
        case_id=_first(CASE_ID, body, "caseId"),
        token=_first(TOKEN, body, "commMgrTok"),
    )


def unwrap_text(body: str) -> str:
    """Take the wrapper off and return the message alone."""
    text, _ = _cut(body, platform_mail=False)
    return text if text.strip() else body


def _first(pattern: re.Pattern[str], text: str, literal: str) -> str | None:
    if literal not in text:
        return None
    found = pattern.search(text)
    return found.group(pattern.groups) if found else None


def _may_have_footer(body: str) -> bool:
    lowered = body.lower()
    return any(literal in lowered for literal in FOOTER_LITERALS)


def _cut(body: str, *, platform_mail: bool) -> tuple[str, str]:
    if any(rule in body for rule in _RULED) and _DRAWN.search(body):
        start = _start(body)
        if start is not None:
            return _between(body, start, platform_mail=platform_mail)
        guessed = _guess(body, platform_mail=platform_mail)
        if guessed:
            return guessed, "unknown"
    if not platform_mail:
        return body, "none"
    return body[: _footer_start(body, 0)].strip("\r\n"), "unknown"


def _start(body: str) -> re.Match[str] | None:
    for found in MARKER.finditer(body):
        if found.group("start"):
            return found
    return None


def _between(body: str, start: re.Match[str], *, platform_mail: bool) -> tuple[str, str]:
    """Return what stands between the markers, if the start marker opens a wrapper here."""
    certain = platform_mail or _is_heading(body[: start.start()])
    if not certain and body[: start.start()].strip():
        return body, "none"
    end = _end(body, start)
    if not certain and body[end:].strip() and not _is_footer(body[end:]):
        return body, "none"
    return body[start.end() : end].strip(), "known"


def _is_heading(above: str) -> bool:
    """Tell whether the platform's own lines, and only they, stand above the marker."""
    without_item = ITEM.sub("", above)
    found = without_item != above
    for line in without_item.splitlines():
        if is_intro(line) or ORDER_LINE.fullmatch(line):
            found = True
        elif not _RULE_LINE.fullmatch(line):
            return False
    return found


def _end(body: str, start: re.Match[str]) -> int:
    """Find where the message ends: its own END, else any marker, else the footer, else the end.

    A quoted tail may hold markers of an older message, so they are counted in pairs, and those on
    `>` lines are passed over.
    """
    depth, last = 1, -1
    for found in MARKER.finditer(body, start.end()):
        if _on_quoted_line(body, found.start()):
            continue
        depth += 1 if found.group("start") else -1
        if found.group("end"):
            last = found.start()
        if depth == 0:
            break
    if last >= 0:
        return last
    for found in ANY_MARKER.finditer(body, start.end()):
        if not _on_quoted_line(body, found.start()):
            return found.start()
    return _footer_start(body, start.end())


def _on_quoted_line(body: str, at: int) -> bool:
    line_start = body.rfind("\n", 0, at) + 1
    return _QUOTED_LINE.match(body, line_start) is not None


def _is_footer(rest: str) -> bool:
    return FOOTER.search(rest) is not None


def _guess(body: str, *, platform_mail: bool) -> str:
    """Return what stands between two markers of unknown words under the wrapper's headings."""
    found = [m for m in ANY_MARKER.finditer(body) if not _on_quoted_line(body, m.start())]
    if not found or not (platform_mail or _is_heading(body[: found[0].start()])):
        return ""
    end = found[1].start() if len(found) > 1 else _footer_start(body, found[0].end())
    return body[found[0].end() : end].strip()


def _footer_start(body: str, begin: int) -> int:
    """Find the first line of a footer that runs to the end; quoted footers stay in their quote."""
    if not _may_have_footer(body):
        return len(body)
    for found in FOOTER.finditer(body, max(begin, len(body) - _LONGEST_FOOTER)):
        line_start = max(body.rfind("\n", 0, found.start()) + 1, begin)
        if _QUOTED_LINE.match(body, line_start):
            continue
        if _QUOTED_LINE.search(body, line_start):
            return len(body)
        return line_start
    return len(body)
