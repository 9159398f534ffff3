-- past_message_threads: the messages that are judged together with the thread a draft belongs to.
-- why: threads that share an order, a case or a buyer tell one story.
-- reads: message_threads
-- emits: message_id, thread_id, case_id  one row: one message
select
    message_threads.message_id,
    message_threads.thread_id,
    message_threads.case_id
from message_threads
where
    message_threads.case_id in (
        select asked.case_id
        from message_threads as asked
        where asked.thread_id = $thread
    )
order by message_threads.message_id
