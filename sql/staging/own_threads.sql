-- own_threads: the thread of every message before threads are joined into cases.
-- why: a given thread id is never rewritten; without one the platform's case tells, then the order,
--   then what the message answers, then the buyer within 30 days, else it stands alone.
-- reads: messages_base, buyer_sessions
-- emits: message_id, thread_id  one row: one message
with answered as (
    select distinct split_part(messages_base.reply_to, ' ', 1) as message_id
    from messages_base
    where messages_base.reply_to is not null
)

select
    messages_base.message_id,
    coalesce(
        messages_base.thread_id,
        'case:' || messages_base.case_ref,
        'order:' || messages_base.order_id,
        'reply:' || split_part(messages_base.reply_to, ' ', 1),
        'reply:' || answered.message_id,
        buyer_sessions.session_id,
        'message:' || messages_base.message_id
    ) as thread_id
from messages_base
left join answered
    on messages_base.message_id = answered.message_id
left join buyer_sessions
    on messages_base.message_id = buyer_sessions.message_id
order by messages_base.message_id
