"""Messages that survive only as quotations: shown, judged for the queue, counted nowhere."""

import csv
import json
from pathlib import Path

import pytest

from pipeline.audit import AuditRequest, run_audit
from pipeline.config import Config
from pipeline.store import Store
from pipeline.text.quotes import quoted_messages
from pipeline.text.segments import split_body

RELAY = "k3x9w0p2m7q4z1b@marketplace.amazon.co.uk"
ASK = "We have refunded you. Could you please change your review to five stars?"
HEAD = (
    "Message-ID: <{n}@x>\nDate: {day} Feb 2025 10:02:11 +0000\nFrom: {sender}\nTo: {to}\n"
    "Subject: Re: order 202-1234567-7654321\n\n"
)


def mail(number: int, body: str, *, day: int = 17, sent: bool = False) -> str:
    parties = {"sender": "shop@shop.example", "to": RELAY}
    if not sent:
        parties = {"sender": f"Ann <{RELAY}>", "to": "shop@shop.example"}
    return HEAD.format(n=number, day=day, **parties) + body


def quoting(words: str, answer: str = "No, thank you.") -> str:
    marked = "".join(f"> {line}\n" for line in words.splitlines())
    return f"{answer}\n\nOn 17 Feb 2025 at 09:00, Shop <shop@shop.example> wrote:\n{marked}"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an audit of mails of which only the buyers' survive, but for one."""
    folder = tmp_path_factory.mktemp("ghosts")
    files = {
        "1.eml": mail(1, quoting(ASK)),
        "2.eml": mail(
            2, quoting(f"{ASK}\n\nOn 16 Feb 2025, Ann <{RELAY}> wrote:\n> It broke."), day=18
        ),
        "3.eml": mail(3, "Your new lamp left our warehouse this morning.", day=19, sent=True),
        "4.eml": mail(4, quoting("Your new lamp left our\nwarehouse this morning."), day=20),
    }
    (folder / "in").mkdir()
    for name, text in files.items():
        (folder / "in" / name).write_text(text, encoding="utf-8")
    config = Config(addresses=("shop@shop.example",))
    run_audit(AuditRequest(inputs=[folder / "in"], out=folder / "out", config=config))
    return folder / "out"


def test_ghosts_are_rows_of_their_own(audited: Path) -> None:
    """Once each, with whose they are said to be, and the stretch of the message they stand in."""
    with Store(audited / "audit.duckdb", read_only=True) as store:
        rows = store.table("ghost_messages").sort("quoted_at", "quoted_level").to_dicts()
        bodies = dict(store.table("messages").select("message_id", "body").rows())
    assert [
        ("mail:1@x", 1, "outbound", ASK, True),
        ("mail:2@x", 2, "inbound", "It broke.", True),
    ] == [
        (r["message_id"], r["quoted_level"], r["direction"], r["body"], r["derived"]) for r in rows
    ]
    first = rows[0]
    assert ASK == bodies[first["message_id"]][first["quoted_start"] : first["quoted_end"]]
    assert "change_asked" in first["asks"]
    with (audited / "evidence" / "ghost_messages.csv").open(encoding="utf-8") as lines:
        assert ["outbound", "inbound"] == [row["direction"] for row in csv.DictReader(lines)]


def test_nothing_but_a_quotation(tmp_path: Path) -> None:
    """A conversation that only quotes and says nothing itself is audited like any other."""
    (tmp_path / "1.eml").write_text(mail(1, quoting(ASK, answer="").lstrip()), encoding="utf-8")
    config = Config(addresses=("shop@shop.example",))
    run_audit(AuditRequest(inputs=[tmp_path / "1.eml"], out=tmp_path / "out", config=config))

    with Store(tmp_path / "out" / "audit.duckdb", read_only=True) as store:
        assert store.table("ghost_messages")["body"].to_list() == [ASK]


def test_ghosts_are_counted_nowhere_as_sent(audited: Path) -> None:
    """Messages, findings and totals are those of the mails; the coverage says what is missing."""
    totals = json.loads((audited / "summary.json").read_text(encoding="utf-8"))["totals"]
    assert (4, 0, 1) == (totals["messages"], totals["findings"], totals["messages_outbound"])
    with Store(audited / "audit.duckdb", read_only=True) as store:
        assert [
            ("partial", "messages that survive only as quotations (derived, sent earlier): 2")
        ] == store.table("coverage").select("status", "note").rows()


def test_a_quoted_ask_is_queued(audited: Path) -> None:
    """The entry quotes the message that holds the words, letter for letter."""
    with Store(audited / "audit.duckdb", read_only=True) as store:
        row = store.table("queue").to_dicts()[0]
        bodies = dict(store.table("messages").select("message_id", "body").rows())
    assert ("mail:1@x", "inbound") == (row["message_id"], row["direction"])
    assert row["reason"].startswith("survives only in a quotation: ")
    assert row["matched_text"] == bodies["mail:1@x"][row["match_start"] : row["match_end"]]
    assert row["matched_text"] in ASK


QUOTES = [
    ("On Mon, 17 Feb 2025 at 10:02, Shop <s@x.example> wrote:\n> Hello\n> Ann\n", "Hello\nAnn"),
    ("Am 17.02.2025 um 10:02 schrieb Shop:\n\n> Hallo\n", "Hallo"),
    ("Le lun. 17 févr. 2025 à 10:02, Shop <s@x.example> a écrit :\n> Bonjour\n", "Bonjour"),
    ("Il giorno lun 17 feb 2025 alle ore 10:02 Shop <s@x.example> ha scritto:\n> Ciao Anna\n",
     "Ciao Anna"),
    ("El lun, 17 feb 2025 a las 10:02, Shop (<s@x.example>) escribió:\n> Hola Ana\n", "Hola Ana"),
    ("Op ma 17 feb 2025 om 10:02 schreef Shop <s@x.example>:\n> Hallo Anna\n", "Hallo Anna"),
    ("Em seg., 17 de fev. de 2025 às 10:02, Shop <s@x.example> escreveu:\n> Olá Ana\n", "Olá Ana"),
    ("pon., 17 lut 2025 o 10:02 Shop <s@x.example> napisał(a):\n> Cześć Anna\n", "Cześć Anna"),
    ("Den mån 17 feb. 2025 kl 10:02 skrev Shop <s@x.example>:\n> Hej Anna\n", "Hej Anna"),
    ("17 Şub 2025 Pzt 10:02 tarihinde Shop <s@x.example> şunu yazdı:\n> Merhaba Ann\n",
     "Merhaba Ann"),
    ("2025年2月17日(月) 10:02 Shop <s@x.example>:\n> こんにちは、アンさん\n",
     "こんにちは、アンさん"),
    ("在 2025年2月17日 10:02,Shop <s@x.example> 写道:\n> 你好，安\n", "你好，安"),
    ("-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Ann\nSubject: Lamp\n\nHello you\n",
     "Hello you"),
    ("-----Ursprüngliche Nachricht-----\nVon: Shop\nGesendet: M\nAn: Ann\nBetreff: L\n\nHallo du\n",
     "Hallo du"),
]  # fmt: skip


@pytest.mark.parametrize(("tail", "words"), QUOTES, ids=range(len(QUOTES)))
def test_quotations_in_every_language(tail: str, words: str) -> None:
    """What a mail program writes above a quotation is no part of it; places lead back."""
    body = f"Thanks!\n\n{tail}"
    found = [
        quoted
        for segment in split_body(body)
        if segment.kind == "quoted"
        for quoted in quoted_messages(body, segment.start, segment.end)
    ]

    assert [(1, words)] == [(quoted.level, quoted.words) for quoted in found]
    assert words[0] == body[found[0].place(0)]
    assert words[-1] == body[found[0].place(len(words) - 1)]
    assert "Shop" in found[0].said_by


def test_a_wrapper_in_a_quotation_is_taken_off() -> None:
    """The platform's own lines around a quoted message are not its words."""
    body = (
        "Full refund\n\n> You have received a message.\n> # 202-1234567-7654321:\n"
        "> ------------- Begin message -------------\n> Would you look at it again?\n"
        "> ------------- End message -------------\n"
    )
    segment = next(one for one in split_body(body) if one.kind == "quoted")

    found = quoted_messages(body, segment.start, segment.end)

    assert ["Would you look at it again?"] == [one.words for one in found]
    assert body[found[0].place(0) :].startswith("Would you look")
