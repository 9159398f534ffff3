-- moved_messages: messages that are as they were and belong to another thread or case than before.
-- why: their text is not written again.
-- reads: threads_now, threads_before, touched_messages
-- emits: message_id, thread_id, case_id  one row: one message
select
    threads_now.message_id,
    threads_now.thread_id,
    threads_now.case_id
from threads_now
inner join threads_before
    on threads_now.message_id = threads_before.message_id
left join touched_messages
    on threads_now.message_id = touched_messages.message_id
where
    touched_messages.message_id is null
    and (
        threads_now.thread_id <> threads_before.thread_id
        or threads_now.case_id <> threads_before.case_id
    )
