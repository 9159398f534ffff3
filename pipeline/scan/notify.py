"""Tells people that a scan has news: counts, the worst severity and a path, nothing else.

Texts, names and addresses never leave the machine this way. Messages go out through Apprise
(extra `[notify]`), which knows mail, chat and push services by URL.
"""

import importlib
from collections.abc import Sequence

from pipeline.model import SEVERITIES
from pipeline.scan.run import ScanResult


def message_of(result: ScanResult) -> str:
    """Return what is sent, empty where there is nothing to say.

    New and expired findings are said, resolved ones (dismissed since, gone) too, with the report of
    each month that has any; a scan that only finds what stands open already is silent.
    """
    counts = {
        name: sum(month.counts.get(name, 0) for month in result.written)
        for name in ("new", "expired", "gone")
    }
    said = [f"{n} {name}" for name, n in counts.items() if n]
    if not said:
        return ""
    worst = next((name for name in reversed(SEVERITIES) if result.found.get(name)), "")
    lines = [f"msgaudit: {', '.join(said)}" + (f", worst severity {worst}" if worst else "")]
    told = [month for month in result.written if any(map(month.counts.get, counts))]
    lines += [str(month.folder / "report.html") for month in told]
    return "\n".join(lines)


def notify(urls: Sequence[str], result: ScanResult) -> str:
    """Send the message; return why that failed, or nothing. A failure never fails the scan."""
    text = message_of(result)
    if not urls or not text:
        return ""
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        return "not notified: install msgaudit[notify]"
    sender = apprise.Apprise()
    refused = [number for number, url in enumerate(urls, 1) if not sender.add(url)]
    if refused:
        return f"not notified: scan.notify[{refused[0]}] is no address that Apprise knows"
    if not sender.notify(title="msgaudit", body=text):
        return "not notified: a service did not take the message"
    return ""
