import unicodedata

import pytest
from bounded import ends_within_limits
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.unwrap import unwrap, unwrap_text

RULE = "-" * 13
HEADING = "# 202-1234567-7654321:\n1 / Blue lamp [ASIN: B0TESTLAMP]\n"
FOOTER = (
    "\nSolve the case: https://sellercentral.amazon.co.uk/messaging/inbox?fi=caseId&ss=A1b2-C3&cc=Z9"
    "\nThis mail may be held back by filtering.\n© 2025 Amazon\nSPC-EUAmazon-40061\n"
)
MARKERS = [
    ("You have received a message.", "Begin message", "End message"),
    ("You have received a message.", "Message:  ", "End message"),
    ("You've received a new message", "Message:  ", "End of message"),
    ("Sie haben eine Nachricht erhalten.", "Anfang der Nachricht", "Ende der Nachricht"),
    ("Sie haben eine neue Nachricht erhalten.", "Nachricht:  ", "Ende der Nachricht"),
    ("Vous avez reçu un message.", "Début du message", "Fin du message"),
    ("Vous avez reçu un message.", "Message:", "Fin du message"),
    (
        "You have received a message.",
        "Begin message / Début du message",
        "End message / Fin du message",
    ),
    ("Hai ricevuto un messaggio.", "Inizio messaggio", "Fine messaggio"),
    ("Hai ricevuto un messaggio.", "Messaggio:", "Fine del messaggio"),
    ("Has recibido un mensaje.", "Iniciar mensaje", "Finalizar mensaje"),
    ("Ha recibido un mensaje.", "Mensaje:", "Fin del mensaje"),
    ("Você recebeu uma mensagem.", "Mensagem:", "Encerrar mensagem"),
    ("Você recebeu uma mensagem.", "Iniciar mensagem", "Mensagem final"),
    ("Otrzymano wiadomość.", "Wiadomość:", "Koniec wiadomości"),
    ("メッセージを受信しました。", "メッセージはここから", "メッセージはここまで"),
]


def wrapped(text: str, start: str = "Message:  ", end: str = "End message", *, intro: str) -> str:
    return f"{intro}\n{HEADING}{RULE} {start} {RULE}\n{text}\n{RULE} {end} {RULE}\n{FOOTER}"


@pytest.mark.parametrize(("intro", "start", "end"), MARKERS)
def test_every_language_of_marker(intro: str, start: str, end: str) -> None:
    """Old and new markers of every known language give the bare message, composed or not."""
    mail = wrapped("Full refund please.", start, end, intro=intro)

    assert ("Full refund please.", "known") == (unwrap(mail).body, unwrap(mail).wrapper)
    assert "Full refund please." == unwrap_text(unicodedata.normalize("NFD", mail))
    assert "Full refund please." == unwrap_text(mail.replace("\n", "\r\n"))


def test_ids_of_the_wrapper() -> None:
    """The wrapper tells the order, the item and the case."""
    found = unwrap(wrapped("Hello", intro="You have received a message."))

    assert ("202-1234567-7654321", "B0TESTLAMP", "A1b2-C3", None) == (
        found.order_id,
        found.asin,
        found.case_id,
        found.token,
    )


@pytest.mark.parametrize(
    ("text", "order_id"),
    [
        ("Order S01-1234567-7654321 again", "S01-1234567-7654321"),
        ("tracking 202-1234567-76543210", None),
        ("tracking 9202-1234567-7654321", None),
        ("order 202-1234567-7654321, late", "202-1234567-7654321"),
        ("[commMgrTok:A1B2C3]", None),
    ],
)
def test_order_ids(text: str, order_id: str | None) -> None:
    """An order id is taken as a whole or not at all."""
    assert order_id == unwrap(text).order_id


def test_older_token() -> None:
    """The token of older mails is a thread key too."""
    assert "A1B2C3" == unwrap("Hi\n[commMgrTok:A1B2C3]").token


def test_marker_and_text_on_one_line() -> None:
    """A text made from HTML may hold everything on one line."""
    mail = (
        f"You have received a message. {RULE} Message: {RULE} It broke. {RULE} End message {RULE}"
    )

    assert "It broke." == unwrap(mail, platform_mail=True).body


def test_mojibake_marker() -> None:
    """A marker that was read in the wrong encoding is recognised."""
    mail = wrapped(
        "Bonjour", "Début du message", "Fin du message", intro="Vous avez reçu un message"
    )

    assert "Bonjour" == unwrap_text(mail.encode().decode("cp1252"))


@pytest.mark.parametrize(
    "rest",
    [f"{RULE} Slutt {RULE}\n{FOOTER}", FOOTER, ""],
    ids=["unknown-end", "footer", "nothing"],
)
def test_start_without_known_end(rest: str) -> None:
    """Without a known END the message ends at any marker, else at the footer, else at the end."""
    mail = f"You have received a message.\n{HEADING}{RULE} Message: {RULE}\nIt broke.\n{rest}"

    assert "It broke." == unwrap_text(mail)


def test_unknown_words() -> None:
    """Markers of unknown words under the wrapper's headings are cut, and counted as unknown."""
    mail = (
        f"Ny melding.\n{HEADING}{RULE} Start på melding {RULE}\nHei\n{RULE} Slutt {RULE}\n{FOOTER}"
    )
    found = unwrap(mail, platform_mail=True)

    assert ("Hei", "unknown", False) == (found.body, found.wrapper, found.recognised)
    assert mail == unwrap_text(mail)


def test_empty_message_keeps_its_text() -> None:
    """A photo-only message keeps the wrapper's text: nothing is ever emptied."""
    mail = wrapped("", intro="You have received a message.")

    assert mail == unwrap_text(mail)


@pytest.mark.parametrize(
    "above",
    [
        "Please make it five stars.\n\nOn 17 Feb 2025, Ann wrote:\nYou have received a message.\n",
        "Please make it five stars.\n\nYou have received a message.\n",
        "Please make it five stars.\n\n> You have received a message.\n",
        "Please make it five stars.\n\n",
    ],
)
def test_own_words_above_a_quoted_wrapper(above: str) -> None:
    """An answer written above the wrapper it answers is not lost."""
    mail = above + f"{HEADING}{RULE} Message: {RULE}\nIt broke.\n{RULE} End message {RULE}\n"

    assert mail == unwrap_text(mail)


def test_words_below_bare_markers() -> None:
    """Text below a pasted message is not taken for a footer."""
    mail = f"{RULE} Message: {RULE}\nIt broke.\n{RULE} End message {RULE}\nWe answered: sorry."

    assert mail == unwrap_text(mail)


def test_older_message_within() -> None:
    """Markers of a quoted older message do not end the message."""
    inner = (
        f"New words.\n{RULE} Message: {RULE}\nOld words.\n{RULE} End message {RULE}\nLast words."
    )
    quoted = f"New words.\n> {RULE} End message {RULE}\nLast words."

    assert inner == unwrap_text(wrapped(inner, intro="You have received a message."))
    assert quoted == unwrap_text(wrapped(quoted, intro="You have received a message."))


def test_what_is_longer_than_a_footer_is_kept() -> None:
    """A footer's words high above the end are somebody's own, and so is all that follows them."""
    text = f"Hello\n{FOOTER}" + "\nPlease remove your review." * 400

    assert text == unwrap(text, platform_mail=True).body


def test_footer_without_marker() -> None:
    """A platform mail without markers loses its footer; anybody else's link is left alone."""
    found = unwrap(f"Hello\n{FOOTER}", platform_mail=True)

    assert ("Hello", "unknown") == (found.body, found.wrapper)
    assert f"Hello\n{FOOTER}" == unwrap_text(f"Hello\n{FOOTER}")


def test_plain_text_is_untouched() -> None:
    """A message without a wrapper comes back as it is."""
    assert "Hi,\r\nthanks  " == unwrap_text("Hi,\r\nthanks  ")


@given(
    st.lists(
        st.sampled_from(
            [RULE, " Message: ", " End message ", "> ", "\n", "© Amazon", "[ASIN: ", "x"]
        )
    )
)
def test_text_never_vanishes(parts: list[str]) -> None:
    """What comes back is a stretch of what came in, and not blank where that was not."""
    text = "".join(parts)

    for platform_mail in (False, True):
        body = unwrap(text, platform_mail=platform_mail).body
        assert body in text
        assert bool(text.strip()) == bool(body.strip())


@pytest.mark.parametrize(
    "text", ["-" * 300_000, f"{RULE} Message: " * 30_000, "[ASIN:1 / " * 30_000]
)
def test_hostile_text_stays_linear(text: str) -> None:
    """Text made to be slow is not."""
    assert ends_within_limits(lambda: unwrap(text, platform_mail=True))
