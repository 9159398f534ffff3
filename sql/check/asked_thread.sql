-- asked_thread: the thread that an id names: a thread's own, else that of the order's latest message.
-- why: who answers a buyer has the order number at hand, and no thread id.
-- reads: messages_base, message_threads
-- emits: thread_id  one row: the thread, or none
select message_threads.thread_id
from message_threads
inner join messages_base
    on message_threads.message_id = messages_base.message_id
where message_threads.thread_id = $thread or messages_base.order_id = $thread
order by
    message_threads.thread_id = $thread desc,
    messages_base.sent_at desc,
    message_threads.thread_id
limit 1
