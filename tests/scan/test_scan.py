"""The monthly scan reports everything once, keeps decisions, and changes nothing without cause."""

import json
from pathlib import Path
from typing import Any

import pytest
from exports import ASK, COMPLAINT, FIVE, PLAIN, Row, read_table, write_messages
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.config import load_config
from pipeline.scan import run_scan
from pipeline.scan.lock import locked
from pipeline.scan.notify import message_of
from pipeline.scan.state import State

JUNE = [
    ("m1", "t1", "2024-06-03T10:00:00Z", "inbound", COMPLAINT),
    ("m2", "t1", "2024-06-03T11:00:00Z", "outbound", ASK),
    ("m3", "t2", "2024-06-05T09:00:00Z", "outbound", PLAIN),
]
JULY = [
    ("m4", "t3", "2024-07-02T09:00:00Z", "outbound", FIVE),
    ("m5", "t4", "2024-07-03T09:00:00Z", "outbound", PLAIN),
]
LATE = [("m6", "t5", "2024-06-20T09:00:00Z", "outbound", FIVE)]
CONFIG = """
[seller]
timezone = "Europe/London"
[inputs]
paths = ["exports/"]
"""


class Shop:
    """A folder with exports, a configuration, and the scans of it."""

    def __init__(self, folder: Path) -> None:
        """Begin without exports."""
        self.folder = folder
        self.config = folder / "audit.toml"
        self.config.write_text(CONFIG)
        (folder / "exports").mkdir()

    def export(self, name: str, rows: list[Row]) -> None:
        """Write one export."""
        write_messages(self.folder / "exports" / name, rows)

    def run(self, *args: object) -> tuple[int, str]:
        """Run a command; return its exit code and all it says."""
        done = CliRunner().invoke(app, [str(arg) for arg in args])
        return done.exit_code, done.stdout + done.stderr

    def scan(self, *args: str) -> int:
        """Scan; return the exit code."""
        return self.run("scan", "--config", self.config, *args)[0]

    def changes(self, month: str) -> dict[str, str]:
        """Return the change of each message's finding (the most severe policy's)."""
        folder = self.folder / "scans" / month / "evidence"
        messages = {r["finding_id"]: r["message_id"] for r in read_table(folder / "findings.csv")}
        return {
            messages.get(row["finding_id"], row["finding_id"]): row["change"]
            for row in read_table(folder / "changes.csv")
        }

    def bytes(self, below: str = "scans") -> dict[str, bytes]:
        """Return every file that scans wrote, or all that lie below the shop's folder."""
        folder = self.folder / below
        return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def read_summary(folder: Path) -> dict[str, Any]:
    """Return what a month's folder says of itself."""
    return dict(json.loads((folder / "summary.json").read_text(encoding="utf-8")))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop without exports."""
    return Shop(tmp_path)


def test_a_month_twice_is_the_same_bytes_and_code(shop: Shop) -> None:
    """The first scan finds something and says 1; the second does the same and touches nothing."""
    shop.export("june.csv", JUNE)
    assert shop.scan("--month", "2024-06") == 1
    before = shop.bytes("")
    assert shop.changes("2024-06") == {"m2": "new"}

    assert shop.scan("--month", "2024-06") == 1
    assert shop.bytes("") == before
    assert [p.name for p in (shop.folder / "scans").iterdir()] == ["2024-06"]


def test_late_messages_are_reported_by_the_scan_that_first_saw_them(shop: Shop) -> None:
    """July's scan reports June's late finding, under June; June's folder stays as it was."""
    shop.export("june.csv", JUNE)
    shop.scan("--month", "2024-06")
    before = shop.bytes()
    shop.export("july.csv", JULY + LATE)

    assert shop.scan("--month", "2024-07") == 1
    assert shop.changes("2024-07")["m6"] == "new"
    assert shop.changes("2024-07")["m4"] == "new"
    months = {
        row["month"]
        for row in read_table(shop.folder / "scans/2024-07/evidence/changes.csv")
        if row["change"] == "new"
    }
    assert months == {"2024-06", "2024-07"}
    assert before.items() <= shop.bytes().items()


def test_everything_new_gets_a_folder_a_month(shop: Shop) -> None:
    """Without a month each month with messages is reported; without news the code is the same."""
    shop.export("all.csv", JUNE + JULY)
    assert shop.scan() == 1
    assert shop.changes("2024-06") == {"m2": "new"}
    assert shop.changes("2024-07")["m4"] == "new"
    before = shop.bytes()
    assert shop.scan() == 1
    assert shop.bytes() == before


def test_a_month_that_was_not_over_is_completed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scanned on its second day, a month is no closed one: the next scan writes the rest of it."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1719900000")  # 2 July 2024
    shop.export("a.csv", [*JUNE, JULY[1]])
    shop.scan()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1722580000")  # 2 August 2024
    shop.export("b.csv", [JULY[0], ("m9", "t9", "2024-08-01T09:00:00Z", "outbound", PLAIN)])

    assert shop.scan() == 1
    assert shop.changes("2024-07")["m4"] == "new"
    assert "new" not in shop.changes("2024-08").values()


def test_decided_findings_are_dismissed_then_expired(shop: Shop) -> None:
    """A dismissal takes the exit code away; its end brings finding and code back."""
    shop.export("june.csv", JUNE)
    shop.scan("--month", "2024-06")
    folder = shop.folder / "scans" / "2024-06"
    ids = [row["finding_id"] for row in read_table(folder / "evidence" / "findings.csv")]
    code, said = shop.run("decide", folder, *ids, "--as", "dismissed", "--reason", "other")
    assert code == 0, said
    assert shop.scan("--month", "2024-06") == 0
    assert shop.changes("2024-06") == {"m2": "dismissed"}

    args = ("--as", "dismissed", "--reason", "other", "--expires", "2020-01-01")
    shop.run("decide", folder, *ids, *args)
    assert shop.scan("--month", "2024-06") == 1
    assert shop.changes("2024-06") == {"m2": "expired"}
    assert shop.scan("--month", "2024-06") == 1


def test_a_longer_export_of_the_same_name_costs_and_changes_little(shop: Shop) -> None:
    """Rows that were read before are duplicates; only the new month has news."""
    shop.export("messages.csv", JUNE)
    shop.scan()
    shop.export("messages.csv", JUNE + JULY)
    assert shop.scan() == 1

    assert shop.changes("2024-07") == {
        "m4": "new",
        **{i: "open" for i in shop.changes("2024-07") if i.startswith("f-")},
    }
    sources = read_table(shop.folder / "scans/2024-07/evidence/sources.csv")
    assert [(r["rows_loaded"], r["rows_duplicate"]) for r in sources] == [("5", "0"), ("0", "3")]


def test_a_list_of_people_that_comes_later_has_their_messages_read_again(shop: Shop) -> None:
    """Without roles nobody knows who asked; with them it is the agent. Mail is not read again."""
    shop.export("june.csv", JUNE[:1])
    said = [
        {
            "id": n,
            "author_id": n,
            "body": text,
            "public": True,
            "created_at": f"2024-06-03T1{n}:00Z",
        }
        for n, text in ((7, COMPLAINT), (8, ASK))
    ]
    tickets = shop.folder / "exports" / "dump" / "tickets.json"
    tickets.parent.mkdir()
    tickets.write_text(json.dumps({"tickets": [{"id": 11, "comments": said}]}))
    shop.scan("--month", "2024-06")
    assert "zendesk:8" not in shop.changes("2024-06")

    users = [{"id": 7, "name": "Ann", "role": "end-user"}, {"id": 8, "name": "B", "role": "agent"}]
    (tickets.parent / "users.json").write_text(json.dumps({"users": users}))
    _, said_so = shop.run("scan", "--config", shop.config, "--month", "2024-06", "--json")

    assert shop.changes("2024-06")["zendesk:8"] == "new"
    assert json.loads(said_so)["files_new"] == 2  # the list and the tickets, not the table


def test_what_other_rules_no_longer_find_is_gone(shop: Shop) -> None:
    """A policy that is switched off takes its findings away; they are gone, not forgotten."""
    shop.export("july.csv", JULY)
    shop.scan("--month", "2024-07")
    shop.config.write_text(CONFIG + '[rules]\ndisable = ["positive-review-request"]\n')
    shop.scan("--month", "2024-07")

    changes = read_table(shop.folder / "scans/2024-07/evidence/changes.csv")
    assert {row["change"] for row in changes} == {"gone"}


def test_news_is_due_to_rules_or_to_messages(shop: Shop) -> None:
    """A rule switched on finds an old message; a late one of the very same text is itself news."""
    shop.config.write_text(CONFIG + '[rules]\ndisable = ["positive-review-request"]\n')
    shop.export("june.csv", [*JUNE, ("m7", "t7", "2024-06-08T09:00:00Z", "outbound", FIVE)])
    shop.scan("--month", "2024-06")
    shop.config.write_text(CONFIG)
    shop.export("july.csv", [*LATE, JULY[1]])
    said = shop.run("scan", "--config", shop.config)[1]

    assert "rules or settings have changed" in said
    evidence = shop.folder / "scans" / "2024-07" / "evidence"
    due = {r["finding_id"]: r["due_to"] for r in read_table(evidence / "changes.csv")}
    found = {r["message_id"]: due[r["finding_id"]] for r in read_table(evidence / "findings.csv")}
    assert found == {"m6": "messages", "m7": "rules"}
    versions = {r["ruleset_version"] for r in read_table(evidence / "findings.csv")}
    assert versions == {read_summary(shop.folder / "scans/2024-07")["ruleset_version"]}


def test_the_same_text_is_decided_in_other_months_too(shop: Shop) -> None:
    """With --same-text the folders of all months that hold the wording are made anew."""
    shop.export("all.csv", JUNE + JULY + LATE)
    shop.scan()
    july = shop.folder / "scans" / "2024-07"
    (name,) = {r["finding_id"] for r in read_table(july / "evidence" / "findings.csv")}
    args = ("--as", "dismissed", "--reason", "other", "--same-text")
    with locked(shop.folder / "audit-state"):
        code, said = shop.run("decide", july, name, *args)
    assert (code, "the next scan takes it into account" in said) == (0, True)
    assert shop.run("decide", july, name, *args)[0] == 0

    assert shop.changes("2024-07")["m4"] == "dismissed"
    assert shop.changes("2024-06") == {"m2": "open", "m6": "dismissed"}
    notes = {row["note"] for row in read_table(shop.folder / "decisions.csv")}
    assert notes == {"", f"same text as {name}"}


def test_a_decision_leaves_new_exports_to_the_next_scan(shop: Shop) -> None:
    """Only that scan reports them as new; deciding says what became of the months, and reads none.

    It goes by what is stored, so the exports need not be there.
    """
    shop.export("june.csv", JUNE)
    shop.scan("--month", "2024-06")
    folder = shop.folder / "scans" / "2024-06"
    ids = [r["finding_id"] for r in read_table(folder / "evidence" / "findings.csv")]
    shop.export("late.csv", LATE)
    args = ("decide", folder, *ids, "--as", "dismissed", "--reason", "other")
    code, said = shop.run(*args)

    assert code == 0
    assert f"2024-06: {len(ids)} dismissed\n" in said
    assert "m6" not in shop.changes("2024-06")
    assert shop.scan("--month", "2024-06") == 1
    assert shop.changes("2024-06") == {"m2": "dismissed", "m6": "new"}

    (shop.folder / "exports").rename(shop.folder / "elsewhere")
    said = shop.run(*args, "--by", "Ann", "--json")[1]
    assert json.loads(said)["totals"]["findings_dismissed"] == len(ids)


def test_a_dismissal_by_hand_is_told_once(shop: Shop) -> None:
    """Whoever is notified hears that something is settled; the next scan is silent about it."""
    shop.export("june.csv", JUNE)
    shop.scan()
    names = read_table(shop.folder / "scans" / "2024-06" / "evidence" / "findings.csv")
    rows = [f"{row['finding_id']};dismissed" for row in names]
    (shop.folder / "decisions.csv").write_text("\n".join(["finding_id;decision", *rows]) + "\n")
    told = []
    for name in ("july.csv", "august.csv"):
        shop.export(name, JULY[1:] if name == "july.csv" else LATE)
        told.append(message_of(run_scan(load_config(shop.config))).splitlines()[:1])

    assert told[0] == [f"msgaudit: {len(rows)} dismissed"]
    assert told[1] == ["msgaudit: 1 new, worst severity high"]


def test_machine_output(shop: Shop) -> None:
    """--json is one object with what was written and what counts, unauthorised senders included."""
    shop.config.write_text(CONFIG.replace("[inputs]", 'authorised_senders = ["Marta"]\n[inputs]'))
    shop.export("june.csv", JUNE)
    code, said = shop.run("scan", "--config", shop.config, "--json")
    told = json.loads(said)
    assert code == 1
    assert told["written"][0]["unauthorised"] == 2
    assert told["months"] == ["2024-06"]
    assert told["written"][0]["changes"]["new"] == len(
        read_table(shop.folder / "scans/2024-06/evidence/findings.csv")
    )


@pytest.mark.parametrize(("args", "code"), [(("--month", "June"), 2), ((), 3)])
def test_wrong_usage_and_nothing_to_read(shop: Shop, args: tuple[str, ...], code: int) -> None:
    """A month that is none is 2; a folder without exports is 3, and leaves no scan behind."""
    assert shop.scan(*args) == code
    assert not (shop.folder / "scans").exists()


def test_a_month_to_come_is_none(shop: Shop) -> None:
    """A year mistyped writes no folder and leaves no trace; one with messages in it is scanned."""
    shop.export("june.csv", [*JUNE, ("m9", "t9", "2098-06-05T09:00:00Z", "outbound", PLAIN)])
    code, said = shop.run("scan", "--config", shop.config, "--month", "2099-06")

    assert (code, "2099-06 has not begun" in said) == (2, True), said
    assert not list(shop.folder.glob("scans/*"))
    assert not (shop.folder / "audit-state" / "state.duckdb").exists()
    assert shop.scan("--month", "2098-06") == 0


def test_one_scan_at_a_time(shop: Shop) -> None:
    """A second scan ends with 4 and says who holds the lock."""
    shop.export("june.csv", JUNE)
    with locked(shop.folder / "audit-state"):
        code, said = shop.run("scan", "--config", shop.config)
    assert code == 4
    assert "another scan is running" in said


def test_a_stop_after_the_state_was_put_in_place(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scan killed before its last rename is finished by the next one, with the same code."""
    shop.export("june.csv", JUNE)

    def killed(_item: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.scan.run.place", killed)
        assert shop.scan("--month", "2024-06") == 4
    assert not (shop.folder / "scans" / "2024-06").exists()
    assert shop.scan("--month", "2024-06") == 1
    assert shop.changes("2024-06") == {"m2": "new"}


def test_a_damaged_state_is_named(shop: Shop) -> None:
    """A database that is none ends with 4 and says what to do; nothing is touched."""
    shop.export("june.csv", JUNE)
    state = State(shop.folder / "audit-state")
    state.folder.mkdir()
    state.database.write_bytes(b"not a database" * 1000)
    code, said = shop.run("scan", "--config", shop.config)
    assert code == 4
    assert "state.duckdb" in said
