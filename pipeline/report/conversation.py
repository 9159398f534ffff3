"""A flagged conversation as the report shows it: messages, and the steps between them."""

from dataclasses import dataclass, field
from datetime import datetime

from pipeline.report.pieces import Block


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding under its message."""

    anchor: str
    finding_id: str
    policy_id: str
    policy: str
    clause: str
    severity: str
    status: str
    decided: str
    why: str
    rule_id: str
    confidence: str
    in_subject: bool
    as_read: str
    citation: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: a message, a review event, a refund, a notice."""

    kind: str
    anchor: str
    at: datetime
    day: str
    clock: str
    utc: str
    who: str
    lag: str = ""
    text: str = ""
    note: str = ""
    subject: str = ""
    subject_marked: bool = False
    blocks: list[Block] = field(default_factory=list)
    findings: list[FindingView] = field(default_factory=list)
    meta: list[str] = field(default_factory=list)
    link: str = ""


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step of the usual order, with its distance from the one before, or missing."""

    label: str
    lag: str
    href: str
    kind: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One flagged thread; `page` is the file that shows it (empty: the report itself)."""

    thread_id: str
    anchor: str
    first_at: datetime
    last_at: datetime
    flagged_at: datetime
    day: str
    clock: str
    severity: str
    status: str
    policy_ids: list[str]
    policies: list[str]
    operators: list[str]
    channels: list[str]
    order_id: str
    stars: str
    incident_id: str
    incident_anchor: str
    incident: str
    excerpt: str
    steps: list[Step]
    trail: list[TrailStep]
    finding_ids: list[str]
    first_minute: int = 0
    last_minute: int = 0
    page: str = ""

    @property
    def href(self) -> str:
        """Where the conversation is shown, seen from the report."""
        return f"{self.page}#{self.anchor}"
