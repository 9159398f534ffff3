"""Audits and scans that are stopped at any moment: exit 4, one line, everything as it was before.

Run as a script for as many stops as wanted: `python tests/safety/stops.py 200`. Each stop is a
real process that gets a real signal; half of them get a second one while they clean up.
"""

import contextlib
import hashlib
import importlib
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from exports import ASK, COMPLAINT, PLAIN, write_messages

import pipeline.audit
import pipeline.scan.run
from pipeline.cli import app
from pipeline.signals.ruleset import load_ruleset

_SLOW = ("scipy.special", "xlsxwriter", "pyarrow", "jinja2", "pipeline.ingest.registry")
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAID = "msgaudit: stopped; everything is as it was before\n"
CONFIG = '[inputs]\npaths = ["exports/"]\n'


class Shop:
    """A small archive, packed so that it has to be unpacked, and where its outputs go."""

    def __init__(self, folder: Path) -> None:
        """Write the archive and its settings."""
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        rows = [
            (f"m{n}", f"t{n // 3}", f"2024-06-{1 + n % 28:02}T10:00:00Z", direction, body)
            for n in range(60)
            for direction, body in [
                [("outbound", PLAIN), ("inbound", COMPLAINT), ("outbound", ASK)][n % 3]
            ]
        ]
        table = write_messages(folder / "m.csv", rows)
        (folder / "exports").mkdir()
        with zipfile.ZipFile(folder / "exports" / "m.zip", "w") as archive:
            archive.write(table, "m.csv")
        table.unlink()
        (folder / "audit.toml").write_text(CONFIG)

    def start(self, command: str) -> tuple[int, Path]:
        """Start a command in a process of its own; return its id and where it says what."""
        said = self.folder / "said.txt"
        child = os.fork()
        if child:
            return child, said
        code = 99
        try:
            os.chdir(self.folder)
            tempfile.tempdir = str(self.temporary)
            with said.open("w") as out, contextlib.redirect_stderr(out):
                arguments = {
                    "audit": ["audit", "exports", "--out", "results/out"],
                    "scan": ["scan", "--config", "audit.toml"],
                }
                app(arguments[command])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        finally:
            os._exit(code)

    def run(self, command: str) -> float:
        """Let a command come to its end; return how long it took."""
        begun = time.monotonic()
        child, said = self.start(command)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in {0, 1}, (code, said.read_text())
        return time.monotonic() - begun

    def results(self) -> dict[str, str]:
        """Return what lies in the folder, results and what must not be left, by hash."""
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(
                path.read_bytes() if path.is_file() else b""
            ).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.name not in {"said.txt", "lock"}
        }

    def stop(self, command: str, after: float, *, number: int, twice: bool) -> int:
        """Stop a command after some seconds; return its exit code."""
        child, said = self.start(command)
        time.sleep(after)
        os.kill(child, number)
        if twice:
            time.sleep(0.002)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        text = said.read_text()
        if code == -number and text in {
            "",
            _SAID,
        }:  # before the command began, or after its last word
            return 4
        assert (code == 4) == (text == _SAID), (command, after, code, text)
        return code


def main(wanted: int, seed: int) -> None:
    """Stop audits and scans until as many were stopped as wanted."""
    for number in _STOPS:  # a job in a shell's background has been told to ignore some of them
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in _SLOW:
        importlib.import_module(name)
    rules = load_ruleset()
    _ = rules.lexicon, rules.patterns, rules.idioms
    pipeline.scan.run.cached_ruleset = lambda *_: rules
    pipeline.audit.cached_ruleset = lambda *_: rules
    chance = random.Random(seed)
    stopped = 0
    with tempfile.TemporaryDirectory() as name:
        shop = Shop(Path(name) / "shop")
        longest = {command: shop.run(command) for command in ("audit", "scan")}
        while stopped < wanted:
            command = ("audit", "audit", "scan")[stopped % 3]
            if command == "scan":  # something new for it to read
                (shop.folder / "exports" / "n.csv").write_text(
                    f"sent_at,direction,body\n2024-06-0{1 + stopped % 9}T1:00:00Z,outbound,{ASK}\n"
                )
            before = shop.results()
            after = 0.05 + chance.random() * longest[command] * 0.9
            kind = _STOPS[stopped % len(_STOPS)]
            code = shop.stop(command, after, number=kind, twice=chance.random() < 0.5)
            if code == 4:
                assert before == shop.results(), (command, after, _differing(before, shop))
                stopped += 1
            else:
                assert code in {0, 1}, code
                longest[command] *= 0.9
    sys.stdout.write(f"{stopped} stops: all clean\n")


def _differing(before: dict[str, str], shop: Shop) -> list[str]:
    now = shop.results()
    return sorted(name for name in before | now if before.get(name) != now.get(name))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if sys.argv[2:] else 0)
