-- alert_times: for each undismissed finding's message, when a scan would first have flagged it.
-- why: a message is flagged as soon as it is sent, except where only what came later makes it a
--   violation: money for an unpaid ask on a platform that allows asking, money or a parcel sent again
--   after a mere hint that nothing before it explains. Then from that day on.
-- reads: judged, case_facts, message_keys, platform_profiles, said
-- emits: message_id, thread_id, sent_at, direction, known_at  one row: one flagged message
with live as (
    select distinct judged.message_id
    from judged
    where judged.status <> 'dismissed'
),

spoken as (
    select said.*
    from said
    inner join live
        on said.message_id = live.message_id
),

stretches as (
    select
        spoken.message_id,
        spoken.rule_id,
        bool_and(spoken.strength <> 'sure' and spoken.signal = 'hinted') as is_hint,
        bool_or(spoken.conditional) as is_conditional
    from spoken
    group by spoken.message_id, spoken.rule_id
),

insistent as (
    select spoken.message_id
    from spoken
    where spoken.signal in ('hinted', 'nudged') and spoken.direction = 'outbound'
    group by spoken.message_id
    having count(distinct spoken.match_start) >= 3
),

joined as (
    select
        judged.*,
        coalesce(stretches.is_hint, false)
        and judged.direction = 'outbound'
        and insistent.message_id is null
        and coalesce(case_facts.low_review_at > judged.sent_at, true)
        and coalesce(case_facts.buyer_offered_at > judged.sent_at, true)
        and coalesce(case_facts.review_named_at > judged.sent_at, true) as is_bare_hint,
        case_facts.compensated_at,
        case_facts.replacement_at,
        least(
            case_facts.compensated_at,
            case when stretches.is_conditional then case_facts.replacement_at end
        ) as paid_at,
        coalesce(platform_profiles.unpaid_ask_allowed, false) as unpaid_ask_allowed
    from judged
    inner join message_keys
        on judged.message_id = message_keys.message_id
    inner join case_facts
        on message_keys.case_id = case_facts.case_id
    left join platform_profiles
        on split_part(lower(message_keys.marketplace), '-', 1) = platform_profiles.platform
    left join stretches
        on judged.message_id = stretches.message_id and judged.rule_id = stretches.rule_id
    left join insistent
        on judged.message_id = insistent.message_id
    where judged.status <> 'dismissed'
),

needs as (
    select
        joined.*,
        case
            when joined.is_bare_hint then least(joined.compensated_at, joined.replacement_at)
        end as hint_at,
        case
            when joined.rule_id = 'decision' or joined.why like 'settles with%' then joined.sent_at
            when joined.policy_id = 'refund-for-review-change' then joined.paid_at
            when joined.policy_id = 'review-change-request' and joined.unpaid_ask_allowed
                then joined.compensated_at
        end as money_at
    from joined
)

select
    needs.message_id,
    min(needs.thread_id) as thread_id,
    min(needs.sent_at) as sent_at,
    min(needs.direction) as direction,
    min(
        greatest(
            needs.sent_at,
            coalesce(needs.hint_at, needs.sent_at),
            coalesce(needs.money_at, needs.sent_at)
        )
    ) as known_at
from needs
group by needs.message_id
order by sent_at, needs.message_id
