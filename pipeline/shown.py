"""Text as a terminal may show it: names and words come from strangers, control characters too.

Nothing here is slow to import: a check of one draft prints as well.
"""

import json
from collections.abc import Mapping


def letters_of(line: str) -> str:
    """Return a line without control characters and line ends, its indentation kept."""
    return "".join(c if c.isprintable() else "\ufffd" for c in line)


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return letters_of(" ".join(text.split()))


def json_text(value: Mapping[str, object]) -> str:
    """Return a JSON object, indented; control characters are written as escapes, all of them."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def encodable(text: str) -> str:
    """Replace lone surrogates, which no table and no output can hold; other text stays as it is."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
