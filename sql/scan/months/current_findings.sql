-- current_findings: every finding of the whole state with the month it belongs to.
-- why: a late message counts for the month it was sent in, in the configured zone; when its text was
--   first seen tells whether new messages or new rules brought the finding.
-- reads: findings, message_texts, seen_texts
-- emits: finding_id, message_id, month, severity, status, first_seen  one row: one finding
select
    findings.finding_id,
    findings.message_id,
    strftime(timezone($timezone, findings.sent_at), '%Y-%m') as month,
    findings.severity,
    findings.status,
    seen_texts.scan_no as first_seen
from findings
inner join message_texts
    on findings.message_id = message_texts.message_id
inner join seen_texts
    on message_texts.text_key = seen_texts.text_key
order by findings.sent_at, findings.finding_id
