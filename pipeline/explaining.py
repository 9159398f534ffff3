"""Why a finding stands, or why a message has none: from a finished audit, in words and as JSON.

The audit's own tables answer what was found, stopped, concluded and held back; the rules of today
are asked for what was nearest where nothing was found.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.clauses import clauses
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.queries import queries
from pipeline.shown import one_line
from pipeline.signals.explain import NearMiss, explain
from pipeline.signals.rows import SURROUNDINGS
from pipeline.signals.ruleset import Ruleset
from pipeline.store import Store
from pipeline.text.segments import OWN

_READER = "second_reader"
_NEAREST = 3
"""So many rules that lacked one thing are named."""
_LONGEST = 300
"""So many letters of a body are printed."""

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that speaks about one message."""

    message: Facts
    findings: Sequence[Facts]
    queue: Sequence[Facts]
    signals: Sequence[Facts]
    verdicts: Sequence[Facts]
    opinion: Sequence[Facts]
    withdrawal: Sequence[Facts]
    case: Sequence[Facts]
    clauses: Mapping[str, str]
    own_text: str
    nearest: Sequence[NearMiss]

    def as_dict(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "message": _plain(self.message),
            "findings": [
                _plain(row) | {"clause": self.clauses[row["policy_id"]]} for row in self.findings
            ],
            "queue": [_plain(row) for row in self.queue],
            "signals": [_plain(row) for row in self.signals],
            "verdicts": [_plain(row) for row in self.verdicts],
            "opinion": _plain(self.opinion[0]) if self.opinion else None,
            "withdrawn": self.withdrawal[0]["reason"] if self.withdrawal else None,
            "case": [_plain(row) for row in self.case],
            "nearest": [
                {"rule_id": near.rule_id, "found": list(near.found), "missing": near.missing}
                for near in self.nearest
            ],
        }

    def lines(self) -> list[str]:
        """Return it for people."""
        return [*self._message(), *self._found(), *self._signals(), *self._reader(), *self._held(),
                *self._near(), *self._case()]  # fmt: skip

    def _message(self) -> Iterator[str]:
        m = self.message
        where = [m["direction"], m["operator"], m["channel"], m["marketplace"], m["order_id"]]
        yield f"message {m['message_id']}, conversation {m['thread_id']}, {_moment(m['sent_at'])}"
        yield f"  {', '.join(str(part) for part in where if part)}"
        yield f"  {m['source_file']}, {m['source_locator']}"
        if m["subject"]:
            yield f"  subject: “{_short(m['subject'])}”"
        yield f"  own words: “{_short(self.own_text)}”" if self.own_text else "  no own words"
        if len(self.own_text) < len(str(m["body"] or "").strip()):
            yield "  quoted mail, signatures and standing texts were left out"

    def _found(self) -> Iterator[str]:
        for row in self.findings:
            yield (
                f"finding {row['finding_id']}: {row['policy_id']}, {row['severity']},"
                f" confidence {row['confidence']:.2f}, {row['status']}"
            )
            yield f"  matched: “{_short(row['matched_text'])}” ({row['matched_in']})"
            yield f"  rule: {row['rule_id']}"
            yield f"  why: {row['why']}"
            yield f"  clause: {self.clauses[row['policy_id']]}"
        for row in self.queue:
            yield f"to look at {row['queue_id']}: {row['reason']} (score {row['score']:.2f})"
        if not self.findings and not self.queue:
            yield "no finding and no queue entry"
        if self.message["direction"] == "inbound":
            yield "  only the seller's side can break a rule; this is the buyer's message"

    def _signals(self) -> Iterator[str]:
        for row in self.signals:
            if row["signal"] in (_READER, SURROUNDINGS):
                continue
            place = f"{row['matched_in']} {row['match_start']}-{row['match_end']}"
            words = _short(self._verbatim(row))
            stopped = (
                f"; stopped by {row['stopped_by']} “{_short(row['stop_text'] or '')}”"
                if row["stopped_by"]
                else ""
            )
            yield f"signal {row['rule_id']} ({row['strength']}), {place}: “{words}”{stopped}"

    def _reader(self) -> Iterator[str]:
        rows = [row for row in self.signals if row["signal"] == _READER]
        if not rows:
            return
        named = [row["rule_id"].partition(".")[2] for row in rows if row["strength"] == "sure"]
        likes = [name for name in named if name != "doubt"]
        reads = f"reads like {', '.join(likes)}" if likes else "reads like no violation"
        told = self.opinion[0] if self.opinion else {"own_score": rows[0]["score"]}
        own, score = f"{told['own_score']:.2f}", f"{told.get('score', told['own_score']):.2f}"
        beside = "" if score == own else f", {score} with what stands beside it"
        yield f"second reader: {own}{beside}, {reads}"

    def _held(self) -> Iterator[str]:
        for row in self.withdrawal:
            yield f"what it asks does not count: {row['reason']}"
        for row in self.verdicts:
            if not row["stands"]:
                score, wanted = row["score"], row["wanted"]
                because = (
                    f"the second reader gives {score:.2f}, and {wanted:.2f} is needed"
                    if score is not None and score < wanted
                    else "the second reader reads another policy"
                )
                yield f"{row['policy_id']} ({row['rule_id']}) is held back: {because}"

    def _near(self) -> Iterator[str]:
        for near in self.nearest:
            yield (
                f"nearest: {near.rule_id} has {', '.join(near.found)}"
                f" and lacks {near.missing.replace('|', ' or ')}"
            )

    def _case(self) -> Iterator[str]:
        if self.case:
            yield "the conversation besides:"
        for row in self.case:
            yield f"  {_moment(row['at'])}  {row['kind']:9} {row['what']}  ({row['ref_id']})"

    def _verbatim(self, row: Facts) -> str:
        text = str(self.message["subject" if row["matched_in"] == "subject" else "body"] or "")
        return text[row["match_start"] : row["match_end"]]


def explain_message(
    audit: Path, store: Store, ruleset: Ruleset, *, found: str = "", message: str = ""
) -> Explained:
    """Explain a finding or queue entry (`found`) or a message (`message`) of a finished audit.

    `store` knows of the audit: its own database, or that of all the scans it is a month of.

    Raises:
        UsageError: nothing in it has this id.

    """
    asked = {query.table: query for query in queries("explain")}
    ids = asked.pop("explained_ids")
    if found:
        messages = store.rows(ids, {"id": found})["message_id"].to_list()
        if not messages:
            raise UsageError(
                f"there is no finding or queue entry {found!r}; for a message say --message",
                source=str(audit),
            )
        message = messages[0]
    params = Config().params() | {"message": message}
    told = {
        name.removeprefix("explained_"): store.rows(query, params).to_dicts()
        for name, query in asked.items()
    }
    if not told["message"]:
        raise UsageError(f"there is no message {message!r}", source=str(audit))
    body = str(told["message"][0]["body"] or "")
    own_text = "\n".join(
        body[part["segment_start"] : part["segment_end"]]
        for part in told["segments"]
        if part["kind"] == OWN
    ).strip()
    return Explained(
        message=told["message"][0],
        findings=told["findings"],
        queue=told["queue"],
        signals=told["signals"],
        verdicts=told["verdicts"],
        opinion=told["opinion"],
        withdrawal=told["withdrawal"],
        case=told["case"],
        clauses=clauses(),
        own_text=own_text,
        nearest=() if told["findings"] else _nearest(own_text, ruleset),
    )


def _nearest(text: str, ruleset: Ruleset) -> Sequence[NearMiss]:
    """Return the rules that lacked one thing, those that had most of what they want first."""
    near = explain(text, ruleset).near
    return sorted(near, key=lambda miss: (-len(miss.found), miss.rule_id))[:_NEAREST]


def _plain(row: Facts) -> dict[str, Any]:
    """Return a row for JSON: times as UTC text, decimals as numbers."""
    return {
        name: f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime)
        else float(value) if isinstance(value, Decimal)
        else value
        for name, value in row.items()
    }  # fmt: skip


def _moment(at: Any) -> str:  # noqa: ANN401 - a time or nothing
    return f"{at:%Y-%m-%d %H:%M} UTC" if at is not None else "time unknown"


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
