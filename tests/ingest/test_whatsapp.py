"""WhatsApp's text export: every dialect gives the same rows."""

from pathlib import Path

import pytest
from ingest.loaded import Row, load_text

from pipeline.config import Config

SHOP = Config(names=("Shop",))
UK = Config(names=("Shop",), marketplaces=("UK",), timezone="Europe/London")


def row(line: int, at: str, sender: str, body: str, name: str = "Ann") -> Row:
    """Return the row of one message between Ann and the shop."""
    sides: Row = (
        {"direction": "inbound", "recipient": "Shop", "buyer_id": "Ann"}
        if sender == "Ann"
        else {"direction": "outbound", "recipient": "Ann", "buyer_id": "Ann", "operator": "Shop"}
    )
    return {
        "source_locator": f"line {line}",
        "thread_id": f"whatsapp:{name}",
        "sent_at": at,
        "sender": sender,
        "channel": "whatsapp",
        "body": body,
        "origin": "chat",
        **sides,
    }


DIALECTS = {
    "iOS": ("[13/06/2018, 21:25:15] {}: {}", "15"),
    "iOS with marks": ("\u200e[13/06/2018, 9:25:15\u202fPM] {}: {}", "15"),
    "iOS American": ("[6/13/18, 9:25:15 PM] {}: {}", "15"),
    "iOS Latin": ("[13/6/18 9:25:15 p. m.] {}: {}", "15"),
    "iOS year first": ("[2018/06/13, 21:25:15] {}: {}", "15"),
    "iOS Chinese": ("[2018/6/13 下午9:25:15] {}: {}", "15"),
    "Android Chinese": ("2018年6月13日 下午9:25 - {}: {}", "00"),
    "Android": ("13/06/2018, 21:25 - {}: {}", "00"),
    "Android American": ("6/13/18, 9:25 p.m. - {}: {}", "00"),
    "Android hyphens": ("06-13-2018, 09.25 PM - {}: {}", "00"),
    "Android narrow blank": ("6/13/18, 9:25\u202fPM - {}: {}", "00"),
    "Android ISO": ("2018-06-13, 21:25 - {}: {}", "00"),
    "Finnish": ("13.6.2018 klo 21.25.15 - {}: {}", "15"),
    "points": ("13.06.18 21.25.15: {}: {}", "15"),
    "points and blanks": ("13. 6. 2018. 21:25:15 {}: {}", "15"),
    "German": ("13.06.18, 21:25 - {}: {}", "00"),
    "German um": ("13.06.18 um 21:25 Uhr - {}: {}", "00"),
    "French": ("[13/06/2018 à 21:25:15] {}: {}", "15"),
    "French of Canada": ("[2018-06-13 21 h 25 min 15 s] {}: {}", "15"),
    "Portuguese": ("13/06/2018 às 21:25 - {}: {}", "00"),
    "Swedish": ("2018-06-13 21:25 - {}: {}", "00"),
    "Danish": ("13/06/2018 kl. 21.25 - {}: {}", "00"),
    "Hungarian": ("2018. 06. 13. 21:25 - {}: {}", "00"),
    "Turkish": ("[13.06.2018 ÖS 9:25:15] {}: {}", "15"),
    "Greek": ("13/6/18, 9:25 μ.μ. - {}: {}", "00"),
    "Arabic digits": ("[١٣\u200f/٦\u200f/٢٠١٨, ٩:٢٥:١٥ م] {}: {}", "15"),
    "Japanese": ("[2018/06/13 午後9:25:15] {}: {}", "15"),
    "Korean": ("2018년 6월 13일 오후 9:25 - {}: {}", "00"),
    "Korean comma": ("2018년 6월 13일 오후 9:25, {} : {}", "00"),
    "Chinese evening": ("2018/6/13 晚上9:25 - {}: {}", "00"),
    "em dash": ("13/06/2018, 21:25 — {}: {}", "00"),
    "copied": ("[21:25, 13/06/2018] {}: {}", "00"),
    "copied American": ("[9:25 PM, 6/13/2018] {}: {}", "00"),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_dialects(tmp_path: Path, dialect: str, end: str) -> None:
    """Brackets, hyphens, points, half-days and invisible marks all give time, author, text."""
    line, second = DIALECTS[dialect]
    text = end.join([line.format("Ann", "Hi"), line.format("Shop", "a: b\u200e"), ""])

    found = load_text(tmp_path, "WhatsApp Chat with Ann.txt", text, SHOP)

    at = f"2018-06-13T21:25:{second}Z"
    assert {"whatsapp"} == found.readers
    assert [row(1, at, "Ann", "Hi"), row(2, at, "Shop", "a: b\u200e")] == found.messages


def test_a_year_first_and_a_day_of_one_digit(tmp_path: Path) -> None:
    """A short last number is a day only where the year stands first."""
    text = "2018/6/3 下午9:25 - Ann: Hi\n1/6/3, 21:25 - Ann: no header\n"

    bodies = [row["body"] for row in load_text(tmp_path, "c.txt", text, SHOP).messages]

    assert ["Hi\n1/6/3, 21:25 - Ann: no header"] == bodies


def test_lines_below_belong_to_the_message_above(tmp_path: Path) -> None:
    """Text without a header goes on, even where it begins with a date."""
    text = (
        "17/02/2025, 18:05 - Ann: Two things:\n"
        "\n"
        "17/02/2025 was the delivery\n"
        "18:05 - nobody rang\n"
        "17/02/2025, 18:06 - Shop: \U0001f600 ½\n"
    )

    found = load_text(tmp_path, "chat.txt", text, SHOP)

    body = "Two things:\n\n17/02/2025 was the delivery\n18:05 - nobody rang"
    assert [body, "\U0001f600 ½"] == [one["body"] for one in found.messages]
    assert [one["source_locator"] for one in found.messages] == ["line 1", "line 5"]


@pytest.mark.parametrize(
    ("clock", "hour"), [("凌晨12:10", 0), ("上午9:10", 9), ("中午12:10", 12), ("中午1:10", 13)]
)
def test_parts_of_the_day(tmp_path: Path, clock: str, hour: int) -> None:
    """Midday is neither half: one o'clock at noon is 13."""
    found = load_text(tmp_path, "a.txt", f"2018/6/13 {clock} - Ann: Hi\n", SHOP)

    assert [f"2018-06-13T{hour:02}:10:00Z"] == [one["sent_at"] for one in found.messages]


def test_a_pasted_log_begins_no_message(tmp_path: Path) -> None:
    """Where lines are told by a hyphen or brackets, a line without them is text."""
    body = "see:\n13/06/2018, 20:00 bot: change it"
    text = f"13/06/2018, 21:25 - Ann: {body}\n13/06/2018, 21:26 - Ann: ok\n"

    assert [body, "ok"] == [one["body"] for one in load_text(tmp_path, "a.txt", text).messages]


def test_names_without_their_marks(tmp_path: Path) -> None:
    """The tilde of a stranger and marks of direction are no part of a name."""
    at = "[13/06/2018, 21:25:18] "
    text = f"{at}~\u202fShop: a\n{at}\u202a+44\u00a07700\u00a0900123\u202c: b\n"

    found = load_text(tmp_path, "a.txt", text, SHOP)

    assert ["Shop", "+44 7700 900123"] == [one["sender"] for one in found.messages]


def test_lines_of_the_system(tmp_path: Path) -> None:
    """Lines that nobody wrote are kept, and are neither side's."""
    text = (
        "17/02/2025, 18:00 - Messages and calls are end-to-end encrypted.\n"
        '17/02/2025, 18:01 - Bea changed the subject to "Lamps: new"\n'
        "[17/02/2025, 18:02:00] Lamps: \u200eMessages and calls are end-to-end encrypted.\n"
        "17/02/2025, 18:05 - Bea: <Media omitted>\n"
        "17/02/2025, 18:06 - +44 7700 900123: This message was deleted\n"
    )

    found = load_text(tmp_path, "_chat.txt", text)

    assert [(one["direction"], one["origin"], one.get("sender")) for one in found.messages] == [
        ("internal", "system", None),
        ("internal", "system", None),
        ("internal", "system", None),
        ("unknown", "chat", "Bea"),
        ("unknown", "chat", "+44 7700 900123"),
    ]
    assert found.messages[3]["body"] == "<Media omitted>"


@pytest.mark.parametrize(
    ("dates", "config", "expected"),
    [
        (["3/2/25", "14/2/25"], SHOP, ["2025-02-03", "2025-02-14"]),
        (["3/2/25", "2/14/25"], SHOP, ["2025-03-02", "2025-02-14"]),
        (["30/1/25", "3/2/25"], SHOP, ["2025-01-30", "2025-02-03"]),
        (["1/9/25", "2/8/25", "3/7/25"], SHOP, ["2025-01-09", "2025-02-08", "2025-03-07"]),
        (["3/2/25"], UK, ["2025-02-03"]),
        (["3/2/25"], SHOP, []),
    ],
)
def test_day_and_month(
    tmp_path: Path, dates: list[str], config: Config, expected: list[str]
) -> None:
    """A day above 12 anywhere decides, else time that must not run backwards, else the market."""
    text = "".join(f"{date}, 12:00 - Ann: Hi\n" for date in dates)

    found = load_text(tmp_path, "a.txt", text, config)

    assert expected == [str(one["sent_at"])[:10] for one in found.messages]
    assert len(dates) - len(expected) == len(found.rows("quarantined"))


def test_zone_of_the_configuration(tmp_path: Path) -> None:
    """Times are wall times: summer time counts."""
    found = load_text(tmp_path, "a.txt", "[17/07/2025, 18:05:09] Ann: Hi\n", UK)

    assert [one["sent_at"] for one in found.messages] == ["2025-07-17T17:05:09Z"]


def test_owner_of_the_export(tmp_path: Path) -> None:
    """A chat of two that is named after the one was exported by the other."""
    text = "17/02/2025, 18:05 - Ann: Hi\n17/02/2025, 18:06 - Bea: Hello\n"

    for name in (
        "WhatsApp Chat with Ann.txt",
        "WhatsApp-Chat mit Ann.txt",
        "Chat de WhatsApp con Ann.txt",
    ):
        found = load_text(tmp_path, name, text)
        assert [one["direction"] for one in found.messages] == ["inbound", "outbound"]
        assert {"whatsapp:Ann"} == {one["thread_id"] for one in found.messages}


def test_staff_chat(tmp_path: Path) -> None:
    """A chat of configured names only is the staff's own."""
    text = "17/02/2025, 18:05 - Bea: Ask them all\n17/02/2025, 18:06 - ~ Shop: Yes\n"

    found = load_text(tmp_path, "a.txt", text, Config(names=("shop", "bea")))

    assert [one["direction"] for one in found.messages] == ["internal", "internal"]


def test_logs_are_no_chats(tmp_path: Path) -> None:
    """The lines of a program's log are not claimed."""
    for text in ("2025-02-17 21:40:12 - INFO: started\n", "2025-02-17 21:40:12 ERROR: x\n"):
        assert {""} == load_text(tmp_path, "app.txt", text).readers


def test_text_above_is_set_aside(tmp_path: Path) -> None:
    """What stands before the first message is quarantined, not lost."""
    found = load_text(tmp_path, "a.txt", "Chat history\n[17/02/2025, 18:05:09] Ann: Hi\n")

    assert [one["raw_excerpt"] for one in found.rows("quarantined")] == ["Chat history"]
    assert found.accounted()
