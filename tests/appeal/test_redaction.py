"""What is personal is taken out and what is not stays; offsets keep their words."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.appeal.leaks import Leaks
from pipeline.appeal.patterns import find_personal
from pipeline.appeal.people import FullNames, People, display_name, gather_people
from pipeline.appeal.pseudonyms import Pseudonyms
from pipeline.appeal.redaction import Redactor, region_of

PEOPLE = People(
    buyers={"kim@post.example": "kim@post.example"},
    cases={"t1": "t1"},
    words={"t1": {"Kimberly": "kim@post.example", "Stone": "kim@post.example"}},
    full={"kimberly stone": "kim@post.example"},
    staff=frozenset({"Wanda"}),
    seller_addresses=frozenset({"us@shop.example"}),
)
REDACT = Redactor(PEOPLE, Pseudonyms(b"k" * 32), frozenset({"mail:1@host.example"}))
KIM = f"[{REDACT.buyer('kim@post.example')}]"


@pytest.mark.parametrize(
    ("text", "region", "found"),
    [
        ("write to a.b+c@post.example today", "GB", ["mail address"]),
        ("a.b (at) post (dot) example", "GB", ["mail address"]),
        ("call 020 7946 0958 now", "GB", ["phone number"]),
        ("ruf 030 901820 an", "DE", ["phone number"]),
        ("my WhatsApp is +49 151 23456789", "GB", ["WhatsApp number"]),
        ("add https://wa.me/491512345678", "GB", ["WhatsApp number"]),
        ("WeChat: lamp_2020", "GB", ["WeChat id"]),
        ("pay to GB82 WEST 1234 5698 7654 32", "GB", ["IBAN"]),
        ("card 4111 1111 1111 1111", "GB", ["card number"]),
        ("paypal.me/lamps", "GB", ["payment link"]),
        ("7 Long Meadow Lane", "GB", ["postal address"]),
        ("ul. Długa 5/7, Warszawa", "PL", ["postal address"]),
        ("Rua das Flores, 12", "PT", ["postal address"]),
        ("Moda Caddesi No: 12", "TR", ["postal address"]),
        ("東京都渋谷区神宮前1丁目2-3", "JP", ["postal address"]),
        ("深圳市南山区科技路12号", "CN", ["postal address"]),
        ("Springfield, IL 62704", "US", ["postal address"]),
        ("account number 12345678", "GB", ["bank account"]),
        ("卡号：6222 0212 3456 7890", "GB", ["bank account"]),
        ("打电话 13800138000", "GB", ["phone number"]),
        ("加我微信 13800138000", "GB", ["WeChat id"]),
        ("insta: lampshop99", "GB", ["Instagram account"]),
        ("tracking 12345678901", "GB", []),
        ("the line is 12345", "GB", []),
        ("order 202-7153063-0000777 of 2025-02-03", "GB", []),
        ("tracking HH11261738GB, 39.99 in 12 days", "GB", []),
        ("do you have WhatsApp?", "GB", []),
        ("ASIN B0HH7LAMP3 with 1200 lumen", "GB", []),
    ],
)
def test_patterns(text: str, region: str, found: list[str]) -> None:
    """Each kind is known by its form; order numbers, dates and sizes are nobody's number."""
    assert found == [span.shown for span in find_personal(text, region)]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Thank you, Kimberly.", f"Thank you, {KIM}."),
        ("KIMBERLY STONE", KIM),
        ("a stone lamp", "a stone lamp"),
        ("kim@post.example", KIM),
        ("us@shop.example", "[the seller's mail address]"),
        ("see notice mail:1@host.example.", "see notice mail:1@host.example."),
        ("Hi there,\nall good?", "Hi there,\nall good?"),
    ],
)
def test_names(text: str, redacted: str) -> None:
    """A thread's own names go, words that merely look like them stay."""
    assert redacted == REDACT.text(text, "t1", "UK", "outbound").text


def test_name_of_another_thread() -> None:
    """A first name is taken out where its owner writes, a full name everywhere."""
    assert "Kimberly lamp" == REDACT.text("Kimberly lamp", "t2").text
    assert f"ask {KIM}" == REDACT.text("ask Kimberly Stone", "t2").text


@pytest.mark.parametrize(
    "text",
    ["Hello Rosalind, ...", "Dear Mrs Rosalind,", "Liebe Rosalind!", "Bonjour Rosalind,\nmerci"],
)
def test_greeted_names(text: str) -> None:
    """Who is greeted by name is the buyer, whatever the columns know."""
    assert "Rosalind" not in REDACT.text(text, "t9", "UK", "outbound").text


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Lamp broken.\n\nRosalind", "inbound"),
        ("Danke\nMit freundlichen Grüßen\nRosalind Ackermann", "inbound"),
        ("Kind regards,\nRosalind", "outbound"),
        ("It is broken. Thanks,\nRosalind", "inbound"),
        ("Please ask Mrs. Rosalind about it", "outbound"),
        ("Je m'appelle Rosalind et", "inbound"),
    ],
)
def test_names_where_only_a_name_can_stand(text: str, side: str) -> None:
    """Signed, titled and introduced names go, whoever they are."""
    assert "Rosalind" not in REDACT.text(text, "t9", "UK", side).text


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Hello,\nThanks", "inbound"),
        ("Bitte.\n\nVollständige Erstattung", "inbound"),
        ("Full refund\nRegards", "inbound"),
        ("Dear Customer,\nyour refund", "outbound"),
        ("Hi There,\nok", "outbound"),
    ],
)
def test_what_is_no_name_stays(text: str, side: str) -> None:
    """Polite words in the place of a name are left as they are."""
    assert text == REDACT.text(text, "t9", "UK", side).text


def told(*rows: tuple[str, str]) -> Redactor:
    """Return what redacts a thread whose buyers are told by id and name, and live somewhere."""
    people = pl.DataFrame(
        [("t1", "t1", buyer, name) for buyer, name in rows],
        schema=["thread_id", "case_id", "buyer_id", "named"],
        orient="row",
    )
    details = pl.DataFrame(
        [("t1", "t1", "address", "Flat 2, Xyzzy House"), ("t1", "t1", "phone", "0117 496 0123")],
        schema=["thread_id", "case_id", "kind", "detail"],
        orient="row",
    )
    known = gather_people(people, details, [], [])
    return Redactor(known, Pseudonyms(b"k" * 32), frozenset())


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Will Young", "Will you, Will? Young, Will Young!", "Will you, [B]? [B], [B]!"),
        ("Jürgen Möller", "Herr Moeller, JURGEN, Möller", "Herr [B], [B], [B]"),
        ("王小明", "亲爱的王小明您好", "亲爱的[B]您好"),
        ("田中 莉子", "田中莉子様", "[B]様"),
        ("lamp_fan_77", "the lamp of Lamp_Fan_77.", "the lamp of [B]."),
        ("Kofi Lamb", "Kofi's lamp: lamb", "[B]'s lamp: lamb"),
        ("Kofi Lamb", "flat 2,  XYZZY house", "[A]"),
    ],
)  # fmt: skip
def test_names_as_the_columns_tell_them(name: str, text: str, left: str) -> None:
    """Known names go in every spelling; everyday words and parts of other words stay."""
    redact = told(("kofi@post.example", name))
    shown = re.sub(r"\[buyer-\w+\]", "[B]", redact.text(text, "t1", "UK", "outbound").text)

    assert left == re.sub(r"\[postal address \S+\]", "[A]", shown)


def test_accounts_are_no_names_of_things() -> None:
    """The name of an account is taken out everywhere, its words nowhere."""
    redact = told(("lamp_fan_77", "lamp_fan_77"), ("kofi.lamb@post.example", "Kofi"))

    assert "lamp_fan_77" not in redact.text("ask lamp_fan_77", "t2").text
    assert "kofi.lamb" not in redact.text("I am kofi.lamb there", "t2").text
    assert "a lamp for a fan" == redact.text("a lamp for a fan", "t1").text


def test_leaks_are_found_in_every_form() -> None:
    """What slips through redaction is found before the pack is closed."""
    leaks = Leaks(told(("kofi.lamb@post.example", "Kofi Lamb")).people, frozenset())

    assert "mail address" in leaks.kind_in("to kofi.lamb@post.example.")
    assert "account" in leaks.kind_in("I am kofi.lamb there")
    assert "postal address" in leaks.kind_in("at flat 2,\nXyzzy  House")
    assert "full name" in leaks.kind_in("for Kofi Lamb")
    assert "" == leaks.kind_in("a lamp for Kofi")


def test_staff_and_ids() -> None:
    """Staff go by pseudonyms; ids stay but for a buyer's address in them."""
    assert "Wanda" not in REDACT.text("Kind regards\nWanda", "t1").text
    assert "mail:1@host.example" == REDACT.identifier("mail:1@host.example", "message_id")
    assert "kim@" not in REDACT.identifier("chat:kim@post.example", "thread_id")
    named = "buyer:kim@post.example:2025-02-03"
    assert "kim@" not in REDACT.identifier(named, "first_thread_id")


@given(st.text(alphabet="ab K@.1+\nimberlyStone", max_size=80), st.data())
def test_offsets_keep_their_words(text: str, data: st.DataObject) -> None:
    """A stretch outside what was replaced is the same words after; no offset leaves the text."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    redacted = REDACT.text(text, "t1", "UK", "outbound")
    new_start, new_end = redacted.start(start), redacted.end(end)

    assert 0 <= new_start <= new_end <= len(redacted.text)
    if all(end <= edit[0] or edit[1] <= start for edit in redacted.edits):
        assert text[start:end] == redacted.text[new_start:new_end]


@pytest.mark.parametrize(
    "text",
    [
        "auf WhatsApp: 0151 2345678, dann",
        "WeChat: lamp_2020 or a.b@post.example, us@shop.example",
        "Hi Kimberly Stone, account number 12345678",
        "7 Long Meadow Lane\nKind regards,\nRosalind",
    ],
)
def test_redacting_twice_changes_nothing(text: str) -> None:
    """What stands in brackets is not taken for a contact again."""
    once = REDACT.text(text, "t1", "DE", "outbound").text

    assert text != once
    assert once == REDACT.text(once, "t1", "DE", "outbound").text


def test_regions() -> None:
    """The country of a marketplace is where its phone numbers are read."""
    assert ("GB", "DE", "DE", "") == tuple(map(region_of, ("UK", "DE", "ebay-DE", "")))


def test_display_names() -> None:
    """A name is what stands before the address; what names nobody is none."""
    assert "Kim Stone" == display_name('"Kim Stone" <kim@post.example>')
    assert "Kim Stone" == display_name("Kim Stone - Amazon Marketplace <kim@post.example>")
    assert "" == display_name("kim@post.example")
    assert "" == display_name("Amazon Customer <x@post.example>")


def test_full_names_span_their_words() -> None:
    """Words of a name count only side by side."""
    assert [(4, 18, "b")] == FullNames({"kimberly stone": "b"}).find("for Kimberly Stone.")
    assert [] == FullNames({"kimberly stone": "b"}).find("Kimberly likes stone and Stone")
