"""The scheduled scan and what keeps it running."""

import re
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import (
    FOUND,
    AsJson,
    ConfigFile,
    clear_progress,
    command,
    print_json,
    print_lines,
    read_config,
    show_progress,
)
from pipeline.errors import UsageError

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@command
def scan(
    config_file: ConfigFile = None,
    month: Annotated[str, typer.Option(help="The month to report, e.g. 2024-06.")] = "",
    as_json: AsJson = False,
) -> None:
    """Scan what is new since the last time and report it, month by month."""
    from pipeline.scan import run_scan
    from pipeline.scan.notify import notify

    if config_file is None:
        raise UsageError("--config FILE is needed; `msgaudit init` writes one")
    if month and not _MONTH.fullmatch(month):
        raise UsageError(f"--month {month!r} is no month; write 2024-06")
    config = read_config(config_file)
    result = run_scan(config, month=month, progress=show_progress)
    clear_progress()
    if as_json:
        print_json(result.as_dict())
    else:
        print_lines(result.lines())
    unsent = notify(config.notify, result)
    if unsent:
        print_lines([unsent], err=True)
    if result.failed:
        raise typer.Exit(FOUND)


@command
def schedule(
    cron: Annotated[bool, typer.Option("--cron", help="A line for crontab -e.")] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help="Units for systemd.")] = False,
    config_file: ConfigFile = None,
) -> None:
    """Print what runs the monthly scan by itself: a crontab line, or timer units."""
    from pipeline.scan.schedule import cron_line, systemd_units

    if cron == systemd:
        raise UsageError("say --cron or --systemd")
    config = config_file or Path("audit.toml")
    read_config(config)
    if cron:
        print_lines([cron_line(config)])
        return
    for name, text in systemd_units(config).items():
        print_lines([f"# ~/.config/systemd/user/{name}", *text.split("\n")])
    print_lines(
        [
            "# then: systemctl --user daemon-reload",
            "#       systemctl --user enable --now msgaudit-scan.timer",
        ]
    )


@command
def doctor(
    config_file: ConfigFile = None,
    rebuild: Annotated[
        bool,
        typer.Option(help="Make the state anew from the inputs; the old one is kept beside it."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the stored state of the scans; exit 1 where something is wrong with it.

    `--rebuild` reads all inputs again. What was reported before is taken from the month folders,
    so that nothing is new twice.
    """
    from pipeline.scan.doctor import examine
    from pipeline.scan.doctor import rebuild as made_anew

    if config_file is None:
        raise UsageError("--config FILE is needed")
    config = read_config(config_file)
    if rebuild:
        rebuilt = made_anew(config, show_progress)
        clear_progress()
        print_lines(rebuilt.lines(), err=True)
    found = examine(config)
    if as_json:
        print_json({"ok": all(f.well for f in found), "checks": [f.as_dict() for f in found]})
    else:
        print_lines([f.line() for f in found])
    if not all(f.well for f in found):
        raise typer.Exit(FOUND)
