from itertools import pairwise

import polars as pl
import pytest
from bounded import ends_within_limits
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.segments import split_bodies, split_body

ANN = "Ann Lee <k3x9w0p2m7q4z1b@marketplace.amazon.co.uk>"
RULE = "-" * 13
ATTRIBUTIONS = [
    f"On Mon, 17 Feb 2025 at 10:02, {ANN} wrote:",
    f"On Mon, 17 Feb 2025 at 10:02, Ann Lee\n<{'k' * 15}@marketplace.amazon.co.uk>\nwrote:",
    "On 17/02/2025 10:02, Ann Lee wrote:",
    f"{ANN} wrote:",
    f"Am Mo., 17. Feb. 2025 um 10:02 Uhr schrieb {ANN}:",
    "Am 17.02.2025 um 10:02 schrieb Ann Lee:",
    f"{ANN} schrieb am Mo., 17. Feb. 2025, 10:02:",
    f"Le lun. 17 févr. 2025 à 10:02, {ANN} a écrit :",
    "Le 17/02/2025 à 10:02, Ann Lee a e\u0301crit\u00a0:",
    f"El lun, 17 feb 2025 a las 10:02, Ann Lee\n({ANN[9:-1]}) escribió:",
    f"Il giorno lun 17 feb 2025 alle ore 10:02 {ANN} ha scritto:",
    "Il 17/02/2025 10:02, Ann Lee ha scritto:",
    f"Op ma 17 feb 2025 om 10:02 schreef {ANN}:",
    f"Em seg., 17 de fev. de 2025 às 10:02, {ANN} escreveu:",
    f"pon., 17 lut 2025 o 10:02 {ANN} napisał(a):",
    "W dniu 17.02.2025 o 10:02, Ann Lee pisze:",
    "Dnia 17 lutego 2025 10:02 Ann Lee napisała:",
    f"Den mån 17 feb. 2025 kl 10:02 skrev {ANN}:",
    "17 feb. 2025 kl. 10:02 skrev Ann Lee:",
    f"{ANN}, 17 Şub 2025 Pzt, 10:02 tarihinde şunu yazdı:",
    "17 Şub 2025 10:02 tarihinde Ann Lee şunları yazdı:",
    "在 2025年2月17日 10:02，Ann Lee 写道：",
    f"{ANN} 于2025年2月17日周一 10:02写道：",
    f"{ANN} 於 2025年2月17日 週一 上午10:02寫道：",
    f"2025年2月17日(月) 10:02 {ANN}:",
    f"2025/02/17 10:02、{ANN}のメール:",
    f"On Mon, Feb 17, 2025 at 10:02\u202fAM {ANN}wrote:",
    f"In a message dated 2/17/2025 10:02:11 A.M. GMT Standard Time, {ANN[9:-1]} writes:",
    f"{ANN} wrote on Mon, 17 Feb 2025:",
    f"{ANN} hat am 17.02.2025 10:02 geschrieben:",
    f"Op 17 feb. 2025 om 10:02 heeft {ANN} het volgende geschreven:",
    f"Wiadomość napisana przez {ANN} w dniu 17 lut 2025, o godz. 10:02:",
    f"{ANN} escreveu (segunda, 17/02/2025 à(s) 10:02):",
    "Às 10:02 de 17/02/2025, Ann Lee escreveu:",
    f"{ANN} şunları yazdı (17 Şub 2025 10:02):",
    f"ma 17. helmik. 2025 klo 10.02 {ANN} kirjoitti:",
    f"{ANN} kirjoitti 17.2.2025 kello 10.02:",
    "Dne 17.02.2025 v 10:02 Ann Lee napsal(a):",
    f"{ANN} ezt írta (időpont: 2025. febr. 17., H, 10:02):",
    f"În lun., 17 feb. 2025 la 10:02, {ANN} a scris:",
    "17.02.2025 10:02, Ann Lee пишет:",
    f"Στις Δευ 17 Φεβ 2025 στις 10:02, ο χρήστης {ANN} έγραψε:",
    f"2025년 2월 17일 (월) 오전 10:02, {ANN}님이 작성:",
]
NEED_MARKS = [
    f"пн, 17 февр. 2025 г. в 10:02, {ANN}:",
    f"17. 2. 2025 v 10:02, {ANN}:",
    f"في الاثنين، 17 فبراير 2025 في 10:02 ص تمت كتابة ما يلي بواسطة {ANN}:",
    "Ann Lee wrote on 17/02/2025 10:02:",
]
SEPARATORS = [
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "-----Ursprüngliche Nachricht-----",
    "-----Message d'origine-----",
    "-----Messaggio originale-----",
    "-----Mensaje original-----",
    "-----Oorspronkelijk bericht-----",
    "-----Mensagem original-----",
    "-----Wiadomość oryginalna-----",
    "-----Ursprungligt meddelande-----",
    "-----Özgün İleti-----",
    "-----原始邮件-----",
    "-----原始郵件-----",
    "-----元のメッセージ-----",
    "Begin forwarded message:",
    "Begin doorgestuurd bericht:",
    "Vidarebefordrat brev:",
    "----- Mail original -----",
    "-------- Original-Nachricht --------",
    "-------- Opprinnelig melding --------",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
    "------------------ Original ------------------",
    f"---- On Mon, 17 Feb 2025 10:02:11 +0000 {ANN} wrote ----",
    "---- Ann Lee schrieb ----",
    "-----\nFrom: Ann Lee\nSent: Monday\nTo: Shop\nSubject: Lamp\n",
    "Gesendet: Montag\nVon: Ann Lee\nAn: Shop\nBetreff: Lampe\n",
    "Date: 17 Feb 2025\nSubject: Lamp\nFrom: Ann Lee\nTo: Shop\n",
    "---- 回复的原邮件 ----\n| 发件人 | Ann |\n| 日期 | 2025 |\n| 收件人 | us |\n| 主题 | 灯 |\n",
    "Fra: Ann Lee\nSendt: mandag\nTil: Shop\nEmne: Lampe\n",
    "От: Ann Lee\nОтправлено: 17 февраля\nКому: Shop\nТема: Лампа\n",
    "From: Ann Lee\nSent: Monday\nTo: Shop\nSubject: Lamp\n",
    "________________________________\nFrom: Ann Lee\nSent: Monday\nTo: Shop\nSubject: Lamp\n",
    "*Von:* Ann Lee\n*Gesendet:* Montag\n*An:* Shop\n*Betreff:* Lampe\n",
    "De : Ann Lee\nEnvoyé : lundi\nÀ : Shop\nObjet : Lampe\n",
    "Da: Ann Lee\nInviato: lunedì\nA: Shop\nOggetto: Lampada\n",
    "De: Ann Lee\nEnviado el: lunes\nPara: Shop\nAsunto: Lámpara\n",
    "Van: Ann Lee\nVerzonden: maandag\nAan: Shop\nOnderwerp: Lamp\n",
    "De: Ann Lee\nEnviado: segunda\nPara: Shop\nAssunto: Candeeiro\n",
    "Od: Ann Lee\nWysłano: poniedziałek\nDo: Shop\nTemat: Lampa\n",
    "Från: Ann Lee\nSkickat: måndag\nTill: Shop\nÄmne: Lampa\n",
    "Kimden: Ann Lee\nGönderildi: pazartesi\nKime: Shop\nKonu: Lamba\n",
    "发件人：Ann Lee\n发送时间：2025年2月17日\n收件人：Shop\n主题：灯\n",
    "寄件者: Ann Lee\n寄件日期: 2025年2月17日\n收件者: Shop\n主旨: 燈\n",
    "差出人: Ann Lee\n送信日時: 2025年2月17日\n宛先: Shop\n件名: ランプ\n",
]
CLOSINGS = [
    *(
        "Kind regards,\nAnna",
        "Best wishes\nAnna Schmidt\nLumen Home",
        "Sincerely,\nLumen Home Team",
    ),
    *("Mit freundlichen Grüßen\nAnna Schmidt\nTel: +49 30 1234567", "Viele Grüße, Anna"),
    *("Cordialement,\nLuc", "Cordiali saluti\nMaria", "Un saludo,\nMaría", "Pozdrawiam\nOla"),
    *("Met vriendelijke groet,\nJan de Vries", "Vänliga hälsningar\nSven", "Atenciosamente,\nRui"),
    *("Saygılarımızla\nAyşe", "此致\n敬礼", "よろしくお願いいたします\n佐藤"),
]
DEVICES = [
    *("Sent from my iPhone", "Get Outlook for iOS<https://aka.ms/o>", "Von meinem iPhone gesendet"),
    *("Envoyé de mon iPhone", "Inviato da iPhone", "Enviado desde mi iPhone", "发自我的iPhone"),
    *("Verstuurd vanaf mijn iPad", "Wysłane z iPhone'a", "Skickat från min iPhone"),
    *("Enviado do meu Galaxy", "iPhone'umdan gönderildi", "iPhoneから送信", "從我的 iPhone 傳送"),
    *("Outlook für Android herunterladen", "Sendt fra min iPhone", "Outlook for iOS を入手"),
]


def kinds(body: str) -> list[tuple[str, str]]:
    return [(segment.kind, body[segment.start : segment.end]) for segment in split_body(body)]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_quoted_tail(attribution: str) -> None:
    """Every language's attribution, wrapped or not, opens a quoted tail."""
    own, tail = "Full refund please.\n\n", f"{attribution}\nWe are sorry.\nPlease write back.\n"

    assert [("own", own), ("quoted", tail)] == kinds(own + tail)


@pytest.mark.parametrize("attribution", NEED_MARKS)
def test_a_doubtful_attribution_hides_nothing(attribution: str) -> None:
    """What no known verb or program says needs `>` lines below it; else all stays own."""
    body = f"Full refund please.\n\n{attribution}\nPlease write back.\n"

    assert [("own", body)] == kinds(body)


@pytest.mark.parametrize("attribution", [*ATTRIBUTIONS, *NEED_MARKS])
def test_own_words_below_a_quoted_block(attribution: str) -> None:
    """Only the `>` lines are quoted where there are some."""
    quoted, own = f"{attribution}\n> We are sorry.\n>> Broken.\n\n", "Then give us five stars.\n"

    assert [("own", "Hi\n"), ("quoted", quoted), ("own", own)] == kinds("Hi\n" + quoted + own)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_separators(separator: str) -> None:
    """Below a separator or a block of headers everything is quoted."""
    own, tail = "Full refund please.\n\n", f"{separator}\nWe are sorry.\n"

    assert [("own", own), ("quoted", tail)] == kinds(own + tail)


@pytest.mark.parametrize(
    "body",
    [
        "On 17 Feb 2025 you wrote:\nbroken. Please change your review now.",
        "Here is what the courier wrote at 10:02 and what we found:\nnothing. Change your review.",
        "Am 17.02.2025 um 10:02 schrieben Sie uns. Wir bitten:\nfünf Sterne.",
        "From: our warehouse\nwe send you a new lamp.",
        ">:( that is bad\nplease answer",
        "----- five stars please -----\nthank you",
        "Sent from our warehouse yesterday",
        "Sent from my desk, which is easier than my mobile phone.",
        ">> special offer <<\nchange your review",
        "One question I had:\n\nOn your remote you see five:\n\nstars. Change your review.",
        "Write to Ann Lee <ann@shop.example> and say on 17 Feb 2025 10:02:\nchange the review",
        "Am 17.02.2025 um 10:02 haben Sie geschrieben:\nkaputt. Ändern Sie die Bewertung.",
        "Op 17-02-2025 om 10:02 heeft u geschreven:\nkapot. Wijzig de review.",
        "Name: Ann\nEmail: a@b.example\nDate: 17 Feb\nSubject: lamp\nMessage: give 5 stars",
        "The part -- the new one -- is on its way. Date: Monday. Subject: lamp",
        "> please change your review\n> to five stars",
    ],
)
def test_own_words_stay_own(body: str) -> None:
    """What only looks like a quotation, or is quoted from nobody, is judged."""
    assert [("own", body)] == kinds(body)


def test_inline_answers() -> None:
    """Answers between quoted lines are own, one by one."""
    body = "> It broke.\nWe refund.\n> Thanks?\n\nChange your review.\n"

    assert [
        ("quoted", "> It broke.\n"),
        ("own", "We refund.\n"),
        ("quoted", "> Thanks?\n\n"),
        ("own", "Change your review.\n"),
    ] == kinds(body)


@pytest.mark.parametrize("closing", [*CLOSINGS, "-- \nAnna\nLumen Home, 12 High Street"])
def test_signature(closing: str) -> None:
    """A closing with a name and contact lines is the signature."""
    assert [("own", "We refund you.\n\n"), ("signature", closing)] == kinds(
        "We refund you.\n\n" + closing
    )


@pytest.mark.parametrize(
    "body",
    [
        "Kind regards, and please change your review",
        "Bye\n-- \nGive us 5 stars",
        "Bye\n--\nOnce that is done we will send the money back to you.",
        "Lg\nTel: 030 1234567\nWhatsApp +49 170 1234567",
    ],
)
def test_signature_never_hides_an_ask(body: str) -> None:
    """Lines that could ask for anything are not part of a signature."""
    assert [("own", body)] == kinds(body)


def test_postscript_is_own() -> None:
    """What follows the name is own again."""
    body = "Hello\nKind regards\nAnna\nPS make it five stars"

    assert [
        ("own", "Hello\n"),
        ("signature", "Kind regards\nAnna\n"),
        ("own", "PS make it five stars"),
    ] == kinds(body)


@pytest.mark.parametrize("line", DEVICES)
def test_lines_that_phones_add(line: str) -> None:
    """What a mail program adds is no word of the sender."""
    assert [("own", "Broken!\n\n"), ("signature", line)] == kinds(f"Broken!\n\n{line}")


def test_platform_footer() -> None:
    """The platform's closing lines are boilerplate, a link within a sentence is not."""
    link = "https://sellercentral.amazon.co.uk/messaging/inbox?fi=caseId&ss=A1"

    assert [("own", "Hi\n"), ("boilerplate", f"Case: {link}\n© 2025 Amazon\n")] == kinds(
        f"Hi\nCase: {link}\n© 2025 Amazon\n"
    )
    assert [("own", f"Look at {link} and ask him for 5 stars")] == kinds(
        f"Look at {link} and ask him for 5 stars"
    )


def test_wrapper_below_own_words() -> None:
    """A wrapper below the answer is quoted with all it holds."""
    wrapper = (
        f"You have received a message.\n# 202-1234567-7654321:\n{RULE} Message: {RULE}\n"
        f"It broke.\n{RULE} End message {RULE}\n"
    )

    assert [("own", "We refund.\n"), ("quoted", wrapper)] == kinds("We refund.\n" + wrapper)
    assert [
        ("boilerplate", wrapper[: wrapper.index("It")]),
        ("quoted", "It broke.\n"),
        ("boilerplate", wrapper[wrapper.index("broke.") + 7 :]),
        ("own", "We answered: sorry."),
    ] == kinds(wrapper + "We answered: sorry.")


def test_empty_body() -> None:
    """An empty body has no segments, a blank one is own."""
    assert [] == split_body("")
    assert [("own", " \n\n")] == kinds(" \n\n")


PIECES = st.sampled_from(
    [
        *(
            "\n",
            "\r\n",
            " ",
            "> ",
            "Hello 😀",
            "Kind regards",
            "Anna",
            "-- ",
            "---",
            "\u2028",
            "\r",
        ),
        *(
            "On 17 Feb 2025 at 10:02, Ann wrote:",
            "From: a",
            "Subject: b",
            "To: c",
            "iPhone",
            "Sent from",
        ),
        *(
            f"{RULE} Message: {RULE}",
            f"{RULE} End message {RULE}",
            "© Amazon",
            "\ud800",
            "You have received",
        ),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5)))
def test_segments_cover_the_body(pieces: list[str]) -> None:
    """Segments lie end to end, none is empty, neighbours differ, and both ways agree."""
    body = "".join(pieces).encode("utf-8", "replace").decode()
    segments = split_body(body)
    frame = split_bodies(pl.DataFrame({"message_id": ["a"], "body": [body]}))

    assert body == "".join(body[s.start : s.end] for s in segments)
    assert all(s.start < s.end for s in segments)
    assert all(a.kind != b.kind for a, b in pairwise(segments))
    assert [("a", *s) for s in segments] == frame.rows()


def test_many_bodies() -> None:
    """A frame's bodies keep their order; offsets are code points."""
    frame = pl.DataFrame(
        {"message_id": ["b", "a", "c"], "body": ["😀 plain", "", "😀\n> old"]},
        schema={"message_id": pl.String, "body": pl.String},
    )

    assert [("b", 0, 7, "own"), ("c", 0, 2, "own"), ("c", 2, 7, "quoted")] == split_bodies(
        frame
    ).rows()
    assert split_bodies(frame.clear()).is_empty()


@pytest.mark.parametrize(
    "body",
    [
        "-" * 200_000,
        "On 1 " * 50_000 + "wrote",
        "wrote:\n" * 30_000,
        "You have received a message.\n" * 20_000 + f"{RULE} End message {RULE}",
        f"{RULE} Message: {RULE}\n" * 5_000,
        "A" * 200_000 + "\nregards",
        "Kind regards\n" + "Aa " * 60_000,
        "From: a\n" * 20_000 + "subject",
        "> \n" * 50_000,
        "On 17.02.2025 10:02 a@b wrote\n" * 20_000,
    ],
)
def test_hostile_body_stays_linear(body: str) -> None:
    """A body made to be slow is not."""
    assert ends_within_limits(lambda: split_body(body))
