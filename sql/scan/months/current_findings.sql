-- current_findings: every finding of the whole state with the month it belongs to.
-- why: a late message counts for the month it was sent in, in the configured zone; the scan that first
--   saw it tells whether new messages or new rules brought the finding.
-- reads: findings, seen_messages
-- emits: finding_id, message_id, month, severity, status, first_seen  one row: one finding
select
    findings.finding_id,
    findings.message_id,
    strftime(timezone($timezone, findings.sent_at), '%Y-%m') as month,
    findings.severity,
    findings.status,
    seen_messages.scan_no as first_seen
from findings
inner join seen_messages
    on findings.message_id = seen_messages.message_id
order by findings.sent_at, findings.finding_id
