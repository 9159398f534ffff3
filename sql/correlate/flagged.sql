-- flagged: one row per message and policy, the surest stretch of each, with its final severity.
-- why: severity rises one step for each of: after a warning, after a refusal or opt-out, a word hidden on
--   purpose, the same text sent to more than one buyer.
-- reads: weighed, second_opinions, taken_offers, message_keys, messages, case_facts, notices
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one message and policy
with found as (
    select
        weighed.message_id,
        weighed.policy_id,
        weighed.rule_id,
        weighed.severity,
        weighed.confidence,
        weighed.object,
        weighed.matched_in,
        weighed.match_start,
        weighed.match_end,
        weighed.obfuscated,
        weighed.why
    from weighed
    union all by name
    select second_opinions.*
    from second_opinions
    union all by name
    select taken_offers.*
    from taken_offers
),

ranked as (
    select
        found.*,
        row_number() over (
            partition by found.message_id, found.policy_id
            order by
                found.confidence desc,
                found.matched_in,
                found.match_start,
                found.match_end desc,
                found.rule_id
        ) as choice,
        case found.severity
            when 'low' then 1
            when 'medium' then 2
            when 'high' then 3
            else 4
        end as base_rank
    from found
),

chosen as (
    select ranked.*
    from ranked
    where ranked.choice = 1
),

flagged_texts as (
    select distinct
        chosen.message_id,
        md5(messages.body) as body_hash,
        messages.buyer_id
    from chosen
    inner join messages
        on chosen.message_id = messages.message_id
    where messages.direction = 'outbound'
),

macros as (
    select
        flagged_texts.body_hash,
        count(distinct flagged_texts.buyer_id) as n_buyers
    from flagged_texts
    group by flagged_texts.body_hash
),

macro_messages as (
    select
        flagged_texts.message_id,
        macros.n_buyers
    from flagged_texts
    inner join macros
        on flagged_texts.body_hash = macros.body_hash
    where macros.n_buyers > 1
),

first_warning as (
    select min(notices.received_at) as warned_at
    from notices
    where notices.kind = 'warning'
),

raised as (
    select
        chosen.*,
        coalesce(first_warning.warned_at < message_keys.sent_at, false) as after_warning,
        coalesce(
            case_facts.refused_at < message_keys.sent_at
            or case_facts.opted_out_at < message_keys.sent_at, false
        ) as after_refusal,
        macro_messages.n_buyers
    from chosen
    inner join message_keys
        on chosen.message_id = message_keys.message_id
    inner join case_facts
        on message_keys.case_id = case_facts.case_id
    left join macro_messages
        on chosen.message_id = macro_messages.message_id
    cross join first_warning
),

final as (
    select
        raised.message_id,
        raised.policy_id,
        raised.rule_id,
        least(
            4,
            raised.base_rank
            + cast(raised.after_warning as integer)
            + cast(raised.after_refusal as integer)
            + cast(raised.obfuscated as integer)
            + case when raised.n_buyers is null then 0 else 1 end
        ) as severity_rank,
        raised.confidence,
        raised.object,
        raised.matched_in,
        raised.match_start,
        raised.match_end,
        raised.obfuscated,
        raised.why
        || case when raised.after_warning then '; after the warning' else '' end
        || case when raised.after_refusal then '; after the buyer refused' else '' end
        || case when raised.obfuscated then '; a word is hidden on purpose' else '' end
        || case
            when raised.n_buyers is null then ''
            else '; the same text went to ' || cast(raised.n_buyers as varchar) || ' buyers'
        end as why
    from raised
)

select
    final.message_id,
    final.policy_id,
    final.rule_id,
    case final.severity_rank
        when 1 then 'low'
        when 2 then 'medium'
        when 3 then 'high'
        else 'critical'
    end as severity,
    final.confidence,
    final.object,
    final.matched_in,
    final.match_start,
    final.match_end,
    final.obfuscated,
    final.why
from final
order by final.message_id, final.policy_id
