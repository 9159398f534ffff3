-- second_opinions: the policies that the second reader adds, as findings a person should confirm.
-- why: it is nearly sure of the message by itself, or a rule's verdict on it stands and it names a
--   policy besides. It never speaks about templates, teaching or ideas turned down. A change asked
--   where the case holds compensation is refund-for-review-change too, as it is for the rules, and so
--   is one that offers it in the same message and may read like it. A reply to an offer of reviews
--   is no change of one. Staff who give each other a number write what is written to a buyer: contact
--   elsewhere is not named among them without a rule.
-- reads: opinions, message_keys, opinion_policies, said, weighed, asks_withdrawn, offers_taken,
--   case_facts, policies
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one message and policy
with rule_messages as (
    select distinct weighed.message_id
    from weighed
    where weighed.likely
),

sure as (
    select
        opinion_policies.*,
        rule_messages.message_id is not null as beside_a_rule
    from opinion_policies
    inner join opinions
        on opinion_policies.message_id = opinions.message_id
    inner join message_keys
        on opinion_policies.message_id = message_keys.message_id
    left join rule_messages
        on opinion_policies.message_id = rule_messages.message_id
    left join asks_withdrawn
        on opinion_policies.message_id = asks_withdrawn.message_id
    left join offers_taken
        on opinion_policies.message_id = offers_taken.message_id
    where
        opinion_policies.named
        and asks_withdrawn.message_id is null
        and (
            opinions.score >= opinions.sure_from
            or rule_messages.message_id is not null
        )
        and not (
            offers_taken.message_id is not null
            and opinion_policies.policy_id in ('review-change-request', 'refund-for-review-change')
        )
        and not (
            message_keys.direction = 'internal'
            and opinion_policies.policy_id = 'off-platform-contact'
            and rule_messages.message_id is null
        )
),

offering as (
    select distinct said.message_id
    from said
    inner join opinion_policies
        on
            said.message_id = opinion_policies.message_id
            and opinion_policies.policy_id = 'refund-for-review-change'
    where said.signal in ('refund_offered', 'compensation_offered', 'replacement_offered')
),

paid_changes as (
    select
        sure.* exclude (policy_id, rule_id),
        'refund-for-review-change' as policy_id,
        'second_reader.refund-for-review-change' as rule_id
    from sure
    inner join case_facts
        on sure.case_id = case_facts.case_id
    left join offering
        on sure.message_id = offering.message_id
    where
        sure.policy_id = 'review-change-request'
        and (case_facts.compensated_at is not null or offering.message_id is not null)
),

named as (
    select * from sure
    union by name
    select * from paid_changes
)

select
    named.message_id,
    policies.policy_id,
    named.rule_id,
    policies.severity,
    case when named.beside_a_rule then 0.7 else 0.55 end as confidence,
    named.object,
    named.matched_in,
    named.match_start,
    named.match_end,
    named.obfuscated,
    case
        when named.beside_a_rule
            then 'reads like messages that break this rule; another rule matched this message'
        else
            'reads like messages that break this rule; no pattern is sure, '
            || 'so a person should confirm it'
    end as why
from named
inner join policies
    on named.policy_id = policies.policy_id
order by named.message_id, policies.policy_id
