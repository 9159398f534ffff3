"""The check before sending: the same signals and the same verdicts, on a draft.

A draft is an outbound message of a conversation of its own or, with a finished audit, the next
message of a conversation in it, so that an ask after a refund is seen for what it is.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.blank import blank_store
from pipeline.clauses import clauses
from pipeline.config import Config
from pipeline.drafts import Draft
from pipeline.errors import UsageError
from pipeline.finished import opened
from pipeline.model import SEVERITIES
from pipeline.queries import queries
from pipeline.resources import resource_dir
from pipeline.shown import json_text, letters_of, one_line
from pipeline.signals.cache import cached_ruleset
from pipeline.signals.reader import Reader
from pipeline.signals.rows import COLUMNS, is_of_neighbours, message_rows
from pipeline.signals.ruleset import Ruleset
from pipeline.store import Store
from pipeline.text.segments import OWN, split_body

_DRAFT = "draft:"
_CONTEXT = ("messages_base", "message_threads", "signals", "review_events", "refunds", "notices")
"""The tables that a conversation's past is taken into, from `sql/check/`."""
_FACTS = {
    "asks", "asks_withdrawn", "case_facts", "offers_taken", "opinions", "opinion_policies",
    "policies",
}  # fmt: skip
"""The facts that verdicts and what weighs them read; those they need come with them."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a draft, where, under which clause, and what to write instead."""

    source: str
    policy_id: str
    severity: str
    confidence: float
    matched_text: str
    match_start: int
    match_end: int
    why: str
    clause: str
    instead: str

    def as_dict(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return it for people."""
        return [
            f"{self.source}: {self.severity}  {self.policy_id}  “{one_line(self.matched_text)}”",
            f"  why: {self.why}",
            f"  rule: {self.clause}",
            f"  write instead: {self.instead}",
        ]


def told(
    remarks: Sequence[Remark], texts: int, unread: Sequence[str] = (), *, as_json: bool
) -> list[str]:
    """Return what was found in so many texts, ready to be printed, for people or as JSON."""
    if as_json:
        found = [remark.as_dict() for remark in remarks]
        return [json_text({"checked": texts, "findings": found, "not_checked": list(unread)})]
    lines = [letters_of(line) for remark in remarks for line in remark.lines()]
    return lines or ["nothing found" if texts == 1 else f"{texts} texts: nothing"]


def check_drafts(
    drafts: Sequence[Draft], config: Config, *, thread: str = "", audit: Path | None = None
) -> list[Remark]:
    """Return what an audit would find in these texts, in their order, the most severe first.

    Raises:
        UsageError: the audit or the thread does not exist, or a rule file is not well formed.

    """
    ruleset = cached_ruleset(config.rule_paths, config.disabled)
    params: dict[str, object] = {
        **config.params(),
        "as_of": datetime.now(UTC).date(),
        "ruleset_version": ruleset.version,
    }
    signals = _signals(drafts, ruleset)
    if not signals and not audit:
        return []
    with blank_store(params) as store:
        past = _past(store, thread, audit) if audit else {}
        base = _messages(drafts, past)
        store.insert_rows("messages_base", base)
        threads = [
            {
                "message_id": row["message_id"],
                "thread_id": row["thread_id"],
                "case_id": past.get("case_id") or row["thread_id"],
            }
            for row in base
        ]
        store.insert_rows("message_threads", threads)
        if not signals:
            return []
        store.insert_rows("signals", signals)
        _run(store, "facts", _FACTS, params)
        _judge(store, {row["signal"] for row in store.dicts("asks", ("signal",))}, params)
        _run(store, "correlate", {"flagged"}, params)
        found = [
            row
            for row in store.dicts("flagged")
            if row["message_id"].startswith(_DRAFT) and row["policy_id"] not in config.disabled
        ]
    return _remarks(found, drafts)


def _judge(store: Store, signals: set[str], params: dict[str, object]) -> None:
    """Run the verdicts that name one of the signals; the others would find nothing in `asks`."""
    made: list[str] = []
    for query in queries("verdicts"):
        names = any(f"'{signal}'" in query.sql for signal in signals)
        if names or query.reads != ("asks",) or not made:
            store.create(f"verdict_{query.table}", query, params)
            made.append(f"verdict_{query.table}")
    store.union("verdicts", made)


def _signals(drafts: Sequence[Draft], ruleset: Ruleset) -> list[dict[str, Any]]:
    """Return the signals of each draft's own words: quoted mail and signatures say nothing.

    What its neighbours would say of it, or it of them, is left out: service around an ask does not
    excuse a draft. What its words mean by what the conversation is about counts.
    """
    read = Reader(ruleset)
    found: list[dict[str, Any]] = []
    for number, draft in enumerate(drafts, 1):
        text = draft.text
        own = tuple((part.start, part.end) for part in split_body(text) if part.kind == OWN)
        rows = message_rows(f"{_DRAFT}{number}", (), read(text, own, "outbound"))
        told = (dict(zip(COLUMNS, row, strict=True)) for row in rows)
        found.extend(row for row in told if not is_of_neighbours(row["rule_id"]))
    return found


def _run(store: Store, folder: str, wanted: set[str], params: dict[str, object]) -> None:
    """Run those queries of a stage that the wanted tables need."""
    ordered = queries(folder)
    needed = set(wanted)
    for query in reversed(ordered):
        if query.table in needed:
            needed |= set(query.reads)
    for query in ordered:
        if query.table in needed:
            store.create(query.table, query, params)


def _past(store: Store, thread: str, audit: Path) -> dict[str, Any]:
    """Take the conversation and those judged with it into the store; return its last message."""
    with opened(audit) as done:
        wanted = {query.table: query for query in queries("check")}
        asked = done.rows(wanted.pop("asked_thread"), {"thread": thread})
        if asked.is_empty():
            raise UsageError(f"there is no thread or order {thread!r}", source=str(audit))
        thread = asked["thread_id"][0]
        found = {name: done.rows(query, {"thread": thread}) for name, query in wanted.items()}
    for table in _CONTEXT:
        store.insert(table, found[f"past_{table}"])
    messages = found["past_messages_base"].to_dicts()
    last = max(
        (row for row in messages if row["thread_id"] == thread), key=lambda row: row["sent_at"]
    )
    cases = found["past_message_threads"].to_dicts()
    return last | {"case_id": next(row["case_id"] for row in cases if row["thread_id"] == thread)}


def _messages(drafts: Sequence[Draft], past: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the drafts as rows of `messages_base`, sent now or right after the last message."""
    now = datetime.now(UTC)
    moment = max(now, past["sent_at"]) if past else now
    kept = ("marketplace", "order_id", "asin", "buyer_id", "channel")
    return [
        {
            "message_id": f"{_DRAFT}{number}",
            "thread_id": past.get("thread_id", f"{_DRAFT}{number}"),
            "sent_at": moment,
            "direction": "outbound",
            "subject": "",
            "body": draft.text,
            "source_no": 2**31 - 1,
            "row_no": number,
            **{name: past.get(name) for name in kept},
        }
        for number, draft in enumerate(drafts, 1)
    ]


def _remarks(found: Sequence[dict[str, Any]], drafts: Sequence[Draft]) -> list[Remark]:
    clause_of = clauses()
    texts = (resource_dir("reports") / "check.toml").read_text(encoding="utf-8")
    instead = tomllib.loads(texts)["instead"]
    remarks = []
    for row in found:
        number = int(row["message_id"].removeprefix(_DRAFT))
        draft, policy = drafts[number - 1], row["policy_id"]
        remark = Remark(
            source=draft.source,
            policy_id=policy,
            severity=row["severity"],
            confidence=round(float(row["confidence"]), 2),
            matched_text=draft.text[row["match_start"] : row["match_end"]],
            match_start=row["match_start"],
            match_end=row["match_end"],
            why=row["why"],
            clause=clause_of[policy],
            instead=instead[policy],
        )
        order = (number, -SEVERITIES.index(remark.severity), remark.match_start, policy)
        remarks.append((order, remark))
    return [remark for _, remark in sorted(remarks, key=lambda pair: pair[0])]
