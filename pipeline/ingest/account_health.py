"""Amazon's account health report: the account's status and rating a marketplace, as JSON.

`GET_V2_SELLER_PERFORMANCE_REPORT`, schema accountHealthReport-2020-11-18. It holds counts, no
texts; each marketplace becomes one event of the time line.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest._json_entries import (
    Json,
    entries,
    keys_of,
    list_at,
    text_at,
)
from pipeline.ingest.base import FORMAT, Context
from pipeline.ingest.values import marketplace_of
from pipeline.model import Quarantined, Record, Table

_DEEPEST = 8
_MOST_FACTS = 200


class _AccountHealth:
    """Reads one report."""

    name = "account-health"
    priority = FORMAT

    def sniff(self, head: bytes, path: Path) -> bool:
        """Claim JSON with the statuses of accounts."""
        del path
        keys = keys_of(head)
        return "accountStatuses" in keys or {"accountHealthRating", "marketplaceId"} <= keys

    def read(self, path: Path, context: Context) -> Iterator[Record | Quarantined | Table]:
        """Yield one context event a marketplace."""
        for entry in entries(path, "context_events"):
            if isinstance(entry, Quarantined):
                yield entry
            else:
                yield from _events(entry.value, entry.where)
        context.notes.append("counts only: the report says nothing of reviews")


def _events(value: Json, where: str) -> Iterator[Record]:
    statuses = {
        text_at(one, "marketplaceId"): text_at(one, "status")
        for one in list_at(value, "accountStatuses")
    }
    metrics = {text_at(one, "marketplaceId"): one for one in list_at(value, "performanceMetrics")}
    for market in [*statuses, *(one for one in metrics if one not in statuses)]:
        facts = list(_facts(metrics.get(market), ""))[:_MOST_FACTS]
        said = dict(facts)
        score = said.get("accountHealthRating.ahrScore", "")
        latest = max((v for k, v in facts if k.endswith("reportingDateTo")), default="")
        title = f"Account health {marketplace_of(market)}: {statuses.get(market) or 'no status'}"
        yield Record(
            "context_events",
            f"{where} {market}".strip(),
            {
                "occurred_at": latest or text_at(value, "reportingDateTo"),
                "kind": "other",
                "title": f"{title}, rating {score}" if score else title,
                "detail": "\n".join(f"{name}: {fact}" for name, fact in facts),
            },
        )


def _facts(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Yield the single facts within a value, each with the path of its name."""
    if isinstance(value, dict | list) and name.count(".") < _DEEPEST:
        inner = value.items() if isinstance(value, dict) else enumerate(value, 1)
        for key, item in inner:
            yield from _facts(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, str | int | float):
        yield name, str(value)


READER = _AccountHealth()
