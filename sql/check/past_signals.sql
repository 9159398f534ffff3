-- past_signals: the rows of signals that belong to the conversation a draft continues.
-- why: what was said, offered and answered before decides what the draft means.
-- reads: signals, message_threads
-- emits: *  one row: as in signals
select signals.*
from signals
inner join message_threads
    on signals.message_id = message_threads.message_id
where
    message_threads.case_id in (
        select asked.case_id
        from message_threads as asked
        where asked.thread_id = $thread
    )
