-- second_opinions: seller messages the second reader is nearly sure of, as verdicts to be confirmed.
-- why: it speaks only where the grammar found something, never about templates, teaching or ideas
--   turned down, and its findings carry a confidence that says so.
-- reads: said, asks_withdrawn, policies
-- emits: message_id, case_id, policy_id, rule_id, severity, confidence, object, matched_in,
--   match_start, match_end, obfuscated, why  one row: one message and policy
with sure as (
    select said.*
    from said
    where
        said.signal = 'second_reader'
        and said.seller_side
        and said.score >= $second_reader_sure
)

select
    sure.message_id,
    sure.case_id,
    policies.policy_id,
    sure.rule_id,
    policies.severity,
    0.55 as confidence,
    sure.object,
    sure.matched_in,
    sure.match_start,
    sure.match_end,
    sure.obfuscated,
    'reads like messages that break this rule; no pattern is sure, so a person should confirm it'
        as why
from sure
inner join policies
    on split_part(sure.rule_id, '.', 2) = policies.policy_id
left join asks_withdrawn
    on sure.message_id = asks_withdrawn.message_id
where asks_withdrawn.message_id is null
order by sure.message_id, policies.policy_id
