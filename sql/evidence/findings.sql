-- findings: every finding with its verbatim stretch, ready to be cited.
-- why: the contract's table; bodies are joined here, at the end, and only for flagged messages.
-- reads: judged, messages, message_incidents
-- emits: finding_id, policy_id, rule_id, severity, confidence, status, message_id, thread_id,
--   sent_at, direction, operator, channel, marketplace, order_id, asin, language, matched_text,
--   match_start, match_end, source_file, source_locator, incident_id, matched_in, delivered, object,
--   why, decision_reason, ruleset_version  one row: one message and policy
select
    judged.finding_id,
    judged.policy_id,
    judged.rule_id,
    judged.severity,
    cast(round(judged.confidence, 2) as double) as confidence,
    judged.status,
    judged.message_id,
    judged.thread_id,
    judged.sent_at,
    judged.direction,
    judged.operator,
    judged.channel,
    messages.marketplace,
    messages.order_id,
    messages.asin,
    messages.language,
    substr(
        case when judged.matched_in = 'subject' then messages.subject else messages.body end,
        judged.match_start + 1,
        judged.match_end - judged.match_start
    ) as matched_text,
    judged.match_start,
    judged.match_end,
    messages.source_file,
    messages.source_locator,
    message_incidents.incident_id,
    judged.matched_in,
    messages.delivered,
    judged.object,
    judged.why,
    judged.decision_reason,
    cast($ruleset_version as varchar) as ruleset_version
from judged
inner join messages
    on judged.message_id = messages.message_id
left join message_incidents
    on judged.message_id = message_incidents.message_id
order by judged.sent_at, judged.finding_id
