import io
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest.loaded import load_text

from pipeline.config import Config
from pipeline.ingest import _mail_batch, _mail_split, eml, mbox
from pipeline.ingest.base import Context
from pipeline.model import Quarantined, Record, Table

TAKEOUT = "From 1545668983435175434@xxx Mon Feb 17 10:02:11 +0000 2025\n"
PLAIN = "From ann@example.com Mon Feb 17 10:02:11 2025\n"
HEAD = "From: ann@example.com\nDate: Mon, 17 Feb 2025 10:02:11 +0000\nMessage-ID: <{}@x>\n\n"


def rows(
    tmp_path: Path, data: bytes | str, *, name: str = "a.mbox"
) -> tuple[list[dict[str, object]], Context]:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    said: list[str] = []
    context = Context(Config(), name, warn=lambda _locator, warning: said.append(warning))
    reader = eml.READER if name.endswith((".eml", ".emlx")) else mbox.READER
    found: list[dict[str, object]] = []
    for item in reader.read(path, context):
        if isinstance(item, Table):
            found += [{"kind": item.kind, **row} for row in item.frame.to_dicts()]
        elif isinstance(item, Record):
            found.append({"kind": item.kind, "locator": item.locator, **item.fields})
        else:
            found.append({"kind": "quarantined", "reason": item.reason, "locator": item.locator})
    context.notes.extend(said)
    return found, context


def test_parts_beyond_the_limits_are_told(tmp_path: Path) -> None:
    """Of a mail of endless parts, or parts in parts, the first are read, and it is said so."""
    part = "--b\nContent-Type: text/plain\n\n{}\n"
    head = HEAD.format(1).removesuffix("\n")
    many = head + 'Content-Type: multipart/mixed; boundary="b"\n\n'
    holder = '--b{}\nContent-Type: multipart/mixed; boundary="b{}"\n\n'
    deep = many.replace('"b"', '"b0"') + "".join(holder.format(n, n + 1) for n in range(200))

    few, quiet = rows(tmp_path, many + part.format("one") * 3 + "--b--\n", name="a.eml")
    found, loud = rows(tmp_path, many + part.format("one") * 5_000 + "--b--\n", name="a.eml")
    nested, told = rows(tmp_path, deep + "Please remove your review.", name="a.eml")

    assert 3 == str(few[0]["body"]).count("one")
    assert 499 == str(found[0]["body"]).count("one")
    assert 1 == len(nested)
    assert not [note for note in quiet.notes if "parts" in note]
    assert all("more than 500 parts" in "; ".join(one.notes) for one in (loud, told))


@pytest.mark.parametrize("separator", [TAKEOUT, PLAIN])
def test_body_lines_that_begin_with_from(tmp_path: Path, separator: str) -> None:
    """Only separators split: other lines that begin with "From " belong to the body."""
    body = "Hi\n\nFrom Monday on we are closed.\nFrom here\n"
    data = f"{separator}{HEAD.format(1)}{body}\n{separator}{HEAD.format(2)}>From us, bye\n"
    found, _ = rows(tmp_path, data)

    assert [body + "\n", "From us, bye\n"] == [row["body"] for row in found]
    assert ["mail:1@x", "mail:2@x"] == [row["message_id"] for row in found]
    assert f"message 2 at byte {data.rindex(separator)}" == found[1]["locator"]


def test_plain_separator_needs_an_empty_line(tmp_path: Path) -> None:
    """A traditional separator within a paragraph is text; Takeout's stands anywhere."""
    within, _ = rows(tmp_path, f"{PLAIN}{HEAD.format(1)}Hi\n{PLAIN}Bye\n")
    takeout, _ = rows(tmp_path, f"{TAKEOUT}{HEAD.format(1)}Hi\n{TAKEOUT}{HEAD.format(2)}Bye\n")

    assert [f"Hi\n{PLAIN}Bye\n"] == [row["body"] for row in within]
    assert ["Hi\n", "Bye\n"] == [row["body"] for row in takeout]


def test_plain_separator_in_a_takeout_file(tmp_path: Path) -> None:
    """Within a Takeout file a forwarded traditional separator does not split."""
    found, _ = rows(tmp_path, f"{TAKEOUT}{HEAD.format(1)}Hi\n\n{PLAIN}Bye\n")

    assert [f"Hi\n\n{PLAIN}Bye\n"] == [row["body"] for row in found]


def test_windows_line_ends(tmp_path: Path) -> None:
    """Separators and headers with CRLF are understood, bodies get LF."""
    data = f"{PLAIN}{HEAD.format(1)}Hi\n\n{PLAIN}{HEAD.format(2)}Bye\n".replace("\n", "\r\n")
    found, _ = rows(tmp_path, data)

    assert ["Hi\n\n", "Bye\n"] == [row["body"] for row in found]


@pytest.mark.parametrize("size", [40, 64, 100, 1000])
def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Mails are the same wherever blocks (larger than a separator) end."""
    data = f"\n{PLAIN}{HEAD.format(1)}Hi\n\n\nFrom us\n\n{PLAIN}{HEAD.format(2)}Bye".encode()
    whole = list(_mail_split.split_mbox(io.BytesIO(data), takeout=False))
    monkeypatch.setattr(_mail_split, "_BLOCK", size)

    assert whole == list(_mail_split.split_mbox(io.BytesIO(data), takeout=False))
    assert 2 == len(whole)


def test_huge_mail_is_cut(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of a mail larger than any real one only the beginning is kept, and that is said."""
    monkeypatch.setattr(_mail_split, "LONGEST", 120)
    found, context = rows(tmp_path, f"{PLAIN}{HEAD.format(1)}{'x' * 5000}\n")

    assert 120 - len(HEAD.format(1)) == len(str(found[0]["body"]))
    assert any("only the beginning" in note for note in context.notes)


def test_text_before_the_first_mail(tmp_path: Path) -> None:
    """What is no mail goes to quarantine."""
    path = tmp_path / "b.mbox"
    path.write_text(f"stray words\n\n{PLAIN}{HEAD.format(1)}Hi\n")
    found = list(mbox.READER.read(path, Context(Config(), "b.mbox")))

    assert isinstance(found[0], Quarantined)
    assert 2 == len(found)


@pytest.mark.parametrize(
    ("name", "head", "reader"),
    [
        ("a", TAKEOUT, "mbox"),
        ("a", "\n" + PLAIN, "mbox"),
        ("a", "From - Mon Feb 17 10:02:11 2025\n", "mbox"),
        ("a.txt", "From Monday on we are closed\n", ""),
        ("a", HEAD.format(1), "eml"),
        ("a.eml", "\ufeffFrom: a@b.c\nSubject: x\n\nHi", "eml"),
        ("a.emlx", "123\nFrom: a@b.c\nDate: x\n\nHi", "eml"),
        ("a.txt", "From: Ann\nDate: Monday\n\nHi", ""),
        ("a.csv", "From,Date,Body\na,b,c\n", ""),
        ("a", "", ""),
    ],
)
def test_sniffing(name: str, head: str, reader: str) -> None:
    """Mailboxes and mails are known by how they begin, not by their names."""
    claims = [r.name for r in (mbox.READER, eml.READER) if r.sniff(head.encode(), Path(name))]

    assert [reader] * bool(reader) == claims


def test_emlx(tmp_path: Path) -> None:
    """Apple's byte count and property list are no part of the mail."""
    mail = HEAD.format(1) + "Hi\n"
    found, _ = rows(tmp_path, f"{len(mail)}\n{mail}<?xml version='1.0'?><plist/>", name="a.emlx")

    assert ["Hi\n"] == [row["body"] for row in found]


def test_processes_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processes read a mailbox: the same rows, warnings, attachments and notes."""
    attached = (
        "From: a@x.example\nDate: Mon, 17 Feb 2025 10:02:11 +0000\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nHi\n'
        "--b\nContent-Type: image/png; name=a.png\n\nx\n--b--\n"
    )
    undated = "From: a@x.example\nSubject: no date\n\nHi\n"
    bounce = (
        "From: postmaster@x.example\nDate: Mon, 17 Feb 2025 10:02:11 +0000\n"
        "In-Reply-To: <2@x>\n\nUndeliverable.\n"
    )
    mails = [attached, undated, bounce, *(HEAD.format(n) + f"Hi {n}\n" for n in range(9))]
    text = "".join(f"{TAKEOUT}{one}\n" for one in mails)
    monkeypatch.setattr(_mail_batch, "_MAILS", 3)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    found = []
    for worth in (10**12, 0):
        monkeypatch.setattr(_mail_batch, "_WORTH_PROCESSES", worth)
        loaded = load_text(tmp_path, "a.mbox", text)
        found.append({name: frame.rows() for name, frame in loaded.tables.items()})

    assert found[0] == found[1]
    assert {"raw_messages", "raw_attachments", "raw_bounces", "quarantined"} <= found[0].keys()


def test_a_killed_process_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a lost process was to do is done in this one."""

    class Broken:
        def __init__(self, *_: object, **__: object) -> None:
            self.left = 1

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def submit(self, *_: object) -> Future[object]:
            if self.left == 0:
                raise BrokenProcessPool
            self.left -= 1
            lost: Future[object] = Future()
            lost.set_exception(BrokenProcessPool())
            return lost

    monkeypatch.setattr(_mail_batch, "_MAILS", 2)
    monkeypatch.setattr(_mail_batch, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr(_mail_batch, "ProcessPoolExecutor", Broken)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    text = "".join(f"{TAKEOUT}{HEAD.format(n)}Hi {n}\n\n" for n in range(5))

    bodies = [row["body"] for row in load_text(tmp_path, "a.mbox", text).messages]

    assert [f"Hi {n}\n" for n in range(5)] == [str(body).rstrip("\n") + "\n" for body in bodies]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    TAKEOUT.encode(),
                    PLAIN.encode(),
                    HEAD.format(1).encode(),
                    b"\n",
                    b"\r\n",
                    b"From ",
                ),
                *(
                    b"Content-Type: multipart/mixed; boundary=b\n",
                    b"--b\n",
                    b"--b--",
                    b"=?utf-8?b?",
                ),
                *(
                    b"Content-Transfer-Encoding: base64\n",
                    b"Content-Type: text/html; charset=idna\n",
                ),
                *(
                    b"Date: Mon, 17 Feb 2025 10:02:11 +9999\n",
                    b"X-Space-Notification-Type: REFUND_ISSUED\n",
                ),
                *(b"From: a@amazon.com\n", b"Subject: 202-1234567-7654321 5 EUR\n", b"?=", b"\x00"),
            ]
        )
        | st.binary(max_size=20)
    )
)
def test_any_bytes_are_accounted_for(tmp_path: Path, pieces: list[bytes]) -> None:
    """Each mail of any file becomes exactly one row, and nothing raises."""
    data = b"".join(pieces)
    expected = list(_mail_split.split_mbox(io.BytesIO(data), takeout=_mail_split.is_takeout(data)))

    assert len(expected) == len(rows(tmp_path, data)[0])
    assert 1 == len(rows(tmp_path, data, name="a.eml")[0])
    for reader in (mbox.READER, eml.READER):
        assert reader.sniff(data, tmp_path / "a") in (True, False)
