-- explained_findings: what was found in the message.
-- why: a finding is one message and one policy, and a message may break several.
-- reads: findings
-- emits: finding_id, policy_id, rule_id, severity, confidence, status, matched_in, matched_text, why,
--   incident_id, decision_reason  one row: one finding
select
    findings.finding_id,
    findings.policy_id,
    findings.rule_id,
    findings.severity,
    findings.confidence,
    findings.status,
    findings.matched_in,
    findings.matched_text,
    findings.why,
    findings.incident_id,
    findings.decision_reason
from findings
where findings.message_id = $message
order by findings.policy_id
