"""No command uses the network: the kernel would kill the process that tried."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from exports import ASK, COMPLAINT, write_messages
from safety.no_network import available

SCRIPT = Path(__file__).with_name("no_network.py")
MAIL = """From shop@example.com Mon Feb  3 10:00:00 2025
From: shop@example.com
To: b@mail.example
Date: Mon, 3 Feb 2025 10:00:00 +0000
Message-ID: <1@example.com>
Subject: Refund
Content-Type: text/html

<img src="https://evil.example/pixel.png"><link rel="stylesheet" href="http://evil.example/a.css">
<p>Please remove your review.</p>
"""

pytestmark = pytest.mark.skipif(not available(), reason="the filter is written for Linux")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with exports, one of them full of addresses to fetch from, and settings."""
    folder = tmp_path_factory.mktemp("offline")
    ask = ("m1", "t1", "2025-02-03T10:00:00Z", "outbound", f"{ASK} https://evil.example/x")
    complaint = ("m2", "t1", "2025-02-02T10:00:00Z", "inbound", COMPLAINT)
    write_messages(folder / "in" / "m.csv", [complaint, ask])
    (folder / "in" / "mail.mbox").write_text(MAIL, encoding="utf-8")
    settings = '[seller]\naddresses = ["shop@example.com"]\n[inputs]\npaths = ["in"]\n'
    (folder / "audit.toml").write_text(settings, encoding="utf-8")
    return folder


def test_a_socket_would_be_noticed(tmp_path: Path) -> None:
    """The filter kills a look-up and a connection, in a child too; local sockets pass."""
    tries = (
        "import socket; socket.create_connection(('192.0.2.1', 80), 0.1)",
        "import socket; socket.getaddrinfo('evil.example', 80)",
        (
            "import os, socket; child = os.fork(); child or socket.socket();"
            "raise SystemExit(-os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
        ),
    )
    for number, code in enumerate(tries):
        script = tmp_path / f"try-{number}.py"
        script.write_text(
            f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r})\n"
            f"from no_network import forbid; forbid()\n{code}\n"
        )
        done = subprocess.run([sys.executable, str(script)], capture_output=True, check=False)
        assert done.returncode in {-signal.SIGSYS, signal.SIGSYS}, (code, done.stderr)


def test_the_database_asks_for_no_extension(tmp_path: Path) -> None:
    """Before inputs are loaded it is open to files, and all the same it fetches nothing."""
    script = tmp_path / "ask.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r})\n"
        "from no_network import forbid; forbid()\n"
        "import duckdb\n"
        "from pipeline.store import Store\n"
        "try: Store().frame(\"from 'https://evil.example/a.csv'\")\n"
        "except duckdb.Error: sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, check=False)

    assert done.returncode == 7, done.stderr


def test_no_command_needs_the_network(shop: Path) -> None:
    """Nothing a message names is fetched, no extension of the database, no font, no update.

    Nor does any stage in SQL run before the database is shut to files and addresses.
    """
    config = ["--config", "audit.toml"]
    commands = (
        ["audit", "in", "--out", "out", *config, "--workers", "2"],
        ["audit", "in", "--out", "md:out"],  # DuckDB would take the name for a service
        ["sources", "in"],
        ["init", "new", "--from", "in"],
        ["scan", *config],
        ["check", "Please remove your review: https://evil.example/x"],
        ["appeal", "out", "--out", "pack.zip", *config],
        ["verify", "pack.zip"],
    )
    done = subprocess.run(
        [sys.executable, str(SCRIPT), json.dumps(commands)],
        cwd=shop, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert (shop / "md:out" / "report.html").exists()
