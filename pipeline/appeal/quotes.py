"""A quote within its sentence: words in question mean little without what stands around them."""

import re

_ENDS = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+[」』”]*|\n+")
_MOST = 160
"""Letters kept on either side of the words; what is longer is cut, and says so."""


def in_sentence(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Return what stands before the words in their sentence, the words, and what stands after."""
    first = max((found.end() for found in _ENDS.finditer(text, 0, start)), default=0)
    following = _ENDS.search(text, max(start, end - 1))
    last = max(end, following.end()) if following else len(text)
    before, after = text[first:start], text[end:last]
    if len(before) > _MOST:
        before = f"… {before[-_MOST:]}"
    if len(after) > _MOST:
        after = f"{after[:_MOST]} …"
    return _flat(before).lstrip(), _flat(text[start:end]), _flat(after).rstrip()


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
