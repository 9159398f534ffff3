-- second_opinions: seller messages the second reader is nearly sure of, as verdicts to be confirmed.
-- why: it speaks only where the grammar found something, never about templates, teaching or ideas
--   turned down, and its findings carry a confidence that says so. A change asked where the case
--   holds compensation is refund-for-review-change too, as it is for the rules.
-- reads: said, asks_withdrawn, case_facts, policies
-- emits: message_id, case_id, policy_id, rule_id, severity, confidence, object, matched_in,
--   match_start, match_end, obfuscated, why  one row: one message and policy
with sure as (
    select
        said.*,
        split_part(said.rule_id, '.', 2) as policy_id
    from said
    where
        said.signal = 'second_reader'
        and said.seller_side
        and said.score >= $second_reader_sure
),

paid_changes as (
    select sure.*
    from sure
    inner join case_facts
        on sure.case_id = case_facts.case_id
    where
        sure.policy_id = 'review-change-request'
        and case_facts.compensated_at is not null
),

named as (
    select
        sure.message_id,
        sure.case_id,
        sure.policy_id,
        sure.rule_id,
        sure.object,
        sure.matched_in,
        sure.match_start,
        sure.match_end,
        sure.obfuscated
    from sure
    union
    select
        paid_changes.message_id,
        paid_changes.case_id,
        'refund-for-review-change' as policy_id,
        'second_reader.refund-for-review-change' as rule_id,
        paid_changes.object,
        paid_changes.matched_in,
        paid_changes.match_start,
        paid_changes.match_end,
        paid_changes.obfuscated
    from paid_changes
)

select
    named.message_id,
    named.case_id,
    policies.policy_id,
    named.rule_id,
    policies.severity,
    0.55 as confidence,
    named.object,
    named.matched_in,
    named.match_start,
    named.match_end,
    named.obfuscated,
    'reads like messages that break this rule; no pattern is sure, so a person should confirm it'
        as why
from named
inner join policies
    on named.policy_id = policies.policy_id
left join asks_withdrawn
    on named.message_id = asks_withdrawn.message_id
where asks_withdrawn.message_id is null
order by named.message_id, policies.policy_id
