"""The shapes of mails that public parsers are tested with: nested, broken, oddly encoded."""

import base64

import pytest

from pipeline.config import Config
from pipeline.ingest._mail import Tally, understand
from pipeline.ingest._mail_headers import header_text, name_of
from pipeline.ingest._mail_mime import file_name
from pipeline.ingest.base import Context
from pipeline.model import Attachment, Record

HEAD = "Date: Mon, 17 Feb 2025 10:02:11 +0000\nFrom: Ann <ann@mail.example>\nTo: b@mail.example\n"
PLAIN = "Content-Type: text/plain; charset=utf-8\n"
BASE64 = f"{PLAIN}Content-Transfer-Encoding: base64"
QUOTED = f"{PLAIN}Content-Transfer-Encoding: Quoted-Printable"
HTML = "Content-Type: text/html; charset=utf-8\n"
INLINE = 'Content-Disposition: inline; filename="note.txt"\n'
FILE = 'Content-Disposition: attachment; filename="a.txt"\n'


def parts(kind: str, *inside: str, boundary: str = "b1", written: str = "") -> str:
    """Return a multipart body with its header."""
    body = "".join(f"--{boundary}\n{part}\n" for part in inside)
    written = written or f'boundary="{boundary}"'
    return (
        f"Content-Type: multipart/{kind}; {written}\n\npreamble\n{body}--{boundary}--\nepilogue\n"
    )


def read(mail: str | bytes) -> tuple[str, list[Attachment]]:
    """Return the body of a mail, and what is attached to it."""
    attached: list[Attachment] = []
    context = Context(Config(), "a.eml", attach=lambda _where, one: attached.append(one))
    raw = mail if isinstance(mail, bytes) else (HEAD + mail).encode()
    row = understand(raw, "mail", context, Tally())
    assert isinstance(row, Record)
    return str(row.fields["body"]), attached


TEXTS = {
    "nested": (
        parts(
            "mixed",
            parts("alternative", f"{PLAIN}\nHi", f"{HTML}\n<p>Hi</p>", boundary="b2"),
            f"{FILE}\nnot read",
        ),
        "Hi",
    ),
    "related within alternative": (
        parts(
            "alternative",
            f"{PLAIN}\n \n",
            parts("related", f"{HTML}\n<p>Hi <b>Ann</b></p>", boundary="b2"),
        ),
        "Hi Ann",
    ),
    "HTML with a plain footer": (
        parts("mixed", f"{HTML}\n<p>Hi Ann</p>", f"{PLAIN}\nScanned."),
        "Hi Ann\nScanned.",
    ),
    "twins that are not said to be": (
        parts("mixed", f"{PLAIN}\nHi  Ann\n", f"{HTML}\n<p>Hi Ann</p>"),
        "Hi  Ann\n",
    ),
    "HTML in two parts": (parts("mixed", f"{HTML}\n<p>Hi</p>", f"{HTML}\n<p>Ann</p>"), "Hi\nAnn"),
    "a boundary that begins another": (
        parts("mixed", parts("alternative", f"{PLAIN}\nHi", boundary="b1-a"), f"{PLAIN}\nAnn"),
        "Hi\nAnn",
    ),
    "encoded boundary": (parts("mixed", f"{PLAIN}\nHi", written="boundary*=\"utf-8''b%31\""), "Hi"),
    "boundary with a blank behind it": (
        parts("mixed", f"{PLAIN}\nHi").replace("--b1\n", "--b1 \n"),
        "Hi",
    ),
    "no boundary": ("Content-Type: multipart/mixed\n\nHi\n", "Hi\n"),
    "a boundary that never comes": ("Content-Type: multipart/mixed; boundary=x\n\nHi\n", "Hi\n"),
    "no end": (parts("mixed", f"{PLAIN}\nHi").partition("--b1--")[0], "Hi\n"),
    "inline with a file's name": (parts("mixed", f"{PLAIN}{INLINE}\nHi"), "Hi"),
    "inline beside text": (parts("mixed", f"{PLAIN}\nHi", f"{PLAIN}{INLINE}\nlog"), "Hi"),
    "another kind of text": ("Content-Type: text/enriched\n\nHi\n", "Hi\n"),
    "kind without a slash": ("Content-Type: text\n\nHi\n", "Hi\n"),
    "no kind": ("\nHi\n", "Hi\n"),
    "no empty line": ("Subject: x\nHi Ann, there is no empty line\n", None),
    "no empty line in a part": (parts("mixed", f"{PLAIN}Hi"), "Hi"),
    "no header in a part": (parts("mixed", "Hi"), "Hi"),
    "a broken header among others": ("Subject: x\nwrapped\nX-A: b\nMime-Version: 1.0\n\nHi", "Hi"),
    "digest": (parts("digest", "\nDate: x\nSubject: Inner\n\nHi", f"{PLAIN}\nSeen"), "Seen"),
    "a parameter's comment": (f"{BASE64}; x\n\nSGk=\n", "Hi"),
    "base64 without padding": (f"{BASE64}\n\nSGkgQW5u\nIQ\n", "Hi Ann!"),
    "quoted-printable": (f"{QUOTED}\n\nH=C3=\n=A9=20\n", "Hé \n"),
}  # fmt: skip


@pytest.mark.parametrize("shape", TEXTS)
def test_what_a_reader_sees(shape: str) -> None:
    """Every text is read once, in its order; none is lost to broken structure."""
    mail, body = TEXTS[shape]

    assert (body or "Hi Ann, there is no empty line\n") == read(mail)[0]


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("windows-1252", "“5 €”"),
        ("iso-8859-15", "5 €"),
        ("iso-2022-jp", "レビュー"),
        ("shift_jis", "①レビュー"),
        ("gb2312", "评价鎔"),
        ("big5", "評價"),
        ("utf-16", "Größe"),
        ("utf-7", "Größe"),
        ("koi8-r", "отзыв"),
        ("iso-8859-9", "yıldız"),
    ],
)
def test_charsets(charset: str, text: str) -> None:
    """What is declared is decoded, wider than declared where programs always meant that."""
    codec = {"shift_jis": "cp932", "gb2312": "gb18030"}.get(charset, charset)
    data = base64.encodebytes(text.encode(codec)).decode()
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n"

    assert text == read(head + data)[0]


@pytest.mark.parametrize("charset", ["utf-8", "us-ascii", "x-unknown", "binary"])
def test_a_charset_that_is_wrong(charset: str) -> None:
    """Words that are not in the declared encoding are read by what they are."""
    head = f"{HEAD}Content-Type: text/plain; charset={charset}\n\n".encode()

    assert read(head + "größer".encode("cp1252"))[0] == "größer"
    assert read(head + "größer".encode())[0] == "größer"


def test_old_line_ends() -> None:
    """Carriage returns alone are line ends, too."""
    assert read((HEAD + PLAIN + "\nHi\nAnn\n").replace("\n", "\r").encode())[0] == "Hi\nAnn\n"


def test_mails_within_mails_and_other_files() -> None:
    """Everything that is not shown is an attachment, under a name where it has one."""
    inner = "Content-Type: message/rfc822\n\nSubject: Inner\n\nHi"
    mail = parts(
        "mixed", f"{PLAIN}\nHi", inner, "Content-Type: text/calendar\n\nBEGIN", f"{FILE}\nx"
    )

    body, attached = read(mail)

    assert body == "Hi"
    assert [("Inner.eml", "message/rfc822"), ("", "text/calendar"), ("a.txt", "text/plain")] == [
        (one.name, one.media_type) for one in attached
    ]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("=?utf-8?B?SGVsbG8gd29ybGQ?=", "Hello world"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\n =?iso-8859-1?q?=E9?= c", "aé c"),
        ("=?utf-8?B?4pg=?= =?utf-8?B?hQ==?=", "★"),
        ("=?utf-8*de?q?a_b?=", "a b"),
        ("=?utf-8?q?a b?=", "a b"),
        ("(=?utf-8?q?a?=)x=?utf-8?q?b?=", "(a)xb"),
        ("=?x-none?q?a?=", "a"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
    ],
)
def test_encoded_words(written: str, text: str) -> None:
    """RFC 2047, and what programs make of it: cut letters, missing padding, blanks within."""
    assert text == " ".join(header_text(written.encode()).split())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("attachment; filename=a.txt", "a.txt"),
        ('attachment; filename="a b.txt"; size=3', "a b.txt"),
        ("attachment; filename*=utf-8''%E2%98%85.txt", "★.txt"),
        ("attachment; filename*=iso-8859-1'de'gr%F6%DFe.txt", "größe.txt"),
        ('attachment; filename*0="a-"; filename*1="b.txt"', "a-b.txt"),
        ("attachment; filename*1*=%85.txt; filename*0*=utf-8''%E2%98", "★.txt"),
        ('attachment; filename="=?utf-8?q?=E2=98=85?=.txt"', "★.txt"),
        ("attachment; filename=plain.txt; filename*=utf-8''%E2%98%85.txt", "★.txt"),
    ],
)
def test_file_names(written: str, name: str) -> None:
    """RFC 2231 in pieces and in any order; encoded words where they do not belong."""
    assert name == file_name(written.encode(), "filename")


def test_names_of_people() -> None:
    """The name stands before the address, behind it in old mails, or nowhere."""
    assert name_of('"Lee, Ann" <a@b.example>') == "Lee, Ann"
    assert name_of("a@b.example (Ann Lee)") == "Ann Lee"
    assert name_of("a@b.example") == ""
