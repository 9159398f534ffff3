-- past_messages_base: the rows of messages_base that belong to the conversation a draft continues.
-- why: what was said, offered and answered before decides what the draft means.
-- reads: messages_base, message_threads
-- emits: *  one row: as in messages_base
select
    messages_base.* replace (message_threads.thread_id as thread_id)
from messages_base
inner join message_threads
    on messages_base.message_id = message_threads.message_id
where
    message_threads.case_id in (
        select asked.case_id
        from message_threads as asked
        where asked.thread_id = $thread
    )
