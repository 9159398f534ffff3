-- judged: every finding with its id and its status, confirmed queue entries among them.
-- why: a dismissed finding stays in every table but makes no thread violating and no incident. A
--   policy that the settings switch off has no findings.
-- reads: flagged, text_identity, queue_candidates, decided, message_keys, policies
-- emits: finding_id, policy_id, rule_id, severity, confidence, status, decision_reason, message_id,
--   thread_id, case_id, sent_at, place, direction, operator, channel, buyer_id, object, matched_in,
--   match_start, match_end, obfuscated, why  one row: one message and policy
with verdict_rows as (
    select
        'f-' || substr(
            sha256(
                flagged.policy_id || chr(31) || text_identity.identity || chr(31)
                || text_identity.body_hash || chr(31) || text_identity.tail
            ), 1, 16
        ) as finding_id,
        flagged.*
    from flagged
    inner join text_identity
        on flagged.message_id = text_identity.message_id
    where not list_contains($disabled, flagged.policy_id)
),

queue_rows as (
    select
        'q-' || substr(
            sha256(
                text_identity.identity || chr(31) || text_identity.body_hash
                || chr(31) || text_identity.tail
            ), 1, 16
        ) as finding_id,
        queue_candidates.*
    from queue_candidates
    inner join text_identity
        on queue_candidates.message_id = text_identity.message_id
),

confirmed_rows as (
    select
        queue_rows.finding_id,
        queue_rows.message_id,
        policies.policy_id,
        'decision' as rule_id,
        policies.severity,
        1.0 as confidence,
        'unclear' as object,
        queue_rows.matched_in,
        queue_rows.match_start,
        queue_rows.match_end,
        false as obfuscated,
        'confirmed by a person from the queue: ' || queue_rows.reason as why
    from queue_rows
    inner join decided
        on queue_rows.finding_id = decided.finding_id
    inner join policies
        on regexp_extract(decided.note, '^policy=([a-z-]+)', 1) = policies.policy_id
    where decided.decision = 'confirmed' and not decided.expired
),

found as (
    select * from verdict_rows
    union all by name
    select * from confirmed_rows
)

select
    found.finding_id,
    found.policy_id,
    found.rule_id,
    found.severity,
    found.confidence,
    case
        when decided.finding_id is null or decided.expired then 'open'
        else decided.decision
    end as status,
    case
        when decided.finding_id is null or decided.expired then null
        else decided.reason
    end as decision_reason,
    found.message_id,
    message_keys.thread_id,
    message_keys.case_id,
    message_keys.sent_at,
    message_keys.place,
    message_keys.direction,
    message_keys.operator,
    message_keys.channel,
    message_keys.buyer_id,
    found.object,
    found.matched_in,
    found.match_start,
    found.match_end,
    found.obfuscated,
    found.why
from found
inner join message_keys
    on found.message_id = message_keys.message_id
left join decided
    on found.finding_id = decided.finding_id
where message_keys.sent_at >= $since_at and message_keys.sent_at < $until_at
order by message_keys.sent_at, found.finding_id
