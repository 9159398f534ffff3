-- cut_messages: a month's messages, and all of the conversations that its findings are judged in.
-- why: the month's database stands alone.
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
    where strftime(timezone($timezone, messages.sent_at), '%Y-%m') = $month
    union
    select messages.message_id
    from messages
    inner join cases
        on messages.case_id = cases.case_id
)

select chosen.message_id
from chosen
order by chosen.message_id
