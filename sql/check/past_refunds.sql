-- past_refunds: the rows of refunds that belong to the orders or the buyer of the conversation a draft continues.
-- why: a booked refund or a low review counts though no message tells of it.
-- reads: refunds, messages_base, message_threads
-- emits: *  one row: as in refunds
select refunds.*
from refunds
where
    refunds.order_id in (
        select messages_base.order_id
        from messages_base
        inner join message_threads
            on messages_base.message_id = message_threads.message_id
        where
            message_threads.case_id in (
                select asked.case_id
                from message_threads as asked
                where asked.thread_id = $thread
            )
    )
