-- outbound_threads: what the seller sent, as threads, with the first and last message and the first and
--   last violation of each.
-- why: a rate's unit is the thread, and spans are enough to tell what lies before and after a notice.
-- reads: message_keys, judged
-- emits: thread_id, case_id, first_at, last_at, violated_first_at, violated_last_at
--   one row: one thread the seller wrote in
with live as (
    select distinct judged.message_id
    from judged
    where judged.status <> 'dismissed' and judged.direction = 'outbound'
),

sent as (
    select
        message_keys.thread_id,
        message_keys.case_id,
        message_keys.sent_at,
        case when live.message_id is not null then message_keys.sent_at end as violated_at
    from message_keys
    left join live
        on message_keys.message_id = live.message_id
    where
        message_keys.direction = 'outbound'
        and message_keys.sent_at >= $since_at
        and message_keys.sent_at < $until_at
)

select
    sent.thread_id,
    min(sent.case_id) as case_id,
    min(sent.sent_at) as first_at,
    max(sent.sent_at) as last_at,
    min(sent.violated_at) as violated_first_at,
    max(sent.violated_at) as violated_last_at
from sent
group by sent.thread_id
