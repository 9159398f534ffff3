"""An archive whose every name, id and text tries something, and the same archive without."""

from collections.abc import Iterable
from pathlib import Path

from contract.shop import ASK, PLAIN, Row, jsonl, said, table

SUM = "{{ 1231*1237 }}"
DONE = "1522747"
"""What a template engine would have made of the sum."""

FORMULAS = (
    '=HYPERLINK("https://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r\n=1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "＝1+1",
    "＠SUM(1+1)",
)  # fmt: skip
TERMINAL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066\x7f"
FORGED = "x\n2025-01-01 msgaudit: 0 findings\rmsgaudit: nothing found"
SQL = "Robert'); drop table findings; -- \" `"
PATH = "../../../../tmp/owned"
HTML = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>"
TYPST = '#read("/etc/passwd") #eval("1231*1237") $ #import "x": * $ \\ ]'
FORMAT = "{0.__class__} {config} %s %(x)s ${HOME} $(id) `id`"
MARKDOWN = "| a | b | [x](javascript:alert(1)) ![x](https://evil.example/x.png)"

TRICKS = (
    *FORMULAS, SUM, "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    TERMINAL, FORGED, SQL, PATH, HTML, TYPST, FORMAT, MARKDOWN, "a/b", "con", "x" * 300,
)  # fmt: skip
PRIVATE = "my neighbour Zebulon heard all of it"
"""Words of a message that no log, error, notification or summary may repeat."""


def write_archive(folder: Path, *, hostile: bool) -> Path:
    """Write the archive below `folder/in`; without tricks the same rows hold plain words."""
    tricks = TRICKS if hostile else [f"plain {n}" for n in range(len(TRICKS))]
    base = folder / "in"
    table(base / "m.csv", list(_messages(tricks)))
    jsonl(
        base / ("a\x1b[2J\u202eb.jsonl" if hostile else "ab.jsonl"),
        [said("solo", "2025-02-01T10:00:00Z", ASK, sender="shop")],
    )
    table(base / "o.csv", [_order(n, trick) for n, trick in enumerate(tricks)])
    table(base / "e.csv", [_review(n, trick) for n, trick in enumerate(tricks)])
    table(base / "n.csv", [_notice(n, trick) for n, trick in enumerate(tricks[:9])])
    table(base / "c.csv", [_context(n, trick) for n, trick in enumerate(tricks[:9])])
    table(base / "crm.csv", [{f'When" {SQL}': "2025-02-03T10:00:00Z", f"Text' {SUM}": PLAIN}])
    return base


def _messages(tricks: Iterable[str]) -> Iterable[Row]:
    for n, trick in enumerate(tricks):
        when = f"2025-02-{1 + n % 27:02}T10:00:00Z"
        people = {
            "sender": trick,
            "recipient": f"b{n}@mail.example",
            "operator": trick,
            "subject": trick,
        }
        ids = {"thread_id": f"{trick}-{n}", "order_id": f"o{n}{trick}", "asin": trick}
        body = f"{trick}\n{ASK}\n{PRIVATE}"
        yield said(f"{trick}#{n}", when, body, channel=trick, marketplace="UK", **ids, **people)
        yield said(f"broken {n}", "no time at all", body, **ids)


def _order(n: int, trick: str) -> Row:
    day = f"2025-01-{1 + n % 27:02}T10:00:00Z"
    return {
        "order_id": f"o{n}{trick}",
        "ordered_at": day,
        "buyer_id": f"b{n}@mail.example",
        "asin": trick,
    }


def _review(n: int, trick: str) -> Row:
    made = {"event_id": f"e{n}{trick}", "review_id": f"r{n}{trick}", "event_type": "created"}
    when = f"2025-01-{1 + n % 27:02}T12:00:00Z"
    seen = {"occurred_at": when, "rating": 1, "order_id": f"o{n}{trick}", "body": trick}
    return made | seen | {"title": trick}


def _notice(n: int, trick: str) -> Row:
    when = f"2025-02-{20 + n % 8:02}T12:00:00Z"
    return {"notice_id": f"n{n}{trick}", "received_at": when, "kind": "other", "body": trick}


def _context(n: int, trick: str) -> Row:
    when = f"2025-02-{10 + n % 8:02}T12:00:00Z"
    return {"occurred_at": when, "kind": "training", "title": trick, "detail": trick}
