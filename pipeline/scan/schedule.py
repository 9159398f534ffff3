"""A crontab line or systemd units that run the scan on the second of every month.

The scan takes everything new, so that a month missed is made up for by the next run. Exit code 1
says that something was found: the run itself was a success.
"""

import shlex
import shutil
import sys
from pathlib import Path

_CRON_DAY = "17 6 2 * *"
_TIMER_DAY = "*-*-02 06:17:00"


def cron_line(config: Path) -> str:
    """Return a line for `crontab -e`; cron mails what the scan prints."""
    words = [*_program(), "scan", "--config", str(config.resolve())]
    line = shlex.join(words).replace("%", r"\%")  # cron takes a bare % for the end of the line
    return f"{_CRON_DAY} {line}"


def systemd_units(config: Path) -> dict[str, str]:
    """Return the two unit files by name; the timer catches up on a run missed while off."""
    words = [*_program(), "scan", "--config", str(config.resolve())]
    command = " ".join(_quoted(word) for word in words)
    service = (
        "[Unit]\n"
        "Description=Monthly scan of the message archive\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"ExecStart={command}\n"
        "SuccessExitStatus=1\n"
        "Nice=10\n"
    )
    timer = (
        "[Unit]\n"
        "Description=Monthly scan of the message archive\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar={_TIMER_DAY}\n"
        "RandomizedDelaySec=30min\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )
    return {"msgaudit-scan.service": service, "msgaudit-scan.timer": timer}


def _program() -> list[str]:
    """Return how this very installation is started."""
    beside = Path(sys.executable).with_name("msgaudit")
    found = str(beside) if beside.exists() else shutil.which("msgaudit")
    return [found] if found else [sys.executable, "-m", "pipeline"]


def _quoted(word: str) -> str:
    """Quote a word for ExecStart=, where % and $ mean something (systemd.service(5))."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or " " in word else word
