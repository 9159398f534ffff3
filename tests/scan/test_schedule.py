"""The schedule is right as printed, the doctor names what is wrong, notifications say little."""

import json
import shutil
import subprocess
import sys
import threading
import types
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from exports import FIVE, write_messages
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.scan.notify import message_of, notify
from pipeline.scan.run import MonthScan, ScanResult
from pipeline.scan.schedule import cron_line, systemd_units

CONFIG = '[inputs]\npaths = ["exports/"]\n'


def result(**counts: int) -> ScanResult:
    """Return the result of a scan of July with these changes."""
    month = MonthScan("2024-07", Path("/scans/2024-07"), counts, 0)
    return ScanResult(["2024-07"], [month], {"high": counts.get("new", 0)}, "low", 1, False)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_units_are_accepted_by_systemd(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing against the units, blanks in the path included."""
    config = tmp_path / "my shop" / "audit.toml"
    for name, text in systemd_units(config).items():
        (tmp_path / name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.glob("msgaudit-*"))]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_cron_line_keeps_percent_signs(tmp_path: Path) -> None:
    """A bare % would end the command in a crontab."""
    line = cron_line(tmp_path / "100% shop" / "audit.toml")
    assert line.startswith("17 6 2 * * ")
    assert r"100\% shop" in line


def test_units_and_line_are_printed(tmp_path: Path) -> None:
    """One of the two forms has to be named; both carry the configuration's whole path."""
    config = tmp_path / "audit.toml"
    config.write_text(CONFIG)
    run = CliRunner().invoke
    assert run(app, ["schedule", "--config", str(config)]).exit_code == 2
    for form in ("--cron", "--systemd"):
        said = run(app, ["schedule", form, "--config", str(config)]).stdout
        assert str(config) in said


def test_a_message_counts_and_points() -> None:
    """Counts, the worst severity and a path; silence where nothing is new."""
    assert message_of(result(new=2, open=3)) == (
        "msgaudit: 2 new, worst severity high\n/scans/2024-07/report.html"
    )
    assert message_of(result(gone=1)).startswith("msgaudit: 1 gone\n")
    assert message_of(result(open=3, dismissed=1)) == ""


def test_only_months_with_news_are_named() -> None:
    """A folder that was made anew without any change is no news."""
    quiet = MonthScan("2024-06", Path("/scans/2024-06"), {"open": 2}, 0)
    news = MonthScan("2024-07", Path("/scans/2024-07"), {"new": 1}, 0)
    both = ScanResult(["2024-06", "2024-07"], [quiet, news], {"low": 1}, "low", 1, False)
    assert message_of(both).splitlines()[1:] == ["/scans/2024-07/report.html"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_apprise_itself_takes_the_message() -> None:
    """What arrives at a service are counts, the worst severity and a path."""
    pytest.importorskip("apprise")
    arrived: list[dict[str, object]] = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        said = notify([f"json://127.0.0.1:{server.server_port}/"], result(new=2))
        thread.join(10)
    assert said == ""
    assert [(one["title"], one["message"]) for one in arrived] == [
        ("msgaudit", "msgaudit: 2 new, worst severity high\n/scans/2024-07/report.html")
    ]


def test_a_failed_notification_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Apprise, or where it fails, there is one line and no error."""
    sent: list[str] = []

    class Apprise:
        def add(self, url: str) -> bool:
            return url != "bad"

        def notify(self, title: str, body: str) -> bool:
            sent.append(title + body)
            return "9 new" not in body

    monkeypatch.setitem(sys.modules, "apprise", None)
    assert "install msgaudit[notify]" in notify(["json://x"], result(new=1))
    monkeypatch.setitem(sys.modules, "apprise", types.SimpleNamespace(Apprise=Apprise))
    assert notify(["json://x"], result(new=1)) == ""
    assert notify(["json://x"], result(new=9)).startswith("not notified")
    assert "scan.notify[2]" in notify(["json://x", "bad"], result(new=1))
    assert notify(["json://x"], result(open=1)) == ""
    assert len(sent) == 2


def test_the_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    """A whole state is well; a missing folder and a damaged database are named."""
    config = tmp_path / "audit.toml"
    config.write_text(CONFIG)
    write_messages(
        tmp_path / "exports" / "a.csv", [("m1", "t1", "2024-07-01T09:00Z", "outbound", FIVE)]
    )

    def doctor() -> tuple[int, str]:
        done = CliRunner().invoke(app, ["doctor", "--config", str(config)])
        return done.exit_code, done.stdout

    assert doctor()[0] == 0
    config.write_text(f'{CONFIG}[scan]\nnotify = ["no address"]\n')
    code, said = doctor()
    assert (code, "BAD scan.notify: " in said) == (1, True), said
    config.write_text(CONFIG)
    CliRunner().invoke(app, ["scan", "--config", str(config)])
    (tmp_path / "decisions.csv").write_text("finding_id,decision,reason\nf-gone,dismissed,other\n")
    code, said = doctor()
    assert code == 0
    assert "f-gone) name no finding" in said

    (tmp_path / "scans" / "2024-07").rename(tmp_path / "elsewhere")
    code, said = doctor()
    assert code == 1
    assert "BAD" in said
    assert "2024-07" in said

    database = tmp_path / "audit-state" / "state.duckdb"
    data = bytearray(database.read_bytes())
    data[:5000] = bytes(5000)
    database.write_bytes(data)
    code, said = doctor()
    assert code == 1
    assert "state.duckdb" in said
