"""Tells people that a scan has news: counts, the worst severity and a path, nothing else.

Texts, names and addresses never leave the machine this way. Messages go out through Apprise
(extra `[notify]`), which knows mail, chat and push services by URL.
"""

import importlib
from collections.abc import Sequence
from typing import Any

from pipeline.model import SEVERITIES
from pipeline.scan.run import MonthScan, ScanResult

_NEWS = ("new", "expired", "dismissed", "gone")


def message_of(result: ScanResult) -> str:
    """Return what is sent, empty where there is nothing to say.

    New and expired findings are said, resolved ones (dismissed since, gone) too, with the report of
    each month that has any; a scan that only finds what stands open already is silent.
    """
    told = [(month, _news(month)) for month in result.written if _news(month)]
    counts = [sum(news.get(name, 0) for _, news in told) for name in _NEWS]
    said = [f"{n} {name}" for name, n in zip(_NEWS, counts, strict=True) if n]
    if not said:
        return ""
    worst = next((name for name in reversed(SEVERITIES) if result.found.get(name)), "")
    lines = [f"msgaudit: {', '.join(said)}" + (f", worst severity {worst}" if worst else "")]
    lines += [str(month.folder / "report.html") for month, _ in told]
    return "\n".join(lines)


def _news(month: MonthScan) -> dict[str, int]:
    """Return what is news in a month: of the dismissed, those that were not so before."""
    counts = {name: month.counts.get(name, 0) for name in _NEWS} | {"dismissed": month.settled}
    return {name: n for name, n in counts.items() if n}


def notify(urls: Sequence[str], result: ScanResult) -> str:
    """Send the message; return why that failed, or nothing. A failure never fails the scan."""
    text = message_of(result)
    if not urls or not text:
        return ""
    sender, why = _sender(urls)
    if sender and not sender.notify(title="msgaudit", body=text):
        why = "a service did not take the message"
    return f"not notified: {why}" if why else ""


def hindrance(urls: Sequence[str]) -> str:
    """Return why no message would go out to these addresses, or nothing; none is sent."""
    return _sender(urls)[1] if urls else ""


def _sender(urls: Sequence[str]) -> tuple[Any, str]:
    """Return what sends, or why there is none."""
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        return None, "install msgaudit[notify]"
    sender = apprise.Apprise()
    refused = [number for number, url in enumerate(urls, 1) if not sender.add(url)]
    if refused:
        return None, f"scan.notify[{refused[0]}] is no address that Apprise knows"
    return sender, ""
