-- cut_messages: a month's messages, and all of the conversations that its findings are judged in.
-- why: the month's database stands alone.
--   Days nearby are told apart by the time zone, and no other day is looked at.
-- reads: messages, cut_threads
-- emits: message_id  one row: one message
with cases as (
    select distinct messages.case_id
    from messages
    inner join cut_threads
        on messages.thread_id = cut_threads.thread_id
),

chosen as (
    select messages.message_id
    from messages
    where
        messages.sent_at >= cast($month || '-01' as timestamptz) - interval 2 day
        and messages.sent_at < cast($month || '-01' as timestamptz) + interval 33 day
        and strftime(timezone($timezone, messages.sent_at), '%Y-%m') = $month
    union
    select messages.message_id
    from messages
    inner join cases
        on messages.case_id = cases.case_id
)

select chosen.message_id
from chosen
order by chosen.message_id
