"""HTML mail to text: what a reader of the mail would see, line by line.

Quotations (`blockquote`) come out as `>` lines, so that they are told apart as in text mail.
The tokeniser is our own because the standard library's goes over unclosed comments and
declarations again and again (50,000 times `<!--` took it 20 seconds): here every search either
moves on or is never repeated, so hostile markup costs no more than its length.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

_RAW: Final = frozenset({"script", "style", "title", "template"})
_BLOCKS: Final = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt"),
        *("fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody"),
        *("tfoot", "thead", "tr", "ul"),
    ]
)
_PARAGRAPHS: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"}
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MOST_QUOTES = 12  # deeper quotations are written at this depth
_PLATFORM_PRE = re.compile(r"white-space\s{0,4}:\s{0,4}-o-pre-wrap", re.IGNORECASE)
_TAG_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:-]{0,40}")
_ALT = re.compile(r"\balt\s{0,4}=\s{0,4}(?:\"([^\"]{0,400})\"|'([^']{0,400})')", re.IGNORECASE)
_ABSURD_ENTITY = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")


def html_to_text(markup: str) -> str:
    """Return the text of an HTML document or fragment, whatever its state."""
    return _read(markup).text()


def platform_pre(markup: str) -> str | None:
    """Return the buyer's words of a platform mail: the text of its one wrapping `<pre>`.

    That element's style names `white-space: -o-pre-wrap` in every language. None where there is no
    such element or several; an empty text is a message of photos only.
    """
    if not _PLATFORM_PRE.search(markup):
        return None
    found = _read(markup).platform_texts
    return found[0] if len(found) == 1 else None


def _read(markup: str) -> "_Text":
    reader = _Text()
    for text, tag, attributes in _tokens(markup):
        if text:
            reader.data(_unescape(text))
        if tag.startswith("/"):
            reader.close(tag[1:])
        elif tag:
            reader.open(tag, attributes)
    return reader


def _unescape(text: str) -> str:
    """Decode entities; a number no character has is one replacement character."""
    return html.unescape(_ABSURD_ENTITY.sub("\ufffd", text)) if "&" in text else text


def _tokens(markup: str) -> Iterator[tuple[str, str, str]]:
    """Yield text, the tag after it (`/` first if it closes), and its attributes as written."""
    search = _Search(markup)
    at = 0
    while (less := search.find("<", at)) >= 0:
        name = _TAG_NAME.match(markup, less + 1)
        if name:
            end = _tag_end(search, name.end())
        elif markup.startswith("<!--", less):
            end = search.find("-->", less + 4)
            end = end + 2 if end >= 0 else search.find(">", less)
        elif markup.startswith(("<!", "<?", "</"), less):
            end = search.find(">", less)
        else:
            end = -1
        if end < 0:
            yield markup[at : less + 1], "", ""
            at = less + 1
            continue
        tag = name.group().lower() if name else ""
        yield markup[at:less], tag, markup[name.end() : end] if name else ""
        at = end + 1
        if tag in _RAW:
            closing = search.find(f"</{tag}", at)
            at = closing if closing >= 0 else at
    yield markup[at:], "", ""


def _tag_end(search: "_Search", begin: int) -> int:
    """Find the `>` that ends a tag, past one that stands in a quoted attribute."""
    end = search.find(">", begin)
    if end < 0:
        return -1
    attributes = search.text[begin:end]
    for quote in "\"'":
        if attributes.count(quote) % 2:
            closing = search.find(quote, end)
            later = search.find(">", closing) if closing >= 0 else -1
            return later if later >= 0 else end
    return end


class _Search:
    """Finds strings in a text (tags in any case) and remembers those that do not come again."""

    def __init__(self, text: str) -> None:
        self.text = text
        lowered = text.lower()
        self.lowered = lowered if len(lowered) == len(text) else text
        self.exhausted: set[str] = set()

    def find(self, wanted: str, start: int) -> int:
        if wanted in self.exhausted:
            return -1
        found = self.lowered.find(wanted, start)
        if found < 0:
            self.exhausted.add(wanted)
        return found


class _Text:
    """Collects lines; blocks begin and end them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.parts: list[str] = []
        self.pre = 0
        self.quotes = 0
        self.platform_texts: list[str] = []
        self.platform_parts: list[str] = []
        self.in_platform = False

    def text(self) -> str:
        """Return the lines; runs of empty ones become one, and none stands at the ends."""
        self._end_line()
        kept: list[str] = []
        for line in self.lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip("\n")

    def open(self, tag: str, attributes: str) -> None:
        """Open an element: a line ends before a block."""
        if tag == "br":
            self._break()
        elif tag == "img":
            found = _ALT.search(attributes)
            self.parts.append(_unescape(found.group(1) or found.group(2) or "") if found else "")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in _BLOCKS:
            self._open_block(tag, attributes)

    def _open_block(self, tag: str, attributes: str) -> None:
        self._end_block(tag)
        if tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.pre += 1
            if not self.in_platform and _PLATFORM_PRE.search(attributes):
                self.in_platform = True
        elif tag == "li":
            self.parts.append("- ")

    def close(self, tag: str) -> None:
        """Close an element: a line ends after a block."""
        if tag not in _BLOCKS:
            return
        self._end_block(tag)
        if tag == "blockquote":
            self.quotes = max(self.quotes - 1, 0)
        elif tag == "pre":
            self.pre = max(self.pre - 1, 0)
            if self.in_platform and not self.pre:
                self.platform_texts.append("".join(self.platform_parts).strip())
                self.platform_parts, self.in_platform = [], False

    def data(self, text: str) -> None:
        """Take text: white space counts only within `pre`."""
        if self.in_platform:
            self.platform_parts.append(text)
        if not self.pre:
            self.parts.append(_SPACES.sub(" ", text))
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self.parts.append(first)
        for line in others:
            self._end_line(keep_empty=True)
            self.parts.append(line)

    def _break(self) -> None:
        if self.in_platform:
            self.platform_parts.append("\n")
        self._end_line(keep_empty=True)

    def _end_block(self, tag: str) -> None:
        self._end_line()
        if tag in _PARAGRAPHS and self.lines and self.lines[-1]:
            self.lines.append("")

    def _end_line(self, *, keep_empty: bool = False) -> None:
        line = "".join(self.parts)
        self.parts = []
        line = line.rstrip() if self.pre else _SPACES.sub(" ", line).strip(" ")
        if line:
            self.lines.append("> " * min(self.quotes, _MOST_QUOTES) + line)
        elif keep_empty:
            self.lines.append("")
