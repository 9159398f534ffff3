-- alert_times: for each undismissed finding's message, when a scan would first have flagged it.
-- why: a message is flagged as soon as it is sent, except where only money that came later makes it
--   a violation (an unpaid ask on a platform that allows asking): then from the day of the money on.
-- reads: judged, case_facts, message_keys, platform_profiles
-- emits: message_id, thread_id, sent_at, direction, known_at  one row: one flagged message
with needs as (
    select
        judged.message_id,
        judged.thread_id,
        judged.sent_at,
        judged.direction,
        case
            when judged.why like 'pays after%' then judged.sent_at
            when judged.policy_id = 'refund-for-review-change' and judged.rule_id <> 'decision'
                then coalesce(case_facts.compensated_at, case_facts.replacement_at)
            when
                judged.policy_id = 'review-change-request'
                and judged.rule_id <> 'decision'
                and coalesce(platform_profiles.unpaid_ask_allowed, false)
                then case_facts.compensated_at
        end as money_at
    from judged
    inner join message_keys
        on judged.message_id = message_keys.message_id
    inner join case_facts
        on message_keys.case_id = case_facts.case_id
    left join platform_profiles
        on split_part(lower(message_keys.marketplace), '-', 1) = platform_profiles.platform
    where judged.status <> 'dismissed'
)

select
    needs.message_id,
    min(needs.thread_id) as thread_id,
    min(needs.sent_at) as sent_at,
    min(needs.direction) as direction,
    min(greatest(needs.sent_at, coalesce(needs.money_at, needs.sent_at))) as known_at
from needs
group by needs.message_id
order by sent_at, needs.message_id
