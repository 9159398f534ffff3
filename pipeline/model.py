"""What a reader hands over, and the kinds of record there are.

The columns of each kind are those of `sql/schema/raw_<kind>.sql`; a reader fills what its
format knows and leaves the rest out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

POLICIES = (
    "own-or-competitor-review",
    "compensated-review",
    "refund-for-review-change",
    "review-club",
    "insider-review",
    "review-change-request",
    "review-diversion",
    "variation-manipulation",
    "insert-incentive",
    "customer-account-review",
    "positive-review-request",
    "review-vote-manipulation",
    "off-platform-contact",
)
"""The policy ids of the contract, in its order."""

SEVERITIES = ("low", "medium", "high", "critical")
"""From least to most severe."""

KINDS = (
    "messages",
    "review_events",
    "review_snapshots",
    "orders",
    "refunds",
    "notices",
    "context_events",
)
"""The kinds of record; `raw_<kind>` is the table each arrives in."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row as a reader understood it: values as written, by canonical column name."""

    kind: str
    locator: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One row that could not be used, and why; it is counted and shown, never dropped."""

    kind: str
    locator: str
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Table:
    """Many rows at once: canonical columns as text (null where absent) and a `locator` column."""

    kind: str
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is kept of a file that came with a message: never its content.

    `size` is in bytes and `sha256` over the decoded content; both are unknown (None and empty)
    where an export only names the file.
    """

    name: str
    media_type: str = ""
    size: int | None = None
    sha256: str = ""
