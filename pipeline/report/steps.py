"""Turns rows into the steps of a conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.report.conversation import FindingView, Step
from pipeline.report.marks import step_text
from pipeline.report.names import Names, Redactor
from pipeline.report.pieces import as_read, cut, visible
from pipeline.report.tables import Row, anchor
from pipeline.report.words import Words


@dataclass(frozen=True)
class StepMaker:
    """Makes steps; `redactor` is None in the full report, `shown` names the threads it shows."""

    words: Words
    shown: Mapping[str, str]
    hashes: Mapping[str, str]
    redactor: Redactor | None = None

    def message(
        self, row: Row, findings: Sequence[Row], segments: Sequence[Row], names: Names
    ) -> Step:
        """Return a message; `names` knows the buyer's names and addresses, to be replaced."""
        at, here = row["sent_at"], str(row["shown_in"])
        elsewhere = str(row["thread_id"]) if str(row["thread_id"]) != here else ""
        spans = [
            (f["match_start"], f["match_end"])
            for f in findings
            if f["matched_in"] != "subject" and f["match_start"] is not None
        ]
        if elsewhere in self.shown and elsewhere:
            text = self.words("thread.other_flagged", id=elsewhere)
            return Step(
                "other", "", at, *self._times(at), who="", text=text, link=self.shown[elsewhere]
            )
        blocks = cut(row["body"] or "", segments, spans, lambda text: self._hide(text, names))
        return Step(
            row["direction"] or "unknown",
            anchor("M", row["message_id"]),
            at,
            *self._times(at),
            who=self._who(row, names),
            text="" if blocks else self.words("thread.empty_body"),
            note=self.words("thread.other_thread", id=elsewhere) if elsewhere else "",
            subject=visible(self._hide(row["subject"] or "", names)),
            subject_marked=any(f["matched_in"] == "subject" for f in findings),
            blocks=blocks,
            findings=[self._finding(f, row, names) for f in findings],
            meta=self._meta(row),
        )

    def event(self, row: Row, names: Names) -> Step:
        """Return a review event or a refund."""
        kind = row["kind"]
        at = row["step_at"]
        note = row["title"] or ""
        if kind == "review" and row["body"]:
            note = f"{note}: {row['body']}" if note else row["body"]
        linked = row["linked_by"]
        return Step(
            kind,
            "",
            at,
            *self._times(at),
            who=self.words(f"thread.{kind}"),
            text=step_text(row, self.words),
            note=visible(self._hide(note, names)),
            meta=[self.words("thread.linked", by=linked)] if linked and kind == "review" else [],
        )

    def notice(self, row: Row) -> Step:
        """Return a notice that came while the conversation went on."""
        at = row["received_at"]
        return Step(
            "notice",
            "",
            at,
            *self._times(at),
            who=self.words.name("kind", row["kind"]),
            text=visible(row["subject"] or ""),
            link="#" + anchor("N", row["notice_id"]),
        )

    def _times(self, at: datetime) -> tuple[str, str, str]:
        utc = at.astimezone(UTC).isoformat(" ", "seconds")[:19]
        return self.words.day(at), self.words.clock(at), utc

    def _hide(self, text: str, names: Names) -> str:
        if self.redactor is None or not text:
            return text
        return names.hide(text, self.redactor)

    def _who(self, row: Row, names: Names) -> str:
        direction = row["direction"]
        key = {"inbound": "buyer", "outbound": "seller", "internal": "internal"}.get(direction)
        label = self.words(f"thread.{key or 'unknown'}")
        name = row["operator"] if direction in ("outbound", "internal") else row["sender"]
        if name and self.redactor and direction not in ("outbound", "internal"):
            name = names.hide(str(name), self.redactor)
        return f"{label} · {visible(str(name))}" if name else label

    def _meta(self, row: Row) -> list[str]:
        at = row["sent_at"].astimezone(UTC).isoformat(" ", "seconds")[:19]
        found = [self.words("thread.times_utc", utc=at), str(row["channel"] or "")]
        if row["delivered"] is False:
            found.append(self.words("thread.undelivered"))
        found.append(f"{row['source_file'] or ''}, {row['source_locator'] or ''}".strip(", "))
        return [part for part in found if part]

    def _finding(self, finding: Row, row: Row, names: Names) -> FindingView:
        words, policy = self.words, str(finding["policy_id"])
        known = policy in words.entry("policy")
        status = str(finding["status"] or "open")
        reason = words.name("reason", finding["decision_reason"] or "other")
        read = as_read(str(finding["matched_text"] or ""))
        quote = self._hide(str(finding["matched_text"] or ""), names)
        return FindingView(
            anchor=anchor("F", finding["finding_id"]),
            finding_id=str(finding["finding_id"]),
            policy_id=policy,
            policy=words(f"policy.{policy}.name") if known else policy,
            clause=words(f"policy.{policy}.clause") if known else "",
            severity=str(finding["severity"]),
            status=status,
            decided=""
            if status == "open"
            else words("thread.decided", status=words(f"threads.{status}"), reason=reason),
            why=str(finding["why"] or ""),
            rule_id=str(finding["rule_id"] or ""),
            confidence=words("thread.confidence", n=f"{finding['confidence'] or 0:.2f}"),
            in_subject=finding["matched_in"] == "subject",
            as_read=self._hide(read, names) if read else "",
            citation=self._citation(finding, row, quote, names),
        )

    def _citation(self, finding: Row, row: Row, quote: str, names: Names) -> str:
        """Return what a letter would quote: who, when, what, and where it stands."""
        parts = [
            f"“{' '.join(quote.split())}”",
            self._who(row, names),
            f"{row['sent_at'].astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            str(finding["policy_id"]),
            self.words("threads.order", id=row["order_id"]) if row["order_id"] else "",
            f"{row['source_file'] or ''}, {row['source_locator'] or ''}".strip(", "),
            f"sha256 {digest}" if (digest := self.hashes.get(str(row["source_file"]))) else "",
            str(finding["finding_id"]),
        ]
        return "; ".join(part for part in parts if part)
