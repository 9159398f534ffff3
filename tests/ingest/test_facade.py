"""What the inputs are called, who is who in them, and what is looked at but not read."""

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from ingest.loaded import load

from pipeline.config import Config, TableMapping
from pipeline.errors import ConfigError, UsageError
from pipeline.ingest import facade, ingest, probe
from pipeline.ingest.base import Context, Reader
from pipeline.ingest.files import find_files
from pipeline.ingest.registry import choose, readers
from pipeline.model import Record

TABLE = "sent_at,body\n2025-02-17T10:00:00Z,{}\n"


def test_names_start_at_the_input(tmp_path: Path) -> None:
    """Inputs of one name get a number in the order of their content, not of the command line."""
    contents = {"a/exports/mail/x.csv": "1", "b/exports/x.csv": "2", "c/x.csv": "3", "d/x.csv": "4"}
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    inputs = [tmp_path / name for name in ("a/exports", "b/exports", "c/x.csv", "d/x.csv")]

    one = {f.source_file: f.path.read_text() for f in find_files(inputs)}
    other = {f.source_file: f.path.read_text() for f in find_files([*inputs[::-1], inputs[0]])}

    assert one == other
    assert set(one) in (
        {"exports/mail/x.csv", "exports~2/x.csv", "x.csv", "x.csv~2"},
        {"exports~2/mail/x.csv", "exports/x.csv", "x.csv", "x.csv~2"},
    )
    assert (one["x.csv"], one["x.csv~2"]) == ("4", "3")


def test_what_is_not_opened_is_listed(tmp_path: Path) -> None:
    """Hidden files, links that leave the input and pipes are named with a note and not read."""
    outside = tmp_path / "outside.csv"
    outside.write_text(TABLE.format("outside"))
    folder = tmp_path / "in"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "x.csv").write_text(TABLE.format("hidden"))
    (folder / ".x.csv").write_text(TABLE.format("hidden"))
    (folder / "link.csv").symlink_to(outside)
    (tmp_path / "folder").mkdir()
    (folder / "link").symlink_to(tmp_path / "folder", target_is_directory=True)
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "gone.csv").symlink_to(folder / "nothing")
    os.mkfifo(folder / "pipe.csv")

    found = {file.source_file: (file.note, file.sha256) for file in find_files([folder])}

    assert found == {
        "in/.git": ("hidden folder, not entered", ""),
        "in/.x.csv": ("hidden file, not read", ""),
        "in/again": ("link to a folder of the input", ""),
        "in/gone.csv": ("not a regular file (device, pipe or broken link), not opened", ""),
        "in/link": ("link that leaves the input", ""),
        "in/link.csv": ("link that leaves the input, not followed", ""),
        "in/pipe.csv": ("not a regular file (device, pipe or broken link), not opened", ""),
    }


def test_a_missing_input_is_wrong_usage(tmp_path: Path) -> None:
    """It is named, and nothing else is read."""
    with pytest.raises(UsageError, match=r"nowhere: no such file or folder"):
        ingest([tmp_path / "nowhere"], Config(), tmp_path / "out")


def test_a_mapping_of_an_unknown_column_is_wrong_configuration(tmp_path: Path) -> None:
    """The column is named before any file is opened."""
    config = Config(mappings=(TableMapping("*.csv", "orders", {"body": "Text"}),))

    with pytest.raises(ConfigError, match=r"orders has no column 'body'"):
        ingest([tmp_path], config, tmp_path / "out")


@pytest.mark.parametrize(
    ("sender", "recipient", "given", "direction", "buyer"),
    [
        ("Anna", "Ann Lee", "", "outbound", "Ann Lee"),
        ('"Shop" <SHOP@x.example>', "Ann@Y.example", "", "outbound", "ann@y.example"),
        ("Ann Lee", "shop@x.example", "", "inbound", "Ann Lee"),
        ("anna", "shop@x.example", "", "internal", None),
        ("k3+c4@marketplace.amazon.de", "", "", "inbound", "k3@marketplace.amazon.de"),
        ("Bob", "k3@marketplace.amazon.de", "", "outbound", "k3@marketplace.amazon.de"),
        ("k3@marketplace.amazon.de.evil.example", "", "", "unknown", None),
        ("Bob", "Ann Lee", "", "unknown", None),
        ("Bob", "Ann Lee", "Sent", "outbound", "Ann Lee"),
        ("Bob", "Ann Lee", "internal", "internal", None),
    ],
)
def test_directions(
    read: Callable, sender: str, recipient: str, given: str, direction: str, buyer: str | None
) -> None:
    """A given direction stands; else the configuration and the relay address tell, or nothing."""
    cells = [f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in (sender, recipient, given)]
    table = f"sent_at,body,sender,recipient,direction\n2025-02-17T10:00:00Z,x,{','.join(cells)}\n"

    found = read({"a.csv": table}, addresses=("shop@x.example",), names=("Anna",))

    expected = [{"direction": direction, "buyer_id": buyer}]
    assert expected == found.rows("raw_messages", "direction", "buyer_id")


def test_unknown_senders_are_counted(read: Callable) -> None:
    """Who wrote messages of unknown direction is told, most frequent first."""
    rows = "".join(f"2025-02-17T10:00:0{n}Z,x,{who}\n" for n, who in enumerate("bab"))

    found = read({"a.csv": "sent_at,body,sender\n" + rows})

    assert list(found.ingested.unknown_senders.items()) == [("b", 2), ("a", 1)]


def test_wrapped_bodies_are_unwrapped(read: Callable) -> None:
    """A help desk's copy of a relay mail loses the platform's wrapper and keeps its ids."""
    body = (
        "You have received a message.\n# 202-1234567-7654321:\n1 / Lamp [ASIN: B0TESTLAMP]\n"
        "------------- Message:  -------------\nFull refund please.\n"
        "------------- End message -------------\n"
    )

    found = read({"a.csv": f'sent_at,body\n2025-02-17T10:00:00Z,"{body}"\n'})

    assert found.rows("raw_messages", "order_id", "asin", "body") == [
        {
            "order_id": "202-1234567-7654321",
            "asin": "B0TESTLAMP",
            "body": "Full refund please.",
        }
    ]


def test_optional_values_that_cannot_be_read_are_left_out_with_a_warning(read: Callable) -> None:
    """The row is loaded without them: a comma before three digits may be either mark."""
    table = 'order_id,ordered_at,amount\n1,2025-02-17,"1,234"\n2,2025-02-17,9.50\n'

    found = read({"a.csv": table}, marketplaces=("DE",))

    assert [order["amount"] for order in found.rows("raw_orders", "amount")] == [
        None,
        Decimal("9.5000"),
    ]
    assert found.rows("warnings") == [
        {
            "source_no": 1,
            "source_locator": "line 2",
            "warning": "amount not understood, left out: 1,234",
        }
    ]


class Claims:
    """A reader that claims every file."""

    def __init__(self, name: str, priority: int) -> None:
        """Give it a name and a priority."""
        self.name = name
        self.priority = priority

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim it."""
        return bool(head and path)


def test_the_more_specific_reader_wins() -> None:
    """Of equally specific ones the first by name does, and the others are told."""
    a, b, c = (Claims(name, n) for name, n in (("a", 10), ("b", 20), ("c", 20)))

    assert (b,) == choose(b"x", Path("f"), [a, b])
    assert (b, c) == choose(b"x", Path("f"), [c, a, b])
    assert () == choose(b"", Path("f"), [a, b])


class PanicException(BaseException):
    """No Exception: they mean it to end the process."""


@pytest.mark.parametrize("error", [KeyError, PanicException])
def test_a_reader_that_fails_costs_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """The note says whose fault it is; the rows before are kept, other files are read."""

    class Failing(Claims):
        def read(self, path: Path, context: Context) -> Iterator[Record]:
            del path, context
            yield Record("messages", "line 1", {"sent_at": "2025-02-17T10:00:00Z", "body": "hi"})
            raise error("x")

    monkeypatch.setattr(facade, "readers", lambda: (Failing("odd", 50), *readers()))
    (tmp_path / "a.csv").write_text("sent_at,body\n2025-02-17T10:00:00Z,hello\n")
    found = load(tmp_path / "a.csv")

    assert ({"odd"}, ["hi"]) == (found.readers, [row["body"] for row in found.messages])
    said = f"the odd reader failed, which is its fault ({error.__name__} at test_facade.py:"
    assert said in found.notes
    assert said in probe([tmp_path / "a.csv"], Config())[0].note
    assert found.accounted()


def test_readers_are_found_by_their_folder() -> None:
    """Every module with a READER is one, sorted by module; names are unique."""
    found: tuple[Reader, ...] = readers()

    assert {"csv", "jsonl", "parquet", "xlsx", "amazon-orders", "amazon-feedback"} <= {
        reader.name for reader in found
    }
    assert len({reader.name for reader in found}) == len(found)


def test_probe_tells_what_a_file_would_be(tmp_path: Path) -> None:
    """The reader, the columns understood and ignored, the first rows; or why it is skipped."""
    (tmp_path / "a.csv").write_text("When,Message,Sent,Colour\n1,hi,2025-02-17,red\n")
    (tmp_path / "b.csv").write_text("x\n")

    a, b = probe([tmp_path / "a.csv", tmp_path / "b.csv"], Config())

    assert a.as_dict() == {
        "source_file": "a.csv",
        "reader": "csv",
        "record_kind": "messages",
        "columns": {"sent_at": "Sent", "body": "Message"},
        "ignored": ["When", "Colour"],
        "first_rows": [{"locator": "line 2", "sent_at": "2025-02-17", "body": "hi"}],
        "note": "",
    }
    assert b.lines() == ["b.csv: skipped: no reader knows this format"]
